"""Landing as Dagster assets: one a source, one an entity, and the context of the day.

Thin: it asks ``land`` to do the work and tells Dagster and the ledger what came of it. A source
is materialised only when something new of it landed, so nothing old can turn it green.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import dagster as dg

from orchestration import contracts as contracts_room
from orchestration.contracts import ENTITIES, Contract, normaliser_version
from orchestration.countdown import clock
from orchestration.countdown.tiers import tier_in_force
from orchestration.countdown.tminus import deadline, parse_age
from orchestration.lake import Lake, code_version, text_hash
from orchestration.landing.effective import in_force
from orchestration.landing.land import (
    InForce,
    compute_in_force,
    known_deliveries,
    stranger_folders,
    take_in_waiting,
)
from orchestration.landing.verdicts import judge_sources, write_verdicts
from orchestration.ledger import cuts
from orchestration.ledger.assets import Teller
from orchestration.ledger.deliveries import DeliveryRecord
from orchestration.settings import Settings
from orchestration.sources.registry import load_contracts

CONTEXT = "landing/context"
PREVIEW = 20
ONCE_A_YEAR = timedelta(days=364)  # shorter than the shortest year


def build_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The land step: every ``source/<name>``, every ``landing/<entity>`` and the context."""
    contracts = load_contracts(settings.sources)
    version = landing_version(settings)
    specs = [
        *_source_specs(settings, contracts),
        *_entity_specs(contracts, version),
        dg.AssetSpec(
            CONTEXT.split("/"),
            group_name="landing",
            description="One row: the day the home lives, the contest and who may take part.",
            code_version=version,
            kinds={"parquet"},
        ),
    ]

    @dg.multi_asset(name="land", specs=specs, can_subset=True, pool="landing")
    def land(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        run = _Run(settings, contracts, version, context.run.run_id)
        yield from run.results({k.to_user_string() for k in context.selected_asset_keys})

    return [land]


class _Run:
    """One execution of the land step."""

    def __init__(
        self, settings: Settings, contracts: Mapping[str, Contract], version: str, run_id: str
    ) -> None:
        self._settings, self._contracts = settings, contracts
        self._version, self._run_id = version, run_id
        self._lake = Lake(settings.home)
        self._moment = clock.now(settings.home, settings.campaign.contest.zone)
        self._today = settings.campaign.contest_plan().local_day(self._moment)

    def results(self, selected: set[str]) -> Iterator[dg.MaterializeResult[None]]:
        """Land, compute what is in force, judge; one result a selected asset with news."""
        wanted = {n for n in self._contracts if f"source/{n}" in selected}
        records: list[DeliveryRecord] = []
        if wanted:
            only = wanted | stranger_folders(self._lake, self._contracts)
            records = take_in_waiting(
                self._settings, self._contracts, self._moment, only, run_id=self._run_id
            )
        for source in sorted(wanted):
            landed = [r for r in records if r.source == source and r.state == "landed"]
            if landed:
                yield self._source(source, landed)
        started = time.monotonic()
        force = compute_in_force(self._settings, self._contracts, self._moment)
        seconds = time.monotonic() - started
        for name, findings in judge_sources(self._settings, self._contracts, self._moment).items():
            write_verdicts(self._lake, f"source/{name}", findings, self._moment, self._run_id)
        for entity in ENTITIES:
            if f"landing/{entity}" in selected:
                yield self._entity(entity, force, seconds / len(ENTITIES))
        if CONTEXT in selected:
            yield self._made(CONTEXT, self._version, force.versions.context, 1, 0.0, ())

    def _source(self, name: str, landed: Sequence[DeliveryRecord]) -> dg.MaterializeResult[None]:
        counting = [
            d
            for d in in_force(known_deliveries(self._lake, self._contracts, self._today))
            if d.source == name
        ]
        return self._made(
            f"source/{name}",
            source_version(self._contracts[name]),
            text_hash(*(f"{d.feed}|{d.delivery}|{d.version}" for d in counting)),
            sum(r.landed for r in landed),
            sum(r.seconds for r in landed),
            (),
            quarantined=sum(r.quarantined for r in landed),
            deliveries=len(landed),
            data_time=max((r.data_time for r in landed if r.data_time), default=""),
            ledger=dg.MetadataValue.md(_preview(landed)),
        )

    def _entity(self, entity: str, force: InForce, seconds: float) -> dg.MaterializeResult[None]:
        return self._made(
            f"landing/{entity}",
            self._version,
            force.versions.entities[entity],
            force.rows(entity),
            seconds,
            tuple(f"source/{name}" for name in sources_of(self._contracts, entity)),
            deliveries=sum(1 for d in force.counting if d.entity == entity),
        )

    def _made(
        self,
        asset: str,
        version: str,
        data_version: str,
        rows: int,
        seconds: float,
        upstream: tuple[str, ...],
        **metadata: int | str | dg.MarkdownMetadataValue,
    ) -> dg.MaterializeResult[None]:
        return Teller(self._lake, self._moment, self._run_id).made(
            asset,
            version,
            data_version,
            upstream,
            rows=rows,
            seconds=seconds,
            # What is in force is a matter of the day; a source is not.
            extra={} if asset.startswith("source/") else {"as_of": self._today.isoformat()},
            metadata=metadata,
        )


def landing_version(settings: Settings) -> str:
    """The version of the rules of what is in force: the code, and what people cut.

    A cut changes the outcome as a change of code would, so it makes the entities stale.
    """
    code = code_version(Path(__file__).parent, Path(contracts_room.__file__).parent)
    decided = (f"{r.source}|{r.action}|{r.at}" for r in cuts.read(Lake(settings.home)))
    return text_hash(code, *decided)


def sources_of(contracts: Mapping[str, Contract], entity: str) -> list[str]:
    """The sources that have a feed of this entity."""
    return [n for n, c in contracts.items() if any(f.entity == entity for f in c.feeds)]


def source_version(contract: Contract) -> str:
    """The code version of a source: its contract and the normaliser that reads it."""
    return text_hash(contract.version, normaliser_version(*contract.feeds))


def _source_specs(settings: Settings, contracts: Mapping[str, Contract]) -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            ["source", name],
            group_name="sources",
            description=_description(contract),
            owners=[owner_of(settings, contract.owner)],
            tags={"licence": contract.licence, "if_late": contract.delivery.if_late},
            kinds={"parquet", contract.feeds[0].format},
            code_version=source_version(contract),
            skippable=True,
            freshness_policy=_freshness(settings, contract),
            metadata={
                "uses": ", ".join(contract.terms.uses),
                "needed_by": contract.delivery.needed_by or "not stated",
            },
        )
        for name, contract in contracts.items()
    ]


def _entity_specs(contracts: Mapping[str, Contract], version: str) -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            ["landing", name],
            deps=[["source", source] for source in sources_of(contracts, name)],
            group_name="landing",
            description=f"The deliveries in force of one entity: {entity.meaning}.",
            code_version=version,
            kinds={"parquet"},
        )
        for name, entity in ENTITIES.items()
    ]


def _description(contract: Contract) -> str:
    feeds = "\n".join(f"- `{f.files}` becomes **{f.entity}** ({f.name})" for f in contract.feeds)
    return f"{contract.title}\n\n{feeds}"


def owner_of(settings: Settings, role: str) -> str:
    """The owner as Dagster wants it: the address of that role, or the role as a team."""
    address = settings.campaign.people.get(role)
    return address or "team:" + re.sub(r"[^a-z0-9_-]+", "-", role.lower()).strip("-")


def _freshness(settings: Settings, contract: Contract) -> dg.FreshnessPolicy | None:
    """The tier in force as Dagster's policy; it is an echo, the on-time check is the authority.

    A source that delivers once must be there by its day: the policy of that one minute in the year.
    """
    campaign = settings.campaign
    contest = campaign.contest_plan()
    cadence, needed_by = contract.delivery.cadence, contract.delivery.needed_by
    if cadence is not None:
        moment = clock.now(settings.home, contest.zone)
        tier = tier_in_force(contest, campaign.tiers(), moment)
        window: timedelta = max(tier.max_age, parse_age(cadence))
        return dg.FreshnessPolicy.time_window(fail_window=window, warn_window=window * 0.8)
    if needed_by is None:
        return None
    due = deadline(contest, needed_by)
    return dg.FreshnessPolicy.cron(
        deadline_cron=f"{due.minute} {due.hour} {due.day} {due.month} *",
        lower_bound_delta=ONCE_A_YEAR,
        timezone=contest.zone,
    )


def _preview(records: Sequence[DeliveryRecord]) -> str:
    """The ledger's newest records as a table: counts and names of files, nothing of a person."""
    head = (
        "| file | received | read | landed | quarantined | data time | seconds |\n"
        "| --- | --- | ---: | ---: | ---: | --- | ---: |\n"
    )
    rows = [
        f"| {r.file} | {r.received} | {r.read} | {r.landed} | {r.quarantined} "
        f"| {r.data_time or ''} | {r.seconds} |"
        for r in records[-PREVIEW:]
    ]
    return head + "\n".join(rows)
