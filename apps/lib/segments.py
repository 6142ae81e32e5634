"""What the page *Segments* reads from a release: fixed cells made at publish time, and cards.

No person's row is opened here; a cell under ten people is empty in the release already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from apps.lib import universe, words
from apps.lib.home import HomeView
from apps.lib.today import in_order, table
from orchestration.release.read import Release

MOST_FEATURES = 10
CHANNELS = {"none": "no channel: cannot be reached"}
GROUPS = {
    "all": "everybody",
    "history": "with a history",
    "no_history": "without a history",
    "never_voted": "never voted",
    "generals_only": "votes generals, never caucused",
    "caucused_before": "caucused before",
}


@dataclass(frozen=True)
class Picture:
    """One group's bins (predicted, observed, rows) and tenths (tenth, lift, found_so_far)."""

    reliability: pd.DataFrame
    lift: pd.DataFrame


@dataclass(frozen=True)
class Card:
    """One model's card: what it says about itself on people it had not seen.

    Attributes:
        figures: By group (``all`` first): auc, brier_skill, base_rate, slope, rows.
        pictures: By group of people (``all`` first), what the two charts show.
        leans_on: By part, features and the log loss that shuffling them adds, the most first.
        curves: By part, log loss on unseen households by the rows learnt from.
        notes: What else must be known of it: a heading and a sentence.
        refused: What it must not be used for.
    """

    name: str
    title: str
    label: str
    measured_on: str
    trained_as_of: str
    figures: pd.DataFrame
    pictures: dict[str, Picture]
    leans_on: dict[str, list[tuple[str, str]]]
    curves: dict[str, pd.DataFrame]
    notes: tuple[tuple[str, str], ...]
    refused: tuple[str, ...]


@dataclass(frozen=True)
class Segments:
    """Everything on the page; ``None`` where this release holds no such table.

    Attributes:
        gain: Whether anything speaks for a gain over the usual list, in a sentence.
        curve: What each size of universe gains and costs.
    """

    as_of: date
    sizes: dict[str, int]
    counties: pd.DataFrame | None
    precincts: pd.DataFrame | None
    overlap: pd.DataFrame | None
    reasons: pd.DataFrame | None
    channels: pd.DataFrame | None
    cards: tuple[Card, ...]
    gain: str = ""
    curve: pd.DataFrame | None = None


def load(release: Release, home: HomeView) -> Segments:
    """Read what the page shows; ``home`` is not needed, for nothing here ages.

    Raises:
        OSError, ValueError, KeyError: the release cannot be read.
    """
    return Segments(
        as_of=release.as_of,
        sizes=in_order(release.summary["segments"]),
        counties=table(release, "aggregates/segment_by_county"),
        precincts=table(release, "aggregates/segment_by_precinct"),
        overlap=table(release, "aggregates/segment_overlap"),
        reasons=table(release, "aggregates/segment_reasons"),
        channels=table(release, "aggregates/segment_channels"),
        cards=_cards(release),
        gain=_gain(release),
        curve=universe.read(release),
    )


def precincts(view: Segments, segment: str, names: pd.DataFrame) -> pd.DataFrame:
    """One segment's precincts that may be shown, largest first, with their county's name."""
    if view.precincts is None:
        return pd.DataFrame(columns=["county", "precinct_id", "people", "value"])
    mine = view.precincts[view.precincts["segment"] == segment].merge(
        names, on="county_fips", how="left"
    )
    shown = mine.dropna(subset=["people"]).sort_values("people", ascending=False)
    return shown[["county", "precinct_id", "people", "value"]].reset_index(drop=True)


def hidden_precincts(view: Segments, segment: str) -> int:
    """How many of a segment's precincts are not shown."""
    if view.precincts is None:
        return 0
    mine = view.precincts["segment"] == segment
    return int((mine & view.precincts["people"].isna()).sum())


def counted(found: pd.DataFrame | None, segment: str, column: str) -> list[tuple[str, str]]:
    """One segment's rows of a table as name and count in words, in the table's order."""
    if found is None:
        return []
    mine = found[found["segment"] == segment]
    return [
        (CHANNELS.get(str(name), str(name)), words.cell(None if pd.isna(people) else people))
        for name, people in zip(mine[column].tolist(), mine["people"].tolist(), strict=True)
    ]


def overlaps(view: Segments, segment: str) -> list[tuple[str, str]]:
    """With whom a segment shares people, in words; segments without a common person are zero."""
    if view.overlap is None:
        return []
    mine = view.overlap[view.overlap["segment"] == segment].set_index("other")["people"]
    told = []
    for other in view.sizes:
        if other == segment:
            continue
        people = mine.get(other, 0)
        shown = words.cell(None if pd.isna(people) else float(people))
        told.append((words.segment_words(other)[0], shown))
    return told


def figure_rows(card: Card) -> list[tuple[str, ...]]:
    """A card's figures as words: group, people, AUC, Brier skill, base rate, slope."""
    names = ("group", "rows", "auc", "brier_skill", "base_rate", "slope")
    columns = (card.figures[name].tolist() for name in names)
    return [
        (
            group_words(group),
            words.count(rows),
            _digits(auc),
            _digits(skill),
            words.percent(base),
            _digits(slope, 2),
        )
        for group, rows, auc, skill, base, slope in zip(*columns, strict=True)
    ]


def _digits(value: float, digits: int = 3) -> str:
    return "–" if pd.isna(value) else f"{value:.{digits}f}"


def _cards(release: Release) -> tuple[Card, ...]:
    names = sorted(f for f in release.manifest["files"] if f.endswith(".card.json"))
    cards = (json.loads((release.path / name).read_text(encoding="utf-8")) for name in names)
    return tuple(_card(card) for card in cards)


def _gain(release: Release) -> str:
    file = release.path / "scores" / "conventional.card.json"
    if not file.is_file():
        return ""
    told = json.loads(file.read_text(encoding="utf-8")).get("non_traditional", {})
    return str(told.get("sentence", ""))


def _card(card: dict[str, Any]) -> Card:
    figures = card["figures"]
    every = [("all", figures), *figures.get("groups", {}).items()]
    names = ("rows", "auc", "brier_skill", "base_rate", "slope")
    said = card.get("parts", {})
    parts = {name: part.get("figures") or {} for name, part in said.items()}
    pictured = [("all", figures), *parts.items(), *figures.get("groups", {}).items()]
    # A cut is told once, by the part that most people stand in: the first.
    first: dict[str, Any] = said.get("history") or next(iter(said.values()), {})
    cuts = first.get("figures_by", {}).values()
    every += [pair for cut in cuts for pair in cut.items() if pair[0] != "unknown"]
    return Card(
        name=card["model"],
        title=str(card["model"]).replace("_", " ").capitalize(),
        label=card.get("label", ""),
        measured_on=card.get("measured_on", ""),
        trained_as_of=card.get("features_as_of", ""),
        figures=pd.DataFrame(
            [{"group": group, **{n: values.get(n) for n in names}} for group, values in every]
        ).astype(dict.fromkeys(names, "float64")),
        pictures={group: _picture(shown) for group, shown in pictured if shown.get("reliability")},
        leans_on={
            name: [
                (str(row["feature"]), f"{row['log_loss_added']:.4f}")
                for row in part.get("importances", [])[:MOST_FEATURES]
                if row["log_loss_added"] > 0
            ]
            for name, part in said.items()
        },
        curves={
            name: pd.DataFrame(part["learning_curve"], columns=["rows", "log_loss"])
            for name, part in said.items()
            if len(part.get("learning_curve") or ()) > 1
        },
        notes=tuple(_notes(card)),
        refused=tuple(card.get("must_not_be_used_for", ())),
    )


def _notes(card: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What else must be known of a model, in its card's own words."""
    if card.get("state") in ("kept", "stand_in"):
        yield "In force", card["reason"]
    if card.get("survivorship"):
        yield "Not in training", card["survivorship"]
    for part, why in card.get("refused_parts", {}).items():
        yield f"Not learnt: {group_words(part)}", why
    if card.get("interval"):
        yield "Interval", card["interval"]
    for part, moved in card.get("drift", {}).items():
        if moved:
            told = ", ".join(list(moved)[:3])
            yield f"Spread otherwise than in training, {group_words(part)}", told


def _picture(figures: dict[str, Any]) -> Picture:
    return Picture(
        pd.DataFrame(figures["reliability"], columns=["predicted", "observed", "rows"]),
        pd.DataFrame(figures.get("lift", []), columns=["tenth", "lift", "found_so_far"]),
    )


def group_words(group: str) -> str:
    """The people a figure is about."""
    return GROUPS.get(group, group.replace("_", " "))
