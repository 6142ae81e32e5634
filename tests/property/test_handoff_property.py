"""Whatever the terms and the requests: what is not allowed does not leave, and nobody is lost."""

from __future__ import annotations

from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.handoff import choose, rows, suppression
from orchestration.handoff.kinds import KINDS
from orchestration.handoff.law import law_of

SOURCES = ("party", "website", "vendor", "field")
USES = ("door", "phone", "text", "mail", "email")
LICENCES = ("public_record", "first_party", "party_exchange", "purchased")
FIELDS = ("name", "gender", "birth", "phone", "email", "address")
COLUMNS = """
    person_id varchar, kind varchar, first_name varchar, last_name varchar, name_source varchar,
    gender varchar, gender_source varchar, birth_date date, birth_source varchar,
    age_on_contest bigint, is_eligible boolean, phone varchar, phone_source varchar,
    email varchar, email_source varchar, house_number varchar, street varchar, unit varchar,
    city varchar, state varchar, zip5 varchar, address_source varchar, precinct_id varchar,
    household_key varchar, email_consent boolean, sms_consent boolean, phone_consent boolean,
    channels varchar[]
"""


@st.composite
def people(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    """A few people in two houses, who share numbers and names, from any source."""
    found = []
    for number in range(draw(st.integers(1, 8))):
        house = draw(st.sampled_from(("1", "2")))
        found.append(
            (
                f"p{number}", "voter", draw(st.sampled_from(("ANN", "BO", None))),
                draw(st.sampled_from(("ABEL", "BAKER"))), draw(st.sampled_from(SOURCES)),
                "F", draw(st.sampled_from(SOURCES)), None, draw(st.sampled_from(SOURCES)),
                draw(st.sampled_from((17, 40, None))), draw(st.booleans()),
                draw(st.sampled_from(("+15155550001", "+15155550002", None))),
                draw(st.sampled_from(SOURCES)),
                draw(st.sampled_from(("a@example.org", "b@example.org", None))),
                draw(st.sampled_from(SOURCES)), house, "MAIN ST", None, "TOWN", "IA", "50001",
                draw(st.sampled_from(SOURCES)), "19153-001", f"h{house}",
                draw(st.sampled_from((True, False, None))),
                draw(st.sampled_from((True, False, None))),
                draw(st.sampled_from((True, False, None))),
                draw(st.lists(st.sampled_from(USES), unique=True)),
            )
        )  # fmt: skip
    return found


TERMS = st.fixed_dictionaries(
    {
        (source, field): st.tuples(
            st.sampled_from(LICENCES), st.lists(st.sampled_from(USES), unique=True)
        )
        for source in SOURCES
        for field in FIELDS
    }
)
ASKED = st.lists(
    st.tuples(
        st.sampled_from(("opt_out", "do_not_call", "deletion", "wrong_number", "deceased")),
        st.sampled_from(("all", *USES)),
        st.sampled_from(("ANN", "BO", None)),
        st.sampled_from(("ABEL", "BAKER", None)),
        st.sampled_from(("+15155550001", "+15155550002", None)),
        st.sampled_from(("a@example.org", None)),
        st.sampled_from(("1", "2", None)),
    ),
    max_size=4,
)


def insert(con: duckdb.DuckDBPyConnection, table: str, values: list[tuple[Any, ...]]) -> None:
    """All rows in one statement: a statement a row would take most of the test's time."""
    row = "(" + ", ".join("?" for _ in values[0]) + ")"
    con.execute(
        f"insert into {table} values {', '.join(row for _ in values)}",
        [cell for one in values for cell in one],
    )


def drawn(kind: str, who: Any, terms: Any, asked: Any, threshold: float = 0.9) -> Any:
    """The list as rows of names and values, and the judged people behind it."""
    con = duckdb.connect(config={"threads": 1})  # tiny tables: more threads only wait
    con.execute(f"create table persons ({COLUMNS})")
    insert(con, "persons", who)
    con.execute("create table voters as select *, null::varchar as phone_2 from persons limit 0")
    con.execute("create table contacts as from voters")
    con.execute("create table links (person_id varchar, source varchar, probability double)")
    con.execute(
        "create table sites (precinct_id varchar, site_name varchar, address_line varchar, "
        "city varchar, starts_at timestamp, data_time timestamp)"
    )
    con.execute(
        "create table audience as select person_id, null::varchar as best_time_seen, "
        "row_number() over (order by person_id) as place from persons"
    )
    con.execute(
        "create table value_terms (source varchar, field varchar, licence varchar, uses varchar[])"
    )
    insert(con, "value_terms", [(*k, licence, uses) for k, (licence, uses) in terms.items()])
    suppression.load_requests(
        con,
        [
            {
                "record_key": f"r{n}", "kind": what, "channel": channel, "first_name": first,
                "last_name": last, "phone": phone, "email": email, "house_number": house,
                "street": "MAIN ST" if house else None, "zip5": "50001" if house else None,
            }
            for n, (what, channel, first, last, phone, email, house) in enumerate(asked)
        ],
    )  # fmt: skip
    suppression.block(con)
    left_out = choose.judge(
        con, choose.Filter(KINDS[kind], law_of("US-IA"), "", threshold=threshold)
    )
    n_rows, n_people = rows.lay_out(con, KINDS[kind], "list", 1_000, "America/Chicago")
    return con, left_out, n_rows, n_people


@given(kind=st.sampled_from(sorted(KINDS)), who=people(), terms=TERMS, asked=ASKED)
@settings(max_examples=12)
def test_nothing_disallowed_and_nobody_suppressed_leaves(
    kind: str, who: Any, terms: Any, asked: Any
) -> None:
    con, left_out, n_rows, n_people = drawn(kind, who, terms, asked)
    use, field = KINDS[kind].use, KINDS[kind].value
    assert n_people + sum(left_out.values()) == len(who)
    assert n_rows <= n_people
    found = con.execute(
        "select person_id, name_source, shown_last, value_source, phone, email, last_name, "
        "first_name, house_number, is_eligible, age_on_contest, sms_consent from on_list"
    ).fetchall()
    for (
        _, name_source, shown, source, phone, email, last, first, house, eligible, age, consent
    ) in found:  # fmt: skip
        licence, uses = terms[source, field]
        assert use in uses
        assert shown is None or use in terms[name_source, "name"][1]
        assert eligible
        assert not (age == 17 and (licence == "purchased" or use == "text"))
        assert use != "text" or consent
        for what, channel, asked_first, asked_last, asked_phone, asked_email, asked_house in asked:
            in_full = channel == "all" or what in ("deletion", "deceased")
            of_number = what in ("do_not_call", "wrong_number")
            meant = use in ("phone", "text") if of_number else in_full or channel == use
            if meant and what not in ("deceased", "wrong_number"):
                assert not (asked_phone and asked_phone == phone and use in ("phone", "text"))
                assert not (asked_email and asked_email == email and use == "email")
                named = asked_last == last and asked_first == first and asked_first is not None
                assert not (named and asked_house == house)


@given(kind=st.sampled_from(sorted(KINDS)), who=people(), terms=TERMS, asked=ASKED)
@settings(max_examples=6)
def test_a_request_more_never_adds_anybody(kind: str, who: Any, terms: Any, asked: Any) -> None:
    def on_list(requests: Any) -> set[str]:
        con, *_ = drawn(kind, who, terms, requests)
        return {row[0] for row in con.execute("select person_id from on_list").fetchall()}

    assert on_list(asked) <= on_list(asked[:-1])


@given(who=people(), terms=TERMS)
@settings(max_examples=10)
def test_a_shared_number_names_no_one(who: Any, terms: Any) -> None:
    con, *_ = drawn("phone", who, terms, [])
    holders: dict[str, int] = {}
    for row in who:
        holders[row[11]] = holders.get(row[11], 0) + 1
    for phone, first, last in con.execute(
        "select phone, first_name, last_name from rows_of_list"
    ).fetchall():
        assert holders[phone] == 1 or (first is None and last is None)
