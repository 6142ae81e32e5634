"""The same pipeline on any table: fit on one file, measure on it or on another.

Meant for real turnout files that the campaign's own marts do not hold. Nothing is stored and
nothing goes live here; the campaign's scores are ``stage``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.lake import connect, sql_path
from orchestration.scores.calibrate import shift_to
from orchestration.scores.card import measured, part_card
from orchestration.scores.features import KEYS, FeatureSpec, infer_spec
from orchestration.scores.fit import FitOptions, Fitted, Labels, fit_model
from orchestration.scores.folds import household_codes
from orchestration.scores.labels import read_labels
from orchestration.scores.measure import Floats, sigmoid
from orchestration.scores.outcome import RefusedFitError
from orchestration.scores.threads import one_thread
from orchestration.settings import UserError

MAXIMUM_ROWS = 100_000
GROUP_COLUMNS = ("group_name", "party", "party_cd", "party_affiliation")


@dataclass(frozen=True)
class TableOptions:
    """How a table is read.

    Attributes:
        group: Column by which figures are given as well; default the party's, or age bands.
        household: Column whose values never stand on both sides of a split.
        weight: Column of weights.
        ignore: Columns that are no features (other elections' outcomes, for one).
        expect: Share of positives expected in the test file, when its level is known to
            differ: every logit is shifted to it.
        seed: For splits and samples.
    """

    group: str | None = None
    household: str | None = None
    weight: str | None = None
    ignore: tuple[str, ...] = ()
    expect: float | None = None
    seed: int = 20160201


def fit_table(
    file: Path, label: str, test: Path | None = None, options: TableOptions | None = None
) -> dict[str, Any]:
    """Fit on ``file`` and measure: on ``test``, or out of fold on rows of unseen households.

    Returns:
        ``state`` (``live`` or ``refused``) with its ``reason``, the figures ``auc``,
        ``brier``, ``brier_skill``, ``log_loss``, ``ece``, ``slope``, ``groups{}``, and what
        the card says besides: features, what was left out and why, importances.

    Raises:
        UserError: a file or column is not there, or a label is no yes or no.
    """
    options = options or TableOptions()
    started = time.monotonic()
    table = _read(file)
    _demand(table, file, label, options)
    known = read_labels(table.column(label), file, label)
    try:
        fitted, spec, rows = _fit(table, label, known, options)
    except RefusedFitError as refused:
        return _refused(str(refused), time.monotonic() - started)
    report = part_card(
        fitted, spec, fitted.model.encoder.encode(rows), _groups(rows, options), options.seed
    )
    found = report.pop("figures")
    tested: dict[str, Any] = {}
    if test is not None:
        tested = _test(fitted, test, label, options)
    return {
        "state": "live",
        "reason": "",
        **(tested or found),
        "measured_on": "test file" if tested else "households held out of fitting",
        "fit": {k: found[k] for k in ("rows", "positives", "base_rate", "auc", "brier", "ece")},
        **report,
        "seconds": round(time.monotonic() - started, 2),
    }


def _fit(
    table: pa.Table, label: str, known: Floats, options: TableOptions
) -> tuple[Fitted, FeatureSpec, pa.Table]:
    usable = np.flatnonzero(~np.isnan(known))
    groups = household_codes(table, options.household)
    usable = _sample(usable, groups, options.seed)
    rows = table.take(pa.array(usable))
    keys = {*KEYS, label, label.lower(), *options.ignore, options.weight, options.household}
    spec = infer_spec(rows, keys={k for k in keys if k})
    labels = Labels(known[usable], _weights(rows, options), groups[usable])
    return fit_model(label, rows, spec, labels, FitOptions(seed=options.seed)), spec, rows


def _sample(rows: npt.NDArray[Any], groups: npt.NDArray[Any], seed: int) -> npt.NDArray[Any]:
    """At most ``MAXIMUM_ROWS``, whole households, in the file's order."""
    if len(rows) <= MAXIMUM_ROWS:
        return rows
    _, compact = np.unique(groups, return_inverse=True)
    draw = np.random.default_rng(seed).random(int(compact.max()) + 1)
    return np.asarray(rows[draw[compact[rows]] <= MAXIMUM_ROWS / len(rows)])


def _test(fitted: Fitted, test: Path, label: str, options: TableOptions) -> dict[str, Any]:
    table = _read(test)
    _demand(table, test, label, options)
    y = read_labels(table.column(label), test, label)
    with one_thread():
        parts = [fitted.model.predict(b).z for b in table.to_batches(max_chunksize=100_000)]
    z = np.concatenate(parts) if parts else np.zeros(0)
    w = _weights(table, options)
    if options.expect is not None:
        z = z + shift_to(z, w, options.expect * float(w.sum()))
    seen = ~np.isnan(y)
    if not seen.any():
        raise UserError(f"{test}: column {label!r} is empty; give rows with an outcome")
    groups = _groups(table, options)
    names = fitted.model.encoder.names
    absent = [n for n in names if n not in table.column_names]
    return {
        **measured(
            y[seen], sigmoid(z[seen]), w[seen], groups[seen] if groups is not None else None
        ),
        "missing_in_test": absent,
    }


def _refused(reason: str, seconds: float) -> dict[str, Any]:
    nothing = dict.fromkeys(("auc", "brier", "brier_skill", "log_loss", "ece", "slope"))
    return {
        "state": "refused",
        "reason": reason,
        **nothing,
        "groups": {},
        "seconds": round(seconds, 2),
    }


def _read(file: Path) -> pa.Table:
    if not file.exists():
        raise UserError(f"{file} does not exist; name a CSV, TSV or Parquet file")
    if file.suffix == ".parquet":
        return _query(file, f"select * from read_parquet({sql_path(file)})")
    last: UserError | None = None
    for encoding in ("utf-8", "latin-1"):
        try:
            return _query(
                file,
                f"select * from read_csv({sql_path(file)}, header = true, sample_size = 200000, "
                f"encoding = '{encoding}', strict_mode = false)",
            )
        except UserError as mistake:
            last = mistake
    raise last or UserError(f"{file} cannot be read; give a CSV, TSV or Parquet file")


def _query(file: Path, query: str) -> pa.Table:
    import tempfile

    import duckdb

    with tempfile.TemporaryDirectory() as scratch, connect(Path(scratch)) as con:
        try:
            table: pa.Table = con.sql(query).to_arrow_table()
            return table
        except duckdb.Error as mistake:
            kind = mistake.__class__.__name__
            raise UserError(
                f"{file} cannot be read as a table ({kind}); give a CSV with a header, a TSV or "
                "a Parquet file"
            ) from None


def _demand(table: pa.Table, file: Path, label: str, options: TableOptions) -> None:
    wanted = [label, options.group, options.household, options.weight]
    for name in wanted:
        if name and name not in table.column_names:
            near = ", ".join(table.column_names[:8])
            raise UserError(f"{file} has no column {name!r}; its first columns are {near}")


def _weights(table: pa.Table, options: TableOptions) -> Floats:
    if not options.weight:
        return np.ones(table.num_rows)
    values = table.column(options.weight).cast(pa.float64()).to_numpy()
    return np.where(np.isfinite(values) & (values > 0), values, 0.0).astype(np.float64)


def _groups(table: pa.Table, options: TableOptions) -> npt.NDArray[Any] | None:
    names = {n.lower(): n for n in table.column_names}
    name = options.group or next((names[g] for g in GROUP_COLUMNS if g in names), None)
    if name:
        values = table.column(name).cast(pa.string()).fill_null("missing")
        return np.array(values.to_pylist(), dtype=object)
    if "age" in names:
        age = table.column(names["age"]).cast(pa.float64(), safe=False).to_numpy()
        bands = np.array(["17-29", "30-44", "45-64", "65+"], dtype=object)
        found = bands[np.digitize(np.nan_to_num(age), [30, 45, 65])]
        found[np.isnan(age)] = "missing"
        return np.asarray(found)
    return None
