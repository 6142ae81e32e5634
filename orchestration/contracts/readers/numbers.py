"""A few record numbers among millions, as SQL that looks one up at once and keeps rows in order.

A join would do the same but promises no order, and sorting a wide file costs more than reading it.
"""

from __future__ import annotations

from collections.abc import Sequence

FEW = 32


def count_up_to(numbers: Sequence[int], ref: str) -> str:
    """How many of these ascending numbers are at most ``ref``."""
    if len(numbers) <= FEW:
        return " + ".join(f"({ref} >= {n})::bigint" for n in numbers) or "0"
    low, width, buckets = _buckets(numbers)
    before, total = [], 0
    for bucket in buckets:
        before.append(total)
        total += len(bucket)
    place = _place(ref, low, width, len(buckets))
    within = f"len(list_filter(({_lists(buckets)})[{place}], lambda n: n <= {ref}))"
    listed = ", ".join(map(str, before))
    return f"(case when {ref} < {low} then 0 else ([{listed}]::bigint[])[{place}] + {within} end)"


def is_one_of(numbers: Sequence[int], ref: str) -> str:
    """Whether ``ref`` is one of these ascending numbers."""
    if not numbers:
        return "false"
    if len(numbers) <= FEW:
        return f"{ref} in ({', '.join(map(str, numbers))})"
    low, width, buckets = _buckets(numbers)
    place = _place(ref, low, width, len(buckets))
    found = f"list_contains(({_lists(buckets)})[{place}], {ref})"
    return f"({ref} between {low} and {numbers[-1]} and {found})"


def _buckets(numbers: Sequence[int]) -> tuple[int, int, list[list[int]]]:
    """The numbers in as many stretches of equal width as there are numbers."""
    low = numbers[0]
    width = (numbers[-1] - low) // len(numbers) + 1
    buckets: list[list[int]] = [[] for _ in range((numbers[-1] - low) // width + 1)]
    for number in numbers:
        buckets[(number - low) // width].append(number)
    return low, width, buckets


def _place(ref: str, low: int, width: int, count: int) -> str:
    return f"least(({ref} - {low}) // {width} + 1, {count})"


def _lists(buckets: list[list[int]]) -> str:
    return "[" + ", ".join(str(bucket) for bucket in buckets) + "]::bigint[][]"
