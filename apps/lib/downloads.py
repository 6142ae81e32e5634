"""Tables of a page as CSV, for whose role may take them; Streamlit's own button is put away."""

from __future__ import annotations

import os
from datetime import date

import pandas as pd
import streamlit as st

from apps.lib import auth
from apps.lib.auth import Visitor
from apps.lib.home import HomeView, open_home
from orchestration.handoff.tables import take_table
from orchestration.settings import Role

_MAY: frozenset[Role] = frozenset({"engineer", "leadership", "field"})


def may_take(visitor: Visitor) -> bool:
    """Whether a visitor may take a table away; a supplier and a processor may look only."""
    return bool(visitor.roles & _MAY)


def offer(home: HomeView, name: str, as_of: date, table: pd.DataFrame) -> None:
    """A button that gives the table as it is shown; nothing for who may not take it.

    Args:
        home: For who is looking.
        name: Of the table, in the file's name and in the audit.
        as_of: The day that it describes.
        table: Its rows; fixed cells of a release, no person's.
    """
    visitor = auth.of_home(home)
    if table.empty or not may_take(visitor):
        return

    def fetch() -> bytes:
        now = open_home(dict(os.environ))
        shown = table.astype(object).where(table.notna(), None)
        rows = shown.itertuples(index=False, name=None)
        return take_table(
            now.settings, f"{name} {as_of}", visitor.who, now.now, list(table.columns), rows
        )

    st.download_button(
        "Download as CSV",
        fetch,
        file_name=f"{name}-{as_of}.csv",
        mime="text/csv",
        key=f"csv_{name}",
        type="tertiary",
    )
