"""Small cells: none is shown, and none can be had by subtracting the shown ones from the total."""

from __future__ import annotations

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from orchestration.release.small_cells import SMALLEST_CELL, hide

CELLS = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 8)), st.integers(1, 25), max_size=14
)


@given(CELLS)
def test_nothing_small_is_shown_or_left_alone(cells: dict[tuple[str, int], int]) -> None:
    con = duckdb.connect()
    con.execute("create table cells (whole varchar, key integer, people integer)").fetchall()
    if cells:
        con.executemany("insert into cells values (?, ?, ?)", [(*k, n) for k, n in cells.items()])
    query = hide("select * from cells", ["whole"], "key")
    found = {(w, k): n for w, k, n in con.execute(query).fetchall()}
    assert set(found) == set(cells)
    for whole in ("a", "b"):
        mine = {k: n for k, n in found.items() if k[0] == whole}
        hidden = [k for k, n in mine.items() if n is None]
        assert all(n == cells[k] and n >= SMALLEST_CELL for k, n in mine.items() if n is not None)
        small = [k for k in mine if cells[k] < SMALLEST_CELL]
        # A cell is hidden for being small, or for hiding the only small one beside it.
        assert len(hidden) == len(small) + (1 if len(small) == 1 and len(mine) > 1 else 0)


@given(CELLS)
def test_what_must_be_hidden_for_another_reason_is(cells: dict[tuple[str, int], int]) -> None:
    con = duckdb.connect()
    con.execute("create table cells (whole varchar, key integer, people integer)").fetchall()
    if cells:
        con.executemany("insert into cells values (?, ?, ?)", [(*k, n) for k, n in cells.items()])
    query = hide("select * from cells", ["whole"], "key", also="whole = 'b'")
    assert all(n is None for w, _, n in con.execute(query).fetchall() if w == "b")
