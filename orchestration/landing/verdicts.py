"""Judging every source and entity, and writing each verdict to the ledger.

The rules themselves are in ``rules`` (limits of contracts) and in ``contracts`` (truth of an
entity's table). Dagster's view of the verdicts is in ``checks.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration import contracts as contracts_room
from orchestration.contracts import Contract, check_entity
from orchestration.lake import Lake, code_version, connect, sql_path, text_hash
from orchestration.landing.absent import counting as present
from orchestration.landing.absent import lateness_of
from orchestration.landing.effective import Effective, entity_version, in_force
from orchestration.landing.land import known_deliveries
from orchestration.landing.places import all_of, landed_path
from orchestration.landing.rules import Evidence, Finding, evaluate
from orchestration.ledger import checks, cuts, deliveries
from orchestration.ledger.checks import CheckRecord
from orchestration.settings import Settings

TABLE_TRUTH = "table_truth"
_RULES_FOLDER = Path(contracts_room.__file__).parent


def judge_sources(
    settings: Settings, contracts: Mapping[str, Contract], moment: datetime
) -> dict[str, list[Finding]]:
    """Every rule on every source, as things stand at ``moment``."""
    lake = Lake(settings.home)
    today = settings.campaign.contest_plan().local_day(moment)
    known = known_deliveries(lake, contracts, today)
    everything = in_force(known)
    records = [r for r in deliveries.read(lake) if r.received <= today.isoformat()]
    cut = cuts.standing(cuts.read(lake), moment)
    findings = {}
    for name, contract in contracts.items():
        findings[name] = evaluate(
            Evidence(
                contract=contract,
                records=[r for r in records if r.source == name],
                known=[d for d in known if d.source == name],
                # A source that is left out is judged all the same: it may be on time again.
                in_force=[d for d in everything if d.source == name],
                lateness=lateness_of(settings, contract, everything, moment),
                is_cut=name in cut,
            )
        )
    return findings


def judge_entity(
    settings: Settings, contracts: Mapping[str, Contract], moment: datetime, entity: str
) -> Finding:
    """Whether the values in force of one entity are what its columns say they are.

    Deliveries that were judged before, by the same rules, are not read again.
    """
    lake = Lake(settings.home)
    today = settings.campaign.contest_plan().local_day(moment)
    known = known_deliveries(lake, contracts, today)
    counting = [d for d in present(settings, contracts, known, moment) if d.entity == entity]
    version = text_hash(entity_version(counting, entity), code_version(_RULES_FOLDER))
    last = checks.latest(lake).get((f"landing/{entity}", TABLE_TRUTH))
    if last and last.figures.get("version") == version:
        return Finding(TABLE_TRUTH, last.passed, last.blocking, last.detail, last.figures)
    rows = sum(d.rows for d in counting)
    figures: dict[str, Any] = {"rows": rows, "version": version}
    if not counting:
        return Finding(TABLE_TRUTH, True, True, "nothing is in force", figures)
    con = connect(settings.home, memory_limit=settings.memory)
    try:
        problems = check_entity(con, entity, _relation(lake, counting))
    finally:
        con.close()
    figures |= {f"{p.column}: {p.rule}": p.rows for p in problems}
    if not problems:
        return Finding(TABLE_TRUTH, True, True, f"{rows} rows keep every rule", figures)
    first = problems[0]
    detail = f"{first.column}: {first.rows} of {rows} rows break the rule {first.rule!r}"
    return Finding(TABLE_TRUTH, False, True, detail, figures)


def _relation(lake: Lake, counting: Iterable[Effective]) -> str:
    """The rows in force: of records that came again, only the last telling."""
    files = ", ".join(
        sql_path(path)
        for d in counting
        for path in all_of(landed_path(lake, d.source, d.delivery, d.entity, d.feed))
    )
    superseded = sql_path(lake.context / "superseded_keys.parquet")
    return (
        f"(select * exclude (source, delivery) from read_parquet([{files}], union_by_name=true, "
        "hive_partitioning=true, hive_types={'source': varchar, 'delivery': varchar}) as landed "
        f"anti join read_parquet({superseded}) as superseded using (record_key, delivery))"
    )


def write_verdicts(
    lake: Lake, asset: str, findings: Iterable[Finding], moment: datetime, run_id: str
) -> None:
    """Append the verdicts that differ from what the ledger last said of them."""
    before = checks.latest(lake)
    for finding in findings:
        last = before.get((asset, finding.check))
        if last and _same(last, finding):
            continue
        checks.append(lake, as_record(asset, finding, moment, run_id))


def as_record(asset: str, finding: Finding, moment: datetime, run_id: str) -> CheckRecord:
    """A finding about an asset as the ledger writes it down."""
    return CheckRecord(
        asset=asset,
        check=finding.check,
        passed=finding.passed,
        blocking=finding.blocking,
        detail=finding.detail,
        evaluated_at=moment.isoformat(),
        figures=finding.figures,
        run_id=run_id,
    )


def _same(last: CheckRecord, finding: Finding) -> bool:
    said = (last.passed, last.detail, last.blocking, last.figures.get("version"))
    says = (finding.passed, finding.detail, finding.blocking, finding.figures.get("version"))
    return said == says
