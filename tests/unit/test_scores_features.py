from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from orchestration.contracts.traits import REFUSED_TRAITS
from orchestration.scores.design import Design, fit_design
from orchestration.scores.encode import Encoder, fit_encoder
from orchestration.scores.features import infer_spec
from orchestration.scores.folds import group_codes, grouped_folds, sum_by_group
from orchestration.scores.groups import voter_groups
from orchestration.scores.refused import refused_reason

TABLE = pa.table(
    {
        "person_id": ["a", "b", "c", "d"] * 10,
        "age": pa.array([30, None, 50, 60] * 10, pa.int64()),
        "is_new": [True, False, None, True] * 10,
        "party": ["REP", "DEM", None, "REP"] * 10,
        "born": [date(1960, 1, 1), date(1970, 1, 1)] * 20,
        "empty": pa.nulls(40, pa.float64()),
        "same": [1] * 40,
        "race_code": ["W", "B"] * 20,
        "full_name": [f"N{i}" for i in range(40)],
        "nested": [[1]] * 40,
    }
)


def test_each_column_is_read_or_left_out_with_its_reason():
    spec = infer_spec(TABLE)
    assert spec.numeric == ("age", "is_new", "born")
    assert spec.categorical == ("party",)
    why = dict(spec.dropped)
    assert why["empty"] == "all missing"
    assert why["same"] == "constant"
    assert why["race_code"] == "refused trait (race)"
    assert "nearly unique" in why["full_name"]
    assert why["person_id"] == "key"
    assert "nested" in why


@pytest.mark.parametrize("trait", sorted(w for words in REFUSED_TRAITS.values() for w in words))
def test_no_refused_word_becomes_a_feature(trait):
    for name in (trait, f"{trait}_cd", f"is_{trait}", f"modeled_{trait}_score"):
        table = pa.table({name: [1.0, 2.0, 3.0]})
        assert infer_spec(table).names == ()


def test_plain_words_that_look_alike_are_no_refused_traits():
    for name in ("trace_id", "country_music", "grace_period", "healthy_turnout"):
        assert refused_reason(name) is None
    assert refused_reason("home_language")
    assert refused_reason("SpanishSpeaker")


def test_a_new_level_and_a_missing_column_count_as_missing():
    encoder = fit_encoder(TABLE, infer_spec(TABLE))
    raw = encoder.encode(pa.table({"party": ["LIB", "REP"]}))
    party = encoder.names.index("party")
    assert np.isnan(raw[0, party])
    assert raw[1, party] == 0
    assert np.isnan(raw[:, encoder.names.index("age")]).all()


def test_encoder_and_design_survive_being_written_down():
    encoder = fit_encoder(TABLE, infer_spec(TABLE))
    raw = encoder.encode(TABLE)
    design = fit_design(encoder, raw)
    again = Encoder.from_json(encoder.to_json())
    assert again == encoder
    assert np.array_equal(
        Design.from_json(design.to_json()).expand(again.encode(TABLE)), design.expand(raw)
    )


def test_infinities_and_endless_tails_stay_finite():
    table = pa.table({"amount": [0.0, 1.0, float("inf"), 1e30, None, 5.0] * 20})
    encoder = fit_encoder(table, infer_spec(table))
    columns = fit_design(encoder, encoder.encode(table)).expand(encoder.encode(table))
    assert np.isfinite(columns).all()


def test_no_group_stands_in_two_folds():
    groups = group_codes(pa.array(["a", "b", None, "a", "c", None, "b"]), 7)
    assert len(set(groups.tolist())) == 5
    folds = grouped_folds(groups, 3, 1)
    for group in set(groups.tolist()):
        assert len(set(folds[groups == group].tolist())) == 1
    assert sum_by_group(np.ones((7, 1)), groups).sum() == 7


def test_groups_by_record_of_voting():
    table = pa.table(
        {
            "kind": ["voter", "voter", "voter", "contact", "voter"],
            "n_generals": [0, 2, 3, None, None],
            "n_caucuses": [0, 0, 1, None, 0],
            "n_primaries": [0, 0, 0, None, 1],
        }
    )
    assert voter_groups(table).tolist() == [
        "never_voted",
        "generals_only",
        "caucused_before",
        "no_voter_record",
        "generals_only",
    ]
