"""Sensors that watch the countdown: a new tier, news worth telling, data that became late.

Freshness policies and schedules are built when definitions load; without the tier sensor they
would keep the numbers of the day on which somebody started Dagster.
"""

import os
from datetime import datetime, timezone
from urllib.parse import urlsplit

import dagster as dg

from orchestration.lake import Lake, text_hash
from orchestration.readiness.alerts import Standing
from orchestration.readiness.alerts_post import Told, tell
from orchestration.readiness.schedules import now, tier_now
from orchestration.settings import Settings, UserError

LOCATION = "tminus"
WEBSERVER = "TMINUS_UI"  # where the webserver listens; `make up` sets it
INTERVAL = 30
TELLING = 60
JUDGING = 300  # seconds; time alone makes a source late, so it is looked for without other cause
ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]


def build_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """The three sensors of the countdown."""
    return [_tier(settings), _alerts(settings), _late_data(settings)]


def _tier(settings: Settings) -> dg.SensorDefinition:
    """Compares the tier in force with the one that these definitions know."""
    loaded = tier_now(settings).name

    @dg.sensor(
        name="tier",
        minimum_interval_seconds=INTERVAL,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Loads the definitions again when a tier begins, so that policies and "
        "schedules follow the countdown without anybody restarting.",
    )
    def tier() -> dg.SkipReason:
        current = tier_now(settings).name
        if current == loaded:
            return dg.SkipReason(f"tier {loaded} is in force")
        address = os.environ.get(WEBSERVER)
        if not address:
            return dg.SkipReason(
                f"tier {current} is in force; reload the code location, or set {WEBSERVER} to "
                "the webserver's address"
            )
        reload_location(address)
        return dg.SkipReason(f"tier {current} follows {loaded}; the definitions load again")

    return tier


def _alerts(settings: Settings) -> dg.SensorDefinition:
    """Tells people what is news; a channel that fails is never a failure of the sensor."""

    @dg.sensor(
        name="alerts",
        minimum_interval_seconds=TELLING,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="One digest a day and a message when a state changes, each once, to the "
        "channels of campaign.yaml.",
    )
    def alerts(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        wall = datetime.now(timezone.utc)
        seen = _seen(settings, context.instance, wall)
        try:
            told = tell(
                settings,
                now(settings),
                wall,
                context.log.info,
                noted=_last_run(context.instance),
                judge=seen != context.cursor,
            )
        except UserError as mistake:
            return dg.SensorResult(skip_reason=str(mistake))
        # Who was kept out by another process looks again.
        cursor = context.cursor if told.busy else seen
        return dg.SensorResult(skip_reason=_told(told), cursor=cursor)

    return alerts


def _seen(settings: Settings, instance: dg.DagsterInstance, wall: datetime) -> str:
    """A name for everything that can make news: the ledger, the runs, the home's clock, time."""
    ledger = Lake(settings.home).ledger
    files = sorted(f for f in ledger.glob("*.ndjson") if not f.stem.startswith("alert"))
    last = instance.get_run_records(dg.RunsFilter(statuses=ENDED), limit=1)
    return text_hash(
        *(f"{f.name}:{f.stat().st_size}" for f in files),
        now(settings).date().isoformat(),
        tier_now(settings).name,
        last[0].dagster_run.run_id if last else "",
        str(int(wall.timestamp() // JUDGING)),
    )


def _last_run(instance: dg.DagsterInstance) -> list[Standing]:
    """How the last run ended; only its steps are named, for a message may hold anything."""
    records = instance.get_run_records(dg.RunsFilter(statuses=ENDED), limit=1)
    if not records:
        return []
    run = records[0].dagster_run
    if run.status is dg.DagsterRunStatus.SUCCESS:
        return [Standing("run", "The last run", "works", "good", "every step ended well")]
    failed = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    steps = ", ".join(sorted({e.dagster_event.step_key or "" for e in failed if e.dagster_event}))
    why = f"failed in {steps}" if steps else "it ended before any step did"
    todo = f"see run {run.run_id[:8]} in Dagster, mend it and run again"
    return [Standing("run", "The last run", "failed", "bad", why, todo)]


def _told(told: Told) -> str:
    if told.busy:
        return "another process tells"
    news = "; ".join(told.written) or "no news"
    failed = f", {told.failed} did not get through" if told.failed else ""
    return f"{news}; {told.sent} sent{failed}"


def _late_data(settings: Settings) -> dg.SensorDefinition:
    """Evaluates the automation condition of ``assets``: lateness is judged once it appears."""
    return dg.AutomationConditionSensorDefinition(
        "late_data",
        target=dg.AssetSelection.groups("readiness"),
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=TELLING,
        description="Judges readiness anew when a source's data became late.",
        # The days left change while these definitions stay; the tier changes with them.
        run_tags={"tminus/tier": tier_now(settings).name},
    )


def reload_location(address: str) -> None:
    """Ask the webserver at ``address`` to have our code location loaded anew.

    Raises:
        dagster.Failure: it refused; the tick is shown as failed and comes again.
    """
    # Slow to import, and needed on four days of a campaign.
    from dagster_graphql import DagsterGraphQLClient, ReloadRepositoryLocationStatus

    place = urlsplit(address)
    client = DagsterGraphQLClient(place.hostname or "127.0.0.1", port_number=place.port)
    outcome = client.reload_repository_location(LOCATION)
    if outcome.status is not ReloadRepositoryLocationStatus.SUCCESS:
        raise dg.Failure(f"the code location did not load again: {outcome.message}")
