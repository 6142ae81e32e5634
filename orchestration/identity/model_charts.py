"""Pictures of a linkage model, drawn from its JSON alone and kept beside it.

What each agreement is worth, and what share of the records says too little to be linked at all,
whoever they are compared with. What the figures are is ``train``'s; here they are only drawn.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from orchestration.identity.model_store import POINTER
from orchestration.lake import atomic_path

WEIGHTS, UNLINKABLES = "weights", "unlinkables"


def draw(models: Path, version: str | None = None) -> dict[str, Path]:
    """Draw what is not drawn yet.

    Args:
        models: The folder of models.
        version: Which; default the one in force.

    Returns:
        The PNG of each picture that the model has figures for; empty without a model.
    """
    pointer = models / POINTER
    name = version or (pointer.read_text().strip() if pointer.exists() else "")
    card = models / f"{name}.json"
    if not name or not card.exists():
        return {}
    specs = _specs(json.loads(card.read_text()))
    drawn = {picture: models / f"{name}.{picture}.png" for picture in specs}
    for picture, file in drawn.items():
        if not file.exists():
            with atomic_path(file) as aside:
                aside.write_bytes(_png(specs[picture]))
    return drawn


def as_markdown(file: Path, title: str) -> str:
    """A picture as Markdown that needs no file beside it."""
    return f"![{title}](data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()})"


def _specs(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The Vega-Lite of each picture, as Splink draws them."""
    from splink import SettingsCreator
    from splink.internals.charts import UnlinkablesChart

    settings = SettingsCreator.from_path_or_dict(card["settings"]).get_settings("duckdb")
    specs = {WEIGHTS: settings.match_weights_chart().chart_dict}
    if known := card["training"].get(UNLINKABLES):
        rows = [
            {"match_weight": weight, "match_probability": chance, "cum_prop": share}
            for weight, chance, share in known
        ]
        specs[UNLINKABLES] = UnlinkablesChart(rows, "match_weight", "records").chart_dict
    return specs


def _png(spec: dict[str, Any]) -> bytes:
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(json.dumps(spec)))
