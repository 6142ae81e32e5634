"""One delivery's whole story: each look at its file, what came of it, and what it changed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import pandas as pd

from apps.lib import words

STATES = {
    "landed": words.StateWords("✓", "taken in", "good", 3),
    "refused": words.StateWords("✕", "refused", "bad", 0),
    "failed": words.StateWords("✕", "failed", "bad", 0),
    "withdrawn": words.StateWords("!", "withdrawn", "warn", 1),
    "duplicate": words.StateWords("!", "repeated", "warn", 1),
}
CHANGED = {
    "new": "new",
    "gone": "gone",
    "moved": "moved",
    "party_switched": "switched party",
    "changed": "changed otherwise",
}
STEPS = ("When", "What happened", "Read", "Taken in", "Set aside", "Why")
FEEDS = ("Feed", "Read", "Taken in", "Set aside", "Data until (UTC)", "Counts now")


@dataclass(frozen=True)
class Story:
    """What a page shows of one file.

    Attributes:
        facts: The last look at it, by name.
        steps: Each look, oldest first: its state and the cells of :data:`STEPS` but the second.
        feeds: The rows of :data:`FEEDS` of the last look.
        changes: How many records the file changed against the one before, by kind; empty for
            a file that is no full one.
    """

    facts: dict[str, str]
    steps: tuple[tuple[words.StateWords, tuple[str, ...]], ...]
    feeds: tuple[tuple[str, ...], ...]
    changes: tuple[tuple[str, str], ...]


def files(stories: pd.DataFrame | None, source: str) -> list[str]:
    """The files of one source that have a story, the newest first."""
    if stories is None:
        return []
    return sorted(stories.loc[stories["source"] == source, "file"].unique(), reverse=True)


def tell(
    stories: pd.DataFrame, changes: pd.DataFrame | None, source: str, file: str, zone: tzinfo | None
) -> Story:
    """The story of one file.

    Args:
        stories: The release's aggregate, one row a look and feed.
        changes: The release's aggregate, one row a delivery, feed and kind of change.
        source: Its source.
        file: Its name below the inbox.
        zone: In which moments are told.
    """
    mine = stories[(stories["source"] == source) & (stories["file"] == file)].sort_values("step")
    looks = [look for _, look in mine.groupby("step", sort=True)]
    last = looks[-1]
    told = last.iloc[0]
    return Story(
        facts={
            "Name by content": str(told["delivery"]),
            "Size": _bytes(told["bytes"]),
            "Encoding": str(told["encoding"] or "–"),
            "Took": f"{told['seconds']:.1f} s",
            "Contract version": str(told["contract_version"] or "–"),
            "Normal form": str(told["normaliser_version"] or "–"),
            "Now": _standing(last),
        },
        steps=tuple(_step(look, zone) for look in looks),
        feeds=tuple(_feed(row) for row in last.dropna(subset=["feed"]).to_dict(orient="records")),
        changes=_changed(changes, source, str(told["delivery"])),
    )


def _standing(look: pd.DataFrame) -> str:
    state = str(look.iloc[0]["state"])
    if state != "landed":
        return STATES[state].word if state in STATES else state
    if look["counts"].all():
        return "counts"
    if look["counts"].any():
        return "counts in part; a later file took the place of the rest"
    return "superseded by a later file, or left out"


def _step(look: pd.DataFrame, zone: tzinfo | None) -> tuple[words.StateWords, tuple[str, ...]]:
    told = look.iloc[0]
    state = STATES.get(str(told["state"]), words.state_words(str(told["state"])))
    when = pd.Timestamp(told["recorded_at"])
    counts = (look[name].sum() for name in ("read", "landed", "quarantined"))
    moment = "–" if pd.isna(when) else words.moment(when.tz_convert(zone).to_pydatetime())
    return state, (moment, *(words.count(number) for number in counts), str(told["reason"] or "–"))


def _feed(row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    until = pd.Timestamp(row["data_time"])
    return (
        str(row["feed"]),
        *(words.count(float(str(row[name]))) for name in ("read", "landed", "quarantined")),
        "–" if pd.isna(until) else words.moment(until.to_pydatetime()),
        "yes" if row["counts"] else "no",
    )


def _changed(
    changes: pd.DataFrame | None, source: str, delivery: str
) -> tuple[tuple[str, str], ...]:
    if changes is None:
        return ()
    mine = changes[(changes["source"] == source) & (changes["delivery"] == delivery)]
    return tuple(
        (
            f"{CHANGED.get(str(kind), str(kind))} ({feed})",
            words.cell(None if pd.isna(rows) else float(rows)),
        )
        for feed, kind, rows in zip(
            *(mine[name].tolist() for name in ("feed", "change", "rows")), strict=True
        )
    )


def _bytes(size: object) -> str:
    number = float(str(size))
    for unit in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:,.0f} {unit}" if unit == "B" else f"{number:,.1f} {unit}"
        number /= 1000
    return f"{number:,.1f} GB"
