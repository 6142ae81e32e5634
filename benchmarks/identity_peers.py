"""What others make of the same records: a plain Splink 5 script, and recordlinkage on fewer.

Both follow their own documentation and link each record to its best pair. Ours, the data and the
table are in ``identity`` and ``identity_home``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    from splink import Linker

COLUMNS = "first_name, last_name, birth_date::varchar as dob, zip5, phone, email, street"
# The blocking of Splink's example with 50,000 persons (names, each name with birth and with
# postcode), and of its tutorial the e-mail; a phone is to a sign-up what its occupation is there.
BLOCKS = (
    ("first_name", "last_name"), ("last_name", "dob"), ("first_name", "dob"),
    ("zip5", "first_name"), ("zip5", "last_name"), ("phone",), ("email",),
)  # fmt: skip
ENOUGH = 0.9


def plain_splink(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``peer_links(record_key, voter_key)`` of ``records`` and ``voters``."""
    con.execute(f"""
        create table left_side as
        select record_key as unique_id, {COLUMNS} from records where first_name is not null;
        create table right_side as select voter_key as unique_id, {COLUMNS} from voters
    """)
    linker = _trained(con)
    scored = linker.inference.predict(threshold_match_probability=ENOUGH)
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


def _trained(con: duckdb.DuckDBPyConnection) -> Linker:
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
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in BLOCKS],
    )
    linker = Linker(sides, settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match(
        [block_on("first_name", "last_name", "dob"), block_on("email")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("first_name", "last_name"), block_on("dob")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return linker


def recordlinkage(con: duckdb.DuckDBPyConnection) -> None:
    """The same by the library of that name: its blocking, comparing and ECM classifier."""
    import recordlinkage as rl

    left = _frame(con, "record_key", "records where first_name is not null")
    right = _frame(con, "voter_key", "voters")
    index = rl.Index()
    for columns in (["first_name", "last_name"], ["zip5", "last_name"], ["dob"], ["phone"],
                    ["email"]):  # fmt: skip
        index.block(columns)
    pairs = index.index(left, right)
    compare = rl.Compare(n_jobs=1)
    for name in ("first_name", "last_name", "street"):
        # Not its Jaro-Winkler: 0.14 calls it by a name that jellyfish no longer has.
        compare.string(name, name, method="levenshtein", threshold=0.8, label=name)
    for name in ("dob", "zip5", "phone", "email"):
        compare.exact(name, name, label=name)
    features = compare.compute(pairs, left, right).fillna(0).astype(int)
    classifier = rl.ECMClassifier(binarize=None)
    classifier.fit(features)
    scores = classifier.prob(features).rename("chance").reset_index()
    scores.columns = ["record_key", "voter_key", "chance"]
    con.register("scores_given", scores[scores["chance"] >= ENOUGH])
    con.execute("""
        create table peer_links as
        select r.record_key, p.voter_key
        from records r left join (
            select * from scores_given
            qualify row_number() over (
                partition by record_key order by chance desc, voter_key) = 1
        ) p using (record_key)
    """)


def _frame(con: duckdb.DuckDBPyConnection, key: str, source: str) -> pd.DataFrame:
    frame = con.execute(f"select {key}, {COLUMNS} from {source}").df().set_index(key)
    # Its blocks would join what is missing with what is missing.
    return frame.astype(object).where(frame.notna(), None)


PEERS: dict[str, Callable[[duckdb.DuckDBPyConnection], None]] = {
    "plain_splink": plain_splink,
    "recordlinkage": recordlinkage,
}
