"""Readiness as a Dagster asset: the status of the moment, written beside the data."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.lake import code_version, text_hash, write_text
from orchestration.landing.assets import owner_of
from orchestration.ledger.assets import teller
from orchestration.ledger.pictures import bars
from orchestration.readiness.kept import judged, keep
from orchestration.readiness.labels import OWNER, is_personal, licences
from orchestration.readiness.schedules import tier_now
from orchestration.readiness.sources import RISK_SHARE
from orchestration.settings import Settings
from orchestration.sources.registry import load_contracts

KEY = "readiness/readiness"

_LATE = (
    dg.AutomationCondition.freshness_failed()
    | dg.AutomationCondition.any_checks_match(dg.AutomationCondition.check_failed())
).with_label("late, or a check of it fails")
# Once for each time that something becomes late, of what is read and of the sources behind it.
# Other assets have no condition: schedule and inbox sensor start them, and never the same twice.
LATE_DATA = (
    dg.AutomationCondition.any_deps_match(
        _LATE | dg.AutomationCondition.any_deps_match(_LATE)
    ).newly_true()
    & ~dg.AutomationCondition.in_progress()
    & ~dg.AutomationCondition.any_deps_in_progress()
)


def build_assets(settings: Settings, upstream: Sequence[str]) -> list[dg.AssetsDefinition]:
    """The readiness asset; ``upstream`` names every asset whose outcome it reports."""
    version = code_version(Path(__file__).parent)

    @dg.multi_asset(
        name="readiness",
        specs=[
            dg.AssetSpec(
                KEY.split("/"),
                deps=[key.split("/") for key in upstream],
                group_name="readiness",
                description="For each source and deliverable: will it be on time, and why not; "
                "the judgement of each day is kept.",
                code_version=version,
                kinds={"json"},
                automation_condition=LATE_DATA,
            )
        ],
    )
    def readiness(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        started = time.monotonic()
        told = teller(settings, context.run.run_id)
        report = judged(settings, told.moment)
        keep(told.lake, report)
        write_text(told.lake.readiness / "readiness.json", json.dumps(report, indent=1))
        states = {s["name"]: s["state"] for s in report["sources"]}
        data_version = text_hash(json.dumps([report["as_of"], states, report["segments"]]))
        yield told.made(
            KEY,
            version,
            data_version,
            upstream,
            rows=len(states),
            seconds=time.monotonic() - started,
            extra={"as_of": report["as_of"]},
            metadata={
                "days_left": report["days_left"],
                "tier": report["tier"]["name"],
                "late": sum(1 for s in states.values() if s == "late"),
                "deliverables": dg.MetadataValue.md(_chances(report["forecast"])),
                "sources": dg.MetadataValue.md(_table(report["sources"])),
            },
        )

    return [readiness]


# Whose content grows old; lists are handed over by the hand-off.
FRESH_GROUPS = ("marts", "scores", "segments", "release", "handoff")


def dressed(settings: Settings, assets: Sequence[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """The assets with what all of them carry: the tier's age, licence, personal data, an owner.

    Sources carry a policy of their own, for one that comes weekly cannot be a day old.
    """
    contracts = load_contracts(settings.sources)
    tier = tier_now(settings)
    window, warning = tier.max_age, tier.max_age * RISK_SHARE
    policy = dg.FreshnessPolicy.time_window(fail_window=window, warn_window=warning)
    parents = {
        spec.key.to_user_string(): [dep.asset_key.to_user_string() for dep in spec.deps]
        for each in assets
        for spec in each.specs
    }
    licence = licences(parents, contracts)

    def dress(spec: dg.AssetSpec) -> dg.AssetSpec:
        asset, group = spec.key.to_user_string(), spec.group_name or ""
        schema = spec.metadata.get("dagster/column_schema")
        columns = [c.name for c in schema.columns] if isinstance(schema, dg.TableSchema) else []
        personal = is_personal(asset, group, columns, contracts)
        tags = {
            "licence": licence[asset],
            "tier": tier.name,
            "pii": "yes" if personal else "no",
        }
        return spec.replace_attributes(
            tags={**tags, **spec.tags},
            owners=spec.owners or [owner_of(settings, OWNER)],
            freshness_policy=policy if group in FRESH_GROUPS else spec.freshness_policy,
        )

    return [a.map_asset_specs(dress) for a in assets]


def _table(rows: Sequence[dict[str, object]]) -> str:
    head = "| source | state | why |\n| --- | --- | --- |\n"
    return head + "\n".join(f"| {r['title']} | {r['state']} | {r['reason']} |" for r in rows)


def _chances(forecast: Mapping[str, Any]) -> str:
    rows = [(goal["title"], goal["p_on_time"]) for goal in forecast["deliverables"]]
    return bars("Chance of being on time", rows, forecast["target"])
