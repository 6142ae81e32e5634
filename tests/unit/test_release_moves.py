"""A change explains itself: what moved a segment, and a release that waits for a yes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.lake import Lake, write_text
from orchestration.ledger import audit, checks, steps
from orchestration.ledger.steps import StepRecord
from orchestration.release.acceptance import accept
from orchestration.release.publish import Published, publish
from orchestration.release.read import current_release
from orchestration.settings import Settings, UserError, load_settings

NOW = datetime.fromisoformat("2016-01-21T06:00:00-06:00")
PEOPLE = 400


class Home:
    """A home whose lake holds what a release compares; everything may be written anew."""

    def __init__(self, folder: Path) -> None:
        self.settings: Settings = load_settings(folder)
        self.lake = Lake(folder)
        self.minutes = 0
        self.again: float | None = None
        for name in ("links", "persons"):
            self._write(
                self.lake.identity / f"{name}.parquet",
                record_key=["r1"], source=["website"], entity=["contact"], voter_key=["v1"],
                needs_review=[False], method=["splink"],
            )  # fmt: skip
        keys = {"person_id": ["p0001"], "record_key": ["r1"], "voter_key": ["v1"]}
        self._write(self.lake.marts / "contacts.parquet", **keys)
        self.rule("one")
        self.people()
        self.segment(range(200))

    def people(self, chance: float = 0.5, count: int = PEOPLE, **features: Any) -> None:
        """Everybody with these features, scored alike."""
        ids = [f"p{i:04d}" for i in range(count)]
        party = np.where(np.arange(count) % 2, "REP", "DEM")
        facts = {"party": party, "age": [40] * count, "n_generals": np.arange(count) % 4}
        self._write(
            self.lake.marts / "person_features.parquet", person_id=ids, **{**facts, **features}
        )
        self._write(
            self.lake.marts / "persons.parquet",
            person_id=ids, county_fips=["19153"] * count, is_eligible=[True] * count,
        )  # fmt: skip
        for score in ("attendance", "support"):
            self._write(self.lake.scores(score), person_id=ids, probability=[chance] * count)
            card = {"model": score, "version": f"{score}-{chance}", "figures": {}}
            write_text(self.lake.scores(score).with_name(f"{score}.card.json"), json.dumps(card))

    def segment(self, members: Any, name: str = "seg_base") -> None:
        ids = [f"p{i:04d}" for i in members]
        n = len(ids)
        self._write(
            self.lake.segment(name),
            person_id=pa.array(ids, pa.string()), kind=["k"] * n, reason=["r"] * n,
            value=[0.25] * n, channels=[["door"]] * n, county_fips=["19153"] * n,
            precinct_id=["19153-001"] * n,
        )  # fmt: skip

    def rule(self, version: str) -> None:
        made = StepRecord("segments/seg_base", version, {}, "d", "made", NOW.isoformat())
        steps.append(self.lake, made)

    def publish(self) -> Published:
        self.minutes += 1
        summary: dict[str, Any] = {"segments": {}, "sources": []}
        at = NOW + timedelta(minutes=self.minutes)
        return publish(self.settings, "2016-01-21", at, summary)

    def changes(self) -> dict[str, Any]:
        release = current_release(self.settings.home)
        assert release is not None
        found: dict[str, Any] = json.loads((release.path / "changes/changes.json").read_text())
        return found

    def _write(self, file: Path, **columns: Any) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and renamed, as everything in the lake: a release holds the old bytes.
        aside = file.with_suffix(".aside")
        pq.write_table(pa.table(columns), aside)
        aside.rename(file)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A published home; what the models of before say of today's data is ``home.again``."""
    made = Home(tmp_path)

    def chances(_: Lake, __: Any, rows: pa.Table) -> dict[str, Any] | None:
        if made.again is None:
            return None
        return {n: np.full(rows.num_rows, made.again) for n in ("attendance", "support")}

    monkeypatch.setattr("orchestration.scores.again.chances", chances)
    assert made.publish().changed
    return made


def test_a_first_release_has_moved_from_nowhere(home: Home) -> None:
    release = current_release(home.settings.home)
    assert release is not None
    assert not (release.path / "changes").exists()
    assert set(release.manifest["rules"]) == {"seg_base"}


def test_a_small_move_goes_live_and_is_told(home: Home) -> None:
    home.again = 0.5
    home.segment(range(220))
    assert home.publish().reason == "published"
    (move,) = home.changes()["segments"]
    assert (move["before"], move["after"], move["entered"], move["left"]) == (200, 220, 20, 0)
    assert move["pct"] == pytest.approx(10)


def test_a_large_move_holds_the_release_until_somebody_accepts_it(home: Home) -> None:
    live = current_release(home.settings.home)
    home.again = 0.5
    home.segment(range(300))
    held = home.publish()
    assert held.release is None
    assert "seg_base grew by 50 % from 200 to 300 (100 entered, 0 left" in held.reason
    assert 'tminus run --accept seg_base --why "..."' in held.reason
    assert home.publish() == held
    now = current_release(home.settings.home)
    assert now is not None
    assert live is not None
    assert now.id == live.id
    accept(home.settings.home, ["seg_base"], "a second door campaign", "field director", NOW)
    assert home.publish().changed
    release = current_release(home.settings.home)
    assert release is not None
    said = release.manifest["accepted"]["seg_base"]
    assert (said["who"], said["why"]) == ("field director", "a second door campaign")
    assert audit.verify(home.lake).holds
    # One yes is for one release.
    home.segment(range(100))
    assert "shrank by 67 %" in home.publish().reason


@pytest.mark.parametrize(
    ("again", "chance", "cause"),
    [(0.5, 0.6, "model"), (0.6, 0.6, "data"), (0.5, 0.5, "place"), (None, 0.6, "model")],
)
def test_what_moved_people_is_found_by_scoring_them_again(
    home: Home, again: float | None, chance: float, cause: str
) -> None:
    home.again = again
    home.people(chance=chance)
    home.segment(range(10, 220))
    assert home.publish().changed
    (move,) = home.changes()["segments"]
    assert move["because"] == {**dict.fromkeys(("data", "model", "rule", "place"), 0), cause: 30}
    assert home.changes()["models"]["attendance"]["is_new"] == (chance != 0.5)


def test_a_new_rule_is_told_from_new_facts_and_new_people(home: Home) -> None:
    home.again = 0.5
    home.people(count=PEOPLE + 5)
    home.segment([*range(200), *range(PEOPLE, PEOPLE + 5)])
    home.rule("two")
    assert home.publish().changed
    (move,) = home.changes()["segments"]
    assert move["because"]["data"] == 5
    assert home.changes()["rules_changed"] == ["seg_base"]
    home.segment(range(210))
    home.rule("three")
    assert home.publish().changed
    (move,) = home.changes()["segments"]
    assert (move["because"]["rule"], move["because"]["data"]) == (15, 0)


def test_a_persons_move_names_its_cause_and_only_a_release_holds_it(home: Home) -> None:
    home.again = 0.7
    home.people(chance=0.7)
    home.segment(range(201))
    assert home.publish().changed
    release = current_release(home.settings.home)
    assert release is not None
    people = pq.read_table(release.table("changes/people")).to_pylist()
    mine = next(row for row in people if row["segment"] == "seg_base")
    assert (mine["person_id"], mine["change"], mine["because"]) == ("p0200", "entered", "data")
    assert (mine["value_before"], mine["value_after"]) == (0.25, 0.49)
    assert home.changes()["scores"]["moved_by_data"] == PEOPLE
    assert home.changes()["scores"]["moved_by_model"] == 0


def test_small_segments_and_new_ones_move_as_they_like(home: Home) -> None:
    home.segment(range(20), "seg_lapsed")
    home.segment([], "seg_party_switchers")
    assert home.publish().changed
    home.segment(range(60), "seg_lapsed")
    home.segment(range(300), "seg_party_switchers")
    assert home.publish().changed


def test_a_source_that_lost_its_codes_is_warned_of(home: Home) -> None:
    home.people(party=["?"] * PEOPLE)
    assert home.publish().changed
    warned = {c.check: c for c in checks.failing(home.lake)}["features_as_in_the_release_before"]
    assert "party" in warned.detail
    assert not warned.blocking
    assert list(home.changes()["features_moved"]) == ["party"]


def test_an_acceptance_wants_a_reason_a_segment_and_a_release(home: Home, tmp_path: Path) -> None:
    def refused(says: str, folder: Path, *segments: str, why: str = "because") -> None:
        with pytest.raises(UserError, match=says):
            accept(folder, segments, why, "me", NOW)

    refused("--why", home.settings.home, "seg_base", why=" ")
    refused("no segment 'seg_bass'", home.settings.home, "seg_bass")
    refused("no release yet", tmp_path / "elsewhere", "seg_base")
