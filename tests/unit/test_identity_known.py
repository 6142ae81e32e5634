"""What is known of links, and how it is measured: samples that stand for more than themselves."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import duckdb
import pytest

from orchestration.identity import known, review
from orchestration.identity.decisions import Decision
from orchestration.identity.evaluate import Quality, evaluate
from orchestration.identity.places import Places
from orchestration.lake import Lake, connect, write_parquet
from orchestration.readiness.status import LinkCounts, link_counts
from orchestration.settings import load_settings

NOW = datetime(2016, 1, 20, 12, tzinfo=timezone.utc)


def said(kind: str, number: int, stratum: str, weight: float) -> Decision:
    voter = "" if kind == "no_voter" else f"party/voterfile:{number}"
    return Decision(
        kind,  # type: ignore[arg-type]
        f"web/people:{number}",
        voter,
        "ann",
        NOW.isoformat(),
        stratum=stratum,
        weight=weight,
        id=str(number),
    )


def test_a_sampled_answer_counts_for_its_stratum() -> None:
    made = [
        said("same", 1, "splink/web", 90.0),
        said("no_voter", 2, "splink/web", 90.0),
        said("same", 3, "shared_id/web", 20.0),
        said("same", 4, "queue/web", 10.0),
        said("different", 5, "queue/web", 10.0),
        said("same", 6, "", 0.0),
    ]
    with duckdb.connect() as con:
        answers = known.reviewed(con, made)
        assert answers is not None
        overall, *groups = evaluate(con, answers.links, answers.known, ("method",))
    assert (overall.linked, overall.right, overall.possible) == (200, 110, 120)
    assert {g.group for g in groups} == {"method: splink", "method: shared_id", "method: queue"}
    # Few answers that stand for many leave a wide interval.
    assert overall.effect == pytest.approx((2 * 90**2 + 20**2 + 2 * 10**2) / 220)
    assert overall.precision.low < 0.3


def test_nobody_was_asked() -> None:
    with duckdb.connect() as con:
        assert known.reviewed(con, [said("same", 1, "", 0.0)]) is None


def test_f1_lies_between_precision_and_recall() -> None:
    quality = Quality("all", linked=100, right=90, possible=120)
    assert quality.f1.value == pytest.approx(2 * 90 / 220)
    assert quality.recall.value < quality.f1.value < quality.precision.value
    assert quality.f1.low < quality.f1.value < quality.f1.high


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Three linked records of two strata, and five in the queue."""
    places = Places(tmp_path)
    with connect(tmp_path) as con:
        write_parquet(
            con,
            "select 'web/people:' || n as record_key, 'web' as source, "
            "case when n < 3 then 'v' || n end as voter_key, 0.99 as probability, 'model' as rule, "
            "case when n < 2 then 'splink' when n < 3 then 'shared_id' else 'none' end as method "
            "from range(8) t(n)",
            places.links,
        )
        write_parquet(
            con,
            "select 'web/people:' || n as record_key, 'v' || n as voter_key, 0.5 as probability, "
            "null::varchar as runner_up_voter_key, 'a close second' as reason, 1.0 / n as worth "
            "from range(3, 8) t(n)",
            places.review,
        )
        write_parquet(
            con,
            "select 'web/people:' || n as record_key, 'web' as source, 'ANNA' as first_name "
            "from range(8) t(n)",
            places.records,
        )
        write_parquet(
            con,
            "select 'v' || n as voter_key, 'ANNE' as first_name, 1960 as birth_year, "
            "'REP' as party from range(8) t(n)",
            places.voters,
        )
    return tmp_path


def test_a_clerical_sample_covers_links_and_queue(home: Path) -> None:
    cases = review.sample(home, 4)
    strata = {case.stratum: case.weight for case in cases}
    assert set(strata) == {"splink/web", "shared_id/web", "queue/web"}
    assert sum(case.weight for case in cases) == 8
    for case in cases:
        review.decide(home, "same", case.record_key, case.voter_key, "ann", NOW, sampled=case)
    with connect(home) as con:
        found = known.measure(con, Places(home), None)
    assert found is not None
    assert found.origin == known.REVIEWED
    overall = found.rows()[0]
    assert (overall["precision"], overall["linked"], overall["possible"]) == (1.0, 3, 8)
    assert {row["group"] for row in found.rows()} >= {"party: REP", "source: web"}


def test_the_queue_has_pages_and_a_deadline(home: Path) -> None:
    first, second = review.page(home, 0, 3), review.page(home, 3, 3)
    assert [len(first.cases), len(second.cases), first.waiting] == [3, 2, 5]
    assert not {c.record_key for c in first.cases} & {c.record_key for c in second.cases}
    case = first.cases[0]
    made = review.decide(home, "different", case.record_key, case.voter_key, "ann", NOW, "a son")
    assert review.page(home).waiting == 4
    review.undo(home, made.id, "bob", NOW, "it was the father")
    assert review.page(home).waiting == 5
    assert [(d.who, d.why) for d in review.decided(home)] == [
        ("ann", "a son"), ("bob", "it was the father"),
    ]  # fmt: skip
    settings = load_settings(home)
    pace = review.pace(settings, NOW)
    assert pace.waiting == 5
    assert pace.minutes_of_work == pytest.approx(
        5 * settings.campaign.capacity.review_minutes_per_link, abs=0.05
    )
    assert pace.deadline is not None
    assert pace.minutes_left == pytest.approx((pace.deadline - NOW).total_seconds() / 60, abs=0.1)
    review.decide(home, "different", case.record_key, case.voter_key, "ann", NOW, "a son")
    assert review.page(home).waiting == 4, "what is decided again after an undo is decided"


def test_links_are_counted_by_source_and_stage(home: Path) -> None:
    counts = link_counts(Lake(home))
    assert counts == {"web": LinkCounts(8, {"shared_id": 1, "splink": 2})}
    assert counts["web"].linked == 3
