"""Model files: plain data as JSON, fitted estimators with skops; a file that holds no code.

A version's folder is written aside and renamed whole. Which version is in force is said by
the score's card, not here.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from orchestration.lake import Lake
from orchestration.scores.calibrate import Calibration
from orchestration.scores.design import Design
from orchestration.scores.encode import Encoder
from orchestration.scores.model import ScoreModel

# What boosted trees hold beyond the types that skops trusts by itself: the trees, and the
# preprocessing that scikit-learn puts before levels. A function that a partial binds would be
# named here as well, so allowing partials allows no other function.
TRUSTED = frozenset(
    {
        "functools.partial",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.utils.validation.check_array",
    }
)


class UnknownModelError(Exception):
    """A stored model is missing or holds types that are not a model's."""


def models_folder(lake: Lake, version: str) -> Path:
    """Where the models of one version lie."""
    return lake.scores("any").parent / "models" / version


def save_models(lake: Lake, version: str, models: Mapping[str, ScoreModel]) -> Path:
    """Store the parts of one score under its version; a version that is there already stays."""
    import skops.io

    folder = models_folder(lake, version)
    if folder.exists():
        return folder
    aside = folder.with_name(f".{version}.{os.getpid()}.aside")
    shutil.rmtree(aside, ignore_errors=True)
    for part, model in models.items():
        place = aside / part
        place.mkdir(parents=True)
        (place / "model.json").write_text(json.dumps(_plain(model), sort_keys=True, indent=1))
        fitted = {"linear": model.linear, "spread": model.spread, "booster": model.booster}
        skops.io.dump(fitted, place / "estimators.skops")
    os.replace(aside, folder)
    return folder


def load_models(lake: Lake, version: str) -> dict[str, ScoreModel]:
    """Every part of one version.

    Raises:
        UnknownModelError: the version is not there, or a file holds a type that scikit-learn's
            and numpy's own models do not.
    """
    folder = models_folder(lake, version)
    parts = sorted(p.parent for p in folder.glob("*/model.json"))
    if not parts:
        raise UnknownModelError(f"no model of version {version} under {folder.parent}")
    return {part.name: _load(part) for part in parts}


def _load(place: Path) -> ScoreModel:
    import skops.io

    file = place / "estimators.skops"
    strange = set(skops.io.get_untrusted_types(file=file)) - TRUSTED
    if strange:
        raise UnknownModelError(f"{file} holds what no model of ours does: {min(strange)}")
    fitted = skops.io.load(file, trusted=sorted(TRUSTED))
    data = json.loads((place / "model.json").read_text())
    return ScoreModel(
        name=data["name"],
        family=data["family"],
        encoder=Encoder.from_json(data["encoder"]),
        design=Design.from_json(data["design"]),
        linear=fitted["linear"],
        spread=fitted["spread"],
        booster=fitted["booster"],
        calibration=Calibration.from_json(data["calibration"]),
        extra_variance=data["extra_variance"],
    )


def _plain(model: ScoreModel) -> dict[str, object]:
    return {
        "name": model.name,
        "family": model.family,
        "encoder": model.encoder.to_json(),
        "design": model.design.to_json(),
        "calibration": model.calibration.to_json(),
        "extra_variance": model.extra_variance,
    }
