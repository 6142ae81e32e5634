"""Linkage models on disk: one JSON a version, the name frequencies beside it, one pointer.

A model is never changed; another is made and the pointer moves. What is in a model is decided
by ``train``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.identity import comparisons
from orchestration.lake import atomic_path, code_version, text_hash, write_text

if TYPE_CHECKING:
    import duckdb

POINTER = "current"


@dataclass(frozen=True)
class Model:
    """A trained model.

    Attributes:
        version: Name by content.
        shape: Name of the comparisons it was trained for; another shape cannot be used.
        settings: Splink settings with trained m and u.
        training: What it was trained on: counts and hashes, for the card.
        frequencies: Share of each first and last name among voters, frozen at training.
    """

    version: str
    shape: str
    settings: dict[str, Any]
    training: dict[str, Any]
    frequencies: dict[str, dict[str, float]]


def shape() -> str:
    """The comparisons in force, by content of the module that defines them."""
    return code_version(Path(comparisons.__file__))


def build(
    settings: dict[str, Any], training: dict[str, Any], frequencies: dict[str, dict[str, float]]
) -> Model:
    """Name a trained model by its content."""
    content = json.dumps([settings, frequencies], sort_keys=True)
    return Model(text_hash(shape(), content), shape(), settings, training, frequencies)


def save(models: Path, model: Model) -> Path:
    """Write a model and its frequencies; writing an equal one again changes nothing."""
    file = models / f"{model.version}.json"
    with atomic_path(models / f"{model.version}.names.json") as aside:
        aside.write_text(json.dumps(model.frequencies, sort_keys=True))
    card = {
        "version": model.version,
        "shape": model.shape,
        "training": model.training,
        "settings": model.settings,
    }
    write_text(file, json.dumps(card, indent=1, sort_keys=True))
    return file


def point_to(models: Path, version: str) -> None:
    """Make a saved model the one in force."""
    write_text(models / POINTER, version + "\n")


def load(models: Path, version: str | None = None) -> Model | None:
    """The model in force, or the named one.

    Returns:
        ``None`` when there is none, when it cannot be read, or when it was trained for other
        comparisons: then another must be trained.
    """
    pointer = models / POINTER
    name = version or (pointer.read_text().strip() if pointer.exists() else "")
    try:
        card = json.loads((models / f"{name}.json").read_text())
        frequencies = json.loads((models / f"{name}.names.json").read_text())
        model = Model(
            card["version"], card["shape"], card["settings"], card["training"], frequencies
        )
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        return None
    return model if model.shape == shape() else None


def register_frequencies(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make ``tf_<column>`` tables of the frozen name frequencies."""
    import pyarrow as pa

    for column in comparisons.RARITY_COLUMNS:
        known = model.frequencies.get(column, {})
        table = pa.table(
            {
                column: pa.array(list(known), pa.string()),
                f"tf_{column}": pa.array(list(known.values()), pa.float64()),
            }
        )
        con.register("frequencies_given", table)
        con.execute(f"create or replace temp table known_{column} as from frequencies_given")
        con.unregister("frequencies_given")
