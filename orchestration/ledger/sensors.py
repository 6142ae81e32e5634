"""Writing Dagster's own run records into the ledger, where whoever knows no Dagster reads them.

The runner does it at the end of its runs; a sensor does it for those started elsewhere: from the
UI, by a schedule, by another sensor.
"""

from collections.abc import Collection
from datetime import datetime, timezone

import dagster as dg

from orchestration.countdown import clock
from orchestration.lake import Lake
from orchestration.ledger import runs
from orchestration.ledger.runs import RunRecord
from orchestration.settings import Settings

STATES: dict[dg.DagsterRunStatus, runs.State] = {
    dg.DagsterRunStatus.SUCCESS: "success",
    dg.DagsterRunStatus.FAILURE: "failure",
    dg.DagsterRunStatus.CANCELED: "canceled",
}
LOOKED_AT = 50  # runs back; more do not end between two looks
INTERVAL = 60


def build_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """The sensor that keeps the ledger told of every run."""

    @dg.sensor(
        name="runs",
        minimum_interval_seconds=INTERVAL,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Writes down what each ended run took and where it broke, for the forecast.",
    )
    def ended(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        moment = clock.now(settings.home, settings.campaign.contest.zone)
        count = note_runs(Lake(settings.home), context.instance, moment)
        return dg.SkipReason(f"{count} run(s) written down")

    return [ended]


def note_runs(
    lake: Lake,
    instance: dg.DagsterInstance,
    moment: datetime,
    only: Collection[str] | None = None,
) -> int:
    """Write down the runs that ended and are not in the ledger yet.

    Args:
        lake: The home's lake.
        instance: Where the runs are.
        moment: Time of the home's clock.
        only: Run ids to look at; else the newest.

    Returns:
        How many were new.
    """
    if only is not None and not only:
        return 0  # a run that had nothing to make started none in Dagster
    wanted = dg.RunsFilter(run_ids=list(only) if only is not None else None, statuses=list(STATES))
    known = {r.run_id for r in runs.read(lake)}
    ended = [
        record
        for record in instance.get_run_records(wanted, limit=LOOKED_AT, ascending=False)
        if record.dagster_run.run_id not in known and record.end_time is not None
    ]
    return runs.append(lake, (_record(instance, each, moment) for each in reversed(ended)))


def _record(instance: dg.DagsterInstance, ended: dg.RunRecord, moment: datetime) -> RunRecord:
    run_id = ended.dagster_run.run_id
    created = ended.create_timestamp  # Dagster keeps it in UTC, with a zone or without
    asked = (created if created.tzinfo else created.replace(tzinfo=timezone.utc)).timestamp()
    end = ended.end_time or asked
    start = ended.start_time or end  # one that died in the queue never started
    stats = instance.get_run_step_stats(run_id)
    took = {
        s.step_key: round(max((s.end_time or end) - s.start_time, 0.0), 3)
        for s in stats
        if s.start_time
    }
    done = {s.step_key for s in stats if s.status and s.status.value in ("SUCCESS", "SKIPPED")}
    return RunRecord(
        run_id=run_id,
        state=STATES[ended.dagster_run.status],
        started_at=datetime.fromtimestamp(start, timezone.utc).isoformat(timespec="seconds"),
        queued_seconds=round(max(start - asked, 0.0), 3),
        seconds=round(max(end - start, 0.0), 3),
        noted_at=moment.isoformat(),
        steps=took,
        failed=_unmade(instance, run_id, set(took) - done),
    )


def _unmade(instance: dg.DagsterInstance, run_id: str, broken: set[str]) -> list[str]:
    """The assets that broken steps were to make and did not."""
    if not broken:
        return []
    kinds = dg.DagsterEventType
    planned = instance.all_logs(run_id, of_type=kinds.ASSET_MATERIALIZATION_PLANNED)
    made = instance.all_logs(run_id, of_type=kinds.ASSET_MATERIALIZATION)
    there = {e.dagster_event.asset_key for e in made if e.dagster_event}
    wanted = {
        e.dagster_event.asset_key
        for e in planned
        if e.dagster_event and e.dagster_event.step_key in broken
    }
    return sorted(key.to_user_string() for key in wanted - there if key)
