"""Text at speed: look strings up by number and join columns into lines, without a Python loop.

Formats of a supplier belong to :mod:`writers`; this knows only tables and bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from orchestration.demo.draws import Ints

Text = Any  # pyarrow's arrays carry no type arguments
DAY_ZERO = np.datetime64("1899-01-01", "D")


def table(values: Sequence[str]) -> Text:
    """A table of strings to look up in."""
    return pa.array(values, pa.string())


def take(values: Text, index: NDArray[Any]) -> Text:
    """The strings at these places."""
    return values.take(pa.array(index))


def constant(value: str, size: int) -> Text:
    """The same string ``size`` times."""
    return pa.repeat(pa.scalar(value, pa.string()), size)


def only(mask: NDArray[np.bool_], values: Text) -> Text:
    """The string where the mask is true, else nothing."""
    return pc.if_else(pa.array(mask), values, "")


def either(mask: NDArray[np.bool_], yes: Text, no: Text) -> Text:
    """One string or the other."""
    return pc.if_else(pa.array(mask), yes, no)


def digits(values: NDArray[Any], width: int = 0) -> Text:
    """Whole numbers as text, padded with zeros to ``width``."""
    text = pc.cast(pa.array(values), pa.string())
    return pc.utf8_lpad(text, width, "0") if width else text


def glue(*columns: Text | str, sep: str = "") -> Text:
    """Join columns side by side; a plain string stands in every row."""
    return pc.binary_join_element_wise(*columns, sep)


def lines(columns: Sequence[Text | str], sep: str = ",") -> Text:
    """Rows ready to be written: fields joined, each ended by a newline.

    The columns must be quoted already where they need it, and hold no null.
    """
    return glue(glue(*columns, sep=sep), "\n")


def as_bytes(rows: Text) -> memoryview:
    """All rows' bytes in one piece, without a copy."""
    if isinstance(rows, pa.ChunkedArray):
        rows = rows.combine_chunks()
    if len(rows) == 0:
        return memoryview(b"")
    offsets = np.frombuffer(rows.buffers()[1], np.int32)[rows.offset : rows.offset + len(rows) + 1]
    return memoryview(rows.buffers()[2])[int(offsets[0]) : int(offsets[-1])]


@cache
def _days(pattern: str) -> Text:
    days = (DAY_ZERO + np.arange(44_000)).astype("datetime64[s]")
    return pc.strftime(pa.array(days), format=pattern)


def dates(days: Ints, pattern: str = "%m/%d/%Y") -> Text:
    """Days since 1970 as text, by a table of every day from 1899 on."""
    return take(_days(pattern), days - DAY_ZERO.astype(np.int64))


def moments(seconds: Ints, pattern: str = "%Y-%m-%dT%H:%M:%S") -> Text:
    """Seconds since 1970 as text."""
    return pc.strftime(pa.array(seconds.astype("datetime64[s]")), format=pattern)


def day(text: str) -> int:
    """An ISO day as days since 1970."""
    return int(np.datetime64(text, "D").astype(np.int64))
