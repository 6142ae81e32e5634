"""The inbox sensor: one run for a burst of files, started once they have stopped coming.

Files that still wait after it are asked for again, after growing pauses, and then left to people.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone

import dagster as dg

from orchestration.countdown import clock
from orchestration.lake import Lake, text_hash
from orchestration.landing.arrivals import scan
from orchestration.landing.inbox import waiting_files
from orchestration.settings import Settings

Stale = Callable[[dg.SensorEvaluationContext], list[dg.AssetKey]]
Tags = Callable[[], Mapping[str, str]]
PAUSES = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240))
INTERVAL = 30  # seconds; a burst is over when one interval passes without a change


@dataclass(frozen=True)
class Watch:
    """What the sensor remembers.

    Attributes:
        seen: The inbox at the last look.
        asked: The inbox that it last asked a run for.
        tries: How many runs it asked for that inbox.
        asked_at: When it last did (ISO).
    """

    seen: str = ""
    asked: str = ""
    tries: int = 0
    asked_at: str = ""


def look(inbox: str, waiting: int, before: Watch, now: datetime) -> tuple[Watch, bool]:
    """Whether to start a run now: files wait, nothing moved since the last look, none was asked.

    Args:
        inbox: A name for all names, sizes and times in the inbox.
        waiting: How many files a landing would take in.
        before: What the last look remembered.
        now: The computer's time; a run that left files waiting is asked for again after pauses.
    """
    after = replace(before, seen=inbox)
    if not waiting or inbox != before.seen:
        return after, False
    tries = before.tries if inbox == before.asked else 0
    if tries > len(PAUSES):
        return after, False
    if tries and now < datetime.fromisoformat(before.asked_at) + PAUSES[tries - 1]:
        return after, False
    return Watch(seen=inbox, asked=inbox, tries=tries + 1, asked_at=now.isoformat()), True


def inbox_name(lake: Lake) -> str:
    """A name for the present state of the inbox; changes whenever a file in it does."""
    return text_hash(*(f"{a.source}/{a.name}:{a.stamp}" for a in scan(lake.inbox)))


def build_sensors(
    settings: Settings, stale: Stale | None = None, tags: Tags = dict
) -> list[dg.SensorDefinition]:
    """The sensor that starts a run when new files lie in the inbox.

    Args:
        settings: The campaign and its home.
        stale: Says which assets that run must make, none while another run works; every asset
            when left out.
        tags: Gives the tags of a run started now.
    """

    @dg.sensor(
        name="inbox",
        target=dg.AssetSelection.all(),
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=INTERVAL,
        description="Starts one run for a burst of new files, once they have stopped coming.",
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        before = Watch(**json.loads(context.cursor)) if context.cursor else Watch()
        today = settings.campaign.contest_plan().local_day(
            clock.now(settings.home, settings.campaign.contest.zone)
        )
        waiting = waiting_files(settings, today)
        name = inbox_name(Lake(settings.home))
        after, go = look(name, sum(waiting.values()), before, datetime.now(timezone.utc))
        wanted = stale(context) if go and stale else None
        if wanted == []:
            return dg.SensorResult(
                skip_reason="a run is under way, or what failed rests; the next look asks again"
            )
        cursor = json.dumps(asdict(after))
        if not go:
            return dg.SensorResult(skip_reason=_why_not(waiting, name, before), cursor=cursor)
        key = f"{name}:{after.tries}"
        request = dg.RunRequest(run_key=key, asset_selection=wanted, tags=dict(tags()))
        return dg.SensorResult(run_requests=[request], cursor=cursor)

    return [inbox]


def _why_not(waiting: Mapping[str, int], inbox: str, before: Watch) -> str:
    if not waiting:
        return "no new file"
    if inbox != before.seen:
        return "files are still coming"
    if before.tries > len(PAUSES):
        return f"{before.tries} runs left files waiting; mend what the last one says, then run"
    return f"the run that was asked for has not taken them in; try {before.tries} of {len(PAUSES)}"
