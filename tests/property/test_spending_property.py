"""Spending: what holds for every amount, however it is written, and for every set of lines."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.settings import UserError
from orchestration.spending.count import AMOUNT, count_lines
from orchestration.spending.layouts import PRESIDENTIAL
from orchestration.spending.read import read_reports

cents = st.integers(min_value=-(10**14) + 1, max_value=10**14 - 1)


@cache
def engine() -> duckdb.DuckDBPyConnection:
    """One connection that knows how amounts are written."""
    con = duckdb.connect(":memory:")
    con.execute(AMOUNT)
    return con


def amount_of(text: str) -> Decimal | None:
    """What the engine takes a text for."""
    row = engine().execute("select amount_of(?)", [text]).fetchone()
    assert row is not None
    value: Decimal | None = row[0]
    return value


@given(cents, st.sampled_from(["plain", "thousands", "dollar", "behind", "brackets", "spaces"]))
def test_an_amount_is_read_exactly_however_it_is_written(value: int, style: str) -> None:
    amount = Decimal(value).scaleb(-2)
    size = f"{abs(amount):,.2f}" if style == "thousands" else f"{abs(amount):.2f}"
    sign = "-" if amount < 0 else ""
    text = {
        "plain": f"{sign}{size}",
        "thousands": f"{sign}{size}",
        "dollar": f"{sign}${size}",
        "behind": f"{size}{sign}",
        "brackets": f"({size})" if amount < 0 else size,
        "spaces": f"  {sign}{size} ",
    }[style]
    assert amount_of(text) == amount


@given(st.text(alphabet="0123456789.,-()$ eE+", max_size=14))
def test_a_text_is_read_as_its_own_digits_or_not_at_all(text: str) -> None:
    found = amount_of(text)
    if found is None:
        return
    digits = "".join(c for c in text if c.isdigit() or c == ".")
    assert abs(found) == Decimal(digits)
    assert (found < 0) == (any(c in text for c in "-(") and found != 0)


@given(st.decimals(min_value=0, max_value=10**6, places=3).filter(lambda d: d * 100 % 1 != 0))
def test_a_fraction_of_a_cent_is_never_rounded(amount: Decimal) -> None:
    assert amount_of(str(amount)) is None


@settings(max_examples=8)
@given(
    lines=st.lists(
        st.tuples(st.integers(-(10**8), 10**8), st.booleans(), st.integers(0, 1)), max_size=20
    ),
    cut=st.integers(0, 20),
    overlap=st.integers(0, 5),
)
def test_files_that_overlap_add_up_as_one(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[tuple[int, bool, int]],
    cut: int,
    overlap: int,
) -> None:
    folder = tmp_path_factory.mktemp("reports")

    def write(name: str, chosen: list[tuple[int, tuple[int, bool, int]]]) -> Path:
        path = folder / name
        rows = [",".join(PRESIDENTIAL)]
        for number, (value, memo, filing) in chosen:
            amount = Decimal(value).scaleb(-2)
            rows.append(
                f'C00999991,,,"X",{amount},01-OCT-15,,,,"Y",{"X" if memo else ""},,SB23,'
                f"70000{filing},T{number},P2016,"
            )
        path.write_text("\n".join(rows) + "\n")
        return path

    numbered = list(enumerate(lines))
    paths = [write("a.csv", numbered[: cut + overlap]), write("b.csv", numbered[cut:])]
    with duckdb.connect(":memory:") as con:
        read_reports(con, paths)
        found = con.execute(
            "select count(*), coalesce(sum(amount), 0) from lines where not is_memo"
        ).fetchone()
    counted = [value for value, memo, _ in lines if not memo]
    assert found == (len(counted), Decimal(sum(counted)).scaleb(-2))


@settings(max_examples=8)
@given(order=st.permutations(range(5)))
def test_the_last_amendment_counts_in_whatever_order_they_are_read(order: list[int]) -> None:
    with duckdb.connect(":memory:") as con:
        _empty(con)
        for version in order:
            con.execute(
                "insert into filings values (?, 'f', 'C00999991', '', 'F3P', ?, false, ?, ?, "
                "'2015Q4', date '2015-10-01', date '2015-12-31')",
                [f"70000{version}", version > 0, "700000" if version else "", version],
            )
            con.execute(
                "insert into texts (file, row, filing_id, committee_id, transaction_id, amount, "
                "date) values ('f', 1, ?, 'C00999991', 'T', ?, '20151101')",
                [f"70000{version}", str(version)],
            )
        count_lines(con)
        assert con.execute("select filing_id, amount from lines").fetchall() == [
            ("700004", Decimal(4))
        ]


@settings(max_examples=8)
@given(st.text(alphabet="0123456789-/ABCJN", min_size=1, max_size=10))
def test_a_date_is_read_or_refused_but_never_lost(text: str) -> None:
    with duckdb.connect(":memory:") as con:
        _empty(con)
        con.execute(
            "insert into filings (filing_id, committee_id, is_amendment, amends, period) "
            "values ('700001', 'C00999991', false, '', '')"
        )
        con.execute(
            "insert into texts (file, row, filing_id, committee_id, amount, date) "
            "values ('f', 1, '700001', 'C00999991', '1', ?)",
            [text],
        )
        refused = None
        try:
            count_lines(con)
        except UserError as mistake:
            refused = str(mistake)
        if refused is None:
            assert con.execute("select count(date) from lines").fetchone() == (1,)
        else:
            assert refused.startswith("f, line 1: the date is no date")


def _empty(con: duckdb.DuckDBPyConnection) -> None:
    from orchestration.spending.read import TABLES

    con.execute(TABLES)
