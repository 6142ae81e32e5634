"""Tables as CSV: for whose role may take them, harmless in a spreadsheet, and noted."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import streamlit as st

from apps.lib import auth, downloads
from apps.lib.auth import Visitor
from apps.lib.home import HomeView, open_home
from orchestration.handoff.tables import TAKEN
from orchestration.lake import Lake
from orchestration.ledger import audit
from orchestration.settings import PROJECT_ROOT, Role
from tests.apps.invented import write_release

TABLE = pd.DataFrame({"county": ["=1+1", "Polk"], "people": pd.array([None, 12], dtype="Int64")})


@pytest.fixture
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> HomeView:
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("TMINUS_HOME", str(home))
    write_release(home)
    return open_home({})


def offered(here: HomeView, role: Role, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    buttons: list[dict[str, Any]] = []
    monkeypatch.setattr(auth, "visitor", lambda _: Visitor("dee@x.example", frozenset({role})))
    monkeypatch.setattr(
        st, "download_button", lambda _, data, **other: buttons.append({"data": data, **other})
    )
    downloads.offer(here, "seg_base_by_county", date(2016, 1, 21), TABLE)
    return buttons


def test_a_table_taken_is_harmless_and_noted(
    here: HomeView, monkeypatch: pytest.MonkeyPatch
) -> None:
    (button,) = offered(here, "leadership", monkeypatch)
    assert button["file_name"] == "seg_base_by_county-2016-01-21.csv"
    assert not Lake(here.path).root.exists()  # nothing is taken before the button is pressed
    # A cell too small to be shown stays empty, and no spreadsheet runs a name.
    assert button["data"]().decode() == "county,people\n'=1+1,\nPolk,12\n"
    (noted,) = [e for e in audit.entries(Lake(here.path)) if e["action"] == TAKEN]
    assert (noted["actor"], noted["subject"]) == ("dee@x.example", "seg_base_by_county 2016-01-21")


@pytest.mark.parametrize("role", ["vendor", "processor"])
def test_who_may_look_only_is_offered_no_table(
    here: HomeView, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    assert offered(here, role, monkeypatch) == []
