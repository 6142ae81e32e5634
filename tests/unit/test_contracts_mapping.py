"""Mapping: what each key of a contract does to a row."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.contracts import (
    ENTITIES,
    Refusal,
    check_entity,
    empty_sql,
    entity_columns,
    pandera_model,
)
from orchestration.contracts.data_time import date_in_name
from orchestration.contracts.entities import INPUTS
from tests.contract_files import HEAD, RECEIVED, Outcome, contract_of, rows_of, take


def mapped(
    folder: Path,
    content: str,
    columns: str,
    entity: str = "contact",
    more: str = "",
    name: str = "file_20160115.csv",
) -> Outcome:
    body = "".join(f"      {line}\n" for line in columns.strip().splitlines())
    extra = "".join(f"    {line}\n" for line in more.strip().splitlines())
    feed = (
        f'  - name: feed\n    files: "*"\n    format: csv\n    entity: {entity}\n{extra}'
        f"    columns:\n      record_id: {{from: id, required: true, unique: true}}\n{body}"
    )
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return take(contract_of(folder, feed, HEAD), file)


def one(folder: Path, content: str, columns: str, **more: Any) -> dict[str, Any]:
    """The one landed row, without its nulls."""
    outcome = mapped(folder, content, columns, **more)
    assert len(outcome.landed) == 1
    return {key: value for key, value in outcome.landed[0].items() if value is not None}


def test_common_columns(tmp_path: Path) -> None:
    row = one(tmp_path, "id\n7\n", "")
    assert row["record_key"] == "test/feed:7"
    assert (row["record_id"], row["feed"], row["row_number"]) == ("7", "feed", 1)
    assert row["received_date"] == RECEIVED
    assert row["data_time"] == datetime(2016, 1, 20, 6)


def test_the_row_hash_follows_the_values_alone(tmp_path: Path) -> None:
    columns = "first_name: {from: n}"
    first = mapped(tmp_path, "id,n,x\n1,Ann,1\n2,Bob,1\n", columns)
    second = mapped(tmp_path, "id,n,x\n2,BOB,2\n1,Anne,1\n", columns)
    hashes = dict(zip(first.column("record_id"), first.column("row_hash"), strict=True))
    again = dict(zip(second.column("record_id"), second.column("row_hash"), strict=True))
    # the name as it came is one of the values, so its spelling counts
    assert hashes["1"] != again["1"]
    assert len({*hashes.values(), *again.values()}) == 4
    assert mapped(tmp_path, "id,n,x\n1,Ann,9\n", columns).column("row_hash") == [hashes["1"]]


def test_values_default_const_and_lists(tmp_path: Path) -> None:
    outcome = mapped(
        tmp_path,
        "id,opt,a,b\n1,y,,B\n2,N,A,B\n3,?,A,\n4,,,\n",
        'sms_consent: {from: opt, values: {"Y": true, "N": false}}\n'
        'email_consent: {from: opt, values: {"Y": true}, default: false}\n'
        "tags: {const: list}\n"
        "town: {from: [a, b]}",
    )
    assert outcome.column("sms_consent") == [True, False, None, None]
    assert outcome.column("email_consent") == [True, False, False, False]
    assert outcome.column("town") == ["B", "A", "A", None]
    assert outcome.column("tags") == ["list"] * 4
    assert outcome.column("rest") == [None, None, '{"_unreadable":{"sms_consent":"?"}}', None]


def test_unreadable_values_stay_in_rest_and_unknown_days_do_not(tmp_path: Path) -> None:
    outcome = mapped(
        tmp_path,
        "id,born,support,zip\n1,13/45/1970,9,K1A\n2,01/01/1900,3,50309\n3,2030-01-01,,\n",
        "birth_date: {from: born}\nsupport: {from: support}\nzip5: {from: zip}",
    )
    lost = [json.loads(rest)["_unreadable"] if rest else {} for rest in outcome.column("rest")]
    assert lost[0] == {"birth_date": "13/45/1970", "support": "9", "zip5": "K1A"}
    assert lost[1] == {}
    assert lost[2] == {"birth_date": "2030-01-01"}
    assert outcome.column("birth_date") == [None, None, None]


def test_required_and_unique(tmp_path: Path) -> None:
    outcome = mapped(
        tmp_path,
        "id,n\n1,Ann\n2,\n,Cy\n1,Di\n3,Иван\n4,Ed\n1,Flo\n",
        "first_name: {from: n, required: true}",
    )
    assert outcome.column("row_number") == [1, 6]
    told = {row["row_number"]: (row["column_name"], row["reason"]) for row in outcome.quarantined}
    assert told == {
        2: ("n", "first_name is required and empty"),
        3: ("id", "record_id is required and empty"),
        4: ("id", "record_id repeats that of an earlier row"),
        5: ("n", "first_name is required and not readable as a name"),
        7: ("id", "record_id repeats that of an earlier row"),
    }
    assert json.loads(outcome.quarantined[0]["record"]) == {"id": "2", "n": None}
    assert [row["row_number"] for row in outcome.quarantined] == [2, 3, 4, 5, 7]


def test_what_an_entity_requires_is_required_of_every_contract(tmp_path: Path) -> None:
    outcome = mapped(
        tmp_path, "id,k\n1,signup\n2,dance\n", "contact_key: {from: id, of: feed}\nkind: {from: k}",
        entity="engagement",
    )  # fmt: skip
    assert outcome.column("contact_key") == ["test/feed:1"]
    assert outcome.quarantined[0]["column_name"] == "k"


def test_ids_carry_their_authority(tmp_path: Path) -> None:
    row = one(tmp_path, "id,s\n1,0012345\n", "state_id: {from: s, authority: IA}")
    assert row["state_id"] == "IA:0012345"


def test_names_in_parts(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        "id,f,m,l,s\n1,John Q,,O’Neil Jr.,\n",
        "first_name: {from: f}\nmiddle_name: {from: m}\nlast_name: {from: l}\nsuffix: {from: s}",
    )
    assert (row["first_name"], row["middle_name"], row["last_name"], row["suffix"]) == (
        "JOHN", "Q", "ONEIL", "JR",
    )  # fmt: skip
    assert row["full_name"] == "JOHN Q ONEIL JR"
    assert row["name_given"] == "John Q O’Neil Jr."


def test_a_whole_name(tmp_path: Path) -> None:
    row = one(tmp_path, 'id,n\n1,"Olson, Glen A"\n', "full_name: {from: n}")
    assert (row["first_name"], row["middle_name"], row["last_name"]) == ("GLEN", "A", "OLSON")
    assert row["full_name"] == "GLEN A OLSON"


def test_address_lines_and_parts_come_to_the_same(tmp_path: Path) -> None:
    line = one(
        tmp_path,
        'id,a,b,z\n1,"123 North Elm Street",Apt 2B,50309.0\n',
        "address_line: {from: a}\naddress_line_2: {from: b}\nzip5: {from: z}",
        entity="voter",
    )
    parts = one(
        tmp_path,
        "id,h,p,s,t,u,z\n1,0123,N,ELM,ST,#2B,50309-1111\n",
        "house_number: {from: h}\npre_direction: {from: p}\nstreet_name: {from: s}\n"
        "street_type: {from: t}\nunit: {from: u}\nzip5: {from: z}",
        entity="voter",
    )
    for name in ("house_number", "street", "unit", "zip5", "household_key"):
        assert line[name] == parts[name]
    assert line["street"] == "N ELM ST"
    assert line["address_given"] == "123 North Elm Street, Apt 2B"
    assert parts["address_given"] == "0123 N ELM ST #2B"


def test_birth_year_from_date_or_alone(tmp_path: Path) -> None:
    columns = "birth_date: {from: d}\nbirth_year: {from: y}"
    outcome = mapped(tmp_path, "id,d,y\n1,1970-05-06,\n2,,197612\n3,1970-05-06,1980\n", columns)
    assert outcome.column("birth_year") == [1970, 1976, 1970]


def test_vote_history(tmp_path: Path) -> None:
    outcome = mapped(
        tmp_path,
        "id,GEN,GEN.1,C2012,PRIMARY-05/07/2013,GENERAL-11/03/2015\n"
        "1,11/04/2014,11/06/2012,Y,R,X\n2,11/04/2014,bad,N,,\n3,,,,,\n",
        "vote_history:\n"
        "  formats: ['%m/%d/%Y']\n"
        "  votes:\n"
        "    G: {dates: 'GEN*', headers: 'GENERAL-%m/%d/%Y'}\n"
        "    C: {flags: {C2012: 2012}}\n"
        "    P: {headers: 'PRIMARY-%m/%d/%Y'}",
        entity="voter",
    )
    assert outcome.column("vote_history") == [
        ["C2012", "G2012", "G2014", "G2015", "P2013"],
        ["G2014"],
        [],
    ]


def test_data_time_from_a_column_or_the_file_s_name(tmp_path: Path) -> None:
    row = one(tmp_path, "id,t\n1,2016-01-10T08:00:00\n", "", more="data_time: {from: t}")
    assert row["data_time"] == datetime(2016, 1, 10, 14)
    row = one(tmp_path, "id\n1\n", "", more='data_time: {file: "file_%Y%m%d"}')
    assert row["data_time"] == datetime(2016, 1, 15, 6)
    row = one(tmp_path, "id\n1\n", "", more='data_time: {file: "other_%Y%m%d"}')
    assert row["data_time"] == datetime(2016, 1, 20, 6)
    assert date_in_name("x_20161399.csv", "x_%Y%m%d") is None


def test_wide_columns_are_typed_and_landed_rows_only(tmp_path: Path) -> None:
    outcome = mapped(
        tmp_path,
        "id,INC,CARS,PET,KIDS\n1,A,2,D,Y\n,B,1,C,N\n3,C,two,B,?\n",
        "first_name: {const: x}",
        entity="trait",
        more=(
            "wide:\n  income: {from: INC}\n  cars: {from: CARS, type: INTEGER}\n"
            "  pet: {from: PET, values: {D: dog, C: cat}}\n  kids: {from: KIDS, type: BOOLEAN}"
        ),
    )
    assert outcome.wide == [
        {"record_key": "test/feed:1", "income": "A", "cars": 2, "pet": "dog", "kids": True},
        {"record_key": "test/feed:3", "income": "C", "cars": None, "pet": None, "kids": None},
    ]


def test_refused_traits_are_in_nothing(tmp_path: Path) -> None:
    outcome = mapped(
        tmp_path,
        "id,ETHNIC_CD,Religion,QQ,kept\n1,secret-a,secret-b,secret-c,k\n,secret-a,b,c,k\n",
        "",
        more="refuse: {QQ: ethnicity}",
    )
    assert outcome.refused == {"QQ": "ethnicity", "ETHNIC_CD": "ethnicity", "Religion": "religion"}
    assert outcome.column("rest") == ['{"kept":"k"}']
    assert "secret" not in str(outcome.landed) + str(outcome.quarantined)


def test_one_per_keeps_the_last_row_of_a_key(tmp_path: Path) -> None:
    outcome = mapped(
        tmp_path, "id,town\n1,Ames\n2,Boone\n1,Clive\n", "town: {from: town}", more="one_per: id"
    )
    assert outcome.read == 2
    assert outcome.column("town") == ["BOONE", "CLIVE"]
    assert outcome.column("row_number") == [2, 3]


def test_a_file_whose_columns_are_all_empty(tmp_path: Path) -> None:
    """DuckDB folds such columns into constants, which other files do not."""
    names = [name for name in INPUTS["voter"] if name not in {"record_id", "vote_history"}]
    content = f"id,{','.join(names)}\n1{',' * len(names)}\n2{',' * len(names)}\n"
    columns = "\n".join(f"{name}: {{from: {name}}}" for name in names)
    outcome = mapped(tmp_path, content, columns, entity="voter")
    assert outcome.column("record_id") == ["1", "2"]
    assert outcome.column("street") == [None, None]


def test_sql_reads_clean_text(tmp_path: Path) -> None:
    row = one(tmp_path, "id,a,b\n1, x , \n", "tags: {sql: \"concat_ws('+', a, b, 'c')\"}")
    assert row["tags"] == "x+c"


def test_columns_are_found_whatever_their_case(tmp_path: Path) -> None:
    row = one(tmp_path, "ID,FIRST\n1,Ann\n", "first_name: {from: first}")
    assert row["first_name"] == "ANN"


def test_a_wide_column_that_is_missing_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"wide\.cars"):
        mapped(tmp_path, "id\n1\n", "", entity="trait", more="wide: {cars: {from: CARS}}")


@pytest.mark.parametrize("entity", sorted(ENTITIES))
def test_every_entity_s_rules_hold_in_sql_and_pandera(entity: str) -> None:
    con = duckdb.connect(":memory:", config={"threads": 1})
    names = [column.name for column in entity_columns(entity)]
    assert len(set(names)) == len(names)
    con.execute(f"create table rows as {empty_sql(entity)}")
    described = [(row[0], row[1]) for row in con.execute("describe rows").fetchall()]
    assert described == [(c.name, c.type) for c in entity_columns(entity)]
    assert check_entity(con, entity, "rows") == ()
    con.execute("insert into rows (row_number) values (0)")
    broken = {(problem.column, problem.rule) for problem in check_entity(con, entity, "rows")}
    assert ("record_key", "never null") in broken
    assert ("row_number", "at least 1") in broken
    schema = pandera_model(entity)
    assert list(schema.columns) == names
    assert all(c.description for c in schema.columns.values())


def test_a_landed_sample_is_valid_for_pandera(tmp_path: Path) -> None:
    outcome = mapped(tmp_path, "id,p\n1,(515) 555-0142\n", "phone: {from: p}")
    con = duckdb.connect(":memory:")
    con.execute(f"create table rows as {empty_sql('contact')}")
    names = ", ".join(outcome.landed[0])
    marks = ", ".join("?" for _ in outcome.landed[0])
    con.execute(f"insert into rows ({names}) values ({marks})", list(outcome.landed[0].values()))
    frame = con.execute("select * from rows").df()
    assert len(pandera_model("contact").validate(frame, lazy=True)) == 1
    assert rows_of(con, "select phone from rows") == [{"phone": "+15155550142"}]
    assert date(2016, 1, 20) == outcome.landed[0]["received_date"]
