"""Publishing: hard links, a manifest, and one rename that makes the release live."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from orchestration.lake import Lake, file_hash, sql_path, text_hash, write_text
from orchestration.ledger import audit, checks
from orchestration.ledger.checks import CheckRecord
from orchestration.release import aggregates, arrivals, moves, segment_tables, stories
from orchestration.release.acceptance import accepted
from orchestration.release.area_audit import write_audit
from orchestration.release.past import write_past
from orchestration.release.read import MANIFEST, POINTER, current_release, damage
from orchestration.settings import Settings, UserError

ASSET = "release/release"
MOVED = "segments_move_as_agreed"
OWN_CHECKS = ((ASSET, MOVED), (ASSET, moves.FEATURES))  # written by publishing itself
# What a release carries, by folder of the lake: glob patterns, relative to it.
CONTENT: Mapping[str, Sequence[str]] = {
    "marts": ("*.parquet",),
    "segments": ("seg_*.parquet", "universe.parquet", "universe_curve.parquet"),
    "scores": ("*.parquet", "*.card.json"),
    "identity": ("links.parquet", "persons.parquet", "review.parquet"),
    "readiness": ("*.json",),
}


@dataclass(frozen=True)
class Published:
    """What publishing came to; ``release`` is ``None`` when a blocking check held it back."""

    release: str | None
    changed: bool
    reason: str


def publish(
    settings: Settings, as_of: str, moment: datetime, summary: Mapping[str, Any]
) -> Published:
    """Make a release of what lies in the lake and put it live, unless a check forbids it.

    The same content as the live release publishes nothing. The folder is built aside, so a
    run killed on the way leaves the live release as it was.

    Args:
        settings: The campaign and its home.
        as_of: Local day (ISO) that the lake describes.
        moment: Now, for the manifest.
        summary: The status object that the app shows.
    """
    lake = Lake(settings.home)
    held = [c for c in checks.failing(lake, blocking_only=True) if c.asset != ASSET]
    if held:
        names = ", ".join(sorted(f"{c.asset}: {c.check}" for c in held))
        return Published(None, False, f"held back by {len(held)} blocking check(s): {names}")
    aside = lake.releases / f".aside.{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        _build(lake, aside)
        arrivals.build(settings, aside)
        stories.build(settings, aside, date.fromisoformat(as_of))
        name = _name(aside, as_of)
        if _is_live(lake, name):
            return Published(name, False, "nothing changed since this release")
        too_far = _moved_too_far(settings, aside, moment)
        if too_far:
            return Published(None, False, too_far)
        _finish(settings, aside, name, as_of, moment, summary)
        _move(aside, lake.releases / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    point_to(lake, name)
    audit.record(lake, moment.isoformat(), "platform", "release", name, as_of=as_of)
    return Published(name, True, "published")


def _moved_too_far(settings: Settings, aside: Path, moment: datetime) -> str | None:
    """Write what moved since the release in force; why that holds the new one, or ``None``."""
    lake = Lake(settings.home)
    live = current_release(settings.home)
    before = live.path if live else None
    found = moves.write_changes(settings, before, aside, moves.rules_in_force(lake))
    said_yes = accepted(lake, live.id) if live else {}
    held = [m for m in moves.beyond_share(settings, found) if m.segment not in said_yes]
    detail = "; ".join(m.told() for m in held) or "no segment moved further than was agreed"
    limit = settings.campaign.release
    checks.append(
        lake,
        CheckRecord(ASSET, MOVED, not held, True, detail, moment.isoformat()),
        moves.features_check(aside, ASSET, moment.isoformat()),
    )
    if not held:
        return None
    asked = " ".join(f"--accept {m.segment}" for m in held)
    return (
        f"held back because {detail}; campaign.yaml allows {limit.largest(held[0].segment):g} %. "
        f'When that is right, say so: tminus run {asked} --why "..."'
    )


def restore(settings: Settings, name: str, moment: datetime) -> str:
    """Put an older release live again.

    Raises:
        UserError: there is no such release, or it is damaged.
    """
    lake = Lake(settings.home)
    folder = lake.releases / name
    if Path(name).name != name or not folder.is_dir():
        raise UserError(f"there is no release {name!r} under {lake.releases}; see its folders")
    fault = damage(folder)
    if fault:
        raise UserError(f"release {name} cannot be restored: {fault}; choose another")
    point_to(lake, name)
    audit.record(lake, moment.isoformat(), "local user", "restore", name)
    return name


def point_to(lake: Lake, name: str) -> None:
    """Swing the pointer to a release in one rename; readers see the old one or the new one."""
    aside = lake.releases / f".{POINTER}.{os.getpid()}"
    aside.unlink(missing_ok=True)
    aside.symlink_to(name)
    os.replace(aside, lake.releases / POINTER)


def _build(lake: Lake, aside: Path) -> None:
    for folder, patterns in CONTENT.items():
        for pattern in patterns:
            for file in sorted((lake.root / folder).glob(pattern)):
                _link(file, aside / folder / file.name)
    with_context = lake.context / "context.parquet"
    if with_context.exists():
        _link(with_context, aside / "context" / "context.parquet")
    aggregates.build(lake.home, aside)
    segment_tables.build(lake.home, aside)
    write_audit(lake, aside)


def _link(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, target)
    except OSError:
        # Another file system, or one without hard links: a copy is right, only dearer.
        shutil.copy2(file, target)


def _name(aside: Path, as_of: str) -> str:
    """Day and content, so equal content on one day has one name.

    Readiness is left out: its ages move with every minute and would make each run a release.
    """
    files = sorted(f for f in aside.rglob("*") if f.is_file() and "readiness" not in f.parts)
    return f"{as_of}.{text_hash(*(f'{f.relative_to(aside)}:{file_hash(f)}' for f in files))[:10]}"


def _is_live(lake: Lake, name: str) -> bool:
    pointer = lake.releases / POINTER
    return pointer.exists() and pointer.resolve().name == name and not damage(lake.releases / name)


def _finish(
    settings: Settings,
    aside: Path,
    name: str,
    as_of: str,
    moment: datetime,
    summary: Mapping[str, Any],
) -> None:
    lake = Lake(settings.home)
    made_at = moment.isoformat()
    release = {"id": name, "made_at": made_at, "as_of": as_of}
    write_text(aside / "summary.json", json.dumps({**summary, "release": release}, indent=1))
    write_past(settings, aside, moment, summary)
    _views(aside)
    failed = [f"{c.asset}: {c.check}" for c in checks.failing(lake)]
    pointer = lake.releases / POINTER
    manifest = {
        "release": name,
        "made_at": made_at,
        "as_of": as_of,
        "contest": {
            "name": settings.campaign.contest.name,
            "day": settings.campaign.contest.starts_at.date().isoformat(),
        },
        "previous": pointer.resolve().name if pointer.exists() else None,
        "rules": moves.rules_in_force(lake),
        "accepted": accepted(lake, pointer.resolve().name) if pointer.exists() else {},
        "checks": {"run": len(checks.latest(lake)), "failed": failed},
        "carried_forward": [s["name"] for s in summary["sources"] if s["carried"]],
        "left_out": [s["name"] for s in summary["sources"] if s["left_out"]],
        "caveats": [
            f"{s['title']}: {s['left_out'] or s['carried']}"
            for s in summary["sources"]
            if s["left_out"] or s["carried"]
        ],
        "files": _inventory(aside),
    }
    write_text(aside / MANIFEST, json.dumps(manifest, indent=1))


def _inventory(aside: Path) -> dict[str, dict[str, Any]]:
    import pyarrow.parquet as pq

    files: dict[str, dict[str, Any]] = {}
    for file in sorted(f for f in aside.rglob("*") if f.is_file()):
        rows = pq.read_metadata(file).num_rows if file.suffix == ".parquet" else None
        files[str(file.relative_to(aside))] = {
            "hash": file_hash(file),
            "bytes": file.stat().st_size,
            "rows": rows,
        }
    return files


def _views(aside: Path) -> None:
    """A small database of views only, for people who like SQL; paths relative to the release."""
    import duckdb

    con = duckdb.connect(str(aside / "tminus.duckdb"))
    try:
        con.execute(f"set file_search_path = {sql_path(aside)}").fetchall()
        for file in sorted(aside.rglob("*.parquet")):
            relative = file.relative_to(aside)
            view = "_".join(relative.with_suffix("").parts)
            source = sql_path(relative)
            con.execute(f'create view "{view}" as select * from read_parquet({source})').fetchall()
    finally:
        con.close()


def _move(aside: Path, target: Path) -> None:
    if target.exists():
        # Only a damaged or abandoned folder can have this name: the live one was seen before.
        shutil.rmtree(target)
    os.replace(aside, target)
