"""Small invented marts for the scores' tests: plain tables in the shape of the feature mart.

They share no formula with the demo; what the tests need is only that something can be learnt.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.lake import Lake


def chance(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def write_marts(home: Path, people: int = 1500, seed: int = 3, contacts: int = 30) -> Lake:
    """Write the four marts that scores read; ids ascend."""
    lake, rng = Lake(home), np.random.default_rng(seed)
    n = people + contacts
    stranger = np.arange(n) >= people
    party = rng.choice(["REP", "DEM", "NOP"], n, p=[0.35, 0.3, 0.35]).astype(object)
    age = rng.integers(18, 95, n).astype(float)
    generals = np.where(stranger, 0, rng.integers(0, 4, n))
    caucuses = np.where(generals > 0, rng.random(n) < 0.08 + 0.2 * (party == "REP"), 0).astype(int)
    signed = np.where(stranger, 1, rng.random(n) < 0.1).astype(int)
    record = -4.0 + 2.0 * (party == "REP") + 0.5 * generals + 1.2 * caucuses
    attended = rng.random(n) < chance(record)
    supports = (rng.random(n) < chance(-1.0 + 1.5 * signed + 0.8 * (party == "REP"))).astype(int)
    says = rng.random(n) < chance(1.0 + 0.7 * record + 1.0 * signed)

    def features(today: bool) -> dict[str, Any]:
        return {
            "person_id": [f"p_{i:06d}" for i in range(n)],
            "household_key": [f"h{i // 2}" for i in range(n)],
            "kind": np.where(stranger, "contact", "voter"),
            "county_fips": [f"19{1 + 2 * (i % 5):03d}" for i in range(n)],
            "precinct_id": [f"19001-{i % 40:03d}" for i in range(n)],
            "age": age - (0 if today else 4),
            "party": pa.array(np.where(stranger, None, party)),
            "n_generals": generals,
            "n_primaries": np.zeros(n, dtype=int),
            "n_caucuses": caucuses,
        }

    asked = np.arange(0, people, 3)
    drawn = np.arange(len(asked)) % 2 == 0
    tables = {
        "person_features": pa.table({**features(True), "n_signups": signed}),
        "attendance_training": pa.table({**features(False), "attended_2012": attended}).slice(
            0, people
        ),
        "support_training": pa.table(
            {
                "answer_key": [f"a{i:06d}" for i in asked],
                "person_id": [f"p_{i:06d}" for i in asked],
                "label": supports[asked],
                "weight": np.ones(len(asked)),
                "kind": np.where(drawn, "survey", "door"),
            }
        ),
        "canvasses": pa.table(
            {
                "record_key": [f"a{i:06d}" for i in asked],
                "person_id": [f"p_{i:06d}" for i in asked],
                "support": np.where(supports[asked] > 0, 1, 5),
                "method": np.where(drawn, "survey", "door"),
                "says_will_attend": np.where(says[asked], "yes", "no"),
                "weight": np.ones(len(asked)),
                "probability": np.ones(len(asked)),
                "occurred_at": [datetime(2016, 1, 10)] * len(asked),
            }
        ),
    }
    lake.marts.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, lake.marts / f"{name}.parquet")
    return lake


def rewrite(file: Path, **columns: Any) -> None:
    """Replace or add columns of a Parquet file."""
    table = pq.read_table(file)
    for name, values in columns.items():
        column = pa.array(values)
        if name in table.column_names:
            table = table.set_column(table.column_names.index(name), name, column)
        else:
            table = table.append_column(name, column)
    pq.write_table(table, file)
