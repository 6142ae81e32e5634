"""The same pipeline on any table: fit on one file, measure on it or on another.

Meant for real turnout files that the campaign's own marts do not hold. Nothing is stored and
nothing goes live here; the campaign's scores are ``stage``. How a file is read is
``plain_table``; which columns are not believed is ``suspects``.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts.traits import words_of
from orchestration.scores.calibrate import shift_to
from orchestration.scores.card import measured, part_card
from orchestration.scores.fit import FitOptions, Fitted, Labels, fit_model
from orchestration.scores.folds import HOUSEHOLD_COLUMNS, Codes, group_codes
from orchestration.scores.labels import LabelReading, read_labels
from orchestration.scores.measure import Floats, auc_interval, sigmoid
from orchestration.scores.outcome import RefusedFitError
from orchestration.scores.plain_features import Read, Roles, choose
from orchestration.scores.plain_table import PlainTable, opened, quoted
from orchestration.scores.threads import one_thread
from orchestration.settings import UserError

MAXIMUM_ROWS = 100_000
GROUP_COLUMNS = ("group_name", "party", "party_cd", "party_code", "party_affiliation")
GROUPS_SHOWN = 12
# Fewer labels than this and every figure is rough; the report says so.
ROUGH = 500
# Observed over expected this far from 1 in a test file is another election's turnout.
OTHER_LEVEL = 0.15
ADDRESS = frozenset("address addr addresses street".split())
NOT_HOME = frozenset("mail mailing email".split())
ZIPS = ("zip", "zip5", "zip_code", "zipcode", "postal_code", "residential_zip")


@dataclass(frozen=True)
class TableOptions:
    """How a table is read.

    Attributes:
        group: Column by which figures are given as well; default the party's, or age bands.
        household: Column whose values never stand on both sides of a split; default one named
            so, else the residential address.
        weight: Column of weights.
        ignore: Columns that are no features (other elections' outcomes, for one).
        keep: Columns that are read although they tell the outcome almost alone.
        labels: Which cells of the label mean yes.
        expect: Share of positives expected in the test file, when its level is known to
            differ: every logit is shifted to it.
        seed: For splits and samples.
    """

    group: str | None = None
    household: str | None = None
    weight: str | None = None
    ignore: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    labels: LabelReading = field(default_factory=LabelReading)
    expect: float | None = None
    seed: int = 20160201


def fit_table(
    file: Path, label: str, test: Path | None = None, options: TableOptions | None = None
) -> dict[str, Any]:
    """Fit on ``file`` and measure: on ``test``, or out of fold on rows of unseen households.

    Returns:
        ``state`` (``live`` or ``refused``) with its ``reason``, the figures ``auc``,
        ``brier``, ``brier_skill``, ``log_loss``, ``ece``, ``slope``, ``groups{}``, ``lift``,
        and what the card says besides: features, what was left out and why, importances, the
        learning curve, ``notes`` in plain words.

    Raises:
        UserError: a file or column is not there, or a label is no yes or no.
    """
    options = options or TableOptions()
    started = time.monotonic()
    with TemporaryDirectory(prefix="tminus-score-") as scratch:
        report = _report(Path(scratch), file, label, test, options)
    return {**report, "label": label, "seconds": round(time.monotonic() - started, 2)}


def _report(
    scratch: Path, file: Path, label: str, test: Path | None, options: TableOptions
) -> dict[str, Any]:
    with ExitStack() as stack:
        table = stack.enter_context(opened(file, scratch / "fit"))
        other = stack.enter_context(opened(test, scratch / "test")) if test else None
        roles = _roles(table, label, options)
        known = _outcomes(table, roles, options)
        households, made_of = _households(table, options)
        read, y, groups = _chosen(table, other, roles, known, households, options)
        notes = [*_label_notes(known, options), *_notes(read, made_of, table)]
        try:
            fitted = _fit(read, Labels(y, read.weights, groups), label, options)
        except RefusedFitError as refused:
            return _refused(str(refused), notes, read)
        raw = fitted.model.encoder.encode(read.table)
        report = part_card(fitted, read.spec, raw, _grouped(read.groups), options.seed)
        report.pop("profile")
        found = report.pop("figures")
        tested = _test(fitted, read, other, label, options) if other else {}
    notes += tested.pop("notes", [])
    figures = tested or found
    return {
        "state": "live",
        "reason": "",
        **figures,
        "auc_interval": auc_interval(figures),
        "measured_on": "test file" if tested else "households held out of fitting",
        "fit": {k: found[k] for k in ("rows", "positives", "base_rate", "auc", "brier", "ece")},
        **report,
        "refused_traits": _refused_traits(read),
        "notes": notes,
    }


def _outcomes(table: PlainTable, roles: Roles, options: TableOptions) -> Floats:
    cells = table.select([roles.label]).column(0)
    return read_labels(cells, table.file, roles.label, options.labels)


def _roles(table: PlainTable, label: str, options: TableOptions) -> Roles:
    names = {n.lower(): n for n in table.types}
    group = next((names[g] for g in GROUP_COLUMNS if g in names), names.get("age"))
    return Roles(
        table.one(label, "the label"),
        table.one(options.group, "--group") if options.group else group,
        table.one(options.weight, "--weight") if options.weight else None,
    )


def _households(table: PlainTable, options: TableOptions) -> tuple[Codes, list[str]]:
    """A number for each row's household, and the columns that it is made of."""
    columns = _household_columns(table, options)
    if not columns:
        return np.arange(table.rows, dtype=np.int64), []
    parts = ", ".join(f"lower(trim(cast({quoted(c)} as varchar)))" for c in columns)
    first = f"nullif(trim(cast({quoted(columns[0])} as varchar)), '')"
    keys = table.con.sql(
        f"select case when {first} is not null then hash(concat_ws('|', {parts})) end as household "
        "from plain order by file_row_number"
    ).to_arrow_table()
    return group_codes(keys.column(0), table.rows), columns


def _household_columns(table: PlainTable, options: TableOptions) -> list[str]:
    if options.household:
        return [table.one(options.household, "--household")]
    names = {n.lower(): n for n in table.types}
    named = next((names[n] for n in HOUSEHOLD_COLUMNS if n in names), None)
    if named:
        return [named]
    at_home = [
        n
        for n in table.types
        if ADDRESS.intersection(words_of(n)) and not NOT_HOME.intersection(words_of(n))
    ]
    zips = [names[z] for z in ZIPS if z in names][:1]
    return [*at_home, *zips] if at_home else []


def _chosen(
    table: PlainTable,
    other: PlainTable | None,
    roles: Roles,
    known: Floats,
    households: Codes,
    options: TableOptions,
) -> tuple[Read, Floats, Codes]:
    """The rows to learn from with their features: at most ``MAXIMUM_ROWS``, whole households."""
    usable = np.flatnonzero(~np.isnan(known))
    rows = _sample(usable, households, options.seed)
    table.con.register("chosen_rows", pa.table({"n": rows}))
    table.con.execute("create table chosen as from chosen_rows").fetchall()
    where = "file_row_number in (select n from chosen)"
    y = known[rows]
    unread = {table.one(c, "--ignore"): "left out, as you said" for c in options.ignore}
    unread |= {
        c: "not in the test file" for c in table.types if other is not None and not other.has(c)
    }
    unread |= {c: "the household's" for c in [options.household] if c}
    unread |= {c: "the weight" for c in [roles.weight] if c}
    unread |= {roles.label: "the label"}
    kept = {table.one(c, "--keep") for c in options.keep}
    read = choose(table, where, roles, unread, kept, y, options.seed)
    return read, y, households[rows]


def _sample(rows: npt.NDArray[Any], groups: Codes, seed: int) -> npt.NDArray[Any]:
    if len(rows) <= MAXIMUM_ROWS:
        return rows
    _, compact = np.unique(groups, return_inverse=True)
    draw = np.random.default_rng(seed).random(int(compact.max()) + 1)
    return np.asarray(rows[draw[compact[rows]] <= MAXIMUM_ROWS / len(rows)])


def _fit(read: Read, labels: Labels, label: str, options: TableOptions) -> Fitted:
    fit = FitOptions(seed=options.seed, levels=read.levels, straight=read.straight)
    return fit_model(label, read.table, read.spec, labels, fit)


def _test(
    fitted: Fitted, read: Read, table: PlainTable, label: str, options: TableOptions
) -> dict[str, Any]:
    """Figures on another file, whose cells are read as those of the first."""
    roles = _roles(table, label, options)
    y = _outcomes(table, roles, options)
    absent = [column for column, why in read.spec.dropped if why == "not in the test file"]
    z, unseen = _predicted(fitted, read, table)
    w = read.weights_of(table, roles.weight)
    if options.expect is not None:
        z = z + shift_to(z, w, options.expect * float(w.sum()))
    seen = ~np.isnan(y)
    if not seen.any():
        raise UserError(f"{table.file}: column {label!r} is empty; give rows with an outcome")
    groups = _grouped(read.groups_of(table, roles.group))
    notes = [
        f"{name}: {rows:,} rows of the test file hold a value that fitting never saw; it counts "
        "as missing"
        for name, rows in unseen.items()
    ]
    if len(np.unique(y[seen])) < 2:
        notes.append(f"the test file's labels are all {int(y[seen][0])}: nothing can be ranked")
    by = groups[seen] if groups is not None else None
    figures = measured(y[seen], sigmoid(z[seen]), w[seen], by)
    ratio = figures.get("observed_over_expected") or 1.0
    if options.expect is None and abs(ratio - 1) > OTHER_LEVEL:
        notes.append(
            f"{ratio:.2f} times as many said yes as expected: another level than the fit's; where "
            "the turnout is known, state it with --expect"
        )
    return {
        **figures,
        "missing_in_test": absent,
        "new_in_test": unseen,
        "notes": notes,
    }


def _predicted(fitted: Fitted, read: Read, table: PlainTable) -> tuple[Floats, dict[str, int]]:
    """Every row's logit, and by column how many rows hold a level that fitting never saw."""
    encoder = fitted.model.encoder
    wanted = [c for c in read.columns if c.name in encoder.names]
    known = {name: pc.unique(read.table.column(name)) for name, _ in encoder.categorical}
    unseen = dict.fromkeys(known, 0)
    parts: list[Floats] = []
    with one_thread():
        for batch in table.typed(wanted):
            parts.append(fitted.model.predict(batch).z)
            for name in known:
                cells = batch.column(name).drop_null()
                seen = pc.sum(pc.is_in(cells, known[name])).as_py() or 0
                unseen[name] += len(cells) - int(seen)
    z = np.concatenate(parts) if parts else np.zeros(0)
    return z, {n: count for n, count in unseen.items() if count}


def _grouped(values: npt.NDArray[Any] | None) -> npt.NDArray[Any] | None:
    """The group of each row; beyond the ``GROUPS_SHOWN`` largest, ``other``."""
    if values is None:
        return None
    names, counts = np.unique(values, return_counts=True)
    shown = names[np.argsort(-counts, kind="stable")][:GROUPS_SHOWN]
    return np.asarray(np.where(np.isin(values, shown), values, "other"), dtype=object)


def _label_notes(known: Floats, options: TableOptions) -> list[str]:
    empty, filled = int(np.isnan(known).sum()), known[~np.isnan(known)]
    notes = []
    if empty and not options.labels.empty_is_no:
        notes.append(
            f"{empty:,} rows have an empty label and were left out; if an empty cell is a no, say "
            "--empty-is-no"
        )
    if 0 < len(filled) < ROUGH:
        notes.append(f"only {len(filled)} labels: every figure is rough")
    return notes


def _notes(read: Read, made_of: list[str], table: PlainTable) -> list[str]:
    notes = []
    rows = read.table.num_rows
    if rows < table.rows and rows >= 0.9 * MAXIMUM_ROWS:
        notes.append(f"learnt from a sample of {rows:,} of {table.rows:,} rows, whole households")
    notes.append(
        f"no household stands on both sides of a split; a household is one {' and '.join(made_of)}"
        if made_of
        else "no household column was found, so rows are split one by one; name it with --household"
    )
    refused = _refused_traits(read)
    if refused:
        notes.append(f"refused traits were not used: {', '.join(refused)}")
    return notes


def _refused_traits(read: Read) -> list[str]:
    return [column for column, why in read.spec.dropped if "refused trait" in why]


def _refused(reason: str, notes: list[str], read: Read) -> dict[str, Any]:
    nothing = dict.fromkeys(("auc", "brier", "brier_skill", "log_loss", "ece", "slope"))
    return {
        "state": "refused",
        "reason": reason,
        **nothing,
        "groups": {},
        "left_out": [{"column": c, "why": why} for c, why in read.spec.dropped],
        "notes": notes,
    }
