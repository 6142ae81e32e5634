"""The verbs about deliveries and sources: what they print, and what they leave."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from orchestration import cli
from tests.faults.desk import GOOD, open_desk


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["tminus", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_a_delivery_is_withdrawn_by_its_file_s_name(
    home: Path,
    moment: datetime,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk = open_desk(home, moment)
    desk.put("cards.csv", GOOD)
    record = desk.land()["cards.csv"]
    words = ("withdraw", "desk", "cards.csv", "--home", str(home), "--json")
    assert run(monkeypatch, *words) == 2
    capsys.readouterr()
    assert run(monkeypatch, *words, "--reason", "sent by mistake") == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"withdrawn": [{"file": record.file, "delivery": record.delivery}]}
    assert desk.land() == {}


def test_docs_go_to_the_home_unless_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "docs", "--home", str(home), "--json") == 0
    pages = json.loads(capsys.readouterr().out)["pages"]
    assert str(home / "docs" / "party.md") in pages
    assert all(Path(page).exists() for page in pages)
