"""One best voter for each record, with a margin, and what is too close goes to a human.

A record is one human, so its candidates compete: the chance of each is its odds among all of
them and *nobody*. Jr and Sr at one address share the chance and neither is taken. What the
weights cannot see is held by rules: no link without a name, none on a phone or email alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.identity.comparisons import (
    ADDRESS,
    BIRTH,
    BIRTH_YEAR,
    EMAIL,
    FIRST_NAME,
    GENDER,
    LAST_NAME,
    PHONE,
    PLACE,
    SUFFIX,
    TOWN,
    Comparison,
)
from orchestration.identity.workspace import rows

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Thresholds:
    """When a chance is enough.

    Attributes:
        link: At least this chance links. A walk list and a text may not reach a stranger;
            suppression, which prefers to find too many, reads the review queue as well.
        review: At least this chance is worth a human's look.
    """

    link: float = 0.95
    review: float = 0.3


def at(comparison: Comparison, *levels: str) -> str:
    """SQL: the comparison is at one of these levels."""
    numbers = ", ".join(str(comparison.gamma(level)) for level in levels)
    return f"g_{comparison.name} in ({numbers})"


FULL_FIRST = at(FIRST_NAME, "equal", "equal first word", "short form", "exchanged with surname",
                "is the middle name", "nearly equal")  # fmt: skip
BIRTH_HOLDS = at(BIRTH, "equal", "day and month exchanged", "one digit off")
ADDRESS_HOLDS = at(ADDRESS, "equal", "equal house and street", "nearly equal")
PHONE_HOLDS = at(PHONE, "equal, one person's", "equal, a household's")
EMAIL_HOLDS = at(EMAIL, "equal, one person's", "equal, a household's")
CONTACT_HOLDS = f"({PHONE_HOLDS} or {EMAIL_HOLDS})"
STRONG = (
    f"({BIRTH_HOLDS})::integer + ({ADDRESS_HOLDS})::integer + ({PHONE_HOLDS})::integer "
    f"+ ({EMAIL_HOLDS})::integer"
)
NEAR = (
    f"({at(ADDRESS, 'equal street and zip', 'equal zip', 'equal county')} "
    f"or {at(PLACE, 'equal zip', 'equal county')} "
    f"or {at(TOWN, 'equal town', 'equal county', 'equal area')})"
)
# Both names and the place tell people apart where one of them alone does not; whoever else has that
# name there competes for the chance, and 3 (a chance of .9 before they do, and of .98 as measured)
# asks for a name that is rare there.
NAMESAKE = (
    f"({at(FIRST_NAME, 'equal', 'equal first word', 'short form')} and {at(LAST_NAME, 'equal')} "
    f"and {NEAR} and match_weight >= 3)"
)
# An initial is a first name when two things of the person's own stand beside it, or a phone or
# email with which surname and place agree.
INITIAL_HOLDS = f"({STRONG} >= 2 or {CONTACT_HOLDS} and match_weight >= 15)"
# A pair at which these hold is not a candidate at all: Jr is not Sr, a twin is not the other.
IMPOSSIBLE = f"""
    {at(SUFFIX, "differs")}
    or {at(FIRST_NAME, "differs")} and not {at(BIRTH, "equal")}
    or {at(FIRST_NAME, "differs")} and {at(GENDER, "differs")}
    or g_first_name = -1
"""
# A pair at which one of these holds may be right, but no weight is trusted to say so.
DOUBTS = (
    ("first names differ", at(FIRST_NAME, "differs")),
    ("only an initial", f"{at(FIRST_NAME, 'initial')} and not {INITIAL_HOLDS}"),
    ("births differ", f"{at(BIRTH, 'differs')} or {at(BIRTH_YEAR, 'differs')}"),
    (
        "surnames differ",
        f"{at(LAST_NAME, 'differs')} and not ({BIRTH_HOLDS} and {STRONG} >= 2)",
    ),
    (
        "surname changed",
        f"{at(LAST_NAME, 'differs, a woman' + chr(39) + 's')} and {STRONG} < 2",
    ),
    (
        "no surname",
        f"g_last_name = -1 and not {at(FIRST_NAME, 'exchanged with surname')} and {STRONG} < 2",
    ),
    ("a name and little else", f"{STRONG} = 0 and not {NAMESAKE}"),
)


def doubt_sql() -> str:
    """SQL: the first doubt that holds for a scored pair, or null."""
    cases = " ".join(f"when {condition} then '{name}'" for name, condition in DOUBTS)
    return f"case {cases} end"


def apply(con: duckdb.DuckDBPyConnection, limits: Thresholds | None = None) -> int:
    """Decide records from ``scored``; the rest stays open, the close ones with ``needs_review``.

    Returns:
        Records linked.
    """
    limits = limits or Thresholds()
    con.execute(f"""
        create or replace temp table candidates as
        with possible as (
            select s.*, {doubt_sql()} as doubt,
                power(2.0, least(match_weight, 60)) as odds
            from scored s
            anti join decided d on s.rid = d.rid
            anti join forbidden f on s.rid = f.rid and s.vid = f.vid
            where not coalesce({IMPOSSIBLE}, false)
        )
        select rid, vid, rule, match_weight, doubt, by_face,
            round(odds / (1 + sum(odds) over (
                partition by rid order by odds desc, vid
                rows between unbounded preceding and unbounded following)), 6) as probability
        from possible;
        create or replace temp table best as
        select *,
            lead(vid) over w as runner_up_vid, lead(probability) over w as runner_up
        from candidates
        window w as (partition by rid order by probability desc, match_weight desc, vid)
        qualify row_number() over w = 1;
        insert into decided
        select b.rid, b.vid, b.probability, b.match_weight, 'splink',
            case when b.by_face then 'model, by what a linked record says' else 'model' end,
            b.runner_up, false
        from best b
        left join contested c on b.rid = c.rid
        where b.probability >= {limits.link} and b.doubt is null
            and (c.rid is null or c.vid = b.vid);
        create or replace temp table unsure as
        select b.rid, b.vid, b.probability, b.runner_up_vid, b.runner_up,
            coalesce(
                c.reason, b.doubt,
                case when b.runner_up >= 0.1 then 'a close second' end, 'not sure enough'
            ) as reason
        from best b
        left join contested c on b.rid = c.rid
        anti join decided d on b.rid = d.rid
        where b.probability >= {limits.review}
        union all
        select c.rid, c.vid, c.probability, c.runner_up_vid, c.runner_up, c.reason
        from contested c
        anti join decided d on c.rid = d.rid
        anti join (select rid from best where probability >= {limits.review}) b using (rid)
    """)
    return rows(con, "select count(*) from decided where method = 'splink'")
