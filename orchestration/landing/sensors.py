"""The inbox sensor: one run for a burst of files, started once they have stopped coming."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

import dagster as dg

from orchestration.countdown import clock
from orchestration.lake import Lake, text_hash
from orchestration.landing.arrivals import scan
from orchestration.landing.inbox import waiting_files
from orchestration.settings import Settings

Stale = Callable[[dg.SensorEvaluationContext], list[dg.AssetKey]]
INTERVAL = 30  # seconds; a burst is over when one interval passes without a change


@dataclass(frozen=True)
class Watch:
    """What the sensor remembers: the inbox at the last tick, and the one it last ran for."""

    seen: str = ""
    asked: str = ""


def look(inbox: str, waiting: int, before: Watch) -> tuple[Watch, bool]:
    """Whether to start a run now: files wait, nothing moved since the last look, none was asked.

    Args:
        inbox: A name for all names, sizes and times in the inbox.
        waiting: How many files a landing would take in.
        before: What the last look remembered.
    """
    settled = inbox == before.seen
    go = waiting > 0 and settled and inbox != before.asked
    return Watch(seen=inbox, asked=inbox if go else before.asked), go


def inbox_name(lake: Lake) -> str:
    """A name for the present state of the inbox; changes whenever a file in it does."""
    return text_hash(*(f"{a.source}/{a.name}:{a.stamp}" for a in scan(lake.inbox)))


def build_sensors(settings: Settings, stale: Stale | None = None) -> list[dg.SensorDefinition]:
    """The sensor that starts a run when new files lie in the inbox.

    Args:
        settings: The campaign and its home.
        stale: Says which assets that run must make, none while another run works; every asset
            when left out.
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
        after, go = look(name, sum(waiting.values()), before)
        wanted = stale(context) if go and stale else None
        if wanted == []:
            return dg.SensorResult(skip_reason="a run is under way; the next look asks again")
        requests = [dg.RunRequest(run_key=name, asset_selection=wanted)] if go else []
        reason = None if go else "no new file" if not waiting else "files are still coming"
        return dg.SensorResult(
            run_requests=requests, skip_reason=reason, cursor=json.dumps(asdict(after))
        )

    return [inbox]
