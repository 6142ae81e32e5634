"""Columns of a plain table that must not be believed, each with the sentence that says why.

A campaign's own marts are made with care; a file from elsewhere may hold ids, names, refused
traits under a plain name, later elections, or the outcome itself in another column. What a
column's name alone refuses is ``refused``; how cells are read is ``plain_table``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts.traits import refused_trait, words_of
from orchestration.scores.measure import Floats, auc

# Who somebody is and where they live, to the door: learnt by heart, and a stand-in besides.
IDENTITIES = frozenset(
    """
    name names surname firstname lastname middlename fname lname mname fullname maiden
    email mail phone telephone tel cell mobile fax address addr addresses street house
    ssn passport license licence
    """.split()
)
# A place or a party has a name too.
OF_PLACES = frozenset("county city town party precinct district ward municipality".split())
ID_WORDS = frozenset(
    "id ids voterid ncid uid guid uuid key num number nbr no regnum rownames".split()
)
# A column that alone ranks unseen rows as well as this is no forerunner of the outcome.
TELLS_ALL = 0.99
RARER_NEEDED = 100
LEVELS_OF_TRAIT = 0.2
ORDER = {"c": 1, "p": 2, "pp": 1, "s": 3, "r": 3, "g": 4}
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_DAY_IN_NAME = re.compile(r"(?<!\d)(\d{1,2})[/_.-](\d{1,2})[/_.-]((?:19|20)\d\d)(?!\d)")
_KIND = re.compile(r"[a-z]+")


def identity(name: str) -> str | None:
    """Why a column by this name would be learnt by heart, or ``None``."""
    words = set(words_of(name))
    if words & IDENTITIES and not words & OF_PLACES:
        return "who somebody is or where they live: it would be learnt by heart"
    return None


def numbering(name: str, values: pa.ChunkedArray) -> str | None:
    """Why a column of numbers is an id, or ``None``."""
    filled = len(values) - values.null_count
    if filled < 50 or not pa.types.is_floating(values.type):
        return None
    whole = pc.all(pc.equal(values, pc.floor(values)), skip_nulls=True).as_py()
    share = pc.count_distinct(values, mode="only_valid").as_py() / filled
    named = bool(ID_WORDS.intersection(words_of(name)))
    if whole and (share > 0.5 if named else share > 0.98 and filled >= 1000):
        return "an id: nearly every row has its own number"
    return None


def trait_in_levels(values: pa.ChunkedArray) -> str | None:
    """Why a column of levels is a refused trait under a plain name, or ``None``."""
    levels = [str(v) for v in pc.unique(values).to_pylist() if v is not None]
    if not 2 <= len(levels) <= 60:
        return None
    traits = [t for t in (refused_trait(level) for level in levels) if t]
    if len(traits) >= 2 and len(traits) >= LEVELS_OF_TRAIT * len(levels):
        return f"refused trait ({traits[0]}), by what its cells say"
    return None


def later_election(name: str, label: str) -> str | None:
    """Why a column's election comes after the label's, by the dates in their names."""
    own, wanted = _when(name), _when(label)
    if own is None or wanted is None or own <= wanted:
        return None
    return f"of a later election than {label}: not known before it"


def _when(name: str) -> tuple[int, int, int] | None:
    """Year, order within it and day, as far as a name tells."""
    low = name.lower()
    day = _DAY_IN_NAME.search(low)
    if day:
        month, at, year = (int(g) for g in day.groups())
        return year, month + 100, at
    found = _YEAR.search(low)
    if not found:
        return None
    kinds = [k for k in _KIND.findall(low) if k in ORDER or k[:4] in _LONG]
    order = min((ORDER.get(k) or _LONG[k[:4]] for k in kinds), default=4)
    return int(found.group(1)), order, 0


_LONG = {"cauc": 1, "prim": 2, "spec": 3, "runo": 3, "gene": 4, "pres": 4}


def outcome_in_disguise(
    table: pa.Table, names: Collection[str], y: Floats, seed: int
) -> Iterator[tuple[str, str]]:
    """Columns that tell the outcome almost alone, with the reason.

    Each column's cells are given the share of yes that they have on one half of the rows, and
    rank the other half. Few labels tell nothing of the kind.
    """
    if min(y.sum(), len(y) - y.sum()) < RARER_NEEDED:
        return
    half = np.random.default_rng(seed).random(len(y)) < 0.5
    for name in names:
        cells = _cells(table.column(name))
        known = auc(y[half], _shares(cells[~half], y[~half], cells[half]))
        if known is not None and max(known, 1 - known) >= TELLS_ALL:
            why = (
                f"tells the outcome almost alone (AUC {known:.3f}), so it is known only "
                "afterwards; --keep it to read it all the same"
            )
            yield name, why


def _cells(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """A number for each kind of cell: a level, a twentieth of the numbers, or nothing."""
    if pa.types.is_floating(column.type):
        values = column.to_numpy()
        filled = values[~np.isnan(values)]
        at = np.linspace(0, 1, 21)[1:-1]
        edges = np.unique(np.quantile(filled, at)) if len(filled) else filled
        place = np.searchsorted(edges, np.nan_to_num(values), side="left") + 1
        return np.where(np.isnan(values), 0, place).astype(np.int64)
    codes = column.combine_chunks().dictionary_encode().indices.fill_null(-1)
    return np.asarray(codes.to_numpy(zero_copy_only=False), dtype=np.int64) + 1


def _shares(cells: npt.NDArray[np.int64], y: Floats, others: npt.NDArray[np.int64]) -> Floats:
    size = int(max(cells.max(initial=0), others.max(initial=0))) + 1
    yes = np.bincount(cells, y, size) + 5 * y.mean()
    return np.asarray((yes / (np.bincount(cells, minlength=size) + 5))[others], dtype=np.float64)
