"""A small invented home for tests of the warehouse: landed files, context, links and scores.

Written by SQL over the canonical entities' own columns, so a column that an entity gains is
here too. Nothing of it comes from the demo.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from orchestration.contracts.entities import ENTITIES, empty_sql, entity_columns
from orchestration.lake import Lake, sql_path, write_parquet
from orchestration.spending.landed import write_spending

AS_OF = date(2016, 1, 21)
DELIVERY = "0123456789012345"  # digits only: must not be read as a number

PEOPLE = """
select i,
    ['ADA','BERT','CLEO','DEAN','ELLA','FINN','GINA','HUGO'][1 + (i * 7) % 8] as first_name,
    ['ABEL','BAKER','CLARK','DAVIS','EVANS','FLYNN'][1 + (i * 11) % 6] as last_name,
    if(i % 2 = 0, 'F', 'M') as gender,
    date '1930-01-01' + cast((i * 7919) % 25000 as integer) as birth_date,
    ['POLK','STORY','OBRIEN'][1 + i % 3] as county,
    ['19153','19169','19141'][1 + i % 3] as fips,
    '19' || lpad(cast(100 + i % 3 as varchar), 3, '0') as zip3,
    cast(100 + i // 2 as varchar) as house_number,
    hash(i) % 1000 / 1000.0 as u,
    hash(i * 31 + 7) % 1000 / 1000.0 as w
from range({n}) as r(i)
"""

VOTERS = """
select 'party/voterfile:' || i as record_key, i::varchar as record_id, 'voterfile' as feed,
    i + 1 as row_number, timestamp '2016-01-20' as data_time, date '2016-01-20' as received_date,
    (hash(i::varchar) >> 1)::bigint as row_hash, first_name, last_name,
    first_name || ' ' || last_name as full_name, gender, birth_date,
    year(birth_date) as birth_year,
    if(i % 4 = 0, '+1515555' || lpad(i::varchar, 4, '0'), null) as phone, house_number,
    'MAIN ST' as street, 'TOWN' as city, 'IA' as state, '50' || left(zip3, 3) as zip5, county,
    'RNC:R' || i as party_id, 'IA:' || i as state_id,
    date '1995-01-01' + cast((i * 104729) % 7600 as integer) as registration_date,
    ['REP','DEM','NOP'][1 + i % 3] as party, if(i % 12 = 0, 'inactive', 'active') as voter_status,
    fips || '-' || lpad((1 + i % 4)::varchar, 3, '0') as precinct_id,
    list_sort(list_filter([
        if(u > 0.3, 'G2014', null), if(u > 0.2, 'G2012', null), if(u > 0.4, 'G2010', null),
        if(u > 0.3, 'G2008', null), if(w > 0.8, 'P2014', null), if(w > 0.85, 'P2010', null),
        if(w > 0.9 and i % 3 = 0, 'C2012', null), if(w > 0.92 and i % 3 = 0, 'C2008', null)
    ], lambda v: v is not null)) as vote_history,
    i % 500 = 3 as is_withheld,
    md5(house_number || '|MAIN ST||50' || left(zip3, 3)) as household_key,
    date '2009-01-01' as last_updated_date, 'C' as income_band
from people where i < {n} * 0.9
"""

CONTACTS = """
select 'website/signups:S' || i as record_key, 'S' || i as record_id, 'signups' as feed,
    i + 1 as row_number, timestamp '2016-01-10' + to_days((i % 9)::integer) as data_time,
    date '2016-01-20' as received_date, (hash('c' || i) >> 1)::bigint as row_hash,
    first_name, last_name, first_name || ' ' || last_name as full_name,
    if(i % 5 = 0, birth_date, null) as birth_date,
    if(i % 5 = 0, year(birth_date), null) as birth_year,
    '+1641555' || lpad(i::varchar, 4, '0') as phone,
    'someone' || i || '@example.org' as email,
    if(i % 97 = 0, 'NE', if(i % 5 = 0, null, 'IA')) as state, 'POLK' as county,
    '50' || left(zip3, 3) as zip5, i % 3 > 0 as email_consent, i % 4 = 0 as sms_consent,
    timestamp '2016-01-10' as created_at
from people where i % 6 = 0 or i >= {n} * 0.9
"""

TRAITS = """
select 'vendor_b/profiles:K' || i as record_key, 'K' || i as record_id, 'profiles' as feed,
    i + 1 as row_number, timestamp '2015-12-01' as data_time, date '2016-01-06' as received_date,
    (hash('t' || i) >> 1)::bigint as row_hash, first_name, last_name,
    first_name || ' ' || last_name as full_name,
    gender, year(birth_date) as birth_year, '+1712555' || lpad(i::varchar, 4, '0') as phone
from people where i % 5 = 1
"""

CANVASSES = """
select 'field/' || if(i % 2 = 0, 'canvass', 'id_survey') || ':' || i as record_key,
    i::varchar as record_id, if(i % 2 = 0, 'canvass', 'id_survey') as feed, i + 1 as row_number,
    timestamp '2016-01-15' as data_time, date '2016-01-20' as received_date,
    (hash('v' || i) >> 1)::bigint as row_hash, if(i % 2 = 0, first_name, null) as first_name,
    if(i % 2 = 0, last_name, null) as last_name, 'RNC:R' || i as party_id,
    if(i % 2 = 0, 'door', 'survey') as method, timestamp '2016-01-15' as occurred_at,
    1 + (i // 7) % 5 as support, if(i % 14 = 0, 'brief', 'talked') as contact_quality,
    1.0 + (i % 3) / 10.0 as weight
from people where i % 7 = 0 and i < {n} * 0.9
"""

OTHERS = {
    "engagement": """
        select replace(record_key, 'signups', 'signup_acts') as record_key, record_id,
            'signup_acts' as feed, row_number, data_time, received_date, row_hash,
            record_key as contact_key, ['signup', 'donation', 'pledge'][1 + row_number % 3] as kind,
            data_time as occurred_at, if(row_number % 3 = 1, 25.00, null) as amount,
            'pledged' as result
        from contacts""",
    "suppression": """
        select 'suppressions/requests:' || i as record_key, i::varchar as record_id,
            'requests' as feed, i + 1 as row_number, timestamp '2016-01-18' as data_time,
            date '2016-01-20' as received_date, (hash('x' || i) >> 1)::bigint as row_hash,
            ['opt_out', 'deletion', 'do_not_call', 'deceased'][1 + (i // 60) % 4] as kind,
            ['all', 'all', 'phone', 'all'][1 + (i // 60) % 4] as channel, first_name, last_name,
            '+1641555' || lpad(i::varchar, 4, '0') as phone,
            timestamp '2016-01-18' as occurred_at
        from people where i % 60 = 0""",
    "site": """
        select 'field/sites:' || p as record_key, p as record_id, 'sites' as feed,
            row_number() over (order by p) as row_number, timestamp '2016-01-20' as data_time,
            date '2016-01-20' as received_date, (hash(p) >> 1)::bigint as row_hash,
            p as precinct_id, 'POLK' as county, 'Town hall' as site_name, '50100' as zip5,
            timestamp '2016-02-02 01:00:00' as starts_at
        from (
            select distinct fips || '-' || lpad((1 + i % 4)::varchar, 3, '0') as p from people
        )""",
    "event": """
        select 'events/events:1' as record_key, '1' as record_id, 'events' as feed,
            1 as row_number, timestamp '2016-01-10' as data_time,
            date '2016-01-20' as received_date, (hash('e') >> 1)::bigint as row_hash,
            '1' as event_id, 'Rally' as name,
            timestamp '2016-01-12' as starts_at""",
    "disbursement": """
        select 'fec/filings:1' as record_key, '1' as record_id, 'filings' as feed,
            1 as row_number, timestamp '2015-12-31' as data_time,
            date '2016-01-20' as received_date, (hash('d') >> 1)::bigint as row_hash,
            'C00000001' as committee_id, 'F1' as filing_id, 'SB23' as line,
            1234.56 as amount, false as is_memo""",
}

# What the older full file said; who is new since is not on it.
OLD = {
    "voter": """
        select * replace (
            if(party = 'REP', 'NOP', 'REP') as party, date '2016-01-04' as received_date
        ) from voters where cast(record_id as integer) % 40 != 0"""
}

SOURCES = {
    "voter": "party", "contact": "website", "trait": "vendor_b", "canvass": "field",
    "engagement": "website", "suppression": "suppressions", "site": "field", "event": "events",
    "disbursement": "fec",
}  # fmt: skip


def make_home(home: Path, people: int = 1000) -> None:
    """Write everything that the dbt project reads, for so many invented people."""
    lake = Lake(home)
    con = duckdb.connect()
    con.execute(f"create table people as {PEOPLE.format(n=people)}")
    con.execute(f"create table voters as {VOTERS.format(n=people)}")
    con.execute(f"create table contacts as {CONTACTS.format(n=people)}")
    queries = {
        "voter": "select * from voters",
        "contact": "select * from contacts",
        "trait": TRAITS.format(n=people),
        "canvass": CANVASSES.format(n=people),
        **OTHERS,
    }
    _land(con, lake, queries)
    _context(con, lake)
    write_spending(home)
    _identity(con, lake)
    _scores(con, lake)
    con.close()


def land_rows(con: duckdb.DuckDBPyConnection, entity: str, query: str, folder: Path) -> None:
    """Write one landed file: the query's columns in the entity's order, what it lacks null."""
    given = {c[0] for c in con.execute(f"describe {query}").fetchall()}
    columns = ", ".join(
        f"cast({c.name if c.name in given else 'null'} as {c.type}) as {c.name}"
        for c in entity_columns(entity)
    )
    write_parquet(
        con, f"select {columns} from ({query}) order by record_key", folder / "feed.parquet"
    )


def _land(con: duckdb.DuckDBPyConnection, lake: Lake, queries: dict[str, str]) -> None:
    for entity in ENTITIES:
        folder = lake.landing(entity)
        none = folder / "source=_none" / "delivery=_none" / "empty.parquet"
        write_parquet(con, empty_sql(entity), none)
        if entity in queries:
            source = SOURCES[entity]
            target = folder / f"source={source}" / f"delivery={DELIVERY}"
            land_rows(con, entity, queries[entity], target)
            # A delivery that is not in force: nothing of it may be seen.
            old = folder / f"source={source}" / "delivery=aaaaaaaaaaaaaaaa"
            land_rows(con, entity, OLD.get(entity, queries[entity]), old)
    wide = lake.wide("vendor_b") / f"delivery={DELIVERY}" / "profiles.parquet"
    write_parquet(
        con,
        "select 'vendor_b/profiles:K' || i as record_key, 30 as age, 60.0::double as "
        "modeled_turnout, u * 100 as modeled_partisan from people where i % 5 = 1",
        wide,
    )


def _context(con: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    write_parquet(
        con,
        f"select date '{AS_OF}' as as_of, timestamp '2016-01-21 12:00:00' as now, "
        "date '2016-02-01' as contest_date, date '1998-11-08' as eligible_birth_date, "
        "'Invented caucus' as contest_name, 'America/Chicago' as zone",
        lake.context / "context.parquet",
    )
    landed = "union all ".join(
        f"select '{entity}' as entity, '{source}' as source, feed, '{DELIVERY}' as delivery, "
        f"date '2016-01-20' as received_date, timestamp '2016-01-20' as data_time from "
        f"(select distinct feed from read_parquet({sql_path(lake.landing(entity))} || "
        f"'/*/delivery={DELIVERY}/*.parquet', hive_partitioning = false)) "
        for entity, source in SOURCES.items()
    )
    write_parquet(con, landed, lake.context / "in_force.parquet")
    write_parquet(
        con,
        "select 'website' as source, 'signups' as feed, 'website/signups:S6' as record_key, "
        f"'{DELIVERY}' as delivery",
        lake.context / "superseded_keys.parquet",
    )

    _changes(con, lake)
    _effort(con, lake)
    write_parquet(
        con,
        "select source, feed, 'first_party' as licence, true as may_visit, true as may_mail, "
        "true as may_call, true as may_text, true as may_email from (values "
        "('party', 'voterfile'), ('website', 'signups'), ('field', 'canvass'), "
        "('field', 'id_survey'), ('vendor_b', 'profiles')) as f (source, feed)",
        lake.context / "terms.parquet",
    )


def _changes(con: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Two full files known today, and a newer one that is not."""
    pair = "'aaaaaaaaaaaaaaaa' as {old}_delivery, '{new}' as new_delivery"
    for new in (DELIVERY, "ffffffffffffffff"):
        write_parquet(
            con,
            "select record_key, "
            "['new', 'party_switched', 'moved', 'changed'][1 + i // 10 % 4] as change, "
            + pair.format(old="old", new=new)
            + " from (select record_key, cast(record_id as integer) as i from voters)"
            " where i % 10 = 0 order by record_key",
            lake.root / "changes" / "source=party" / "feed=voterfile" / f"{new}.parquet",
        )
    write_parquet(
        con,
        "select 'voter' as entity, 'party' as source, 'voterfile' as feed, "
        + pair.format(old="old", new=DELIVERY)
        + ", date '2016-01-04' as old_date, date '2016-01-20' as new_date",
        lake.context / "full_files.parquet",
    )


def _effort(con: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Hours for a part of the people, and effects that move them a little."""
    write_parquet(
        con,
        "select channel, cast(minutes as decimal(8, 2)) as minutes_per_attempt, rate as "
        "contact_rate, odds as odds_ratio, true as is_assumed, 'invented' as effect_source from "
        "(values ('door', 6, 0.28::double, 1.5::double), ('phone', 2.5, 0.12, 1.3), "
        "('text', 0.5, 1.0, 1.1)) as c (channel, minutes, rate, odds)",
        lake.context / "channels.parquet",
    )
    write_parquet(
        con,
        "select 5.0::double as hours_per_week, 900::bigint as registered, 15.0::double as "
        "drive_mph, '0ccd' as holdout_below, 'REP' as party",
        lake.context / "contact_plan.parquet",
    )


def _identity(con: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Everybody with a number below nine tenths is on the roll, and every record is known."""
    con.execute("""
        create table records as
        select record_key, 'website' as source, 'signups' as feed, 'contact' as entity
        from contacts where record_key != 'website/signups:S6'
        union all
        select 'vendor_b/profiles:K' || i, 'vendor_b', 'profiles', 'trait' from people
        where i % 5 = 1
        union all
        select 'field/' || if(i % 2 = 0, 'canvass', 'id_survey') || ':' || i, 'field',
            if(i % 2 = 0, 'canvass', 'id_survey'), 'canvass' from people
        where i % 7 = 0 and i < (select count(*) from people) * 0.9;
        create table links as
        select r.*, v.record_key as voter_key,
            'p_' || left(md5(coalesce('voter|' || v.record_key, 'record|' || r.record_key)), 16)
                as person_id,
            if(v.record_key is null, null, 0.97) as probability, 1.0 as match_weight,
            if(v.record_key is null, 'none', 'splink') as method, null::varchar as rule,
            0.1 as runner_up, false as needs_review,
            if(v.record_key is null, 'not registered', null) as finding, 'm1' as model_version
        from records r
        left join voters v on 'party/voterfile:' || regexp_extract(r.record_key, '[0-9]+$')
            = v.record_key
    """)
    write_parquet(con, "from links order by record_key", lake.identity / "links.parquet")
    write_parquet(
        con,
        """
        select 'p_' || left(md5('voter|' || v.record_key), 16) as person_id,
            v.record_key as voter_key, null::varchar as founding_record, 'voter' as kind,
            (select count(*) from links l where l.voter_key = v.record_key) as records
        from voters v
        union all
        select person_id, null, min(record_key), 'contact', count(*) from links
        where voter_key is null group by person_id
        order by person_id
        """,
        lake.identity / "persons.parquet",
    )


def _scores(con: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    persons = sql_path(lake.identity / "persons.parquet")
    for number, model in enumerate(("attendance", "support", "conventional")):
        write_parquet(
            con,
            f"select person_id, p as probability, p * 0.8 as low, p * 1.1 as high, "
            "p * 0.8 as probability_low_turnout, p as probability_middle_turnout, "
            f"p * 1.2 as probability_high_turnout, 'generals_only' as group_name, "
            "'v1' as model_version from (select person_id, "
            f"hash(person_id || {number}) % 1000 / 2500.0 as p from read_parquet({persons})) "
            "order by person_id",
            lake.scores(model),
        )
