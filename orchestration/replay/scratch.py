"""The scratch home of a replay: it shares what was landed, and the home itself stays untouched."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.lake import Lake
from orchestration.settings import Settings, UserError

SHARED = ("landing", "landing_keys", "wide", "quarantine", "changes")
JOURNALS = ("deliveries.ndjson", "sightings.ndjson", "cuts.ndjson")


def share(settings: Settings, name: str, changed: Collection[str] = ()) -> Settings:
    """Make a fresh scratch home under ``replays`` that shares what was landed.

    Args:
        settings: The home to look back on.
        name: Of the replay, its folder.
        changed: Sources whose deliveries a scenario changes; they are landed anew.

    Raises:
        UserError: there is no such home.
    """
    if not settings.home.is_dir():
        raise UserError(f"the home {settings.home} does not exist; name another with --home")
    target = settings.home / "replays" / name
    shutil.rmtree(target, ignore_errors=True)
    lake, scratch = Lake(settings.home), Lake(target)
    scratch.ledger.mkdir(parents=True)
    if lake.inbox.is_dir():
        # Copied: a link changes a file's ctime, and the home would take its inbox for new files.
        shutil.copytree(lake.inbox, scratch.inbox)
    for folder in (lake.root / name for name in SHARED):
        if folder.is_dir():
            shutil.copytree(folder, target / folder.relative_to(settings.home), copy_function=_link)
    for journal in JOURNALS:
        if (lake.ledger / journal).exists():
            _copy_journal(lake.ledger / journal, scratch.ledger / journal, changed)
    decided = settings.home / "decisions"
    if decided.is_dir():
        shutil.copytree(decided, target / "decisions")
    return settings.model_copy(update={"home": target})


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _copy_journal(source: Path, target: Path, changed: Collection[str]) -> None:
    """Copied, for a journal grows: what the scratch home adds must not show in the home."""
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as kept:
        kept.writelines(x for x in lines if not changed or json.loads(x)["source"] not in changed)


@contextmanager
def own_clock() -> Iterator[None]:
    """The scratch home's clock counts, whatever TMINUS_NOW says of the home."""
    stated = os.environ.pop("TMINUS_NOW", None)
    try:
        yield
    finally:
        if stated is not None:
            os.environ["TMINUS_NOW"] = stated
