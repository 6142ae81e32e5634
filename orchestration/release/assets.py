"""Publishing as a Dagster asset: the last step, held back by blocking checks."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg

from orchestration.countdown import clock
from orchestration.lake import Lake, code_version
from orchestration.ledger.making import record_making
from orchestration.ledger.steps import StepRecord
from orchestration.readiness.forecast_home import forecast_home
from orchestration.readiness.forecast_report import as_json
from orchestration.readiness.status import status
from orchestration.release.publish import publish
from orchestration.settings import Settings

KEY = "release/release"


def build_assets(settings: Settings, upstream: Sequence[str]) -> list[dg.AssetsDefinition]:
    """The release asset; ``upstream`` names every asset that a release carries."""
    version = code_version(Path(__file__).parent)

    @dg.multi_asset(
        name="release",
        specs=[
            dg.AssetSpec(
                KEY.split("/"),
                deps=[key.split("/") for key in upstream],
                group_name="release",
                description="What the app and the exports read; goes live in one rename.",
                code_version=version,
                kinds={"parquet"},
            )
        ],
    )
    def release(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        started = time.monotonic()
        moment = clock.now(settings.home, settings.campaign.contest.zone)
        report = status(settings, moment)
        # Carried in the release, so that the app shows the forecast that was true of it.
        report["forecast"] = as_json(forecast_home(settings, moment))
        published = publish(settings, report["as_of"], moment, report)
        if published.release is None:
            raise dg.Failure(f"The release is {published.reason}; the one before stays live.")
        record_making(
            Lake(settings.home),
            StepRecord(
                asset=KEY,
                code_version=version,
                inputs={},
                data_version=published.release,
                state="made",
                finished_at=moment.isoformat(),
                seconds=time.monotonic() - started,
                run_id=context.run.run_id,
                extra={"as_of": report["as_of"]},
            ),
            upstream,
        )
        yield dg.MaterializeResult(
            asset_key=KEY.split("/"),
            data_version=dg.DataVersion(published.release),
            metadata={"release": published.release, "outcome": published.reason},
        )

    return [release]
