"""What a CI job reads of the checks."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from orchestration.ledger.checks import CheckRecord
from orchestration.readiness.junit import write_junit
from orchestration.settings import UserError


def record(check: str, passed: bool, blocking: bool) -> CheckRecord:
    return CheckRecord("marts/voters", check, passed, blocking, f"<{check}> & more", "2016-01-21")


def test_a_blocking_failure_fails_and_a_warning_is_shown(tmp_path: Path) -> None:
    checks = [record("good", True, True), record("bad", False, True), record("meh", False, False)]
    write_junit(tmp_path / "out" / "junit.xml", checks, {"marts": "broke"}, 1.5)
    suite = ElementTree.parse(tmp_path / "out" / "junit.xml").getroot()
    assert {k: suite.get(k) for k in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    (failure,) = suite.iter("failure")
    assert failure.get("message") == "<bad> & more"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="name another file"):
        write_junit(tmp_path / "file" / "junit.xml", [], {}, 0.0)
