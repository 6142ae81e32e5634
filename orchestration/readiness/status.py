"""The status: where we stand, read from the ledger and the lake as they are now.

One plain object for the command line, the readiness file, the release and the app, so that
all of them say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.contracts.model import Contract
from orchestration.countdown import tiers as tiering
from orchestration.lake import Lake, connect, sql_path
from orchestration.landing.absent import lateness_of, left_out, without
from orchestration.landing.effective import Effective, in_force
from orchestration.landing.land import known_deliveries
from orchestration.landing.lateness import Lateness
from orchestration.ledger import checks, cuts, deliveries
from orchestration.ledger.cuts import CutRecord
from orchestration.readiness.sources import Promise, SourceReadiness, source_readiness
from orchestration.settings import Settings
from orchestration.sources.registry import load_contracts
from orchestration.spending.calendar import filings_due


def status(settings: Settings, moment: datetime) -> dict[str, Any]:
    """Everything a director asks first, as one JSON object.

    Args:
        settings: The campaign and its home.
        moment: Now, aware.

    Returns:
        The contest, days left, tier in force, one entry a source with its state and why, link
        rates, segment sizes, reports that fall due, failed checks. ``release`` is filled in by
        who knows it.
    """
    contest = settings.campaign.contest_plan()
    tiers = settings.campaign.tiers()
    tier = tiering.tier_in_force(contest, tiers, moment)
    change = tiering.next_change(contest, tiers, moment)
    lake = Lake(settings.home)
    links = link_counts(lake)
    total = sum(counts.records for counts in links.values())
    stages = sorted({stage for counts in links.values() for stage in counts.by_stage})
    return {
        "contest": {
            "name": contest.name,
            "starts_at": contest.start.isoformat(),
            "day": contest.day.isoformat(),
            "zone": contest.zone,
        },
        "now": moment.isoformat(),
        "as_of": contest.local_day(moment).isoformat(),
        "days_left": contest.days_left(moment),
        "tier": {
            "name": tier.name,
            "max_age_hours": tier.max_age.total_seconds() / 3600,
            "next_change": change.isoformat() if change else None,
        },
        "sources": [
            {**asdict(row), **_link_rates(links.get(row.name))}
            for row in source_rows(settings, moment)
        ],
        "link_rate": _rounded(sum(counts.linked for counts in links.values()) / total)
        if total
        else None,
        "link_rate_by_stage": {
            stage: _rounded(sum(c.by_stage.get(stage, 0) for c in links.values()) / total)
            for stage in stages
        },
        "segments": segment_sizes(lake),
        "committee": settings.campaign.candidate.committee,
        "filings_due": [asdict(due) for due in filings_due(contest.local_day(moment), contest.day)],
        "cuts": [asdict(c) for c in cuts.standing(cuts.read(lake), moment).values()],
        "failed_checks": [
            {"asset": c.asset, "check": c.check, "blocking": c.blocking, "detail": c.detail}
            for c in checks.failing(lake)
        ],
    }


def source_rows(settings: Settings, moment: datetime) -> list[SourceReadiness]:
    """One row for each source of the registry, those that never sent anything included."""
    contest = settings.campaign.contest_plan()
    tier = tiering.tier_in_force(contest, settings.campaign.tiers(), moment)
    day = contest.local_day(moment)
    lake = Lake(settings.home)
    contracts = load_contracts(settings.sources)
    everything = in_force(known_deliveries(lake, contracts, day))
    absent = left_out(settings, contracts, everything, moment)
    rows = rows_in_force(without(everything, absent))
    cut = cuts.standing(cuts.read(lake), moment)
    records = [r for r in deliveries.read(lake) if r.received <= day.isoformat()]
    found = []
    for name, contract in contracts.items():
        mine = [r for r in records if r.source == name]
        row = source_readiness(promise(contract), mine, contest, tier, moment)
        found.append(
            replace(
                row,
                rows=rows.get(name, 0),
                left_out=absent.get(name),
                carried=None
                if name in absent
                else _carried(
                    contract.delivery.if_late,
                    lateness_of(settings, contract, everything, moment),
                    cut.get(name),
                ),
            )
        )
    return found


def _carried(terms: str, late: Lateness, decided: CutRecord | None) -> str | None:
    """Why a late source's last good data is used; ``None`` when it is on time or has none.

    Asked of the data's age alone: a file that was refused besides does not make old data new.
    """
    if late.state != "late":
        return None
    if decided and decided.action == "carry_forward":
        return f"its last good data is used, decided by {decided.by}: {decided.why}"
    return "its last good data is used" if terms == "carry_forward" else None


def rows_in_force(counting: Iterable[Effective]) -> dict[str, int]:
    """Rows of each source that count now; a file read into two entities counts once."""
    widest: dict[tuple[str, str], int] = {}
    for feed in counting:
        key = (feed.source, feed.delivery)
        widest[key] = max(widest.get(key, 0), feed.rows)
    rows: dict[str, int] = {}
    for (source, _), count in widest.items():
        rows[source] = rows.get(source, 0) + count
    return rows


def promise(contract: Contract) -> Promise:
    """What readiness needs to know of a contract."""
    return Promise(
        source=contract.source,
        title=contract.title,
        owner=contract.owner,
        licence=contract.licence,
        cadence=contract.delivery.cadence,
        needed_by=contract.delivery.needed_by,
        if_late=contract.delivery.if_late,
        promised=contract.delivery.promised,
    )


@dataclass(frozen=True)
class LinkCounts:
    """Records of one source, and those that each stage of linking tied to a voter."""

    records: int
    by_stage: Mapping[str, int]

    @property
    def linked(self) -> int:
        """Records with a voter, by whatever stage."""
        return sum(self.by_stage.values())


def link_counts(lake: Lake) -> Mapping[str, LinkCounts]:
    """Records and links of each source; empty before the first linking."""
    file = lake.identity / "links.parquet"
    if not file.exists():
        return {}
    con = connect(lake.home)
    try:
        rows = con.execute(
            "select source, method, count(*), count(voter_key) "
            f"from read_parquet({sql_path(file)}) group by source, method order by source, method"
        ).fetchall()
    finally:
        con.close()
    return {
        source: LinkCounts(
            sum(records for s, _, records, _ in rows if s == source),
            {method: linked for s, method, _, linked in rows if s == source and linked},
        )
        for source in dict.fromkeys(row[0] for row in rows)
    }


def _link_rates(counts: LinkCounts | None) -> dict[str, Any]:
    """How much of a source is linked, and by which stage; nothing is linked of who sends none."""
    if counts is None or not counts.records:
        return {"link_rate": None, "link_rate_by_stage": {}}
    return {
        "link_rate": _rounded(counts.linked / counts.records),
        "link_rate_by_stage": {
            stage: _rounded(linked / counts.records) for stage, linked in counts.by_stage.items()
        },
    }


def segment_sizes(lake: Lake) -> dict[str, int]:
    """Size of each segment, from the files' footers."""
    import pyarrow.parquet as pq

    files: list[Path] = sorted((lake.root / "segments").glob("seg_*.parquet"))
    return {file.stem: int(pq.read_metadata(file).num_rows) for file in files}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
