"""The card of a score: what it was made from, how good it is, and what it must not be used for.

Figures come from ``measure``, on rows whose household the model had not seen. The card that
lies beside a score names the version in force.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from orchestration.lake import Lake, write_text
from orchestration.scores.curve import is_flat, learning_curve
from orchestration.scores.drift import profile
from orchestration.scores.encode import Matrix
from orchestration.scores.features import FeatureSpec
from orchestration.scores.fit import Fitted
from orchestration.scores.importance import permutation_importances
from orchestration.scores.measure import Floats, figures, lift, reliability, sigmoid
from orchestration.scores.model import ScoreModel

MUST_NOT = (
    "deciding who may take part, or discouraging anybody from it",
    "anything outside informing, registering, mobilising and persuading people for this contest",
    "decisions about credit, work, housing or insurance",
    "statements about one person as fact: it is an estimate about people like them",
)
# Positives that a group needs for pictures of its own.
PICTURED = 20
# How else people are cut: by a feature, at these edges, into groups of these names.
CUTS: dict[str, tuple[str, tuple[float, ...], tuple[str, ...]]] = {
    "age band": ("age", (30, 45, 65), ("17-29", "30-44", "45-64", "65+")),
    "county type": ("county_density", (30, 100), ("rural", "towns", "cities")),
}
INTERVAL_METHOD = (
    "90 % interval of the probability from the household-clustered sandwich variance of the "
    "ridge regression, on the logit scale; it states how sure the labels make us about people "
    "like this one, not how one person will act, and not the level of turnout"
)


def card_path(lake: Lake, model: str) -> Path:
    """Where the card of a score lies."""
    return lake.scores(model).with_name(f"{model}.card.json")


def read_card(lake: Lake, model: str) -> dict[str, Any] | None:
    """The card in force, or ``None`` when there never was one."""
    file = card_path(lake, model)
    if not file.exists():
        return None
    card: dict[str, Any] = json.loads(file.read_text())
    return card


def write_card(lake: Lake, model: str, card: Mapping[str, Any]) -> None:
    """Put a card in force; equal content gives equal bytes."""
    write_text(card_path(lake, model), json.dumps(card, indent=1, sort_keys=True) + "\n")


def measured(
    y: Floats, p: Floats, w: Floats, groups: npt.NDArray[Any] | None = None
) -> dict[str, Any]:
    """All figures of a set of honest predictions, overall and by group."""
    out = {
        **figures(y, p, w),
        "reliability": reliability(y, p, w) if len(y) else [],
        "lift": lift(y, p, w) if y.sum() else [],
    }
    if groups is not None:
        out["groups"] = _by_group(y, p, w, groups, has_pictures=True)
    return out


def _by_group(
    y: Floats, p: Floats, w: Floats, groups: npt.NDArray[Any], has_pictures: bool = False
) -> dict[str, Any]:
    """Figures of each group of rows, with what its two pictures show."""
    out: dict[str, Any] = {}
    for name in sorted({str(g) for g in groups}):
        mine = groups == name
        out[name] = figures(y[mine], p[mine], w[mine])
        if has_pictures and y[mine].sum() >= PICTURED and w[mine].sum() > 0:
            out[name]["reliability"] = reliability(y[mine], p[mine], w[mine])
            out[name]["lift"] = lift(y[mine], p[mine], w[mine])
    return out


def _cuts(model: ScoreModel, raw: Matrix) -> dict[str, npt.NDArray[Any]]:
    """Age band and kind of county of each row, where the part reads them."""
    found = {}
    for name, (feature, edges, words) in CUTS.items():
        if feature in model.encoder.numeric:
            column = raw[:, model.encoder.names.index(feature)]
            place = np.digitize(np.nan_to_num(column), edges)
            found[name] = np.where(np.isnan(column), "unknown", np.array(words)[place])
    return found


def part_card(
    fitted: Fitted, spec: FeatureSpec, raw: Any, groups: npt.NDArray[Any] | None, seed: int
) -> dict[str, Any]:
    """What is to be said of one fitted part of a score."""
    model, labels = fitted.model, fitted.labels
    w = labels.measured
    seen = w > 0
    by = groups[seen] if groups is not None else None
    curve = learning_curve(fitted, raw, seed)
    flat = is_flat(curve)
    honest = labels.y[seen], sigmoid(fitted.honest[seen]), w[seen]
    return {
        "name": model.name,
        "family": model.family,
        "calibration": model.calibration.kind,
        "features": list(model.encoder.names),
        "left_out": [{"column": c, "why": why} for c, why in spec.dropped],
        "candidates_log_loss": fitted.losses,
        "figures": measured(*honest, by),
        "figures_by": {
            name: _by_group(*honest, cut[seen]) for name, cut in _cuts(model, raw).items()
        },
        "profile": profile(model.encoder, raw[seen]),
        "importances": permutation_importances(model, raw, labels.y, labels.w, seed),
        "learning_curve": curve,
        "more_rows_would_help": None if flat is None else not flat,
    }


def merged_figures(parts: Sequence[tuple[Fitted, npt.NDArray[Any]]]) -> dict[str, Any]:
    """Figures over the parts of one score together, as they are used."""
    y = np.concatenate([f.labels.y for f, _ in parts])
    p = np.concatenate([sigmoid(f.honest) for f, _ in parts])
    w = np.concatenate([f.labels.measured for f, _ in parts])
    groups = np.concatenate([g for _, g in parts])
    seen = w > 0
    return measured(y[seen], p[seen], w[seen], groups[seen])
