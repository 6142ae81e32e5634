"""Scores against the truth of a demo home, beside the plain rule and the conventional model.

``python -m benchmarks.scores HOME`` needs a home whose scores are made. The plain rule is what
a campaign without a model uses: registered with the party and came to the last caucus.

How many come is a scenario and nobody's to know, so observed over expected is given at each
scenario's level. Everything else about attendance is measured after one number, the same for
everybody, has moved all logits so that as many are expected as came. The ceiling is a model of
the same kind that was taught the truth itself, measured on households it was not taught.

Many homes at once are ``scores_worlds``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks import scores_ceiling
from orchestration.lake import Lake, connect, sql_path
from orchestration.scores.calibrate import shift_to
from orchestration.scores.measure import auc, figures, lift, logit, sigmoid

Floats = npt.NDArray[np.float64]
DRAWS = 200
SIZES = (0.02, 0.05, 0.1)
SHOWN = ("rows", "positives", "auc", "brier_skill", "ece", "slope", "observed_over_expected")


def main() -> None:
    """Measure a home's scores and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = benchmark(options.home.absolute())
    print(json.dumps(report) if options.json else table(report))


def benchmark(home: Path) -> dict[str, Any]:
    """Attendance, support and the universe of one home, each with its peers."""
    people = _people(Lake(home))
    reachable = scores_ceiling.ceiling(Lake(home), people)
    return {
        "ceiling_auc": reachable,
        "people": people.num_rows,
        "attended_pct": round(100 * float(_of(people, "attends").mean()), 2),
        "attendance": _attendance(people),
        "support_among_those_who_attend": _support(people),
        "attending_supporters_never_on_a_caucus_list": _universe(people),
    }


def _people(lake: Lake) -> pa.Table:
    """Everybody scored whose truth is known: by state id, else by the records behind them."""
    with connect(lake.home) as con:
        table: pa.Table = con.sql(
            f"""
            with truth as (from read_parquet({sql_path(lake.home / "truth" / "people.parquet")})),
            registered as (
                select voters.person_id, truth.truth_id
                from read_parquet({sql_path(lake.marts / "voters.parquet")}) as voters
                inner join truth on voters.state_id = 'IA:' || lpad(truth.regn_num::varchar, 9, '0')
            ),
            known as (
                select links.person_id, mode(records.truth_id order by records.truth_id) as truth_id
                from read_parquet({sql_path(lake.identity / "links.parquet")}) as links
                inner join read_parquet({sql_path(lake.home / "truth" / "records.parquet")}) as records
                    on links.record_key = records.record_key
                where links.voter_key is null
                group by links.person_id
            ),
            who as (from registered union all from known)
            select
                person_id,
                truth.attends::double as attends,
                truth.supports::double as supports,
                truth.household_id as household,
                features.party = 'REP' as is_republican,
                coalesce(features.n_caucuses, 0)::double as caucuses,
                attendance.* exclude (person_id),
                support.probability as p_supports,
                conventional.probability as plain_attends,
                conventional.support_probability as plain_supports
            from read_parquet({sql_path(lake.scores("attendance"))}) as attendance
            inner join read_parquet({sql_path(lake.scores("support"))}) as support
                using (person_id)
            inner join read_parquet({sql_path(lake.scores("conventional"))}) as conventional
                using (person_id)
            inner join read_parquet({sql_path(lake.marts / "person_features.parquet")}) as features
                using (person_id)
            inner join who using (person_id)
            inner join truth on who.truth_id = truth.truth_id
            order by person_id
            """  # noqa: E501
        ).to_arrow_table()
    return table


def _attendance(people: pa.Table) -> dict[str, Any]:
    y, p = _of(people, "attends"), _of(people, "probability")
    plain = _of(people, "plain_attends")
    true_level = sigmoid(logit(p) + shift_to(logit(p), np.ones(len(p)), float(y.sum())))
    group = np.array(people.column("group_name").to_pylist(), dtype=object)
    return {
        "ours": _shown(y, p),
        "conventional": _shown(y, plain),
        "plain_rule_auc": auc(y, _rule(people)),
        "auc_less_conventional": _difference(people, y, p, plain),
        "observed_over_expected_by_scenario": {
            name: round(float(y.sum() / _of(people, f"probability_{name}_turnout").sum()), 3)
            for name in ("low", "middle", "high")
        },
        "at_the_level_that_turned_out": {
            "all": _shown(y, true_level),
            "tenths": [r["observed_over_expected"] for r in lift(y, true_level, np.ones(len(y)))],
            "groups": {
                str(g): _shown(y[group == g], true_level[group == g]) for g in sorted(set(group))
            },
        },
    }


def _support(people: pa.Table) -> dict[str, Any]:
    came = people.filter(pa.array(_of(people, "attends") > 0))
    y, p, plain = (_of(came, n) for n in ("supports", "p_supports", "plain_supports"))
    return {
        "ours": _shown(y, p),
        "conventional": _shown(y, plain),
        "plain_rule_auc": auc(y, _rule(came)),
        "auc_less_conventional": _difference(came, y, p, plain),
        "tenths": [r["observed_over_expected"] for r in lift(y, p, np.ones(len(y)))],
    }


def _universe(people: pa.Table) -> dict[str, Any]:
    """Attending supporters among people never on a caucus list, at the same size of universe."""
    new = people.filter(pa.array(_of(people, "caucuses") == 0))
    worth = _of(new, "attends") * _of(new, "supports")
    ours = _of(new, "probability") * _of(new, "p_supports")
    plain = _of(new, "plain_attends") * _of(new, "plain_supports")
    out: dict[str, Any] = {"people": new.num_rows, "attending_supporters": int(worth.sum())}
    for share in SIZES:
        size = max(1, int(share * new.num_rows))
        tops = [_top(p, size) for p in (ours, plain)]
        found = [float(worth[top].sum()) for top in tops]
        ratios = []
        for weight in _draws(new):
            a, b = (float((worth * weight)[top].sum()) for top in tops)
            ratios.append(a / b if b else np.inf)
        low, high = np.quantile(ratios, [0.025, 0.975])
        out[f"{share:.0%}"] = {
            "size": size,
            "ours": found[0],
            "conventional": found[1],
            "ratio": round(found[0] / found[1], 3) if found[1] else None,
            "interval": [round(float(low), 3), round(float(high), 3)],
        }
    return out


def _top(p: Floats, size: int) -> npt.NDArray[np.int64]:
    # Ties are broken by an order that knows nothing.
    shuffle = np.random.default_rng(1).permutation(len(p))
    return np.asarray(shuffle[np.argsort(-p[shuffle], kind="stable")[:size]], dtype=np.int64)


def _difference(people: pa.Table, y: Floats, ours: Floats, plain: Floats) -> dict[str, Any]:
    draws = []
    for weight in _draws(people, 50):
        a, b = auc(y, ours, weight), auc(y, plain, weight)
        draws.append((a or 0.5) - (b or 0.5))
    low, high = np.quantile(draws, [0.025, 0.975])
    whole = (auc(y, ours) or 0.5) - (auc(y, plain) or 0.5)
    return {"gain": round(whole, 4), "interval": [round(float(low), 4), round(float(high), 4)]}


def _draws(people: pa.Table, count: int = DRAWS) -> list[Floats]:
    """Weights of a bootstrap that draws whole households."""
    households = people.column("household").combine_chunks().dictionary_encode()
    codes = households.indices.fill_null(0).to_numpy(zero_copy_only=False)
    rng = np.random.default_rng(2016)
    number = len(households.dictionary) or 1
    return [rng.poisson(1.0, number).astype(np.float64)[codes] for _ in range(count)]


def _rule(people: pa.Table) -> Floats:
    return _of(people, "is_republican") * (_of(people, "caucuses") > 0) * 1.0


def _of(people: pa.Table, name: str) -> Floats:
    column = people.column(name)
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.nan_to_num(np.array(values, dtype=np.float64))


def _shown(y: Floats, p: Floats) -> dict[str, Any]:
    found = figures(y, p)
    return {name: found.get(name) for name in SHOWN}


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    lines = [f"people {report['people']}, attended {report['attended_pct']} %"]
    for part in ("attendance", "support_among_those_who_attend"):
        lines.append(part)
        lines += [f"  {w:<13}{_row(report[part][w])}" for w in ("ours", "conventional")]
        gain = report[part]["auc_less_conventional"]
        lines.append(f"  plain rule    auc {report[part]['plain_rule_auc']:.3f}")
        lines.append(f"  gain in auc   {gain['gain']:+.4f} {gain['interval']}")
        lines.append(f"  ceiling       auc {report['ceiling_auc'][part]}")
    level = report["attendance"]["at_the_level_that_turned_out"]
    lines.append(f"  level         {report['attendance']['observed_over_expected_by_scenario']}")
    lines.append(f"  tenths        {level['tenths']}")
    lines += [f"  {name:<16}{_row(shown)}" for name, shown in level["groups"].items()]
    lines.append(f"  support tenths {report['support_among_those_who_attend']['tenths']}")
    lines.append("attending supporters among people never on a caucus list")
    for name, row in report["attending_supporters_never_on_a_caucus_list"].items():
        lines.append(f"  {name}: {row}")
    return "\n".join(lines)


def _row(shown: dict[str, Any]) -> str:
    return " ".join(
        f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in shown.items()
    )


if __name__ == "__main__":
    main()
