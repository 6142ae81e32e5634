"""Requests not to be contacted, as they stand this minute: read as landed, not as released.

Matching prefers recall: somebody who asked and is called all the same is worse than somebody who
did not ask and is not called. A request counts for everybody whom one of its keys finds; the
number or address that it names counts for whoever holds it. The mart ``suppressions`` is the
same told for analysis, where it must not name the wrong person.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from orchestration.handoff.undo import undone_requests
from orchestration.lake import Lake, sql_path
from orchestration.landing.effective import in_force, landed_by
from orchestration.landing.places import landed_path
from orchestration.ledger import deliveries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from orchestration.contracts import Contract

_NO_REQUESTS = """
create or replace temp table requests (
    record_key varchar, kind varchar, channel varchar, occurred_at timestamp, first_name varchar,
    last_name varchar, birth_date date, phone varchar, phone_2 varchar, email varchar,
    house_number varchar, street varchar, zip5 varchar
)
"""

# Who asked in full, or is gone, is reached in no way.
_USES = """
create or replace temp table requested_uses as
select record_key, unnest(
    case
        when kind in ('deletion', 'deceased') or channel = 'all' or channel is null
            then case when kind in ('do_not_call', 'wrong_number') then ['phone', 'text']
                else ['door', 'phone', 'text', 'mail', 'email'] end
        when kind in ('do_not_call', 'wrong_number') or channel = 'phone' then ['phone', 'text']
        else [channel]
    end
) as use
from requests
"""

# Every key a person is known by, from the release: on the roll, as chosen, as a contact said it.
_KNOWN = """
create or replace temp table known_keys as
select person_id, 'phone' as kind, phone as value from persons where phone is not null
union select person_id, 'phone', phone from voters where phone is not null
union select person_id, 'phone', phone_2 from voters where phone_2 is not null
union select person_id, 'phone', phone from contacts where phone is not null
union select person_id, 'phone', phone_2 from contacts where phone_2 is not null
union select person_id, 'email', email from persons where email is not null
union select person_id, 'email', email from voters where email is not null
union select person_id, 'email', email from contacts where email is not null
union select person_id, 'address', concat_ws('|', last_name, house_number, street, zip5)
from persons where last_name is not null and street is not null and zip5 is not null
union select person_id, 'address', concat_ws('|', last_name, house_number, street, zip5)
from voters where last_name is not null and street is not null and zip5 is not null
union select person_id, 'address', concat_ws('|', last_name, house_number, street, zip5)
from contacts where last_name is not null and street is not null and zip5 is not null
union select person_id, 'birth', concat_ws('|', last_name, birth_date)
from persons where last_name is not null and birth_date is not null
union select person_id, 'zip', concat_ws('|', first_name, last_name, zip5)
from persons where first_name is not null and last_name is not null and zip5 is not null
"""

_ASKED = """
create or replace temp table asked_keys as
select record_key, 'phone' as kind, phone as value from requests where phone is not null
union select record_key, 'phone', phone_2 from requests where phone_2 is not null
union select record_key, 'email', email from requests where email is not null
union select record_key, 'address', concat_ws('|', last_name, house_number, street, zip5)
from requests where last_name is not null and street is not null and zip5 is not null
union select record_key, 'birth', concat_ws('|', last_name, birth_date)
from requests where last_name is not null and birth_date is not null
union select record_key, 'zip', concat_ws('|', first_name, last_name, zip5)
from requests where first_name is not null and last_name is not null and zip5 is not null
"""

# A phone is a household's: with another's name on the request the person stays, the number goes.
# An initial is enough to be taken for the person, and so is a request without a name; but nobody
# is dead because the house's number is on a note, and a wrong number says nothing of the right one.
_BLOCKED = """
create or replace temp table blocked_persons as
select distinct found.person_id, requested_uses.use
from (
    select asked_keys.record_key, known_keys.person_id
    from asked_keys
    inner join known_keys using (kind, value)
    group by all
) as found
inner join requests using (record_key)
inner join requested_uses using (record_key)
inner join persons using (person_id)
where
    (
        requests.kind not in ('wrong_number', 'deceased')
        and (requests.first_name is null or persons.first_name is null)
    )
    or (
        requests.kind != 'wrong_number'
        and left(requests.first_name, 1) = left(persons.first_name, 1)
    )
"""

_BLOCKED_VALUES = """
create or replace temp table blocked_values as
select distinct asked_keys.value, requested_uses.use
from asked_keys
inner join requested_uses using (record_key)
inner join requests using (record_key)
where
    -- Who outlives somebody still has the telephone of the house.
    requests.kind != 'deceased'
    and (
    (asked_keys.kind = 'phone' and requested_uses.use in ('phone', 'text'))
    or (asked_keys.kind = 'email' and requested_uses.use = 'email')
    )
"""


def load_blocks(
    con: duckdb.DuckDBPyConnection, lake: Lake, contracts: Mapping[str, Contract], today: date
) -> int:
    """Make ``blocked_persons`` (person_id, use) and ``blocked_values`` (value, use).

    Args:
        con: A connection that has the release's ``persons``, ``voters`` and ``contacts``.
        lake: The home's lake, whose landed requests count.
        contracts: Which feeds there are.
        today: Requests received after it are not known yet.

    Returns:
        How many requests are in force.
    """
    feeds = frozenset((name, f.name) for name, c in contracts.items() for f in c.feeds)
    known = landed_by(deliveries.read(lake), today, feeds)
    files = [
        landed_path(lake, d.source, d.delivery, d.entity, d.feed)
        for d in in_force(known)
        if d.entity == "suppression"
    ]
    con.execute(_NO_REQUESTS)
    if files:
        names = "[" + ", ".join(sql_path(file) for file in files) + "]"
        con.execute(
            f"insert into requests by name select {_columns(con)} "
            f"from read_parquet({names}, union_by_name=true, hive_partitioning=false)"
        )
    undone = undone_requests(lake)
    if undone:
        con.execute("delete from requests where list_contains(?, record_key)", [sorted(undone)])
    return block(con)


def load_requests(con: duckdb.DuckDBPyConnection, requests: Sequence[Mapping[str, object]]) -> None:
    """Make ``requests`` from rows that are at hand; a column that a row lacks is null."""
    con.execute(_NO_REQUESTS)
    names = _columns(con).split(", ")
    if requests:
        con.executemany(
            f"insert into requests values ({', '.join('?' for _ in names)})",
            [[row.get(name) for name in names] for row in requests],
        )


def block(con: duckdb.DuckDBPyConnection) -> int:
    """From ``requests``, whom and which values they block; how many requests there are."""
    for statement in (_USES, _KNOWN, _ASKED, _BLOCKED, _BLOCKED_VALUES):
        con.execute(statement)
    row = con.execute("select count(*) from requests").fetchone()
    return int(row[0]) if row else 0


def _columns(con: duckdb.DuckDBPyConnection) -> str:
    return ", ".join(str(name) for name, *_ in con.execute("describe requests").fetchall())
