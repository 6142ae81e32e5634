"""What a contract's limits say about what landed: one finding a rule, for every source alike.

Row counts, drops, drift, quarantine shares and lateness belong here, worked out from the ledger
alone. Whether the values of a table are true belongs to ``truth``; what a failure means for
the day belongs to ``readiness``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.contracts.model import Contract
from orchestration.landing.drift import Drift, category_shift, last_two, null_rise
from orchestration.landing.effective import Effective
from orchestration.landing.lateness import Lateness
from orchestration.ledger.deliveries import DeliveryRecord


@dataclass(frozen=True)
class Finding:
    """The outcome of one rule; ``detail`` is a sentence that names no person."""

    check: str
    passed: bool
    blocking: bool
    detail: str
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """What the rules look at: a source's contract, outcome records and deliveries in force.

    ``is_cut``: people decided to go on without it or with its last good data, so its lateness
    is told and holds nothing up.
    """

    contract: Contract
    records: Sequence[DeliveryRecord]
    known: Sequence[Effective]
    in_force: Sequence[Effective]
    lateness: Lateness
    is_cut: bool = False


Rule = Callable[[Evidence], Finding]
Measure = Callable[[Mapping[str, Any], Mapping[str, Any]], Drift | None]


def accepted(evidence: Evidence) -> Finding:
    """No file of the last day that anything came stands refused."""
    latest = {r.file: r for r in evidence.records if r.state != "duplicate"}
    newest = max((r.received for r in latest.values() if r.state == "landed"), default="")
    refused = [
        r for r in latest.values() if r.state in ("refused", "failed") and r.received >= newest
    ]
    detail = f"{refused[-1].file}: {refused[-1].reason}" if refused else "all accepted"
    return Finding("accepted", not refused, _blocks(evidence), detail, {"refused": len(refused)})


def reconciles(evidence: Evidence) -> Finding:
    """Every row that was read was landed or quarantined."""
    latest = {(r.delivery, r.file): r for r in evidence.records if r.state == "landed"}
    off = [
        f"{r.file} ({o.feed}): read {o.read}, landed {o.landed}, quarantined {o.quarantined}"
        for r in latest.values()
        for o in r.feeds
        if o.read != o.landed + o.quarantined
    ]
    rows = sum(o.read for r in latest.values() for o in r.feeds)
    return Finding("reconciles", not off, True, off[0] if off else f"{rows} rows add up")


def min_rows(evidence: Evidence) -> Finding:
    """Each feed has as many rows in force as its contract asks for."""
    short, figures = [], {}
    for feed in evidence.contract.feeds:
        least = evidence.contract.limits_of(feed).min_rows
        if least is None:
            continue
        rows = sum(d.rows for d in evidence.in_force if d.feed == feed.name)
        figures[feed.name] = {"rows": rows, "min_rows": least}
        if rows < least:
            short.append(f"{feed.name}: {rows} rows are in force; the contract asks for {least}")
    detail = short[0] if short else "every feed has the rows it should"
    return Finding("min_rows", not short, False, detail, figures)


def row_drop(evidence: Evidence) -> Finding:
    """No full file has fewer rows than the one before by more than its contract allows."""
    fallen, told, figures = [], [], {}
    for feed in evidence.contract.feeds:
        deliveries = [d for d in evidence.known if d.feed == feed.name and d.mode == "snapshot"]
        if len(deliveries) < 2 or not deliveries[-2].rows:
            continue
        before, now = deliveries[-2].rows, deliveries[-1].rows
        drop = 100 * (before - now) / before
        limit = evidence.contract.limits_of(feed).max_drop_pct
        figures[feed.name] = {"rows": now, "before": before, "max_drop_pct": limit}
        told.append(f"{feed.name}: {now} rows, {before} before ({-drop:+.1f} %)")
        if limit is not None and drop > limit:
            fallen.append(told[-1])
    detail = (fallen or told or ["no full file to compare"])[0]
    return Finding("row_drop", not fallen, False, detail, figures)


def quarantine_share(evidence: Evidence) -> Finding:
    """Of no delivery in force did more rows go to quarantine than its contract allows."""
    counted = {(d.delivery, d.feed) for d in evidence.in_force}
    over, figures = [], {}
    for record in evidence.records:
        for outcome in record.feeds if record.state == "landed" else ():
            if (record.delivery, outcome.feed) not in counted or not outcome.quarantined:
                continue
            share = 100 * outcome.quarantined / outcome.read
            figures[f"{record.file} ({outcome.feed})"] = round(share, 3)
            limit = evidence.contract.limits_of(
                evidence.contract.feed(outcome.feed)
            ).max_quarantine_pct
            if limit is not None and share > limit:
                told = f"{record.file} ({outcome.feed}): {share:.2f} % went to quarantine"
                over.append(f"{told}; {limit:g} % are allowed")
    detail = over[-1] if over else "no delivery lost more than it may"
    return Finding("quarantine_share", not over, False, detail, figures)


def null_drift(evidence: Evidence) -> Finding:
    """No column has many more nulls than in the delivery before."""
    return _drift(evidence, "null_drift", null_rise, "max_null_rise_pct", "more nulls")


def category_drift(evidence: Evidence) -> Finding:
    """No column of codes has shares far from those in the delivery before."""
    return _drift(evidence, "category_drift", category_shift, "max_category_shift_pct", "shifted")


def _drift(evidence: Evidence, check: str, measure: Measure, limit_name: str, says: str) -> Finding:
    over, told, figures = [], [], {}
    for feed in evidence.contract.feeds:
        pair = last_two(evidence.records, evidence.known, feed.name)
        drift = measure(*pair) if pair else None
        if drift is None:
            continue
        limit = getattr(evidence.contract.limits_of(feed), limit_name)
        figures[feed.name] = {"column": drift.column, "points": drift.points, limit_name: limit}
        told.append(f"{feed.name}.{drift.column}: {drift.points:+.1f} points ({says})")
        if limit is not None and drift.points > limit:
            over.append(f"{told[-1]}; {limit:g} are allowed")
    detail = (over or told or ["no two deliveries to compare"])[0]
    return Finding(check, not over, False, detail, figures)


def on_time(evidence: Evidence) -> Finding:
    """The newest data is as young as the tier in force asks."""
    late = evidence.lateness
    figures = {
        "age_hours": round(late.age.total_seconds() / 3600, 1) if late.age else None,
        "tier": late.tier,
    }
    return Finding("on_time", late.passed, _blocks(evidence), late.reason, figures)


RULES: dict[str, Rule] = {
    "accepted": accepted,
    "reconciles": reconciles,
    "min_rows": min_rows,
    "row_drop": row_drop,
    "quarantine_share": quarantine_share,
    "null_drift": null_drift,
    "category_drift": category_drift,
    "on_time": on_time,
}


def blocks(contract: Contract, check: str) -> bool:
    """Whether a failure of this rule holds the release."""
    if check in ("accepted", "on_time"):
        return contract.delivery.if_late == "block"
    return check == "reconciles"


def _blocks(evidence: Evidence) -> bool:
    return blocks(evidence.contract, "on_time") and not evidence.is_cut


def evaluate(evidence: Evidence) -> list[Finding]:
    """Every rule on one source."""
    return [rule(evidence) for rule in RULES.values()]
