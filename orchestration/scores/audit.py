"""The audit: whom scores choose and whom they miss, by the make-up of the area people live in.

No trait of a person is known here, and none is asked for. Names, places and interests can stand
in for one all the same, so it is told, in aggregate and after the fact, whether areas of one
make-up are chosen or mistaken more than others. Nothing here feeds back into a score.

An area is a county: the counties are put in order by a public figure about them and cut into
three parts of equal registration. Every figure of the seed ``counties`` is audited; a figure that
is added there, about language for one, is audited from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.lake import Lake, connect, sql_path
from orchestration.scores import attendance
from orchestration.scores.card import read_card
from orchestration.scores.columns import LABEL_ATTENDED, PERSON
from orchestration.scores.labels import numbers
from orchestration.scores.measure import Floats, figures
from orchestration.scores.store import UnknownModelError, load_models
from orchestration.scores.tables import Marts, sample
from orchestration.scores.threads import one_thread
from orchestration.warehouse.project import PROJECT

COUNTIES = PROJECT / "seeds" / "counties.csv"
NOT_FIGURES = frozenset({"county_fips", "county", "state", "precincts", "population"})
# What an audit would want to know of an area and the seed does not hold today.
WANTED = {
    "race and ethnicity": ("race", "ethnic", "hispanic", "white", "black"),
    "language at home": ("language",),
    "religion": ("relig",),
    "disability": ("disab",),
}
PARTS = ("lowest", "middle", "highest")
SAMPLE = 50_000
SMALLEST_CELL = 10
# A part chosen less than this share as often as the part chosen most deserves a look.
FOUR_FIFTHS = 0.8
METHOD = (
    "counties in three parts of equal registration by each figure; chosen: share of the eligible "
    "people of a part; missed: share of those who came in 2012 whom a list as long as the "
    "attendance would have left out; by the model in force on a sample of its own training rows"
)

Thirds = Mapping[str, Mapping[str, str]]
"""By figure: the part of each county."""


def audit(
    lake: Lake, people: Path, chosen: Mapping[str, Path], counties: Path = COUNTIES
) -> dict[str, Any]:
    """Selection and error rates by the make-up of the area, as plain data.

    Args:
        lake: Where models and marts lie.
        people: The feature mart: everybody who could be chosen.
        chosen: Files with a ``person_id`` each: segments, the universe.
        counties: The seed with public figures about counties.
    """
    with connect(lake.home) as con:
        thirds = _thirds(con, people, counties)
        counts = _by_county(con, people, chosen)
    selection = {figure: _selection(counts, parts) for figure, parts in thirds.items()}
    missed = _missed(lake, thirds)
    return {
        "area": "county",
        "available": sorted(thirds),
        "not_available": [
            what
            for what, words in WANTED.items()
            if not any(word in figure for figure in thirds for word in words)
        ],
        "method": METHOD,
        "chosen": sorted(chosen),
        "figures": {
            figure: {
                "selection": selection[figure],
                "attendance": missed.get(figure, {}),
                "least_to_most": _ratios(selection[figure]),
            }
            for figure in thirds
        },
        "deserves_a_look": sorted(
            f"{name} by {figure}"
            for figure in thirds
            for name, ratio in _ratios(selection[figure]).items()
            if ratio is not None and ratio < FOUR_FIFTHS
        ),
    }


def _thirds(con: Any, people: Path, counties: Path) -> dict[str, dict[str, str]]:
    """Each figure's parts of equal registration; a figure with too few values has none."""
    held = con.sql(
        f"""
        select counties.*, coalesce(here.n, 0) as registered
        from read_csv({sql_path(counties)}, header = true, types = {{'county_fips': 'varchar'}})
            as counties
        inner join (
            select county_fips, count(*) as n from read_parquet({sql_path(people)}) group by all
        ) as here using (county_fips)
        order by county_fips
        """
    ).to_arrow_table()
    found = {}
    registered = held.column("registered").to_numpy().astype(np.float64)
    for name in held.column_names:
        kind = held.schema.field(name).type
        if name in {*NOT_FIGURES, "registered"} or not _is_number(kind):
            continue
        values = held.column(name).cast(pa.float64()).to_numpy()
        if len(np.unique(values[~np.isnan(values)])) < len(PARTS):
            continue
        order = np.argsort(values, kind="stable")
        share = np.cumsum(registered[order]) - 0.5 * registered[order]
        place = np.minimum((share / max(registered.sum(), 1) * len(PARTS)).astype(int), 2)
        ids = np.array(held.column("county_fips").to_pylist(), dtype=object)[order]
        found[name] = {str(i): PARTS[p] for i, p in zip(ids, place, strict=True)}
    return found


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _by_county(con: Any, people: Path, chosen: Mapping[str, Path]) -> dict[str, dict[str, int]]:
    """People of each county, under ``people``, and those that each list chooses."""
    held = f"select county_fips, count(*) from read_parquet({sql_path(people)}) as people"
    lists = {
        name: f"semi join read_parquet({sql_path(file)}) as list using ({PERSON})"
        for name, file in sorted(chosen.items())
    }
    return {
        name: dict(con.sql(f"{held} {join} group by all").fetchall())
        for name, join in {"people": "", **lists}.items()
    }


def _selection(
    counts: Mapping[str, Mapping[str, int]], parts: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """By part: how many people it has, and which share of them each list chooses."""
    sums = {
        name: {part: sum(n for c, n in by.items() if parts.get(c) == part) for part in PARTS}
        for name, by in counts.items()
    }
    people = sums.pop("people")
    return {
        part: {
            "people": people[part],
            "chosen_pct": {
                name: _percent(by[part], people[part]) for name, by in sorted(sums.items())
            },
        }
        for part in PARTS
    }


def _percent(chosen: int, people: int) -> float | None:
    """A share that tells of no few people."""
    return None if 0 < chosen < SMALLEST_CELL else round(100 * chosen / max(people, 1), 3)


def _ratios(selection: Mapping[str, Mapping[str, Any]]) -> dict[str, float | None]:
    """For each list: how often the part chosen least is chosen, to the part chosen most."""
    names = sorted({n for part in selection.values() for n in part["chosen_pct"]})
    found: dict[str, float | None] = {}
    for name in names:
        rates = [part["chosen_pct"][name] for part in selection.values()]
        known = [r for r in rates if r is not None]
        usable = len(known) == len(rates) and max(known) > 0
        found[name] = round(min(known) / max(known), 3) if usable else None
    return found


def _missed(lake: Lake, thirds: Thirds) -> dict[str, dict[str, Any]]:
    """By figure and part: how well attendance of the last caucus is told, and who is missed."""
    card = read_card(lake, attendance.NAME) or {}
    file = Marts(lake).attendance
    try:
        parts = load_models(lake, str(card.get("version")))
    except UnknownModelError:
        return {}
    if not file.exists() or not {"history", "no_history"} & parts.keys():
        return {}
    rows = sample(lake, file, f"{LABEL_ATTENDED} is not null", SAMPLE)
    y = numbers(rows, LABEL_ATTENDED)
    with one_thread():
        p = attendance.record_scorer(parts)(rows).probability
    listed = np.zeros(len(y), dtype=bool)
    listed[np.argsort(-p, kind="stable")[: int(y.sum())]] = True
    county = np.array(rows.column("county_fips").to_pylist(), dtype=object)
    return {
        figure: {
            part: _error(y, p, listed, np.isin(county, [c for c, q in of.items() if q == part]))
            for part in PARTS
        }
        for figure, of in thirds.items()
    }


def _error(
    y: Floats, p: Floats, listed: npt.NDArray[np.bool_], here: npt.NDArray[np.bool_]
) -> dict[str, Any]:
    came = here & (y > 0)
    stayed = here & (y == 0)
    if came.sum() < SMALLEST_CELL:
        return {"rows": int(here.sum())}
    found = figures(y[here], p[here])
    return {
        "rows": found["rows"],
        "observed_over_expected": found["observed_over_expected"],
        "auc": found["auc"],
        "brier_skill": found["brier_skill"],
        "missed_pct": round(100 * float((~listed[came]).mean()), 2),
        "listed_and_stayed_pct": round(100 * float(listed[stayed].mean()), 2),
    }
