"""The file that landing is measured on: 40 columns of invented voters, and its contract.

What is measured is in ``landing.py``. A little of the file is broken, as it always is: one row in
a thousand lacks its last name, a few repeat a number or have a field too many.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.lake import connect

CONTRACT = """
source: state
title: A state's voter list
owner: data director
licence: public_record
zone: America/Chicago
delivery: {mode: snapshot}
checks: {min_rows: 1000, max_quarantine_pct: 1}
feeds:
  - name: voters
    files: "voters*.csv"
    format: csv
    entity: voter
    columns:
      record_id: {from: VOTER_ID, required: true, unique: true}
      state_id: {from: VOTER_ID, authority: IA}
      first_name: {from: FIRST_NAME}
      middle_name: {from: MIDDLE_NAME}
      last_name: {from: LAST_NAME, required: true}
      suffix: {from: SUFFIX}
      gender: {from: GENDER}
      birth_date: {from: BIRTH_DATE, formats: ["%m/%d/%Y"]}
      phone: {from: CELL}
      phone_2: {from: LANDLINE}
      email: {from: EMAIL}
      house_number: {from: HOUSE_NUM}
      pre_direction: {from: PRE_DIR}
      street_name: {from: STREET}
      street_type: {from: STREET_TYPE}
      unit: {from: UNIT}
      city: {from: CITY}
      state: {from: STATE}
      zip5: {from: ZIP}
      county: {from: COUNTY}
      registration_date: {from: REGISTERED, formats: ["%m/%d/%Y"]}
      last_updated_date: {from: UPDATED, formats: ["%m/%d/%Y"]}
      party: {from: PARTY, values: {R: REP, D: DEM, L: LIB, N: NOP}}
      voter_status: {from: STATUS, values: {A: active, I: inactive}}
      precinct_id: {from: PRECINCT}
      congressional_district: {from: CD}
      state_senate: {from: SD}
      state_house: {from: HD}
      vote_history:
        votes: {G: {dates: "GENERAL_*"}, P: {dates: "PRIMARY_*"}}
        formats: ["%m/%d/%Y"]
      mailing_address: {from: MAIL_LINE}
    rest: keep
"""
_FIRST = "Mary James Linda Robert Ana-Lucía John Patricia O'Shea Karen Bo".split()
_LAST = "Smith Johnson Müller Brown Garcia Miller Davis Lopez Wilson Anderson Van-Buren Lee".split()
_STREETS = "Oak Maple 2nd Washington Elm Park 31st Lincoln Walnut Cedar Prairie River".split()
_TYPES = "St Ave Rd Dr Ln Ct Blvd".split()
_TOWNS = "Des Moines|Ames|Boone|Cedar Rapids|Davenport|Sioux City|Iowa City|Waterloo".split("|")
_COUNTIES = "POLK STORY BOONE LINN SCOTT WOODBURY JOHNSON O'BRIEN".split()


def write_contract(folder: Path) -> None:
    """Write the source's folder below ``folder``."""
    (folder / "state").mkdir(parents=True, exist_ok=True)
    (folder / "state" / "source.yaml").write_text(CONTRACT, encoding="utf-8")


def write_file(home: Path, path: Path, rows: int) -> None:
    """Write the file; the same number of rows gives the same bytes.

    Every row's values are drawn by hashing its number, so no column follows another.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with connect(home, memory_limit="2GB") as con:
        con.execute(
            f"copy ({_query(rows)}) to '{path}' (format csv, header true, delimiter ',')"
        ).fetchall()
    with path.open("ab") as stream:
        for number in range(10):
            stream.write(b"9%08d" % number + b",one field too many" * 40 + b"\n")


def _query(rows: int) -> str:
    draw = ", ".join(f"hash(i, {n}) as h{n}" for n in range(12))
    day = "strftime(date '1920-01-01' + (h{n} % {days})::int, '%m/%d/%Y')"
    voted = "case when h{n} % {of} < 2 then '{day}' end as {name}"
    columns = [
        # a repeated number now and then
        "lpad((100000000 + i - (i % 50000 = 7)::int)::varchar, 9, '0') as VOTER_ID",
        f"{_one_of(_FIRST, 0)} as FIRST_NAME",
        "chr(65 + (h1 % 26)::int) as MIDDLE_NAME",
        f"case when i % 1000 = 3 then null else {_one_of(_LAST, 2)} end as LAST_NAME",
        "case when h1 % 40 = 0 then 'Jr.' end as SUFFIX",
        "case when h3 % 2 = 0 then 'F' else 'M' end as GENDER",
        f"{day.format(n=4, days=28000)} as BIRTH_DATE",
        "case when h5 % 2 = 0 then '(515) 555-' || lpad((h5 % 10000)::varchar, 4, '0') end as CELL",
        "case when h6 % 2 = 0 then '641555' || lpad((h6 % 10000)::varchar, 4, '0') end as LANDLINE",
        "case when h7 % 5 = 0 then 'Voter' || i || '@Example.org' end as EMAIL",
        "(1 + h8 % 9900)::varchar as HOUSE_NUM",
        "case when h8 % 4 = 0 then 'N' when h8 % 4 = 1 then 'SW' end as PRE_DIR",
        f"{_one_of(_STREETS, 9)} as STREET",
        f"{_one_of(_TYPES, 10)} as STREET_TYPE",
        "case when h10 % 6 = 0 then 'Apt ' || h10 % 40 end as UNIT",
        f"{_one_of(_TOWNS, 11)} as CITY",
        "'IA' as STATE",
        "(50001 + h11 % 2700)::varchar || case when h11 % 3 = 0 then '.0' else '' end as ZIP",
        f"{_one_of(_COUNTIES, 11)} as COUNTY",
        f"{day.format(n=0, days=35000)} as REGISTERED",
        f"{day.format(n=1, days=35000)} as UPDATED",
        "['R', 'D', 'N', 'L'][1 + (h2 % 4)::int] as PARTY",
        "case when h3 % 10 = 0 then 'I' else 'A' end as STATUS",
        "'19153-' || lpad((h11 % 177)::varchar, 3, '0') as PRECINCT",
        "(1 + h11 % 4)::varchar as CD",
        "(1 + h11 % 50)::varchar as SD",
        "(1 + h11 % 100)::varchar as HD",
        *(
            voted.format(n=n, of=4, day=f"11/0{n + 2}/{2014 - 2 * n}", name=f"GENERAL_{n + 1}")
            for n in range(5)
        ),
        *(
            voted.format(n=n + 5, of=9, day=f"06/0{n + 3}/{2014 - 2 * n}", name=f"PRIMARY_{n + 1}")
            for n in range(5)
        ),
        "case when h9 % 12 = 0 then 'PO Box ' || h9 % 900 end as MAIL_LINE",
        "'School ' || h10 % 300 as SCHOOL",
        "'T' || h10 % 90 as TOWNSHIP",
    ]
    assert len(columns) == 40, len(columns)
    return f"select {', '.join(columns)} from (select i, {draw} from range({rows - 10}) as t(i))"


def _one_of(values: list[str], draw: int) -> str:
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"[{listed}][1 + (h{draw} % {len(values)})::int]"
