"""Linking against the truth of a demo home, with a plain Splink script as the peer, in one run.

``python -m benchmarks.identity HOME`` needs a home whose staging is made. Prints precision,
recall and F1 with intervals: overall, for records that say enough, by source and by method.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.identity.evaluate import Quality, evaluate
from orchestration.identity.link import link_home
from orchestration.identity.places import Places, read_day
from orchestration.lake import connect, sql_path

if TYPE_CHECKING:
    from splink import Linker

RICH = """
    first_name is not null and (birth_date is not null)::integer + (street is not null)::integer
    + (phone is not null)::integer + (email is not null)::integer >= 2
"""
PEER_COLUMNS = "first_name, last_name, birth_date::varchar as dob, zip5, phone, email, street"


def main() -> None:
    """Measure both and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--without-peer", action="store_true")
    options = parser.parse_args()
    report = benchmark(options.home.absolute(), peer=not options.without_peer)
    print(json.dumps(report) if options.json else table(report))


def benchmark(home: Path, peer: bool = True) -> dict[str, Any]:
    """Both linkings of one home: seconds and quality of each.

    The home's own links stay as they are: ours are made in a scratch home over the same staging.
    """
    _import_once()
    with TemporaryDirectory(dir=home) as scratch:
        places = _scratch(home, Path(scratch))
        with _seconds() as ours_took:
            link_home(places, read_day(home), retrain=True)
        with _seconds() as again_took:
            link_home(places, read_day(home), full=True)
        with connect(home) as con:
            _judge(con, home)
            made = f"read_parquet({sql_path(places.links)})"
            ours = f"select record_key, voter_key, method from {made}"
            report: dict[str, Any] = {
                "records": _count(con, "select count(*) from records"),
                "voters": _count(con, "select count(*) from voters"),
                "ours": _measured(con, ours, ("source", "method")) | {
                    "seconds": ours_took(),
                    "seconds_with_model": again_took(),
                },
            }  # fmt: skip
            report["peak_memory_gb"] = round(
                resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2
            )
            if peer:
                with _seconds() as peer_took:
                    _plain_splink(con)
                plain = "select record_key, voter_key, 'splink' as method from peer_links"
                report["plain_splink"] = _measured(con, plain, ("source",)) | {
                    "seconds": peer_took()
                }
    return report


def _import_once() -> None:
    """Libraries that both sides load: whoever runs first would pay for them alone."""
    for name in ("pandas", "pyarrow", "splink", "splink.comparison_library"):
        import_module(name)


def _scratch(home: Path, scratch: Path) -> Places:
    """A home beside the home, with the same staging and no links, so that training is timed too."""
    lake = scratch / "lake"
    lake.mkdir()
    for name in ("staging", "context"):
        (lake / name).symlink_to(home / "lake" / name)
    return Places(scratch)


def _judge(con: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Views of both inputs, and ``known``: the right voter of every record that truth knows."""
    places = Places(home)
    con.execute(f"""
        create view voters as from read_parquet({sql_path(places.voters)});
        create view records as from read_parquet({sql_path(places.records)});
        create table known as
        select t.record_key, v.voter_key
        from read_parquet({sql_path(home / "truth" / "records.parquet")}) t
        left join read_parquet({sql_path(home / "truth" / "people.parquet")}) p using (truth_id)
        left join voters v on v.state_id = 'IA:' || p.regn_num
    """)


def _measured(
    con: duckdb.DuckDBPyConnection, links: str, by: tuple[str, ...]
) -> dict[str, list[dict[str, Any]]]:
    joined = f"select * from ({links}) join records using (record_key)"
    known = "select record_key, voter_key from known"
    everything = evaluate(con, joined, known, by)
    rich = evaluate(con, f"select * from ({joined}) where {RICH}", known)
    rich_without_id = evaluate(
        con,
        f"select * from ({joined}) where {RICH} and party_id is null and state_id is null",
        known,
    )
    named = [
        _row(everything[0]),
        _row(rich[0]) | {"group": "a name and two more"},
        _row(rich_without_id[0]) | {"group": "the same, without any id"},
        *(_row(quality) for quality in everything[1:]),
    ]
    return {"quality": named}


def _row(quality: Quality) -> dict[str, Any]:
    precision, recall = quality.precision, quality.recall
    return {
        "group": quality.group,
        "linked": quality.linked,
        "possible": quality.possible,
        "precision": round(precision.value, 4),
        "precision_low": round(precision.low, 4),
        "recall": round(recall.value, 4),
        "recall_low": round(recall.low, 4),
        "f1": round(quality.f1.value, 4),
    }


def _plain_splink(con: duckdb.DuckDBPyConnection) -> None:
    """What a team gets from the documentation: its comparisons, its training, the best pair."""
    con.execute(f"""
        create table left_side as
        select record_key as unique_id, {PEER_COLUMNS} from records where first_name is not null;
        create table right_side as select voter_key as unique_id, {PEER_COLUMNS} from voters
    """)
    linker = _peer_linker(con)
    scored = linker.inference.predict(threshold_match_probability=0.9)
    con.execute(f"""
        create table peer_links as
        with pairs as (
            select unique_id_l as record_key, unique_id_r as voter_key, match_weight
            from {scored.physical_name}
        )
        select r.record_key, p.voter_key
        from records r left join (
            select * from pairs
            qualify row_number() over (
                partition by record_key order by match_weight desc, voter_key) = 1
        ) p using (record_key)
    """)


def _peer_linker(con: duckdb.DuckDBPyConnection) -> Linker:
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    api = DuckDBAPI(connection=con)
    sides = [
        api.register("left_side", dataset_display_name="a_records"),
        api.register("right_side", dataset_display_name="b_voters"),
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("first_name"),
            cl.NameComparison("last_name"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.JaroWinklerAtThresholds("street").configure(term_frequency_adjustments=True),
            cl.ExactMatch("zip5").configure(term_frequency_adjustments=True),
            cl.ExactMatch("phone"),
            cl.EmailComparison("email"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("first_name", "last_name"),
            block_on("last_name", "zip5"),
            block_on("dob"),
            block_on("phone"),
            block_on("email"),
        ],
    )
    linker = Linker(sides, settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match(
        [block_on("first_name", "last_name", "dob"), block_on("email")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("first_name", "last_name"), block_on("dob")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return linker


@contextmanager
def _seconds() -> Iterator[Any]:
    """Elapsed seconds of the block, asked for afterwards."""
    started, taken = time.perf_counter(), 0.0
    yield lambda: round(taken, 2)
    taken = time.perf_counter() - started


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    lines = [f"{report['records']:,} records against {report['voters']:,} voters"]
    for name in ("ours", "plain_splink"):
        if name not in report:
            continue
        own = report[name]
        seconds = f"{own['seconds']} s"
        if "seconds_with_model" in own:
            seconds += f", {own['seconds_with_model']} s with a trained model"
        lines += ["", f"{name.replace('_', ' ')} ({seconds})"]
        lines += [
            f"  {q['group']:<32} linked {q['linked']:>8,} of {q['possible']:>8,}   "
            f"P {q['precision']:.4f} (>= {q['precision_low']:.4f})   "
            f"R {q['recall']:.4f} (>= {q['recall_low']:.4f})   F1 {q['f1']:.4f}"
            for q in own["quality"]
        ]
    return "\n".join([*lines, "", f"peak memory of ours {report['peak_memory_gb']} GB"])


if __name__ == "__main__":
    main()
