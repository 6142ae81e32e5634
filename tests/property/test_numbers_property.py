"""A few numbers among millions are counted and found as a plain loop would."""

from __future__ import annotations

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.contracts.readers.numbers import count_up_to, is_one_of

NUMBERS = st.lists(st.integers(0, 3_000), unique=True, max_size=200).map(sorted)


@settings(max_examples=8)
@given(numbers=NUMBERS)
def test_as_a_plain_loop_would(numbers: list[int]) -> None:
    with duckdb.connect(config={"threads": 1}) as con:
        rows = con.execute(
            f"select i, {count_up_to(numbers, 'i')}, {is_one_of(numbers, 'i')} "
            "from range(0, 3100, 7) t(i)"
        ).fetchall()
    assert rows == [(i, sum(n <= i for n in numbers), i in numbers) for i in range(0, 3100, 7)]
