"""What moved since the release before, and whether new data, a new model or a new rule moved it.

A segment that moves further than the campaign has set holds the release until somebody accepts
it. Each person who entered or left is looked at once more with the models of before: what those
say of the new data is the data's doing, the rest is the model's. Whom neither moved, the rule
moved when it changed, else their place among the others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.lake import Lake, connect, text_hash, write_parquet, write_text
from orchestration.ledger import steps
from orchestration.ledger.checks import CheckRecord
from orchestration.release.causes import CLOCKS, NOTED, SAMPLE, TOLD, find_causes, rows_of
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb

FILE = "changes/changes.json"
PEOPLE = "changes/people.parquet"
FEATURES = "features_as_in_the_release_before"  # the check of it


@dataclass(frozen=True)
class Move:
    """One segment between two releases.

    Attributes:
        because: People who entered or left, by cause: data, model, rule, or place among others.
    """

    segment: str
    before: int
    after: int
    entered: int
    left: int
    because: Mapping[str, int]

    @property
    def pct(self) -> float | None:
        """Growth in percent; ``None`` from nothing."""
        return 100 * (self.after / self.before - 1) if self.before else None

    def told(self) -> str:
        """The move in a sentence's part."""
        causes = ", ".join(
            f"{count:,} by {WORDS[cause]}" for cause, count in self.because.items() if count
        )
        if not self.entered and not self.left:
            return f"{self.segment} stayed at {self.after:,}"
        how = "grew" if self.after >= self.before else "shrank"
        share = f" by {abs(self.pct):.0f} %" if self.pct is not None else ""
        return (
            f"{self.segment} {how}{share} from {self.before:,} to {self.after:,} "
            f"({self.entered:,} entered, {self.left:,} left: {causes})"
        )


WORDS = {
    "data": "new data",
    "model": "a new model",
    "rule": "a new rule",
    "place": "their place among the others",
}


def rules_in_force(lake: Lake) -> dict[str, str]:
    """The version of each segment's rule: its own and that of the pool it is drawn from."""
    made = steps.latest(lake)
    pool = made.get("segments/segment_pool")
    names = [key.split("/")[1] for key in made if key.startswith("segments/seg_")]
    return {
        name: text_hash(
            made[f"segments/{name}"].code_version, pool.code_version if pool else "no pool"
        )
        for name in sorted(names)
    }


def write_changes(
    settings: Settings, before: Path | None, after: Path, rules: Mapping[str, str]
) -> list[Move]:
    """Compare the release that is being built with the one in force; write what moved into it.

    Args:
        settings: The campaign and its home.
        before: Folder of the release in force, when there is one.
        after: Folder of the one being built.
        rules: Version of each segment's rule now.
    """
    if before is None or not _can_compare(before, after):
        return []
    old_rules = json.loads((before / "manifest.json").read_text()).get("rules", {})
    new_rules = sorted(name for name in rules if old_rules.get(name, rules[name]) != rules[name])
    cards = _cards(before), _cards(after)
    con = connect(settings.home)
    try:
        names = find_causes(con, Lake(settings.home), before, after, cards[0], new_rules)
        moves = [_move(con, before, after, name) for name in names]
        report = {
            "since": before.name,
            "models": _models(*cards),
            "rules_changed": new_rules,
            "segments": [
                {**asdict(m), "pct": None if m.pct is None else round(m.pct, 1), "told": m.told()}
                for m in moves
            ],
            "scores": _scores(con),
            "features_moved": _features(Lake(settings.home), before, after),
        }
        write_parquet(con, TOLD, after / PEOPLE)
    finally:
        con.close()
    write_text(after / FILE, json.dumps(report, indent=1) + "\n")
    return moves


def beyond_share(settings: Settings, moves: Sequence[Move]) -> list[Move]:
    """The segments that moved further than the campaign allows unasked."""
    limits = settings.campaign.release
    return [
        move
        for move in moves
        if move.pct is not None
        and max(move.before, move.after) >= limits.smallest_judged
        and abs(move.pct) > limits.largest(move.segment)
    ]


def features_check(after: Path, asset: str, at: str) -> CheckRecord:
    """Whether some feature is spread otherwise than in the release before; a warning."""
    file = after / FILE
    found = json.loads(file.read_text())["features_moved"] if file.exists() else {}
    detail = "features moved: " + ", ".join(found) if found else "features are as they were"
    return CheckRecord(asset, FEATURES, not found, False, detail, at, found)


_NEEDED = ("marts/person_features", "scores/attendance", "scores/support")


def _can_compare(before: Path, after: Path) -> bool:
    return all((r / f"{name}.parquet").exists() for r in (before, after) for name in _NEEDED)


def _move(con: duckdb.DuckDBPyConnection, before: Path, after: Path, name: str) -> Move:
    old, new = (
        int(con.sql(f"select count(*) from {rows_of(r, f'segments/{name}')}").fetchall()[0][0])
        for r in (before, after)
    )
    turns = dict(
        con.sql(
            f"select change, count(*) from movers where segment = '{name}' group by all"
        ).fetchall()
    )
    causes = dict(
        con.sql(
            f"select because, count(*) from people where segment = '{name}' group by all"
        ).fetchall()
    )
    # Where more moved than were looked at, the sample stands for all.
    scale = sum(turns.values()) / max(sum(causes.values()), 1)
    because = {cause: round(scale * causes.get(cause, 0)) for cause in WORDS}
    return Move(name, old, new, turns.get("entered", 0), turns.get("left", 0), because)


def _scores(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """How far chances to attend moved among those looked at, and what moved them."""
    row = con.sql(
        f"""
        select
            count(*),
            count(*) filter (where abs(attends_after - attends_before) >= {NOTED}),
            count(*) filter (where abs(attends_again - attends_before) >= {NOTED}),
            count(*) filter (where abs(attends_after - attends_again) >= {NOTED})
        from (select distinct on (person_id) * from people)
        where attends_before is not null and attends_after is not null
        """
    ).fetchall()[0]
    names = ("looked_at", "moved", "moved_by_data", "moved_by_model")
    return {"points": NOTED, **dict(zip(names, (int(n) for n in row), strict=True))}


def _features(lake: Lake, before: Path, after: Path) -> dict[str, float]:
    """Features spread visibly otherwise than in the release before: a source may be broken."""
    from orchestration.scores.drift import SHIFTED, moved
    from orchestration.scores.tables import sample

    old, new = (
        sample(lake, r / "marts" / "person_features.parquet", maximum=SAMPLE)
        for r in (before, after)
    )
    return {n: v for n, v in moved(old, new).items() if v > SHIFTED and n not in CLOCKS}


def _cards(release: Path) -> dict[str, dict[str, Any]]:
    files = sorted((release / "scores").glob("*.card.json"))
    return {f.name.removesuffix(".card.json"): json.loads(f.read_text()) for f in files}


def _models(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "before": before.get(name, {}).get("version"),
            "after": card.get("version"),
            "is_new": before.get(name, {}).get("version") != card.get("version"),
        }
        for name, card in after.items()
    }
