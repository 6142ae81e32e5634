"""Drawing a list: the audience of a release, against the terms and requests of this minute.

What each rule of withholding is stands in ``choose``; what may ask and approve in ``lists``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.handoff import choose
from orchestration.handoff.kinds import Kind, kind_of
from orchestration.handoff.law import law_of
from orchestration.handoff.licences import load_terms
from orchestration.handoff.register import Request
from orchestration.handoff.suppression import load_blocks
from orchestration.identity.thresholds import least
from orchestration.lake import Lake, sql_path
from orchestration.release.read import Release
from orchestration.settings import Settings, UserError

if TYPE_CHECKING:
    import duckdb

    from orchestration.contracts import Contract

_TABLES = {
    "persons": "marts/persons",
    "voters": "marts/voters",
    "contacts": "marts/contacts",
    "sites": "marts/sites",
    "links": "identity/links",
}


def land_requests(settings: Settings, moment: datetime) -> Mapping[str, Contract]:
    """Take in requests that wait in the inbox, so that one of a minute ago is honoured."""
    from orchestration.landing.land import land
    from orchestration.sources.registry import load_contracts

    contracts = load_contracts(settings.sources)
    for name, contract in contracts.items():
        if any(feed.entity == "suppression" for feed in contract.feeds):
            land(settings, moment, only=name)
    return contracts


def draw(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    release: Release,
    contracts: Mapping[str, Contract],
    request: Request,
    moment: datetime,
) -> dict[str, int]:
    """Judge everybody of the audience: ``judged`` says who is left out and why.

    Returns:
        How many people are withheld, by reason.

    Raises:
        UserError: the release has no such audience, or nobody of it is there.
    """
    kind = kind_of(request.list)
    for name, table in _TABLES.items():
        con.execute(f"create view {name} as from read_parquet({sql_path(release.table(table))})")
    _load_audience(con, release, request, kind)
    today = settings.campaign.contest_plan().local_day(moment)
    load_terms(con, contracts, today)
    load_blocks(con, Lake(settings.home), contracts, today)
    holdout = settings.campaign.universe.holdout_pct
    return choose.judge(
        con,
        choose.Filter(
            kind=kind,
            law=law_of(settings.campaign.contest.jurisdiction),
            holdout_below=f"{round(holdout / 100 * 0x10000):04x}" if holdout else "",
            threshold=least(settings.campaign.links, "walk_list"),
            autodial=request.autodial,
        ),
    )


def _load_audience(
    con: duckdb.DuckDBPyConnection, release: Release, request: Request, kind: Kind
) -> None:
    try:
        table = release.table(f"segments/{request.audience}")
    except KeyError:
        known = [name for name in release.manifest["files"] if name.startswith("segments/seg_")]
        names = ", ".join(Path(name).stem for name in known)
        raise UserError(
            f"release {release.id} has no audience {request.audience!r}; choose universe, {names}"
        ) from None
    is_universe = request.audience == "universe"
    if is_universe and kind.use not in ("door", "phone", "text"):
        raise UserError(
            f"the universe plans doors, calls and texts, and no {kind.name}; choose a segment"
        )
    con.execute(
        f"""
        create temp table audience as
        select
            person_id,
            best_time_seen,
            row_number() over (order by {"place" if is_universe else "value desc, person_id"})
                as place
        from read_parquet({sql_path(table)})
        where
            ({"channel = $use" if is_universe else "$use is not null"})
            and (
                len($where) = 0
                or list_contains($where, county_fips)
                or list_contains($where, precinct_id)
            )
        """,
        {"use": kind.use, "where": list(request.where)},
    )
    row = con.execute("select count(*) from audience").fetchone()
    if not row or not row[0]:
        place = f" in {', '.join(request.where)}" if request.where else ""
        raise UserError(
            f"nobody of {request.audience} is to be reached by {kind.use}{place}; "
            "see tminus segments, and write places as county FIPS (19153) or precinct ids"
        )


def remaining(con: duckdb.DuckDBPyConnection) -> int:
    """People who may be on the list, before its size is cut."""
    row = con.execute("select count(*) from judged where withheld is null").fetchone()
    return int(row[0]) if row else 0
