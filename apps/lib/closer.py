"""*Today*, looked at more closely: the way to each deliverable, deliveries by day, what if.

Only :func:`ask` looks beyond the release: a what-if is a new forecast of the home, drawn when
somebody asks for it, and nothing is decided or written by asking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import pandas as pd

from orchestration.countdown.tminus import parse_age

FUTURES = 4_000  # right to a point or two, in a quarter of a second


@dataclass(frozen=True)
class Way:
    """One thing that is still to come or to be done.

    Attributes:
        expected: When half the futures have it; ``None`` when they never do.
        latest: Last moment at which it is of use to every deliverable; ``None`` for any.
        criticality: Share of futures in which it holds up some deliverable.
        is_on_path: It is on the critical path of the deliverable that is least sure.
    """

    title: str
    kind: str
    expected: datetime | None
    latest: datetime | None
    criticality: float
    is_on_path: bool

    @property
    def slack_hours(self) -> float | None:
        """Hours between expected and latest, below zero when short; ``None`` when unknown."""
        if self.expected is None or self.latest is None:
            return None
        return (self.latest - self.expected) / timedelta(hours=1)


@dataclass(frozen=True)
class Asked:
    """What is assumed in a what-if; ``universe`` in percent."""

    dropped: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    people: tuple[tuple[str, float], ...] = ()
    universe: int = 100

    @property
    def text(self) -> str:
        """As ``tminus forecast --what-if`` takes it; empty when nothing is assumed."""
        return ",".join(
            [
                *(f"{name}=drop" for name in self.dropped),
                *(f"{name}=carry_forward" for name in self.carried if name not in self.dropped),
                *(f"{crew}={number:g}" for crew, number in self.people),
                *([f"universe={self.universe / 100:g}"] if self.universe < 100 else []),
            ]
        )


@dataclass(frozen=True)
class Answer:
    """Chances as it stands and as asked: the deliverables' titles, everything last."""

    chances: tuple[tuple[str, float, float], ...]
    futures: int


def ways(forecast: Mapping[str, Any] | None, zone: tzinfo | None) -> tuple[Way, ...]:
    """What is awaited and what people still do, in the order in which it is expected."""
    if not forecast:
        return ()
    path = set(forecast["critical_path"])
    found = [
        Way(
            source["title"],
            "delivery",
            _moment(source["p50"] or source["planned"], zone),
            _moment(source["latest_useful"], zone),
            source["criticality"],
            f"delivery/{source['name']}" in path,
        )
        for source in forecast["sources"]
        if source["planned"]
    ]
    found += [
        Way(
            task["title"],
            "people's work",
            _moment(task["p50"], zone),
            _moment(task["latest"], zone),
            task["criticality"],
            task["name"] in path,
        )
        for task in forecast.get("tasks", ())
    ]
    end = datetime.max.replace(tzinfo=zone)
    return tuple(sorted(found, key=lambda way: (way.expected or end, way.title)))


def burn_up(
    deliveries: pd.DataFrame | None, contracts: pd.DataFrame | None, today: date, last: date
) -> pd.DataFrame:
    """Deliveries so far, day by day, beside those that the cadences agreed on would have brought.

    Args:
        deliveries: The release's aggregate: source, received, state.
        contracts: The release's aggregate: source, cadence.
        today: Nothing is known to have come after it.
        last: The contest's day.

    Returns:
        One row a day and kind: day, what (``came`` or ``agreed``), count. A day of one source
        counts once; a source without cadence, or of which nothing came, is in neither.
    """
    empty = pd.DataFrame({"day": [], "what": [], "count": []})
    if deliveries is None or contracts is None:
        return empty
    cadences = contracts.dropna(subset=["cadence"]).set_index("source")["cadence"].to_dict()
    landed = deliveries[
        (deliveries["state"] == "landed") & deliveries["source"].isin(list(cadences))
    ].drop_duplicates(["source", "received"])
    if landed.empty:
        return empty
    received = pd.to_datetime(landed["received"])
    days = pd.date_range(received.min(), pd.Timestamp(last))
    came = received.value_counts().reindex(days, fill_value=0).cumsum()
    agreed = pd.Series(0.0, index=days)
    for source, first in received.groupby(landed["source"]).min().items():
        passed = (days - first) / parse_age(cadences[source])
        agreed += pd.Series(passed + 1, index=days).where(days >= first, 0.0)
    known = came[came.index <= pd.Timestamp(today)]
    return pd.concat(
        [
            pd.DataFrame({"day": known.index, "what": "came", "count": known.to_numpy(float)}),
            pd.DataFrame({"day": days, "what": "agreed", "count": agreed.to_numpy()}),
        ],
        ignore_index=True,
    )


def crews() -> dict[str, float]:
    """Each crew of ``campaign.yaml`` with its people now."""
    from orchestration.settings import load_settings

    campaign = load_settings().campaign
    named = {name: float(crew.people) for name, crew in campaign.crews.items()}
    return {"reviewers": float(campaign.capacity.reviewers), **named}


def ask(text: str, moment: datetime, futures: int = FUTURES) -> Answer:
    """Draw the same futures twice: as it stands, and with what is asked taken as decided.

    Raises:
        UserError: something is asked that cannot be.
    """
    from orchestration.readiness.forecast_home import forecast_home
    from orchestration.settings import load_settings

    settings = load_settings()
    now, then = (
        forecast_home(settings, moment, asked, futures, remedies=False) for asked in (None, text)
    )
    each = [
        (goal.title, goal.p_on_time, other.p_on_time)
        for goal, other in zip(now.deliverables, then.deliverables, strict=True)
        if goal.state == "open"
    ]
    together = ("Everything on time", now.p_ready or 0.0, then.p_ready or 0.0)
    return Answer((*each, together), futures)


def in_words(ways: Sequence[Way]) -> str:
    """What the drawing of the way says, for those who cannot see it."""
    short = [way.title for way in ways if way.slack_hours is not None and way.slack_hours < 0]
    told = f"Expected too late: {', '.join(short)}." if short else "Nothing is expected too late."
    return f"{len(ways)} things still to come, each from expected to latest. {told}"


def _moment(text: str | None, zone: tzinfo | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(zone) if text else None
