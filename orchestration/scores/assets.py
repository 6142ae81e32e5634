"""Scores as Dagster assets: the thin layer; making them is ``stage``."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.lake import code_version, file_hash, text_hash
from orchestration.ledger.assets import teller
from orchestration.ledger.pictures import calibration
from orchestration.settings import Settings

UPSTREAM = (
    "marts/attendance_training",
    "marts/canvasses",
    "marts/person_features",
    "marts/support_training",
)
DESCRIPTIONS = {
    "attendance": "One row per eligible person: the chance to attend this caucus.",
    "support": "One row per eligible person: the chance to support the candidate if attending.",
    "lean": "One row per eligible person: the chance to lean to the party.",
    "conventional": "One row per eligible person: what party, past votes, age and place alone say.",
}


def build_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The four scores, made together: the level of one is the weight of the next."""
    version = scores_version(settings)

    @dg.multi_asset(
        name="scores",
        specs=[
            dg.AssetSpec(
                ["scores", name],
                deps=[parent.split("/") for parent in UPSTREAM],
                group_name="scores",
                description=description,
                code_version=version,
                kinds={"scikitlearn", "parquet"},
            )
            for name, description in DESCRIPTIONS.items()
        ],
    )
    def scores(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        from orchestration.scores.context import build_context
        from orchestration.scores.stage import make_scores

        started = time.monotonic()
        told = teller(settings, context.run.run_id)
        day = settings.campaign.contest_plan().local_day(told.moment)
        made = make_scores(build_context(settings, day.isoformat()))
        for outcome in made.outcomes.values():
            context.log.info(f"{outcome.model}: {outcome.state}, {outcome.reason}")
        seconds = (time.monotonic() - started) / len(DESCRIPTIONS)
        for name in DESCRIPTIONS:
            written, outcome = made.written[name], made.outcomes[name]
            figures = _figures(made.cards[name])
            yield told.made(
                f"scores/{name}",
                version,
                file_hash(written.path),
                UPSTREAM,
                rows=written.rows,
                seconds=seconds,
                reason=outcome.reason,
                extra={"model": outcome.version, "outcome": outcome.state, **figures},
                metadata={
                    "persons_per_second": int(written.rows / max(written.seconds, 1e-6)),
                    "outcome": f"{outcome.state}: {outcome.reason}",
                    "figures": dg.MetadataValue.json(figures),
                    "calibration": dg.MetadataValue.md(_calibration(name, made.cards[name])),
                },
            )

    return [scores]


def scores_version(settings: Settings) -> str:
    """The version of the rules of scoring: the code, and what the campaign assumes of turnout."""
    campaign = settings.campaign
    assumed = (campaign.turnout.model_dump_json(), campaign.candidate.model_dump_json())
    return text_hash(code_version(Path(__file__).parent), campaign.contest.party, *assumed)


def _figures(card: Any) -> dict[str, Any]:
    names = ("rows", "positives", "auc", "brier", "brier_skill", "log_loss", "ece", "slope")
    return {name: card.get("figures", {}).get(name) for name in names}


def _calibration(name: str, card: Any) -> str:
    bins = card.get("figures", {}).get("reliability", ())
    return calibration(name.capitalize(), [(b["predicted"], b["observed"]) for b in bins])
