"""Deciding at the terminal: what is asked, shown and written down."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.identity import review
from orchestration.identity.review import Case
from orchestration.identity.review_terminal import Round, decide_each, side_by_side

NOW = datetime(2016, 1, 20, tzinfo=timezone.utc)
CASES = [
    Case(f"web/people:{n}", f"party/voterfile:{n}", None, "web", 0.6, "a close second", 0.6,
         {"first_name": "ANNA", "city": None}, {"first_name": "ANNA", "zip5": "50010"}, {})
    for n in range(5)
]  # fmt: skip


def test_answers_become_decisions_until_enough(tmp_path: Path) -> None:
    answers = iter(["s", "?", "n", "", "d", "q"])
    said: list[str] = []
    made = decide_each(
        tmp_path, [*CASES, CASES[0]], "ann", lambda: NOW, lambda _: next(answers), said.append
    )
    assert made == 3
    kinds = [(d.kind, d.record_key, d.voter_key, d.who) for d in review.decided(tmp_path)]
    assert kinds == [
        ("same", "web/people:0", "party/voterfile:0", "ann"),
        ("no_voter", "web/people:1", "", "ann"),
        ("different", "web/people:3", "party/voterfile:3", "ann"),
    ]
    assert any("no answer" in line for line in said)


def test_a_case_is_shown_side_by_side() -> None:
    shown = side_by_side(CASES[0], "1 of 5")
    assert "= first name" in shown
    assert "city" not in shown
    assert "50010" in shown


def test_json_names_no_person() -> None:
    said = json.dumps(Round(tuple(CASES), 9, 2).as_json())
    assert "ANNA" not in said
    assert json.loads(said)["queue"] == 9


def test_nothing_waits_in_a_new_home(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["review", "--json", "--home", str(tmp_path)])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"queue": 0, "decided": 0, "cases": []}
