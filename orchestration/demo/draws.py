"""Chance: named random streams and draws that meet a margin exactly.

Nothing here knows a person or a supplier; those belong to the modules that call it.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def stream(seed: int, *name: str | int) -> np.random.Generator:
    """A random stream that depends on the seed and its name alone.

    A new stream beside it, or another order of calls, changes nothing in this one: so a supplier
    can be added without moving every person.
    """
    label = "/".join(str(part) for part in (seed, *name))
    words = np.frombuffer(hashlib.blake2b(label.encode(), digest_size=32).digest(), np.uint32)
    return np.random.Generator(np.random.SFC64(words.tolist()))


def largest_remainder(weights: NDArray[Any], total: int) -> Ints:
    """Share ``total`` whole things by weight, none lost; ties go to the earlier cell.

    >>> largest_remainder(np.array([1, 1, 1]), 4).tolist()
    [2, 1, 1]
    """
    flat = np.asarray(weights, dtype=np.float64).ravel()
    if total <= 0 or flat.sum() <= 0:
        return np.zeros(weights.shape, dtype=np.int64)
    exact = flat / flat.sum() * total
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    shared: Ints = whole.reshape(weights.shape)
    return shared


def slice_of(total: NDArray[np.int64], part: int, parts: int) -> Ints:
    """The ``part``-th of ``parts`` shares of each total; all parts together give the totals.

    The odd ones are spread over the parts by the cell's place, so that no part is favoured.
    """
    offset = (np.arange(total.size, dtype=np.int64) * 7919 % parts).reshape(total.shape)
    share: Ints = (total * (part + 1) + offset) // parts - (total * part + offset) // parts
    return share


def rank_in_group(group: Ints, score: Floats) -> Ints:
    """The place of each member in its group by falling score, from 0."""
    order = np.lexsort((-score, group))
    ordered = group[order]
    starts = np.searchsorted(ordered, ordered, side="left")
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - starts
    return rank


def top_of_group(group: Ints, score: Floats, quota: Ints) -> Bools:
    """Exactly ``quota[g]`` members of each group ``g``: those with the highest scores.

    With logistic noise in the score this is a logistic model whose intercept meets the quota.
    A group smaller than its quota is taken whole.
    """
    return rank_in_group(group, score) < quota[group]


def among(mask: Bools, group: Ints, score: Floats, quota: Ints) -> Bools:
    """:func:`top_of_group` among the members of ``mask`` only."""
    chosen = np.zeros(len(group), dtype=np.bool_)
    chosen[mask] = top_of_group(group[mask], score[mask], quota)
    return chosen


def meet(mask: Bools, group: Ints, score: Floats, quota: Ints) -> Bools:
    """:func:`among`, and where groups are too small for their quota, the best of the others.

    So the total is met whenever the mask has enough members, also in a chunk so small that a
    county's quota finds nobody.
    """
    chosen = among(mask, group, score, quota)
    short = int(quota.sum()) - int(chosen.sum())
    if short > 0:
        everybody = np.zeros(len(group), dtype=np.int64)
        chosen |= among(mask & ~chosen, everybody, score, np.array([short]))
    return chosen


def logistic(rng: np.random.Generator, size: int) -> Floats:
    """Standard logistic noise."""
    return rng.logistic(size=size)


def standard(values: NDArray[Any]) -> Floats:
    """Centred and scaled to one; a constant becomes zero."""
    values = np.asarray(values, dtype=np.float64)
    spread = float(values.std()) if values.size else 0.0
    centred: Floats = values - (values.mean() if values.size else 0.0)
    return centred / spread if spread > 0 else centred


def sigmoid(values: Floats) -> Floats:
    """The logistic function."""
    result: Floats = 1.0 / (1.0 + np.exp(-values))
    return result


def choose(rng: np.random.Generator, weights: list[float] | Floats, size: int) -> Ints:
    """Draw places in ``weights``, each as often as its weight says."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(edges / edges[-1], rng.random(size), side="right").astype(np.int64)


def coin(rng: np.random.Generator, chance: float | Floats, size: int) -> Bools:
    """True with the given chance."""
    result: Bools = rng.random(size) < chance
    return result
