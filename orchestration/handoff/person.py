"""One person of a release in full: values with their sources, links, scores, deeds, ways.

Read for ``views`` only, which has checked by then that whoever looks may see this person.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from orchestration.handoff.people import Person, Score, Value, as_day
from orchestration.handoff.suppression import load_blocks
from orchestration.lake import Lake, sql_path
from orchestration.release.read import Release
from orchestration.settings import Settings, UserError

if TYPE_CHECKING:
    import duckdb

WAYS = ("door", "phone", "text", "mail", "email")
FIELDS = ("name", "birth", "gender", "address", "phone", "email")
MODELS = ("attendance", "support", "lean")
# A release of before one of these was made has nothing to tell there.
_EMPTY = {
    "marts/voters": "person_id varchar, last_name varchar, first_name varchar, phone varchar, "
    "phone_2 varchar, email varchar, house_number varchar, street varchar, zip5 varchar",
    "marts/voter_values": "person_id varchar, field varchar, value varchar, sources varchar[], "
    "newest_at timestamp, is_chosen boolean",
    "marts/engagements": "person_id varchar, occurred_at timestamp, kind varchar, source varchar, "
    "result varchar",
    "marts/canvasses": "person_id varchar, occurred_at timestamp, method varchar, source varchar, "
    "contact_quality varchar, says_will_attend varchar",
    "identity/links": "person_id varchar, record_key varchar, source varchar, method varchar, "
    "rule varchar, probability double, finding varchar",
    "aggregates/deliveries": "source varchar, state varchar, data_time timestamp",
}
_CHOSEN = """
select unnest([
    {'field': 'name',
     'text': nullif(concat_ws(' ', first_name, middle_name, last_name, suffix), ''),
     'source': name_source},
    {'field': 'birth', 'text': coalesce(birth_date::varchar, birth_year::varchar),
     'source': birth_source},
    {'field': 'gender', 'text': gender, 'source': gender_source},
    {'field': 'address',
     'text': nullif(concat_ws(' ', house_number, street, unit, city, state, zip5), ''),
     'source': address_source},
    {'field': 'phone', 'text': phone, 'source': phone_source},
    {'field': 'email', 'text': email, 'source': email_source}
], recursive := true)
from persons
"""
_SAID = """
with deliveries as (
    select source, max(data_time) as newest
    from all_deliveries
    where state = 'landed'
    group by source
),

records as (
    select source, max(data_time) as newest
    from contacts
    group by source
)

select chosen.field, chosen.text, [chosen.source], coalesce(records.newest, deliveries.newest), true
from chosen
left join records using (source)
left join deliveries using (source)
where chosen.text is not null

union all

select field, value, sources, newest_at, false
from voter_values
where not is_chosen
"""
_LINKS = """
select
    record_key, source, method, coalesce(rule, ''),
    -- Cut, not rounded: nothing that a model says is certain.
    coalesce(printf('%.4f', floor(probability * 10000) / 10000), ''), coalesce(finding, '')
from links
order by probability desc nulls last, record_key
"""
_DEEDS = """
select occurred_at, kind, source, coalesce(result, '') from engagements
union all
select
    occurred_at, method, source,
    concat_ws(', ', contact_quality, 'will attend: ' || says_will_attend)
from canvasses
order by occurred_at desc nulls last
"""
_DELETIONS = """
select count(*)
from asked_keys
inner join known_keys using (kind, value)
inner join requests on asked_keys.record_key = requests.record_key
inner join persons on known_keys.person_id = persons.person_id
where
    requests.kind = 'deletion'
    and coalesce(left(requests.first_name, 1) = left(persons.first_name, 1), true)
"""
_BLOCKED = """
select use from blocked_persons
union
select use from blocked_values
inner join persons on blocked_values.value in (persons.phone, persons.email)
"""


def read_person(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    release: Release,
    person_id: str,
    moment: datetime,
) -> Person:
    """Everything that the release tells of a person who is in it.

    Args:
        con: A fresh connection.
        settings: The campaign and its home.
        release: Whose person.
        person_id: The person.
        moment: Now; requests landed until then count.

    Raises:
        UserError: they asked to be deleted since the release was made.
    """
    _load(con, release, person_id)
    _load_requests(con, settings, moment)
    found = con.execute("from persons")
    names = [column[0] for column in found.description or ()]
    row = dict(zip(names, found.fetchone() or (), strict=True))
    return Person(
        person_id=person_id,
        name=" ".join(
            str(row[part])
            for part in ("first_name", "middle_name", "last_name", "suffix")
            if row.get(part)
        )
        or "no name",
        kind=str(row["kind"]),
        is_eligible=bool(row["is_eligible"]),
        party=str(row.get("party") or ""),
        precinct_id=row["precinct_id"] or "",
        values=_values(con),
        links=tuple(tuple(map(str, link)) for link in con.execute(_LINKS).fetchall()),
        scores=_scores(con, release, person_id),
        reasons=_reasons(con, release, person_id),
        engagements=tuple(
            (_day(deed[0]), *map(str, deed[1:])) for deed in con.execute(_DEEDS).fetchall()
        ),
        ways=_ways(con, row.get("channels") or []),
    )


def _load(con: duckdb.DuckDBPyConnection, release: Release, person_id: str) -> None:
    """A small table of this person's rows from each of the release's."""
    names = ["marts/persons", "marts/contacts", *_EMPTY]
    for name in names:
        table = name.rpartition("/")[2]
        try:
            rows = f"from read_parquet({sql_path(release.table(name))})"
        except KeyError:
            con.execute(f"create temp table {_called(table)} ({_EMPTY[name]})")
            continue
        if table == "deliveries":
            con.execute(f"create temp view all_deliveries as {rows}")
            continue
        con.execute(
            f"create temp table {table} as {rows} where person_id = $person", {"person": person_id}
        )
    con.execute(f"create temp view chosen as {_CHOSEN}")


def _called(table: str) -> str:
    return "all_deliveries" if table == "deliveries" else table


def _values(con: duckdb.DuckDBPyConnection) -> tuple[Value, ...]:
    told = [
        Value(field, str(text), tuple(s for s in sources if s), as_day(newest), is_chosen)
        for field, text, sources, newest, is_chosen in con.execute(_SAID).fetchall()
    ]
    last = len(FIELDS)
    place = {field: number for number, field in enumerate(FIELDS)}
    return tuple(
        sorted(told, key=lambda v: (place.get(v.field, last), v.field, not v.is_chosen, v.text))
    )


def _scores(con: duckdb.DuckDBPyConnection, release: Release, person_id: str) -> tuple[Score, ...]:
    found = []
    for model in MODELS:
        row = _one(con, release, f"scores/{model}", person_id, "probability, low, high, group_name")
        if row:
            found.append(Score(model, *row))
    return tuple(found)


def _reasons(
    con: duckdb.DuckDBPyConnection, release: Release, person_id: str
) -> tuple[tuple[str, str], ...]:
    found = []
    for file in sorted(release.manifest["files"]):
        if file.startswith("segments/seg_"):
            name = file.removesuffix(".parquet")
            row = _one(con, release, name, person_id, "*")
            if row is not None:
                columns = [column[0] for column in con.description or ()]
                reason = dict(zip(columns, row, strict=True)).get("reason") or ""
                found.append((name.removeprefix("segments/"), str(reason)))
    return tuple(found)


def _one(
    con: duckdb.DuckDBPyConnection, release: Release, table: str, person_id: str, columns: str
) -> tuple[Any, ...] | None:
    try:
        file = sql_path(release.table(table))
    except KeyError:
        return None
    return con.execute(
        f"select {columns} from read_parquet({file}) where person_id = ?", [person_id]
    ).fetchone()


def _load_requests(con: duckdb.DuckDBPyConnection, settings: Settings, moment: datetime) -> None:
    """What was asked of us until this minute, as far as it is about this person."""
    from orchestration.sources.registry import load_contracts

    contracts = load_contracts(settings.sources)
    today = settings.campaign.contest_plan().local_day(moment)
    load_blocks(con, Lake(settings.home), contracts, today)
    row = con.execute(_DELETIONS).fetchone()
    if row and row[0]:
        raise UserError("this person asked to be deleted, so nothing of them is shown")


def _ways(con: duckdb.DuckDBPyConnection, channels: list[str]) -> dict[str, str]:
    """What each way of contact is open for; a request landed a minute ago closes it."""
    asked = {use for (use,) in con.execute(_BLOCKED).fetchall()}
    return {way: _why_not(way, channels, asked) for way in WAYS}


def _why_not(way: str, channels: list[str], asked: set[str]) -> str:
    if way in asked:
        return "asked not to be contacted so"
    return "" if way in channels else "nothing to reach them by, or its terms or rules forbid it"


def _day(moment: datetime | date | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d}"
