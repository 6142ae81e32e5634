"""Landing's asset checks: every source and entity gets the same ones, made by one factory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

import dagster as dg

from orchestration.contracts import ENTITIES, Contract
from orchestration.countdown import clock
from orchestration.lake import Lake
from orchestration.landing.rules import RULES, Finding
from orchestration.landing.verdicts import (
    TABLE_TRUTH,
    judge_entity,
    judge_sources,
    write_verdicts,
)
from orchestration.settings import Settings
from orchestration.sources.registry import load_contracts


def build_checks(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """The rules of ``rules.RULES`` for each source, and the truth of each entity's table."""
    contracts = load_contracts(settings.sources)

    @dg.multi_asset_check(name="landing_checks", specs=_specs(contracts), can_subset=True)
    def landing_checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        moment = clock.now(settings.home, settings.campaign.contest.zone)
        lake = Lake(settings.home)
        verdicts = judge_sources(settings, contracts, moment)
        chosen = sorted(context.selected_asset_check_keys, key=lambda k: (k.asset_key.path, k.name))
        for asset, keys in groupby(chosen, key=lambda k: k.asset_key):
            names = {key.name for key in keys}
            kind, name = asset.path
            findings = (
                verdicts[name]
                if kind == "source"
                else [judge_entity(settings, contracts, moment, name)]
            )
            findings = [f for f in findings if f.check in names]
            write_verdicts(lake, asset.to_user_string(), findings, moment, context.run_id)
            yield from (_result(asset, finding) for finding in findings)

    return [landing_checks]


def _specs(contracts: Mapping[str, Contract]) -> list[dg.AssetCheckSpec]:
    sources = [
        dg.AssetCheckSpec(
            rule,
            asset=dg.AssetKey(["source", name]),
            description=(function.__doc__ or "").strip(),
        )
        for name in contracts
        for rule, function in RULES.items()
    ]
    entities = [
        dg.AssetCheckSpec(
            TABLE_TRUTH,
            asset=dg.AssetKey(["landing", name]),
            # Not blocking inside a run: the release looks at the ledger and holds.
            description="Every value in force is what its column says it is.",
        )
        for name in ENTITIES
    ]
    return [*sources, *entities]


def _result(asset: dg.AssetKey, finding: Finding) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.ERROR if finding.blocking else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=finding.check,
        passed=finding.passed,
        severity=severity,
        description=finding.detail,
        metadata={key: dg.MetadataValue.json(value) for key, value in finding.figures.items()},
    )
