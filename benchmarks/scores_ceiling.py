"""What the files can show at best: a model of the same kind, taught the truth itself.

It is measured on households that it was not taught. No stage may do what it does.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.lake import Lake
from orchestration.scores.columns import ANSWERS, PERSON
from orchestration.scores.features import infer_spec
from orchestration.scores.fit import FitOptions, Labels, fit_model
from orchestration.scores.folds import group_codes
from orchestration.scores.measure import auc
from orchestration.scores.tables import query

ATTENDANCE, SUPPORT = "attendance", "support_among_those_who_attend"


def ceiling(lake: Lake, people: pa.Table) -> dict[str, float | None]:
    """The AUC that can be reached, for attendance and for support among those who attend.

    Args:
        lake: A home with the feature mart.
        people: Person, household, and the truth in ``attends`` and ``supports``.
    """
    features = query(lake, f"from read_parquet('{lake.marts / 'person_features.parquet'}')")
    truth = people.select([PERSON, "household", "attends", "supports"])
    table = features.join(truth, PERSON, join_type="inner").sort_by(PERSON)
    came = table.filter(pa.array(table.column("attends").to_numpy() > 0))
    return {ATTENDANCE: reached(table, "attends"), SUPPORT: reached(came, "supports")}


def reached(table: pa.Table, label: str) -> float | None:
    """The AUC of one truth on households that were not taught; ``None`` of one class only."""
    y = table.column(label).to_numpy().astype(np.float64)
    spec = infer_spec(table).without({*ANSWERS, "attends", "supports", "household"})
    labels = Labels(y, np.ones(len(y)), group_codes(table.column("household"), len(y)))
    options = FitOptions(families=("linear",), strengths=(0.03, 0.3))
    found = auc(y, fit_model("ceiling", table, spec, labels, options).honest)
    return None if found is None else round(found, 4)
