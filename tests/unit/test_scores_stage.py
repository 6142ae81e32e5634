"""The scores of a day on small invented marts: what is in force, for whom, at which level."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.scores import attendance, lean, support
from orchestration.scores.card import read_card
from orchestration.scores.context import ScoreContext
from orchestration.scores.groups import has_history
from orchestration.scores.level import at_level, registered_people, solve_level
from orchestration.scores.live import decide
from orchestration.scores.outcome import RefusedFitError
from orchestration.scores.quality import ONCE, REFUSED, TURNOUT, measure
from orchestration.scores.stage import make_scores
from orchestration.scores.tables import Marts, UnfitTableError, ordered
from tests.unit.score_marts import rewrite, write_marts


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
        as_of="2016-01-21",
    )


def starve(context, *marts):
    """Leave too few labels in these marts."""
    for file in marts:
        pq.write_table(pq.read_table(file).slice(0, 10), file)


def test_without_labels_everybody_has_the_base_rate_and_the_card_says_so(context):
    starve(context, context.marts.attendance, context.marts.support, context.marts.canvasses)
    rewrite(context.marts.people, party=["REP"] * 1530)
    made = make_scores(context)
    assert {o.state for o in made.outcomes.values()} == {"stand_in"}
    assert "only 10 labels" in made.outcomes["support"].reason
    scores = pq.read_table(context.lake.scores("attendance"))
    assert scores.num_rows == 1530
    voters = scores.column("probability").to_numpy()[:1500]
    assert voters.sum() == pytest.approx(0.08 * 1500, rel=0.01)
    assert read_card(context.lake, "attendance")["state"] == "stand_in"


def test_everybody_is_scored_once_whatever_order_the_mart_has(context):
    starve(context, context.marts.attendance, context.marts.support, context.marts.canvasses)
    table = pq.read_table(context.marts.people)
    shuffled = table.take(np.random.default_rng(1).permutation(table.num_rows))
    pq.write_table(shuffled, context.marts.people)
    assert ordered(context.lake, context.marts.people) != context.marts.people
    make_scores(context)
    ids = pq.read_table(context.lake.scores("lean")).column("person_id").to_pylist()
    assert ids == sorted(table.column("person_id").to_pylist())
    verdicts = {(v.score, v.check): v for v in measure(context.lake)}
    assert all(verdicts[s, ONCE].passed for s in ("attendance", "support", "lean"))
    assert all(v.passed for k, v in verdicts.items() if k[1] in (TURNOUT, REFUSED))


def test_a_second_making_writes_the_same_bytes(context):
    starve(context, context.marts.attendance, context.marts.support, context.marts.canvasses)
    make_scores(context)
    first = context.lake.scores("support").read_bytes()
    made = make_scores(context)
    assert context.lake.scores("support").read_bytes() == first
    assert made.outcomes["lean"].state == "reused"


def test_both_models_of_attendance_are_fitted_and_signals_lie_on_top(context):
    recipe = attendance.fit(context)
    assert set(recipe.parts) == {"history", "no_history", "signals"}
    assert recipe.card["parts"]["signals"]["features"][1:] == ["n_signups", "asked_by", "party"]
    assert set(recipe.card["figures"]["groups"]) == {
        "never_voted",
        "generals_only",
        "caucused_before",
    }
    people = pq.read_table(context.marts.people)
    record = attendance.record_scorer(dict(recipe.parts))(people)
    full = attendance.scorer(dict(recipe.parts))(people)
    signed = people.column("n_signups").to_numpy() > 0
    gain = full.z - record.z
    assert gain[signed].mean() > gain[~signed].mean()
    assert has_history(people).sum() < people.num_rows


def test_the_level_follows_the_scenario_and_not_the_training_year(context):
    recipe = attendance.fit(context)
    people, registered = registered_people(context)
    assert registered == 1500
    score = attendance.scorer(dict(recipe.parts))
    level = solve_level(context, people, registered, score)
    found = at_level(score, level)(people).probability.sum()
    assert found == pytest.approx(0.08 * 1500, rel=1e-3)
    assert level.shifts["low"] < level.shifts["middle"] < level.shifts["high"]


def test_support_is_leveled_on_the_random_survey_and_leaves_pledges_out(context):
    labels = pq.read_table(context.marts.support)
    pledge = labels.slice(0, 40).set_column(4, "kind", [["pledge"] * 40])
    pq.write_table(pa.concat_tables([labels, pledge]), context.marts.support)
    people, registered = registered_people(context)
    recipe = support.fit(context, lambda rows: lean_even(rows))
    assert recipe.card["level_from"] == "survey"
    assert set(recipe.card["labels_by_kind"]) == {"survey", "door"}
    found = support.scorer(dict(recipe.parts))(people).probability
    assert 0.2 < found.mean() < 0.7
    assert registered == people.num_rows


def lean_even(rows):
    from orchestration.scores.model import Prediction

    return Prediction(np.zeros(rows.num_rows), np.zeros(rows.num_rows))


def test_lean_does_not_read_the_registration(context):
    people = pq.read_table(context.marts.people)
    republican = np.array(people.column("party").to_pylist(), dtype=object) == "REP"
    rewrite(context.marts.people, household_republicans=republican.astype(int))
    recipe = lean.fit(context)
    assert {"party", "household_republicans"}.isdisjoint(recipe.card["parts"]["lean"]["features"])
    # Nobody lives with another Republican here, so the household tells nothing.
    assert recipe.card["figures"]["auc"] < 0.75


def test_answers_are_no_features(context):
    people = pq.read_table(context.marts.people)
    rewrite(context.marts.people, says_will_attend=["yes", "no"] * 765, n_sources=[1, 2] * 765)
    recipe = support.fit(context, lean_even)
    features = recipe.card["parts"]["support"]["features"]
    assert {"says_will_attend", "n_sources"}.isdisjoint(features)
    assert people.num_rows == 1530


def test_a_refused_fit_keeps_the_model_before_in_force(context):
    first = decide(context, "lean", "lean-1", lambda: lean.fit(context))
    assert first.outcome.state == "live"
    from orchestration.scores.card import write_card

    write_card(context.lake, "lean", first.card)

    def refuse():
        raise RefusedFitError("all 30 labels are 1")

    kept = decide(context, "lean", "lean-2", refuse)
    assert kept.outcome.state == "kept"
    assert kept.outcome.version == first.outcome.version
    assert "all 30 labels are 1" in kept.outcome.reason
    assert set(kept.parts) == {"lean"}

    worse = json.loads(json.dumps(first.card))
    worse["figures"].update(auc=0.99, brier_skill=0.99)
    write_card(context.lake, "lean", worse)
    kept = decide(context, "lean", "lean-3", lambda: lean.fit(context))
    assert kept.outcome.state == "kept"
    assert "after 0.990" in kept.outcome.reason


def test_a_missing_mart_is_said_by_name(context):
    context.marts.support.unlink()
    with pytest.raises(UnfitTableError, match=r"support_training\.parquet is not there"):
        make_scores(context)


def test_an_empty_campaign_is_scored_as_what_it_is(context):
    for file in (
        context.marts.people,
        context.marts.attendance,
        context.marts.support,
        context.marts.canvasses,
    ):
        pq.write_table(pq.read_table(file).slice(0, 0), file)
    made = make_scores(context)
    assert {o.state for o in made.outcomes.values()} == {"stand_in"}
    assert {w.rows for w in made.written.values()} == {0}
    assert pq.read_table(context.lake.scores("support")).num_rows == 0
    assert all(v.passed for v in measure(context.lake) if v.blocking)
