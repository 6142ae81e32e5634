"""What one run knows of each record, kept so that the next links only what is touched.

Written by every run, full or not, and believed only when nothing is different that could change
the rest: voter file, model, code, thresholds, and the links that it belongs to. Never the place to
look up a link; that is ``links.parquet``.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.identity.assign import Thresholds
from orchestration.identity.blocking import BlockReport
from orchestration.identity.places import Places
from orchestration.lake import (
    code_version,
    file_hash,
    sql_path,
    text_hash,
    write_parquet,
    write_text,
)

if TYPE_CHECKING:
    import duckdb

POINTER = "standing.json"
# Each part of linking that makes pairs, with its own blocks.
VOTERS, FACES, WITHIN = "voters", "faces", "within"
DECISION = "vid, probability, match_weight, method, rule, runner_up"
TABLES = ("records", "faces", "edges", "skipped", "unusable")


@dataclass(frozen=True)
class Standing:
    """What a run before left.

    Attributes:
        folder: Its tables.
        within_limits: For each part, pairs of each rule's blocks within limits.
    """

    folder: Path
    within_limits: Mapping[str, dict[str, int]]

    def table(self, name: str) -> str:
        """One of :data:`TABLES` as SQL."""
        return f"read_parquet({sql_path(self.folder / f'{name}.parquet')})"


def fingerprint(
    model: str, side: str, limits: Thresholds, one_to_one: Collection[tuple[str, str]]
) -> str:
    """Name of everything but the records that links depend on.

    Args:
        model: Version of the model.
        side: Version of the voter side.
        limits: Thresholds in force.
        one_to_one: Feeds of which each row is another person.
    """
    settings = repr((limits, sorted(one_to_one)))
    return text_hash(side, model, code_version(Path(__file__).parent), settings)


def load(places: Places, name: str) -> Standing | str:
    """What the run before left, or in words why it cannot be built on.

    Args:
        places: The home's files.
        name: The fingerprint of this run.
    """
    try:
        kept: dict[str, Any] = json.loads((places.standing / POINTER).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return "nothing stands yet"
    folder = places.standing / str(kept.get("folder"))
    if not all((folder / f"{table}.parquet").exists() for table in TABLES):
        return "what stood is incomplete"
    if kept["fingerprint"] != name:
        return "voter file, model, settings or code are not those of the run before"
    # A run that died after its links left them without their standing.
    if not places.links.exists() or kept["links"] != file_hash(places.links):
        return "the links are not those of the run before"
    if kept["is_cut"]:
        return "the run before made too many pairs by some rule"
    return Standing(folder, kept["within_limits"])


def open_tables(con: duckdb.DuckDBPyConnection, standing: Standing) -> None:
    """Make ``stood``, ``stood_gone``, ``stood_edges``, ``stood_faces`` and ``stood_skipped_*``.

    Records are renamed to the numbers of this run; those that are no longer there stand in
    ``stood_gone``.
    """
    con.execute(f"""
        create or replace temp table stood as
        select r.idx as rid, s.* from {standing.table("records")} s
        join id_records r using (record_key);
        create or replace temp table stood_gone as
        select * from {standing.table("records")} anti join id_records using (record_key);
        create or replace temp table stood_edges as
        select a.idx as a, b.idx as b from {standing.table("edges")} e
        join id_records a on e.a = a.record_key
        join id_records b on e.b = b.record_key;
        create or replace temp table stood_faces as from {standing.table("faces")};
        create or replace temp table stood_unusable as from {standing.table("unusable")}
    """)
    for part in (VOTERS, FACES, WITHIN):
        con.execute(f"""
            create or replace temp table stood_skipped_{part} as
            select rule, key, n_right from {standing.table("skipped")} where part = '{part}'
        """)


def save(
    con: duckdb.DuckDBPyConnection,
    places: Places,
    name: str,
    blocks: Mapping[str, Sequence[BlockReport]],
) -> None:
    """Keep this run for the next; last of all, because it names the links it belongs to."""
    links = file_hash(places.links)
    folder = places.standing / text_hash(name, links)
    aside = places.standing / f".{folder.name}.{os.getpid()}.aside"
    shutil.rmtree(aside, ignore_errors=True)
    write_parquet(con, f"{_records()} order by record_key", aside / "records.parquet")
    write_parquet(con, "select * exclude (idx) from faces order by idx", aside / "faces.parquet")
    write_parquet(
        con,
        "select a.record_key as a, b.record_key as b from edges e join id_records a on e.a = a.idx "
        "join id_records b on e.b = b.idx order by all",
        aside / "edges.parquet",
    )
    skipped = " union all ".join(
        f"select '{part}' as part, * from skipped_{part}" for part in (VOTERS, FACES, WITHIN)
    )
    write_parquet(con, f"{skipped} order by all", aside / "skipped.parquet")
    write_parquet(
        con,
        "select value from contact_use where not is_usable order by value",
        aside / "unusable.parquet",
    )
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(aside, folder)
    kept = {
        "fingerprint": name,
        "folder": folder.name,
        "links": links,
        "is_cut": any(b.is_cut for reports in blocks.values() for b in reports),
        "within_limits": {
            part: {b.rule: b.within_limits for b in reports} for part, reports in blocks.items()
        },
    }
    write_text(places.standing / POINTER, json.dumps(kept, indent=1))
    for other in places.standing.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)


def _records() -> str:
    return f"""
        select r.record_key, g.signature,
            l.idx is not null as is_linkable, o.idx is not null as is_still_open,
            p.idx is not null as is_groupable, e.rid is not null as is_early,
            {", ".join(f"d.{column}" for column in DECISION.split(", "))},
            u.vid as u_vid, u.probability as u_probability,
            u.runner_up_vid as u_runner_up_vid, u.runner_up as u_runner_up, u.reason as u_reason,
            x.vids as outdone_vids
        from id_records r
        join signatures g using (idx)
        left join linkable_all l using (idx)
        left join still_open_all o using (idx)
        left join groupable p using (idx)
        left join early e on r.idx = e.rid
        left join decided d on r.idx = d.rid
        left join unsure u on r.idx = u.rid
        left join (
            select rid, list(vid order by vid) as vids from outdone group by rid
        ) x on r.idx = x.rid
    """
