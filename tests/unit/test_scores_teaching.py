"""When a model is fitted again: new answers, new registrations, a new week; not a new day."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.scores import attendance, lean
from orchestration.scores.card import write_card
from orchestration.scores.context import ScoreContext
from orchestration.scores.live import decide
from orchestration.scores.outcome import RefusedFitError
from orchestration.scores.tables import Marts
from orchestration.scores.teaching import lessons
from tests.unit.score_marts import rewrite, write_marts

THURSDAY, FRIDAY, NEXT_MONDAY = "2016-01-21", "2016-01-22", "2016-01-25"


@pytest.fixture
def context(tmp_path):
    lake = write_marts(tmp_path)
    return ScoreContext(
        lake=lake,
        marts=Marts(lake),
        shares={"low": 0.06, "middle": 0.08, "high": 0.1},
        scenario="middle",
        support_share=0.24,
        party="REP",
        contest="Invented caucus",
        as_of=THURSDAY,
    )


def shorten(file, rows=10):
    pq.write_table(pq.read_table(file).slice(rows), file)


def test_older_features_alone_teach_nothing_new(context):
    before = lessons(context)
    rewrite(context.marts.people, n_signups=[3] * 1530)
    table = pq.read_table(context.marts.people)
    pq.write_table(table.take(pa.array(range(table.num_rows - 1, -1, -1))), context.marts.people)
    assert lessons(replace(context, as_of=FRIDAY)) == before


@pytest.mark.parametrize(
    ("change", "taught_anew"),
    [
        (lambda c: shorten(c.marts.attendance), {"attendance", "support", "conventional"}),
        (lambda c: shorten(c.marts.canvasses), {"attendance", "support", "conventional"}),
        (lambda c: shorten(c.marts.support), {"support", "conventional"}),
        (lambda c: rewrite(c.marts.people, party=["REP"] * 1530), {"lean"}),
    ],
    ids=["past caucus", "canvass", "answers on support", "registrations"],
)
def test_what_teaches_which_score(context, change, taught_anew):
    before = lessons(context)
    change(context)
    after = lessons(context)
    assert {name for name in after if after[name] != before[name]} == taught_anew


@pytest.mark.parametrize("other", [{"seed": 1}, {"as_of": NEXT_MONDAY}], ids=["seed", "week"])
def test_seed_and_week_teach_all_anew(context, other):
    before, after = lessons(context), lessons(replace(context, **other))
    assert all(after[name] != before[name] for name in after)


def test_a_model_stays_until_its_lesson_changes(context):
    first = decide(context, "lean", "one", lambda: lean.fit(context))
    write_card(context.lake, "lean", first.card)
    friday = replace(context, as_of=FRIDAY)

    def refuse():
        raise RefusedFitError("it was not to be fitted")

    second = decide(friday, "lean", "one", refuse)
    assert second.outcome.state == "reused"
    assert second.outcome.version == first.outcome.version
    assert THURSDAY in second.outcome.reason
    third = decide(friday, "lean", "two", lambda: lean.fit(friday))
    assert third.outcome.state == "live"
    assert third.outcome.version != first.outcome.version


def test_new_answers_teach_the_signals_and_leave_the_records(context, monkeypatch):
    first = decide(context, "attendance", "one", lambda: attendance.fit(context))
    write_card(context.lake, "attendance", first.card)
    shorten(context.marts.canvasses)
    fitted = []
    fit_model = attendance.fit_model
    monkeypatch.setattr(attendance, "fit_model", lambda n, *a: fitted.append(n) or fit_model(n, *a))
    again = attendance.fit(context)
    assert fitted == []
    assert set(again.parts) == {"history", "no_history", "signals"}
    assert again.card["figures"] == first.card["figures"]
    assert again.card["records_from"] == first.card["records_from"]
    shorten(context.marts.attendance)
    attendance.fit(context)
    assert fitted == ["history", "no_history"]
