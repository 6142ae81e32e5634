"""Dirt: how a true card turns into what somebody typed.

Rates are a supplier's (:class:`Dirt`), the ways to go wrong are everybody's. This module knows
nothing of how a reader might mend it, and nothing of what people will do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from orchestration.demo.cards import ADDRESS
from orchestration.demo.draws import Bools, Ints, coin

_WIDTH = 40
_NEAR = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioopsdfghjkllxcvbnmm", strict=True))


@dataclass(frozen=True)
class Dirt:
    """Chances that a record shows each fault."""

    nickname: float = 0.12
    initial: float = 0.02
    typo_first: float = 0.02
    typo_last: float = 0.025
    born_name: float = 0.02
    moved: float = 0.05
    no_address: float = 0.0
    no_birth: float = 0.3
    wrong_birth: float = 0.015
    no_phone: float = 0.2
    swapped_phone: float = 0.03
    false_phone: float = 0.004
    no_email: float = 0.1
    typo_email: float = 0.015
    careless: float = 0.08  # all in small letters or all in capitals
    spaces: float = 0.03
    zip_float: float = 0.0


def _letters(values: pl.Series) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    packed = np.array(values.to_list(), dtype=f"S{_WIDTH}")
    return packed.view(np.uint8).reshape(len(values), _WIDTH).copy()


def _neighbours() -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    key = np.arange(256, dtype=np.uint8)
    for letter, near in _NEAR.items():
        key[ord(letter)], key[ord(letter.upper())] = ord(near), ord(near.upper())
    return key


def misspell(rng: np.random.Generator, values: pl.Series) -> pl.Series:
    """Give each text one slip: a letter left out, doubled, swapped with the next, or hit beside.

    Texts of fewer than three letters stay as they are; plain ASCII is expected.
    """
    if not len(values):
        return values
    letters, size = _letters(values), len(values)
    length = (letters > 0).sum(1)
    at = 1 + (rng.random(size) * np.maximum(length - 2, 1)).astype(np.int64)
    slip = rng.integers(0, 4, size)
    column = np.arange(_WIDTH)[None, :]
    shift = np.where((slip == 0)[:, None] & (column >= at[:, None]), 1, 0)
    shift = np.where((slip == 1)[:, None] & (column > at[:, None]), -1, shift)
    turn = (slip == 2) & (at + 1 < length)
    shift = np.where(turn[:, None] & (column == at[:, None]), 1, shift)
    shift = np.where(turn[:, None] & (column == at[:, None] + 1), -1, shift)
    source = np.clip(column + shift, 0, _WIDTH - 1)
    changed = np.take_along_axis(letters, source, axis=1)
    beside = slip == 3
    rows = np.flatnonzero(beside)
    changed[rows, at[rows]] = _neighbours()[changed[rows, at[rows]]]
    changed[length < 3] = letters[length < 3]
    text = np.ascontiguousarray(changed).view(f"S{_WIDTH}").ravel().astype(f"U{_WIDTH}")
    return pl.Series(values.name, text.tolist(), dtype=pl.String)


def _set(frame: pl.DataFrame, column: str, mask: Bools, values: pl.Series | str) -> pl.DataFrame:
    new = pl.lit(values) if isinstance(values, str) else pl.lit(values.alias(column))
    chosen = pl.when(pl.lit(pl.Series(mask))).then(new).otherwise(pl.col(column))
    return frame.with_columns(chosen.alias(column))


def _misspell_some(
    rng: np.random.Generator, frame: pl.DataFrame, column: str, chance: float
) -> pl.DataFrame:
    rows = np.flatnonzero(coin(rng, chance, len(frame)))
    values = frame[column].clone()
    return frame.with_columns(values.scatter(rows, misspell(rng, values.gather(rows))))


def _names(rng: np.random.Generator, frame: pl.DataFrame, dirt: Dirt) -> pl.DataFrame:
    size = len(frame)
    frame = _set(frame, "first", coin(rng, dirt.nickname, size), frame["nick"])
    frame = _set(frame, "first", coin(rng, dirt.initial, size), frame["first"].str.slice(0, 1))
    women = (frame["sex"] == 0).to_numpy()
    frame = _set(frame, "last", women & coin(rng, dirt.born_name, size), frame["born_last"])
    frame = _misspell_some(rng, frame, "first", dirt.typo_first)
    return _misspell_some(rng, frame, "last", dirt.typo_last)


def _birth(rng: np.random.Generator, frame: pl.DataFrame, dirt: Dirt) -> pl.DataFrame:
    """Missing birth dates, day and month swapped, one year off."""
    size = len(frame)
    swap = (pl.col("birth").dt.day() <= 12) & pl.lit(pl.Series(coin(rng, 0.5, size)))
    swapped = pl.date(
        pl.col("birth").dt.year(), pl.col("birth").dt.day(), pl.col("birth").dt.month()
    )
    wrong = pl.when(swap).then(swapped).otherwise(pl.col("birth").dt.offset_by("1y"))
    none, off = coin(rng, dirt.no_birth, size), coin(rng, dirt.wrong_birth, size)
    birth = pl.when(pl.lit(pl.Series(off))).then(wrong).otherwise(pl.col("birth"))
    birth = pl.when(pl.lit(pl.Series(none))).then(None).otherwise(birth)
    return frame.with_columns(birth.alias("birth"))


def _reach(rng: np.random.Generator, frame: pl.DataFrame, dirt: Dirt) -> pl.DataFrame:
    size = len(frame)
    swapped = coin(rng, dirt.swapped_phone, size) & (frame["landline"] != "").to_numpy()
    frame = _set(frame, "cell", swapped, frame["landline"])
    frame = _set(frame, "cell", coin(rng, dirt.no_phone, size), "")
    frame = _set(frame, "cell", coin(rng, dirt.false_phone, size), "0000000000")
    frame = _set(frame, "email", coin(rng, dirt.no_email, size), "")
    return _misspell_some(rng, frame, "email", dirt.typo_email)


def _address(rng: np.random.Generator, frame: pl.DataFrame, dirt: Dirt) -> pl.DataFrame:
    size = len(frame)
    moved, none = coin(rng, dirt.moved, size), coin(rng, dirt.no_address, size)
    for column in ADDRESS:
        frame = _set(frame, column, moved, frame[f"old_{column}"])
        if column in ("line", "unit"):
            frame = _set(frame, column, none, "")
    return _set(frame, "zip", coin(rng, dirt.zip_float, size), frame["zip"] + ".0")


def _looks(rng: np.random.Generator, frame: pl.DataFrame, dirt: Dirt) -> pl.DataFrame:
    size = len(frame)
    small, loud = coin(rng, dirt.careless / 2, size), coin(rng, dirt.careless / 2, size)
    spaced = coin(rng, dirt.spaces, size)
    for column in ("first", "last", "line", "city"):
        frame = _set(frame, column, small, frame[column].str.to_lowercase())
        frame = _set(frame, column, loud, frame[column].str.to_uppercase())
    return _set(frame, "last", spaced, frame["last"] + " ")


def soil(rng: np.random.Generator, frame: pl.DataFrame, dirt: Dirt) -> pl.DataFrame:
    """Spoil cards at a supplier's rates."""
    for step in (_names, _birth, _reach, _address, _looks):
        frame = step(rng, frame, dirt)
    return frame


def phone_styles(rng: np.random.Generator, values: pl.Series) -> pl.Series:
    """Write ten digits as people do: bare, dashed, in brackets, with dots, with a 1 before."""
    style: Ints = rng.integers(0, 5, len(values))
    parts = [values.str.slice(0, 3), values.str.slice(3, 3), values.str.slice(6, 4)]
    area, exchange, line = parts
    forms = [values, area + "-" + exchange + "-" + line, "(" + area + ") " + exchange + "-" + line,
             area + "." + exchange + "." + line, "1" + values]  # fmt: skip
    result = forms[0]
    for number, form in enumerate(forms[1:], start=1):
        result = form.zip_with(pl.Series(style == number), result)
    return result.alias(values.name).zip_with(values != "", values)
