"""Schedules whose pace is the tier's, and the choice of what a started run makes.

A schedule is built for the tier in force when definitions load; the tier sensor has them loaded
again when it changes. What is stale is ``plan``'s to say.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import dagster as dg

from orchestration.countdown import clock
from orchestration.countdown.tiers import Tier, tier_in_force
from orchestration.countdown.tminus import day_label
from orchestration.lake import text_hash
from orchestration.readiness.due import due, whole_run
from orchestration.readiness.plan import Node
from orchestration.settings import Settings

if TYPE_CHECKING:
    from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
    from dagster._core.definitions.unresolved_asset_job_definition import (
        UnresolvedAssetJobDefinition as UnresolvedJob,
    )

PACES = (1, 2, 3, 4, 6, 8, 12, 24)  # hours that divide a day, so that the hours stay the same
FIRST_HOUR = 6
CHECKS = "checks"
NIGHT_BEFORE = "night_before"
LAST_HOURS = (18, 22)  # local time, when the field's last files are in
BUSY = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]
Tags = Callable[[], dict[str, str]]
Stale = Callable[[dg.SensorEvaluationContext | dg.ScheduleEvaluationContext], list[dg.AssetKey]]


def pace_hours(max_age: timedelta) -> int:
    """Hours between two looks: a quarter of the age allowed, from hourly to daily.

    An age of 24 h is looked after every 6 h, so three looks may fail before data is late.
    """
    quarter = max_age.total_seconds() / 3600 / 4
    return max((hours for hours in PACES if hours <= quarter), default=PACES[0])


def cron(max_age: timedelta) -> str:
    """The cron line of that pace, counted from six in the morning."""
    pace = pace_hours(max_age)
    hours = sorted((FIRST_HOUR + n) % 24 for n in range(0, 24, pace))
    return f"0 {'*' if pace == 1 else ','.join(map(str, hours))} * * *"


def tier_now(settings: Settings) -> Tier:
    """The tier in force by the home's clock."""
    campaign = settings.campaign
    return tier_in_force(campaign.contest_plan(), campaign.tiers(), now(settings))


def now(settings: Settings) -> datetime:
    """The home's time."""
    return clock.now(settings.home, settings.campaign.contest.zone)


def run_tags(settings: Settings, moment: datetime) -> dict[str, str]:
    """Tags of a run: its T-minus day, how many days were left, and the tier it lived in."""
    campaign = settings.campaign
    contest = campaign.contest_plan()
    tier = tier_in_force(contest, campaign.tiers(), moment)
    return {
        "tminus/day": day_label(contest, contest.local_day(moment)),
        "tminus/days_left": str(contest.days_left(moment)),
        "tminus/tier": tier.name,
    }


def tags_now(settings: Settings) -> Tags:
    """A function that gives the tags of a run started now."""
    return lambda: run_tags(settings, now(settings))


def nodes_of(graph: "AssetGraph") -> list[Node]:
    """Every asset with its parents and code version, parents first."""
    nodes = []
    for key in graph.toposorted_asset_keys:
        node = graph.get(key)
        if not node.is_materializable:
            continue
        nodes.append(
            Node(
                key=key.to_user_string(),
                group=node.group_name,
                parents=tuple(sorted(p.to_user_string() for p in node.parent_keys)),
                code_version=node.code_version or "",
            )
        )
    return nodes


def is_busy(instance: dg.DagsterInstance) -> bool:
    """Whether a run waits or works; another started now would do the same work twice."""
    return bool(instance.get_run_records(dg.RunsFilter(statuses=BUSY), limit=1))


def stale_assets(settings: Settings) -> Stale:
    """A function that says which assets a run started now would have to make."""

    def stale(
        context: dg.SensorEvaluationContext | dg.ScheduleEvaluationContext,
    ) -> list[dg.AssetKey]:
        repository = context.repository_def
        if repository is None or is_busy(context.instance):
            return []
        nodes = nodes_of(repository.asset_graph)
        planned = due(settings, nodes, now(settings), by_itself=True)
        return [dg.AssetKey.from_user_string(asset) for asset in whole_run(planned, nodes)]

    return stale


def build_jobs() -> "list[UnresolvedJob]":
    """The job that looks at everything and makes nothing, and the one for the night before."""
    return [
        dg.define_asset_job(
            CHECKS,
            selection=dg.AssetSelection.all_asset_checks(),
            description="Every asset check on what lies in the home now; nothing is made.",
        ),
        dg.define_asset_job(
            NIGHT_BEFORE,
            selection=dg.AssetSelection.all(),
            description="The night before the contest: everything is made anew, stale or not, and "
            "checked; a step that fails is tried again twice.",
            # There is no next look on that night.
            op_retry_policy=dg.RetryPolicy(max_retries=2, delay=60, backoff=dg.Backoff.EXPONENTIAL),
        ),
    ]


def build_schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """One that is the denser the closer the contest, and one for the night before."""
    return [_countdown(settings), _night_before(settings)]


def _countdown(settings: Settings) -> dg.ScheduleDefinition:
    """Runs what is stale and no more, at the tier's pace."""
    tier = tier_now(settings)
    stale = stale_assets(settings)

    @dg.schedule(
        name="countdown",
        cron_schedule=cron(tier.max_age),
        execution_timezone=settings.campaign.contest.zone,
        target=dg.AssetSelection.all(),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Makes what is stale, every {pace_hours(tier.max_age)} h in tier {tier.name}.",
        tags={"tminus/tier": tier.name},
    )
    def countdown(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        wanted = stale(context)
        if not wanted:
            return dg.SkipReason("nothing is stale, or a run is under way")
        return request(wanted, run_tags(settings, now(settings)), context.scheduled_execution_time)

    return countdown


def _night_before(settings: Settings) -> dg.ScheduleDefinition:
    """Runs everything on the evening before the contest."""
    contest = settings.campaign.contest_plan()
    eve = contest.day - timedelta(days=1)
    hours = ",".join(map(str, LAST_HOURS))

    @dg.schedule(
        name=NIGHT_BEFORE,
        cron_schedule=f"0 {hours} {eve.day} {eve.month} *",
        execution_timezone=contest.zone,
        job_name=NIGHT_BEFORE,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Makes and checks everything on {eve}, the evening before the contest.",
    )
    def night_before(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        tick = context.scheduled_execution_time
        if contest.local_day(tick) != eve:
            return dg.SkipReason(f"the evening before the contest is {eve}")
        if is_busy(context.instance):
            return dg.SkipReason("a run is under way")
        return dg.RunRequest(run_key=tick.isoformat(), tags=run_tags(settings, now(settings)))

    return night_before


def request(wanted: Sequence[dg.AssetKey], tags: dict[str, str], tick: datetime) -> dg.RunRequest:
    """A run of these assets; the same wish at the same tick has the same key and starts once."""
    key = text_hash(tick.isoformat(), *(k.to_user_string() for k in wanted))
    return dg.RunRequest(run_key=key, asset_selection=list(wanted), tags=tags)
