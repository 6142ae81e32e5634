"""``tminus score`` beside a plain logistic regression and plain boosted trees, on any tables.

``python -m benchmarks.score_tables FILE.csv:LABEL ...``: the peers get the columns that ours
kept, usual settings and three random folds; ours chooses, calibrates and keeps households whole.
"""

from __future__ import annotations

import argparse
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from orchestration.scores.anytable import fit_table
from orchestration.scores.labels import YES
from orchestration.scores.measure import figures

SHOWN = ("auc", "brier", "log_loss", "ece", "slope")


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="+", metavar="FILE:LABEL")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = {name: benchmark(*name.rsplit(":", 1)) for name in options.tables}
    print(json.dumps(report) if options.json else "\n".join(map(table, report, report.values())))


def benchmark(file: str, label: str) -> dict[str, Any]:
    """Ours and both peers on one table."""
    ours = fit_table(Path(file), label)
    if ours["state"] != "live":
        return {"refused": ours["reason"]}
    frame = pd.read_csv(file)
    frame = frame[frame[label].notna()]
    y = frame[label].astype(str).str.lower().isin(YES).to_numpy().astype(np.float64)
    found = {"ours": {**{k: ours[k] for k in SHOWN}, "family": ours["family"]}}
    columns = frame[ours["features"]]
    return {**found, **{name: _peer(make, columns, y) for name, make in PEERS.items()}}


def _peer(make: Any, columns: pd.DataFrame, y: Any) -> dict[str, Any]:
    texts = [c for c in columns if not pd.api.types.is_numeric_dtype(columns[c])]
    levels = columns.astype(dict.fromkeys(texts, "category"))
    folds = StratifiedKFold(3, shuffle=True, random_state=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model, rows = make(levels, texts)
        p = cross_val_predict(model, rows, y, cv=folds, method="predict_proba")[:, 1]
    measured = figures(y, p.astype(np.float64))
    return {k: measured[k] for k in SHOWN}


def _logistic(rows: pd.DataFrame, texts: list[str]) -> tuple[Any, pd.DataFrame]:
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    spread = make_column_transformer(
        (numbers, [c for c in rows if c not in texts]),
        (OneHotEncoder(handle_unknown="ignore"), texts),
    )
    filled = {c: rows[c].astype(object).fillna("missing").astype(str) for c in texts}
    return make_pipeline(spread, LogisticRegression(max_iter=2000)), rows.assign(**filled)


def _trees(rows: pd.DataFrame, _: list[str]) -> tuple[Any, pd.DataFrame]:
    return HistGradientBoostingClassifier(categorical_features="from_dtype", random_state=1), rows


PEERS = {"plain logistic": _logistic, "plain trees": _trees}


def table(name: str, found: dict[str, Any]) -> str:
    """One table's figures as people read them."""
    if "refused" in found:
        return f"{name}: refused, {found['refused']}"
    lines = [f"{name}: ours is {found['ours']['family']}"]
    for who, row in found.items():
        shown = "  ".join(f"{k} {row[k]:.4f}" for k in SHOWN)
        lines.append(f"  {who:<15} {shown}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
