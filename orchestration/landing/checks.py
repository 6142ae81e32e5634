"""Landing's asset checks: every source and entity gets the same ones, made by one factory."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import dagster as dg

from orchestration.contracts import ENTITIES, Contract
from orchestration.countdown import clock
from orchestration.lake import Lake
from orchestration.landing.rules import RULES, Finding
from orchestration.landing.verdicts import (
    TABLE_TRUTH,
    as_record,
    judge_entity,
    judge_sources,
    write_verdicts,
)
from orchestration.ledger.assets import check_result
from orchestration.settings import Settings
from orchestration.sources.registry import load_contracts


def build_checks(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """The rules of ``rules.RULES`` for each source, and the truth of each entity's table.

    One step a source: Dagster skips a step as soon as one of the assets that it looks at had
    nothing new. The land step has judged all of them for the ledger by then.
    """
    contracts = load_contracts(settings.sources)
    return [
        *(_source_checks(settings, contracts, name) for name in contracts),
        _entity_checks(settings, contracts),
    ]


def _source_checks(
    settings: Settings, contracts: Mapping[str, Contract], name: str
) -> dg.AssetChecksDefinition:
    asset = dg.AssetKey(["source", name])
    specs = [
        dg.AssetCheckSpec(rule, asset=asset, description=(function.__doc__ or "").strip())
        for rule, function in RULES.items()
    ]

    @dg.multi_asset_check(name=f"source_{name}_checks", specs=specs, can_subset=True)
    def checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        moment = clock.now(settings.home, settings.campaign.contest.zone)
        names = {key.name for key in context.selected_asset_check_keys}
        verdicts = judge_sources(settings, {name: contracts[name]}, moment)[name]
        findings = [f for f in verdicts if f.check in names]
        yield from _tell(settings, asset, findings, context.run.run_id, moment)

    return checks


def _entity_checks(
    settings: Settings, contracts: Mapping[str, Contract]
) -> dg.AssetChecksDefinition:
    specs = [
        dg.AssetCheckSpec(
            TABLE_TRUTH,
            asset=dg.AssetKey(["landing", name]),
            # Not blocking inside a run: the release looks at the ledger and holds.
            description="Every value in force is what its column says it is.",
        )
        for name in ENTITIES
    ]

    @dg.multi_asset_check(name="landing_checks", specs=specs, can_subset=True)
    def landing_checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        moment = clock.now(settings.home, settings.campaign.contest.zone)
        for key in sorted(context.selected_asset_check_keys, key=lambda k: k.asset_key.path):
            finding = judge_entity(settings, contracts, moment, key.asset_key.path[-1])
            yield from _tell(settings, key.asset_key, [finding], context.run.run_id, moment)

    return landing_checks


def _tell(
    settings: Settings, asset: dg.AssetKey, findings: list[Finding], run_id: str, moment: datetime
) -> Iterator[dg.AssetCheckResult]:
    """Write what is new into the ledger, and say all of it to Dagster."""
    key = asset.to_user_string()
    write_verdicts(Lake(settings.home), key, findings, moment, run_id)
    for finding in findings:
        yield check_result(as_record(key, finding, moment, run_id))
