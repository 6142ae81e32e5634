"""`tminus score`: any table's figures, and a clear outcome for whatever is wrong with it."""

import json
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from orchestration import cli
from orchestration.scores.anytable import TableOptions, fit_table
from orchestration.scores.labels import LabelReading
from orchestration.scores.suspects import identity, later_election
from orchestration.settings import UserError


def columns(n=900, seed=1, shift=0.0):
    """A voter file as states write it: text everywhere, gaps, ids, a trait nobody may use."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 90, n)
    party = rng.choice(["REP", "DEM", "NOP"], n)
    y = rng.random(n) < 1 / (1 + np.exp(2.0 - 1.8 * (party == "REP") - 0.02 * (age - 50) - shift))
    return {
        "voter_id": [f"IA{i:07d}" for i in rng.permutation(n)],
        "reg_num": rng.permutation(n) + 100_000,
        "last_name": [f"N{i % 40}" for i in range(n)],
        "res_address": [f"{i // 2} MAIN ST" for i in range(n)],
        "dob": [
            (date(2012, 1, 1) - timedelta(days=int(a) * 365)).strftime("%m/%d/%Y") for a in age
        ],
        "age": np.where(rng.random(n) < 0.1, "NA", age.astype(str)),
        "zip": [f"0{1000 + i % 9}" for i in range(n)],
        "party": party,
        "race_code": rng.choice(["W", "B"], n),
        "rc": rng.choice(["WHITE", "BLACK", "ASIAN"], n),
        "constant": ["x"] * n,
        "empty": [""] * n,
        "P2014": np.where(y, "P", ""),
        "voted_2012": np.where(y, "Y", "N"),
    }


@pytest.fixture
def csv(tmp_path):
    def write(name="fit.csv", drop=(), change=None, **more):
        held = {**columns(**more), **(change or {})}
        file = tmp_path / name
        pc.write_csv(pa.table({k: v for k, v in held.items() if k not in drop}), file)
        return file

    return write


def test_the_cards_figures_come_out_as_json(csv):
    report = fit_table(csv(), "voted_2012")
    assert json.loads(json.dumps(report)) == report
    assert report["state"] == "live"
    assert report["auc_interval"][0] < report["auc"] < report["auc_interval"][1]
    assert {"brier", "ece", "log_loss", "slope", "lift", "reliability"} <= report.keys()
    assert set(report["groups"]) == {"REP", "DEM", "NOP"}
    assert report["importances"][0]["feature"] == "party"
    assert set(report["features"]) == {"age", "dob", "zip", "party"}


def test_each_column_left_out_has_its_sentence(csv):
    report = fit_table(csv(), "voted_2012")
    why = {c["column"]: c["why"] for c in report["left_out"]}
    assert "own number" in why["reg_num"]
    assert "nearly unique" in why["voter_id"]
    assert "learnt by heart" in why["last_name"]
    assert "learnt by heart" in why["res_address"]
    assert why["race_code"] == "refused trait (race)"
    assert "by what its cells say" in why["rc"]
    assert (why["constant"], why["empty"]) == ("constant", "all missing")
    assert "later election" in why["P2014"]
    assert report["refused_traits"] == ["race_code", "rc"]
    assert any("refused traits were not used: race_code, rc" in note for note in report["notes"])
    assert any("a household is one res_address" in note for note in report["notes"])


def test_the_outcome_in_another_column_is_left_out_unless_kept(csv):
    def read(**more):
        file = csv(change={"method": np.where(np.array(columns()["voted_2012"]) == "Y", "M", "")})
        return fit_table(file, "voted_2012", None, TableOptions(**more))

    found = read()
    assert "method" not in found["features"]
    assert found["auc"] < 0.9
    kept = read(keep=("method",))
    assert "method" in kept["features"]
    assert kept["auc"] > 0.99


def test_a_test_file_is_scored_and_can_be_moved_to_its_own_level(csv):
    fit, other = csv(), csv("test.csv", n=4000, seed=2, shift=1.5)
    plain = fit_table(fit, "voted_2012", other)
    moved = fit_table(fit, "voted_2012", other, TableOptions(expect=plain["base_rate"]))
    assert (plain["measured_on"], plain["rows"], plain["fit"]["rows"]) == ("test file", 4000, 900)
    assert any("--expect" in note for note in plain["notes"])
    assert moved["ece"] < plain["ece"] / 2
    assert moved["auc"] == pytest.approx(plain["auc"])


def test_a_test_file_may_lack_a_column_and_bring_a_new_category(csv):
    party = np.where(np.arange(600) < 50, "GREEN", "DEM")
    other = csv("test.csv", n=600, seed=2, drop=("zip",), change={"party": party})
    report = fit_table(csv(), "voted_2012", other)
    assert report["missing_in_test"] == ["zip"]
    assert "zip" not in report["features"]
    assert report["new_in_test"] == {"party": 50}
    assert any("party: 50 rows" in note for note in report["notes"])


def test_a_table_as_parquet_reads_as_the_same_table_as_text(csv, tmp_path):
    held = columns()
    held["dob"] = [date(2012, 1, 1) - timedelta(days=40 * 365 + i) for i in range(900)]
    held["voted_2012"] = np.array(held["voted_2012"]) == "Y"
    file = tmp_path / "fit.parquet"
    pq.write_table(pa.table({**held, "nested": [[1]] * 900}), file)
    text = fit_table(csv(change={k: [str(v) for v in held[k]] for k in ("dob",)}), "voted_2012")
    stored = fit_table(file, "voted_2012")
    assert stored["auc"] == pytest.approx(text["auc"], abs=1e-3)
    left_out = {c["column"]: c["why"] for c in stored["left_out"]}
    assert "structures" in left_out["nested"]


@pytest.mark.parametrize(
    ("voted", "why"),
    [
        (["Y"] * 60, "all 60 labels are 1"),
        (["Y", "N"] * 9 + [""] * 42, "only 18 labels"),
        (["Y"] * 2 + ["N"] * 58, "only 2 of 60 labels"),
        ([""] * 60, "only 0 labels"),
    ],
)
def test_labels_that_teach_nothing_are_refused_with_the_reason(csv, voted, why):
    report = fit_table(csv(n=60, change={"voted_2012": voted}), "voted_2012")
    assert report["state"] == "refused"
    assert why in report["reason"]
    assert report["auc"] is None


def test_twenty_labels_are_fitted_and_called_rough(csv):
    report = fit_table(csv(n=20, change={"voted_2012": ["Y", "N"] * 10}), "voted_2012")
    assert report["state"] == "live"
    assert any("every figure is rough" in note for note in report["notes"])


def test_nothing_but_keys_is_refused(csv):
    keep = ("voter_id", "constant", "race_code", "voted_2012")
    report = fit_table(csv(drop=[c for c in columns() if c not in keep]), "voted_2012")
    assert report["state"] == "refused"
    assert "no usable feature" in report["reason"]


def test_a_vote_history_says_which_cells_are_a_yes(csv):
    codes = np.where(np.array(columns()["voted_2012"]) == "Y", "A", "")
    file = csv(change={"voted_2012": codes})
    with pytest.raises(UserError, match="--empty-is-no"):
        fit_table(file, "voted_2012")
    filled = fit_table(
        file, "voted_2012", None, TableOptions(labels=LabelReading(empty_is_no=True))
    )
    assert filled["positives"] == int((codes == "A").sum())
    named = LabelReading(frozenset({"rep"}))
    report = fit_table(csv(), "party", None, TableOptions(labels=named, group="zip"))
    assert report["positives"] == columns()["party"].tolist().count("REP")


def test_mistakes_of_the_user_are_one_sentence(csv, tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        fit_table(tmp_path / "none.csv", "voted_2012")
    with pytest.raises(UserError, match="no column 'attended'"):
        fit_table(csv(), "attended")
    with pytest.raises(UserError, match="no column 'county' for --group"):
        fit_table(csv(), "voted_2012", None, TableOptions(group="county"))
    with pytest.raises(UserError, match="neither yes nor no"):
        fit_table(csv(), "party")
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"no table at all")
    with pytest.raises(UserError, match="cannot be read as a table"):
        fit_table(broken, "voted_2012")


@pytest.mark.parametrize(
    ("column", "label", "is_later"),
    [
        ("g2014", "g2012", True),
        ("p2012", "g2012", False),
        ("g2012", "p2012", True),
        ("GENERAL-11/08/2016", "PRIMARY-03/15/2016", True),
        ("PRIMARY-03/15/2016", "GENERAL-11/08/2016", False),
        ("age", "voted_2012", False),
        ("voted_2010", "voted", False),
    ],
)
def test_elections_are_told_apart_by_their_names(column, label, is_later):
    assert (later_election(column, label) is not None) == is_later


def test_a_place_may_have_a_name_and_a_person_may_not():
    assert identity("county_name") is None
    assert identity("LastName")
    assert identity("email")


def run(monkeypatch, capsys, *arguments):
    monkeypatch.setattr("sys.argv", ["tminus", "score", *(str(a) for a in arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0), *capsys.readouterr()


def test_the_verb_prints_one_object_and_says_in_a_sentence_what_it_refuses(
    csv, monkeypatch, capsys
):
    code, out, err = run(monkeypatch, capsys, "--fit", csv(), "--label", "voted_2012", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["state"] == "live"
    one = csv("one.csv", n=60, change={"voted_2012": ["Y"] * 60})
    code, out, err = run(monkeypatch, capsys, "--fit", one, "--label", "voted_2012", "--json")
    assert code == 2
    assert json.loads(out)["state"] == "refused"
    assert "both outcomes are needed" in err
    assert err.count("\n") == 1


def test_the_verb_shows_a_table_to_people(csv, monkeypatch, capsys):
    code, out, _ = run(monkeypatch, capsys, "--fit", csv(), "--label", "voted_2012")
    assert code == 0
    assert "How good it is" in out
    assert "Left out: race_code: refused trait (race)." in out
