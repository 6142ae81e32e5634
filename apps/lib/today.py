"""What the page *Today* reads from a release; its sentences are made in ``readiness``.

All of it is read before anything is drawn, so a page never stops half-way. Aggregates only:
no person's row is opened here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from apps.lib import closer, past, words
from apps.lib.closer import Way
from apps.lib.past import Past
from orchestration.countdown.contest import Contest
from orchestration.readiness import outlook
from orchestration.readiness.outlook import Outlook
from orchestration.readiness.standing import SourceRow, source_rows
from orchestration.release.read import Release


@dataclass(frozen=True)
class Step:
    """One step of the funnel; ``lost`` is what the step before had more, never negative."""

    name: str
    people: int
    lost: int | None


@dataclass(frozen=True)
class Today:
    """Everything on the page; ``None`` where this release holds no such table."""

    made_at: datetime
    as_of: date
    judged_at: datetime
    sources: tuple[SourceRow, ...]
    outlook: Outlook | None
    link_rate: float | None
    segments: dict[str, int]
    failed_checks: tuple[str, ...]
    funnel: tuple[Step, ...] | None
    counties: pd.DataFrame | None
    links: pd.DataFrame | None
    past: Past | None
    ways: tuple[Way, ...]
    deliveries: pd.DataFrame | None
    contracts: pd.DataFrame | None


def load(release: Release, contest: Contest, now: datetime) -> Today:
    """Read what the page shows.

    Args:
        release: The release to show.
        contest: For deadlines in T-minus notation.
        now: The home's time: a source whose data grew too old since the release was made is
            late now, whatever the release said.

    Raises:
        OSError, ValueError, KeyError: the release cannot be read.
    """
    summary = release.summary
    judged_at = datetime.fromisoformat(summary["now"]).astimezone(now.tzinfo)
    titles = {source["name"]: source["title"] for source in summary["sources"]}
    return Today(
        made_at=datetime.fromisoformat(release.manifest["made_at"]).astimezone(now.tzinfo),
        as_of=release.as_of,
        judged_at=judged_at,
        sources=source_rows(summary, contest, now),
        outlook=outlook.read(summary.get("forecast"), now.tzinfo),
        link_rate=summary["link_rate"],
        segments=in_order(summary["segments"]),
        failed_checks=tuple(_check(c) for c in summary.get("failed_checks", ())),
        funnel=_funnel(table(release, "aggregates/funnel")),
        counties=table(release, "aggregates/segment_by_county"),
        links=table(release, "aggregates/links_by_source"),
        past=past.read(release, titles, now),
        ways=closer.ways(summary.get("forecast"), now.tzinfo),
        deliveries=table(release, "aggregates/deliveries"),
        contracts=table(release, "aggregates/contracts"),
    )


def segment_counties(counties: pd.DataFrame, segment: str, names: pd.DataFrame) -> pd.DataFrame:
    """All counties of one segment, by name; a county without anybody in it has zero.

    Args:
        counties: The release's aggregate: segment, county_fips, people, value. An empty
            ``people`` is a cell too small to be shown.
        segment: Which one.
        names: ``county_fips`` and ``county`` of every county of the map.
    """
    mine = counties.loc[counties["segment"] == segment, ["county_fips", "people", "value"]]
    table = names.merge(mine, on="county_fips", how="left", indicator="found")
    table["is_hidden"] = (table["found"] == "both") & table["people"].isna()
    absent = table["found"] == "left_only"
    for column in ("people", "value"):
        table[column] = table[column].astype("float64").mask(absent, 0.0)
    table["per_hundred"] = (
        100 * table["value"] / table["people"].where(table["people"] > 0)
    ).round(1)
    return table.drop(columns="found").sort_values("people", ascending=False, ignore_index=True)


def in_order(sizes: dict[str, int]) -> dict[str, int]:
    """Those who are new to a caucus first, for they are what the campaign is about.

    What is not called ``seg_`` is a step on the way to a segment and no audience.
    """
    sizes = {name: size for name, size in sizes.items() if name.startswith("seg_")}
    known = [name for name in words.SEGMENTS if name in sizes]
    return {name: sizes[name] for name in [*known, *(n for n in sizes if n not in known)]}


def _check(check: dict[str, Any]) -> str:
    detail = str(check.get("detail") or "")
    return f"{check['asset']}: {check['check']}" + (f" ({detail})" if detail else "")


def _funnel(table: pd.DataFrame | None) -> tuple[Step, ...] | None:
    if table is None:
        return None
    ordered = table.sort_values("step_order")
    steps: list[Step] = []
    before: int | None = None
    for name, people in zip(ordered["step"], ordered["people"], strict=True):
        now = int(people)
        lost = before - now if before is not None and before > now else None
        steps.append(Step(str(name), now, lost))
        before = now
    return tuple(steps)


def table(release: Release, name: str) -> pd.DataFrame | None:
    """A table of the release, or ``None`` when it was made without it."""
    if f"{name}.parquet" not in release.manifest["files"]:
        return None
    return pd.read_parquet(release.table(name))
