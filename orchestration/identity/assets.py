"""Identity as Dagster assets: the thin layer; linking itself is in ``link``."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.identity import model_charts
from orchestration.identity.link import LinkReport, link_home
from orchestration.identity.places import Places, read_day
from orchestration.lake import code_version, file_hash, text_hash
from orchestration.ledger.assets import teller
from orchestration.settings import Settings
from orchestration.sources.registry import load_contracts

UPSTREAM = ("staging/int_link_voters", "staging/int_link_records")
LINKS, PERSONS = "identity/links", "identity/persons"
DESCRIPTIONS = {
    LINKS: "One row per record: its voter and why, or why it has none.",
    PERSONS: "One row per person: each voter, and each human behind records without a voter.",
}


def build_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """Links and persons, made together because either alone would contradict the other."""
    places = Places(settings.home)
    feeds = one_person_a_row(settings)
    version = identity_version(places, feeds)

    @dg.multi_asset(
        name="identity",
        specs=[
            dg.AssetSpec(
                key.split("/"),
                deps=[parent.split("/") for parent in UPSTREAM],
                group_name="identity",
                description=description,
                code_version=version,
                kinds={"duckdb", "parquet"},
            )
            for key, description in DESCRIPTIONS.items()
        ],
    )
    def identity(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        started = time.monotonic()
        report = link_home(
            places, read_day(settings.home), memory_limit=settings.memory, feeds=feeds
        )
        seconds = time.monotonic() - started
        told = teller(settings, context.run.run_id)
        for key, file, rows, took in (
            (LINKS, places.links, report.records, seconds),
            # Made in the same breath as the links, which carry its seconds.
            (PERSONS, places.persons, report.persons, 0.0),
        ):
            yield told.made(
                key,
                version,
                file_hash(file),
                UPSTREAM,
                rows=rows,
                seconds=took,
                reason=report.how,
                extra=_figures(report),
                metadata=_metadata(report) | _pictures(places, report.model_version),
            )

    return [identity]


def one_person_a_row(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The feeds whose contract says that each of their rows is another person."""
    return tuple(
        (name, feed.name)
        for name, contract in sorted(load_contracts(settings.sources).items())
        for feed in contract.feeds
        if feed.one_to_one
    )


def identity_version(places: Places, feeds: tuple[tuple[str, str], ...]) -> str:
    """The version of the rules of linking: the code, what contracts say, what humans decided.

    A decision changes the outcome as a change of code would, so it makes the links stale.
    """
    decided = file_hash(places.decisions) if places.decisions.exists() else "none"
    return text_hash(code_version(Path(__file__).parent), repr(feeds), decided)


def _figures(report: LinkReport) -> dict[str, object]:
    return {
        "mode": "incremental" if report.is_incremental else "full",
        "touched": report.touched,
        "full_because": report.full_because,
        "link_rate": round(report.link_rate, 6),
        "review": report.review,
        "linked": report.linked,
        "changes": report.changes,
        "model": report.model_version,
        "trained": report.trained,
        "model_refusals": list(report.model_refusals),
        "repeated_voters": report.repeated_voters,
        "shared_contacts": report.shared_contacts,
    }


def _metadata(report: LinkReport) -> dict[str, dg.MetadataValue[Any]]:
    return {
        "how": dg.MetadataValue.text(report.how),
        "blocking": dg.MetadataValue.md(_block_table(report)),
        "figures": dg.MetadataValue.json(_figures(report)),
    }


def _pictures(places: Places, version: str) -> dict[str, dg.MetadataValue[Any]]:
    """What each agreement is worth to the model, and how many records say too little."""
    drawn = model_charts.draw(places.models, version)
    return {
        picture: dg.MetadataValue.md(model_charts.as_markdown(file, f"{picture} of {version}"))
        for picture, file in drawn.items()
    }


def _block_table(report: LinkReport) -> str:
    head = "| rule | pairs | blocks skipped | records in them |\n| --- | --- | --- | --- |\n"
    return head + "\n".join(
        f"| {b.rule} | {b.pairs} | {b.skipped_blocks} | {b.skipped_records} |"
        for b in report.blocks
    )
