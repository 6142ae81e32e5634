"""The ledger: whatever is killed, what was written stays readable and in order."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from orchestration.lake import Lake
from orchestration.ledger import audit, checks, deliveries, journal, steps
from orchestration.ledger.checks import CheckRecord
from orchestration.ledger.deliveries import DeliveryRecord, FeedOutcome
from orchestration.ledger.making import record_making
from orchestration.ledger.steps import StepRecord


def _step(asset: str, version: str, state: steps.State = "made") -> StepRecord:
    return StepRecord(asset, "code", {}, version, state, "2016-01-21T06:00:00-06:00")


def test_a_line_cut_short_is_left_out_and_closed_off(tmp_path: Path) -> None:
    file = tmp_path / "journal.ndjson"
    journal.append(file, [{"n": 1}])
    with file.open("a") as stream:
        stream.write('{"n": 2, "cut')
    assert [r["n"] for r in journal.read(file)] == [1]
    journal.append(file, [{"n": 3}])
    assert [r["n"] for r in journal.read(file)] == [1, 3]


def test_a_journal_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    assert list(journal.read(tmp_path / "none.ndjson")) == []


def test_delivery_records_come_back_as_written(tmp_path: Path) -> None:
    feed = FeedOutcome("signups", "contact", "append", 10, 9, 1, "2016-01-20T23:00:00")
    older = FeedOutcome("donors", "contact", "append", 5, 5, 0, "2016-01-19T23:00:00")
    record = DeliveryRecord(
        "website", "ab12", "2016-01-21/x.csv", "2016-01-21", "landed", "now", (feed, older)
    )
    deliveries.append(Lake(tmp_path), record)
    assert deliveries.read(Lake(tmp_path)) == [record]
    assert (record.read, record.landed, record.quarantined) == (15, 14, 1)
    assert record.data_time == "2016-01-20T23:00:00"
    assert deliveries.read(Lake(tmp_path), "party") == []


def test_a_making_knows_its_inputs_and_whether_anything_changed(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    steps.append(lake, _step("landing/voter", "v1"))
    first = record_making(lake, _step("staging/stg_voters", "s1"), ["landing/voter", "x/y"])
    again = record_making(lake, _step("staging/stg_voters", "s1"), ["landing/voter"])
    other = record_making(lake, _step("staging/stg_voters", "s2"), ["landing/voter"])
    assert first.inputs == {"landing/voter": "v1", "x/y": "none"}
    assert [first.state, again.state, other.state] == ["made", "unchanged", "made"]


def test_a_failed_making_does_not_hide_the_last_good_one(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    steps.append(lake, _step("marts/voters", "good"), _step("marts/voters", "bad", "failed"))
    assert steps.data_versions(lake, ("marts/voters", "marts/none")) == {
        "marts/voters": "good",
        "marts/none": "none",
    }


def test_only_the_last_evaluation_of_a_check_counts(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    failed = CheckRecord("a", "unique", False, True, "two rows share a key", "t1")
    noted = CheckRecord("a", "drift", False, False, "more rows than usual", "t1")
    checks.append(lake, failed, noted)
    assert checks.failing(lake, blocking_only=True) == [failed]
    checks.append(lake, CheckRecord("a", "unique", True, True, "", "t2"))
    assert checks.failing(lake, blocking_only=True) == []
    assert checks.failing(lake) == [noted]


def test_a_check_counts_only_while_the_code_defines_it(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    gone = CheckRecord("scores/a", "features_as_in_training", False, True, "they differ", "t1")
    kept = CheckRecord("scores/a", "calibrated", False, True, "slope 0.4", "t1")
    checks.append(lake, gone, kept)
    assert checks.failing(lake) == [gone, kept]
    checks.define(lake, [("scores/a", "calibrated"), ("scores/a", "newly_added")], "t2")
    assert checks.failing(lake, blocking_only=True) == [kept]
    checks.define(lake, [("scores/a", "features_as_in_training")], "t3")
    assert checks.failing(lake) == [gone]


def test_the_same_checks_are_noted_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert checks.defined(lake) is None
    for moment in ("t1", "t2"):
        checks.define(lake, [("a", "unique"), ("a", "drift")], moment)
    assert len((lake.ledger / "checks_defined.ndjson").read_text().splitlines()) == 1


def test_the_audit_holds_until_an_entry_is_changed_or_removed(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for n in range(3):
        audit.record(lake, f"t{n}", "platform", "release", f"r{n}", rows=n)
    assert audit.verify(lake) == audit.Verdict(3, True)
    file = lake.ledger / "audit.ndjson"
    lines = file.read_text().splitlines()
    forged = json.loads(lines[1]) | {"subject": "other"}
    file.write_text("\n".join([lines[0], json.dumps(forged), lines[2]]) + "\n")
    assert audit.verify(lake).broken_at == 2
    file.write_text("\n".join([lines[0], lines[2]]) + "\n")
    assert audit.verify(lake).broken_at == 2


def test_who_writes_at_once_does_not_break_the_chain(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: audit.record(lake, "t", "one", "look", str(n)), range(40)))
    assert audit.verify(lake) == audit.Verdict(40, True)
