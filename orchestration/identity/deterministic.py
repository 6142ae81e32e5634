"""Links by exact keys: any three of address, birth date, gender and name, unique on both sides.

A key is unique among voters when it names one voter, and among records when all that carry it
can be one human. What contradicts in birth or suffix is left to the later stages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.identity.workspace import rows

if TYPE_CHECKING:
    import duckdb

ADDRESS = ("house_number", "street", "zip5")
NAME = ("first_name", "last_name")


@dataclass(frozen=True)
class Rule:
    """One exact key.

    Attributes:
        name: As written beside each link that it made.
        key: Columns that must be equal and present.
        probability: Assumed until reviewed pairs measure it.
    """

    name: str
    key: tuple[str, ...]
    probability: float


# Name with birth and gender needs a place as well: two people of one name share a birthday
# somewhere in any state, and the wrong one is found exactly when the right one is on no file.
RULES = (
    Rule("name, birth date and address", (*NAME, "birth_date", *ADDRESS), 0.9998),
    Rule("name, birth date and gender", (*NAME, "birth_date", "gender", "county_fips"), 0.9995),
    Rule("name, address and gender", (*NAME, *ADDRESS, "gender"), 0.999),
    Rule("birth date, address and gender", (*ADDRESS, "birth_date", "gender"), 0.999),
)

ONE_HUMAN = "count(distinct left(first_name, 1)) <= 1"
COMPATIBLE = """
    not births_differ(r.birth_date, v.birth_date, r.birth_year, v.birth_year)
    and not suffixes_differ(r.suffix, v.suffix)
    and not coalesce(r.gender != v.gender, false)
    and not coalesce(r.middle_initial != v.middle_initial, false)
    and r.first_name is not null
    and not firsts_differ(r.first_name, v.first_name, r.first_token, v.first_token, r.nicks,
        r.middle_name, v.middle_name)
"""


def apply(con: duckdb.DuckDBPyConnection) -> int:
    """Decide open records that exact keys tie to one voter; two keys that disagree decide nothing.

    Returns:
        Records decided.
    """
    found = " union all ".join(f"({_found(rule, rank)})" for rank, rule in enumerate(RULES))
    con.execute(f"""
        create or replace temp table by_key as
        with found as ({found})
        select rid, any_value(vid) as vid, min(rank) as rank
        from found group by rid having count(distinct vid) = 1;
        insert into decided (rid, vid, probability, method, rule)
        select k.rid, k.vid, n.probability, 'deterministic', n.name
        from by_key k join ({_names()}) n using (rank)
        anti join forbidden f on k.rid = f.rid and k.vid = f.vid
        anti join contested c on k.rid = c.rid
    """)
    return rows(con, "select count(*) from decided where method = 'deterministic'")


def mixed(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``mixed_keys(rid)``: records whose key without a name may be two people's.

    The one thing of other records that a deterministic link depends on.
    """
    by_key = " union ".join(
        f"select idx as rid from id_records semi join (select {', '.join(rule.key)} from "
        f"id_records where {_present(rule)} group by all having not ({ONE_HUMAN})) "
        f"using ({', '.join(rule.key)})"
        for rule in RULES
        if "first_name" not in rule.key
    )
    con.execute(f"create or replace temp table mixed_keys as {by_key}")


def _present(rule: Rule) -> str:
    return " and ".join(f"{column} is not null" for column in rule.key)


def _found(rule: Rule, rank: int) -> str:
    key = ", ".join(rule.key)
    present = _present(rule)
    # Without the name in the key, two people may carry it: then it is not unique.
    # A voter without birth date may be the father of the one the record means, hence the
    # suffix: an address with two generations of one name is left to the later stages.
    one_human = ""
    if "first_name" not in rule.key:
        one_human = f"""semi join (
            select {key} from id_records where {present} group by {key} having {ONE_HUMAN}
        ) u using ({key})"""
    # Voters are counted only at keys that some record has: all that have one are still counted.
    return f"""
        select r.idx as rid, v.idx as vid, {rank} as rank
        from open_records r {one_human}
        join (
            select {key}, any_value(idx) as idx
            from id_voters semi join open_records using ({key})
            where {present} group by {key} having count(*) = 1
        ) k using ({key})
        join id_voters v on k.idx = v.idx
        where {COMPATIBLE}
    """


def _names() -> str:
    return " union all ".join(
        f"select {rank} as rank, '{rule.name}' as name, {rule.probability} as probability"
        for rank, rule in enumerate(RULES)
    )
