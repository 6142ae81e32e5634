"""The router: which pages there are and who may see them; nothing is drawn here.

Start it with ``make up``. Pages live in ``app_pages``, what they are built from in ``lib``.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from apps.lib import parts
from apps.lib.home import exposure

# A file of ours: a named icon would be fetched from a host of Google's by every reader.
ICON = Path(__file__).parent / "lib" / "assets" / "icon.svg"


def main() -> None:
    """Set the page up, refuse to be reached from elsewhere, and hand over to a page."""
    st.set_page_config(
        page_title="T-minus",
        page_icon=str(ICON),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    parts.style()
    refusal = exposure(st.get_option("server.address"))
    if refusal:
        parts.empty("Not shown on an open address", refusal, ["make up"])
        st.stop()
    today = st.Page("app_pages/today.py", title="Today", icon=":material/today:", default=True)
    sources = st.Page("app_pages/sources.py", title="Sources", icon=":material/inbox:")
    segments = st.Page("app_pages/segments.py", title="Segments", icon=":material/groups:")
    money = st.Page("app_pages/money.py", title="Money", icon=":material/payments:")
    st.navigation([today, sources, segments, money], position="top").run()


main()
