"""Deciding to go without a source, or with its last good data; and taking that back.

What it costs is measured when it is decided, on the same futures: the chance of being ready
before and after, the rows that no longer count, the points of pain that ``campaign.yaml`` states.
The decision itself is kept in ``ledger.cuts`` and acts in ``landing.absent``.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from orchestration.contracts.model import Contract
from orchestration.lake import Lake
from orchestration.landing.absent import carries_opt_outs
from orchestration.landing.effective import in_force
from orchestration.landing.land import known_deliveries
from orchestration.ledger import audit, cuts
from orchestration.ledger.cuts import Action, CutRecord
from orchestration.readiness.forecast_home import forecast_home
from orchestration.readiness.status import rows_in_force
from orchestration.settings import Settings, UserError
from orchestration.sources.registry import load_contracts


def decide(
    settings: Settings, moment: datetime, source: str, action: Action, by: str, why: str
) -> CutRecord:
    """Write a decision down with what it costs; the next run acts on it.

    Args:
        settings: The campaign and its home.
        moment: Now, aware.
        source: Whom it is about.
        action: ``drop``, ``carry_forward``, ``revoke``, ``undo`` or ``reinstate``.
        by: Who decided.
        why: Their reason.

    Raises:
        UserError: there is no such source, it carries opt-outs, it has delivered nothing that
            could be carried forward, no reason is given, or there is nothing to take back.
    """
    lake = Lake(settings.home)
    contracts = load_contracts(settings.sources)
    if source not in contracts:
        raise UserError(f"there is no source {source!r}; known are {', '.join(contracts)}")
    if not why.strip():
        raise UserError("--why is empty; say in a few words why, for those who ask later")
    _check_standing(source, action, cuts.standing(cuts.read(lake), moment).get(source))
    if action in ("drop", "revoke") and carries_opt_outs(contracts[source]):
        raise UserError(f"{source} says who may not be contacted; it cannot be left out")
    cost = _cost(settings, contracts[source], moment, action)
    record = CutRecord(source, action, moment.isoformat(), by, why.strip(), cost)
    cuts.append(lake, record)
    # The reason stays out of the audit: it is free text, and the audit holds counts and ids.
    audit.record(lake, record.at, by, "cut", source, decided=action, **cost)
    return record


def _check_standing(source: str, action: Action, decided: CutRecord | None) -> None:
    is_revoked = decided is not None and decided.action == "revoke"
    if is_revoked and action != "reinstate":
        raise UserError(
            f"{source} was revoked; once its licence is agreed anew say: "
            f"tminus revoke {source} --reinstate"
        )
    if action == "reinstate" and not is_revoked:
        raise UserError(f"{source} is not revoked, so there is nothing to reinstate")
    if action == "undo" and decided is None:
        raise UserError(f"{source} is not cut, so there is nothing to take back")


def cut_list(settings: Settings, moment: datetime) -> list[dict[str, Any]]:
    """Every decision up to a moment, oldest first; ``stands`` says whether it counts now."""
    records = cuts.read(Lake(settings.home))
    counting = cuts.standing(records, moment).values()
    return [
        {**asdict(r), "stands": r in counting}
        for r in records
        if datetime.fromisoformat(r.at) <= moment
    ]


def _cost(
    settings: Settings, contract: Contract, moment: datetime, action: Action
) -> dict[str, Any]:
    before = forecast_home(settings, moment, remedies=False)
    if action in ("undo", "reinstate"):
        after = forecast_home(settings, moment, remedies=False, undone=contract.source)
    else:
        asked = f"{contract.source}={'drop' if action == 'revoke' else action}"
        after = forecast_home(settings, moment, asked, remedies=False, undone=contract.source)
    points = settings.campaign.forecast.costs
    known = known_deliveries(
        Lake(settings.home),
        {contract.source: contract},
        settings.campaign.contest_plan().local_day(moment),
    )
    rows = rows_in_force(in_force(known)).get(contract.source, 0)
    return {
        "points": {"drop": points.drop, "carry_forward": points.carry_forward}.get(action, 0),
        "rows": rows if action in ("drop", "revoke") else 0,
        "p_ready_before": before.p_ready,
        "p_ready_after": after.p_ready,
    }
