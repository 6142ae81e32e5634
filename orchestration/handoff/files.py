"""A list on disk: its file with canaries in it, its manifest, and who stands on it.

All of it is written before the register says that the list is made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.handoff import canary, register
from orchestration.handoff.cells import OWNER_ONLY, write_csv
from orchestration.handoff.kinds import Kind, kind_of
from orchestration.handoff.law import law_of
from orchestration.handoff.register import Made, Request
from orchestration.handoff.seal import seal
from orchestration.lake import Lake, file_hash, text_hash, write_parquet, write_text
from orchestration.release.read import whole_releases
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb

_BATCH = 20_000

# Whoever stands on a row, and whose values they are: so a result ties to a person, and a source
# that is revoked calls back what holds its values.
_MEMBERS = """
select
    line_id,
    person_id,
    precinct_id,
    list_sort(list_distinct(list_filter(
        [
            value_source,
            if(may_use_name, name_source, null),
            if(may_use_birth, birth_source, null),
            if(may_use_gender, gender_source, null)
        ],
        lambda source: source is not null
    ))) as sources
from on_list
inner join (select line_id, row_key from rows_of_list) using (row_key)
order by line_id, person_id
"""


def write_list(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    made: Made,
    request: Request,
    moment: datetime,
    approved_by: str,
) -> Made:
    """Write file, manifest and members of the list laid out on ``con``, and register it."""
    lake, kind = Lake(settings.home), kind_of(request.list)
    folder = register.list_folder(lake, made.list_id)
    file = folder / f"{made.list_id}.csv"
    rules = settings.campaign.handoff
    canaries = canary.canaries_of(made.list_id, rules.seeds, rules.canaries)
    write_csv(file, kind.columns, _batches(con, kind, made, canaries))
    if request.recipients:
        sealed = file.with_name(f"{file.name}.age")
        seal(file, sealed, request.recipients)
        file.unlink()
        file = sealed
    members = register.members_path(lake, made.list_id)
    write_parquet(
        con,
        _MEMBERS,
        members,
    )
    manifest = _manifest(settings, made, request, moment, approved_by, file)
    write_text(folder / "manifest.json", json.dumps(manifest, indent=1))
    (folder / "manifest.json").chmod(OWNER_ONLY)
    register.note(
        lake, "made", made.list_id, request.who, moment,
        rows=made.rows, people=made.people, release=made.release, file=file.name,
        sites=_sites_version(con, made), withheld=dict(made.withheld),
    )  # fmt: skip
    return replace(made, files=(str(file), str(folder / "manifest.json")), manifest=manifest)


def _batches(
    con: duckdb.DuckDBPyConnection, kind: Kind, made: Made, canaries: tuple[canary.Canary, ...]
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in order, with the canaries where chance put them and not at the end."""
    found = con.execute(
        f"select {', '.join(kind.columns)} from rows_of_list order by place_on_list"
    )
    placed = [
        (
            int(one.token, 16) % max(made.rows, 1),
            canary.as_row(one, kind.columns, f"{made.list_id}-{made.rows + place:06d}"),
        )
        for place, one in enumerate(canaries, start=1)
    ]
    begin = 0
    while batch := found.fetchmany(_BATCH):
        whole: list[tuple[Any, ...]] = list(batch)
        here = [one for one in placed if begin <= one[0] < begin + len(batch)]
        for place, row in sorted(here, key=lambda one: one[0], reverse=True):
            whole.insert(place - begin, tuple(row.values()))
        begin += len(batch)
        yield whole


def _manifest(
    settings: Settings,
    made: Made,
    request: Request,
    moment: datetime,
    approved_by: str,
    file: Path,
) -> dict[str, Any]:
    law = law_of(settings.campaign.contest.jurisdiction)
    return {
        "list": made.list_id,
        "kind": request.list,
        "audience": request.audience,
        "where": list(request.where),
        "purpose": request.purpose,
        "asked_by": request.who,
        "role": request.role,
        "approved_by": approved_by or None,
        "made_at": moment.isoformat(),
        "expires_at": made.expires_at,
        "release": made.release,
        "rows": made.rows,
        "people": made.people,
        "withheld": dict(made.withheld),
        "rules": law.told(),
        "caveats": _caveats(settings, made.release),
        "files": {file.name: {"hash": file_hash(file), "bytes": file.stat().st_size}},
    }


def _caveats(settings: Settings, release: str) -> list[str]:
    """Which sources the list has no new data of; whoever works with it should know."""
    found = (r for r in whole_releases(settings.home) if r.id == release)
    return [caveat for r in found for caveat in r.caveats]


def _sites_version(con: duckdb.DuckDBPyConnection, made: Made) -> str:
    found = con.execute(
        "select distinct precinct_id, site_name, address_line, city, starts_at::varchar "
        "from sites semi join on_list using (precinct_id) order by all"
    ).fetchall()
    return text_hash(*(repr(row) for row in found))
