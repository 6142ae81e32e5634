"""What humans decided: written once, binding, undone only by another decision."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from orchestration.identity import decisions, review
from orchestration.identity.decisions import Decision, constraints
from orchestration.settings import UserError

AT = datetime(2016, 1, 20, 9, tzinfo=timezone.utc)


def _decision(kind: str, record: str = "web/a:1", voter: str = "", **more: str) -> Decision:
    return Decision(kind, record, voter, "ann", AT.isoformat(), **more)  # type: ignore[arg-type]


def test_what_was_written_is_read_back_with_an_id(home: Path) -> None:
    made = review.decide(home, "same", "web/a:1", "party/v:9", "ann", AT, "I know her")
    assert made.id
    assert review.decided(home) == [made]


def test_a_later_decision_does_not_exist_yet(home: Path) -> None:
    review.decide(home, "same", "web/a:1", "party/v:9", "ann", AT)
    file = home / "decisions" / "identity.ndjson"
    assert decisions.read(file, datetime(2016, 1, 20, 8, tzinfo=timezone.utc)) == []
    assert len(decisions.read(file, datetime(2016, 1, 20, 10))) == 1


def test_an_undone_decision_holds_no_more(home: Path) -> None:
    made = review.decide(home, "no_voter", "web/a:1", "", "ann", AT)
    review.undo(home, made.id, "bob", AT)
    held = constraints(review.decided(home))
    assert (held.same, held.different, held.no_voter) == ({}, frozenset(), frozenset())


@pytest.mark.parametrize(
    ("kind", "record", "voter", "who"),
    [
        ("same", "web/a:1", "", "ann"),
        ("different", "", "party/v:9", "ann"),
        ("no_voter", "web/a:1", "", " "),
        ("perhaps", "web/a:1", "party/v:9", "ann"),
    ],
)
def test_an_incomplete_decision_is_refused(
    home: Path, kind: str, record: str, voter: str, who: str
) -> None:
    with pytest.raises(UserError):
        review.decide(home, kind, record, voter, who, AT)  # type: ignore[arg-type]
    assert review.decided(home) == []


def test_nothing_undoes_what_is_not_there(home: Path) -> None:
    with pytest.raises(UserError, match="undo"):
        review.undo(home, "feedbeef", "ann", AT)


def test_of_two_that_contradict_the_later_holds_and_is_named() -> None:
    held = constraints([_decision("same", voter="v1"), _decision("same", voter="v2")])
    assert held.same == {"web/a:1": "v2"}
    assert held.contradictions == ("web/a:1",)
    held = constraints([_decision("same", voter="v1"), _decision("no_voter")])
    assert held.same == {}
    assert held.no_voter == {"web/a:1"}
    held = constraints([_decision("different", voter="v1"), _decision("same", voter="v1")])
    assert held.same == {"web/a:1": "v1"}
    assert held.different == frozenset()


def test_a_pair_is_forbidden_without_deciding_the_record() -> None:
    held = constraints([_decision("different", voter="v1"), _decision("same", voter="v2")])
    assert held.same == {"web/a:1": "v2"}
    assert held.different == {("web/a:1", "v1")}
    assert held.contradictions == ()
