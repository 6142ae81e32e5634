"""Publishing as a Dagster asset: the last step, held back by blocking checks."""

import json
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import dagster as dg

from orchestration.lake import Lake, code_version
from orchestration.ledger import checks
from orchestration.ledger.assets import teller
from orchestration.readiness.kept import forecast_at
from orchestration.readiness.status import status
from orchestration.release import area_audit, moves
from orchestration.release.publish import OWN_CHECKS, publish
from orchestration.settings import Settings

KEY = "release/release"


def build_assets(
    settings: Settings, upstream: Sequence[str], judged_by: Collection[tuple[str, str]]
) -> list[dg.AssetsDefinition]:
    """The release asset.

    Args:
        settings: The campaign and its home.
        upstream: Every asset that a release carries.
        judged_by: Every check that is defined, as (asset, check); no other may hold a release.
    """
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
        told = teller(settings, context.run.run_id)
        checks.define(told.lake, [*judged_by, *OWN_CHECKS], told.moment.isoformat())
        report = status(settings, told.moment)
        # Carried in the release, so that the app shows the forecast that was true of it.
        report["forecast"] = forecast_at(settings, told.moment)
        published = publish(settings, report["as_of"], told.moment, report)
        if published.release is None:
            raise dg.Failure(f"The release is {published.reason}; the one before stays live.")
        yield told.made(
            KEY,
            version,
            published.release,
            upstream,
            seconds=time.monotonic() - started,
            extra={"as_of": report["as_of"]},
            metadata={
                "release": published.release,
                "outcome": published.reason,
                **_explained(Lake(settings.home).releases / published.release),
            },
        )

    return [release]


def _explained(release: Path) -> dict[str, dg.MetadataValue]:
    """What moved since the release before, and the audit by area, for Dagster's page."""
    files = {"changes": release / moves.FILE, "audit_by_area": release / area_audit.FILE}
    return {
        name: dg.MetadataValue.json(json.loads(file.read_text()))
        for name, file in files.items()
        if file.exists()
    }
