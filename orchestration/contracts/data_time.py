"""The age of a file's data: a column of each row, a date in the file's name, or the day it came."""

from __future__ import annotations

import re
from datetime import datetime

from orchestration.contracts.layers import Layers
from orchestration.contracts.normalise.parsers import Situation, steps_for
from orchestration.contracts.normalise.text import identifier, literal
from orchestration.contracts.plan import FeedPlan

_FIELDS = {
    "%Y": r"\d{4}", "%y": r"\d{2}", "%m": r"\d{2}", "%d": r"\d{2}", "%H": r"\d{2}",
    "%M": r"\d{2}", "%S": r"\d{2}", "%b": "[A-Za-z]{3}", "%B": "[A-Za-z]+",
}  # fmt: skip


def date_in_name(file: str, pattern: str) -> datetime | None:
    """The moment that a file's name states, by a strptime pattern anywhere in it.

    >>> date_in_name("voterfile_full_20160104.zip", "voterfile_full_%Y%m%d")
    datetime.datetime(2016, 1, 4, 0, 0)
    """
    regex = re.escape(pattern)
    for name, digits in _FIELDS.items():
        regex = regex.replace(re.escape(name), digits)
    found = re.search(regex, file)
    try:
        return datetime.strptime(found[0], pattern) if found else None  # noqa: DTZ007 - local
    except ValueError:
        return None


def add_data_time(layers: Layers, plan: FeedPlan, received: str, file: str) -> None:
    """Add ``t_data_time`` in UTC; the day the file was received where nothing says more."""
    zone, source = plan.contract.zone, plan.feed.data_time
    fallback = _utc(f"cast({received} as timestamp)", zone)
    if source is None or (source.file is not None and not date_in_name(file, source.file)):
        layers.add(2, "t_data_time", fallback)
    elif source.file is not None:
        stated = date_in_name(file, source.file)
        layers.add(2, "t_data_time", _utc(f"timestamp '{stated:%Y-%m-%d %H:%M:%S}'", zone))
    else:
        layers.add(1, "i___time", identifier(plan.own(source.from_ or "")))
        steps = steps_for("timestamp", Situation(source.formats, zone))
        layer = layers.chain(2, "v___time", "i___time", steps)
        layers.add(layer + 1, "t_data_time", f"coalesce(v___time, {fallback})")


def _utc(local: str, zone: str) -> str:
    if zone == "UTC":
        return local
    return f"(({local} at time zone {literal(zone)}) at time zone 'UTC')"
