"""Identity's asset checks: the thin layer; what is measured is in ``quality``."""

from collections.abc import Iterator

import dagster as dg

from orchestration.identity.places import Places
from orchestration.identity.quality import CHECKS, measure
from orchestration.ledger.assets import teller
from orchestration.settings import Settings


def build_checks(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """One check for each measure of ``quality``; the release reads the verdicts in the ledger."""

    @dg.multi_asset_check(
        name="identity_checks",
        specs=[
            # Not blocking inside a run: the release looks at the ledger and holds.
            dg.AssetCheckSpec(name, asset=asset.split("/"), description=description)
            for asset, name, _, description in CHECKS
        ],
        can_subset=True,
    )
    def identity_checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        told = teller(settings, context.run.run_id)
        chosen = {(key.asset_key, key.name) for key in context.selected_asset_check_keys}
        for verdict in measure(Places(settings.home)):
            asset = dg.AssetKey(verdict.asset.split("/"))
            if (asset, verdict.check) not in chosen:
                continue
            yield told.checked(
                verdict.asset,
                verdict.check,
                verdict.passed,
                verdict.blocking,
                verdict.detail,
                verdict.figures,
            )

    return [identity_checks]
