"""The audit by area as a part of each release; what is measured is the scores' own ``audit``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from orchestration.lake import Lake, write_text
from orchestration.release.read import Release

FILE = "aggregates/audit.json"


def write_audit(lake: Lake, release: Path) -> None:
    """Audit the lists of the release that is being built; nothing where they tell of no area."""
    import pyarrow.parquet as pq

    people = release / "marts" / "person_features.parquet"
    if not people.exists() or "county_fips" not in pq.read_schema(people).names:
        return
    from orchestration.scores.audit import audit

    lists = {file.stem: file for file in sorted((release / "segments").glob("seg_*.parquet"))}
    universe = release / "segments" / "universe.parquet"
    lists |= {"universe": universe} if universe.exists() else {}
    write_text(release / FILE, json.dumps(audit(lake, people, lists), indent=1) + "\n")


def read_audit(release: Release) -> dict[str, Any] | None:
    """The audit of a release; ``None`` where it holds none."""
    file = release.path / FILE
    return json.loads(file.read_text()) if file.exists() else None
