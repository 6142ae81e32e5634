"""The scores' asset checks: the thin layer; what is measured is in ``quality``."""

from collections.abc import Iterator

import dagster as dg

from orchestration.lake import Lake
from orchestration.ledger.assets import teller
from orchestration.scores.quality import DESCRIPTIONS, SCORES, checks_of, measure
from orchestration.settings import Settings


def build_checks(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """Every check of every score; the release reads the verdicts in the ledger."""

    @dg.multi_asset_check(
        name="scores_checks",
        specs=[
            # Not blocking inside a run: the release looks at the ledger and holds.
            dg.AssetCheckSpec(check, asset=["scores", score], description=DESCRIPTIONS[check])
            for score in SCORES
            for check in checks_of(score)
        ],
        can_subset=True,
    )
    def scores_checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        told = teller(settings, context.run.run_id)
        chosen = {(key.asset_key, key.name) for key in context.selected_asset_check_keys}
        for verdict in measure(Lake(settings.home)):
            asset = dg.AssetKey(["scores", verdict.score])
            if (asset, verdict.check) not in chosen:
                continue
            yield told.checked(
                asset.to_user_string(),
                verdict.check,
                verdict.passed,
                verdict.blocking,
                verdict.detail,
                verdict.figures,
            )

    return [scores_checks]
