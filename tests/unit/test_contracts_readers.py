"""Readers: every format and wrapper, and every bad file that the project promises to survive."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.contracts import Contract, Refusal
from tests.contract_files import Outcome, contract_of, take

COLUMNS = """\
    entity: contact
    columns:
      record_id: {from: id, required: true, unique: true}
      first_name: {from: First Name}
      town: {from: town}
"""
TEXT = "id,First Name,town,extra\n1,Ann,Ames,x\n2,Bob,Boone,\n"


def feed(format_: str = "csv", files: str = "*", **options: object) -> str:
    lines = "".join(f"    {key}: {json.dumps(value)}\n" for key, value in options.items())
    return f'  - name: people\n    files: "{files}"\n    format: {format_}\n{lines}{COLUMNS}'


def contract(folder: Path, format_: str = "csv", **options: object) -> Contract:
    return contract_of(folder, feed(format_, **options))


def taken(
    folder: Path, content: str | bytes, name: str = "people.csv", **options: object
) -> Outcome:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return take(contract(folder, **options), file)  # type: ignore[arg-type]


def refusal(folder: Path, content: str | bytes, name: str = "people.csv", **options: object) -> str:
    with pytest.raises(Refusal) as caught:
        taken(folder, content, name, **options)
    assert name in caught.value.reason
    assert "\n" not in caught.value.reason
    return caught.value.reason


def is_ann_and_bob(outcome: Outcome) -> bool:
    return outcome.column("first_name") == ["ANN", "BOB"] and outcome.column("record_id") == [
        "1",
        "2",
    ]


@pytest.mark.parametrize(
    ("format_", "delimiter", "options"),
    [
        ("csv", ",", {}),
        ("tsv", "\t", {}),
        ("pipe", "|", {}),
        ("delimited", ";", {"delimiter": ";"}),
    ],
)
def test_delimiters(
    tmp_path: Path, format_: str, delimiter: str, options: dict[str, object]
) -> None:
    content = TEXT.replace(",", delimiter)
    assert is_ann_and_bob(taken(tmp_path, content, format_=format_, **options))


def test_rest_keeps_what_is_not_mapped(tmp_path: Path) -> None:
    assert taken(tmp_path, TEXT).column("rest") == ['{"extra":"x"}', None]


def test_no_header(tmp_path: Path) -> None:
    content = TEXT.split("\n", 1)[1]
    names = ["id", "First Name", "town", "extra"]
    assert is_ann_and_bob(taken(tmp_path, content, header=False, names=names))


def test_lines_before_the_header(tmp_path: Path) -> None:
    assert is_ann_and_bob(taken(tmp_path, "Report of\n2016\n" + TEXT, skip_rows=2))


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    outcome = taken(tmp_path, TEXT.replace("\n", end).encode())
    assert is_ann_and_bob(outcome)
    assert outcome.column("town") == ["AMES", "BOONE"]


def test_no_line_end_at_the_end(tmp_path: Path) -> None:
    assert is_ann_and_bob(taken(tmp_path, TEXT.rstrip()))


def test_a_delimiter_too_many_on_every_line(tmp_path: Path) -> None:
    content = "id,First Name,town\n1,Ann,Ames,\n2,Bob,Boone,\n"
    assert is_ann_and_bob(taken(tmp_path, content))


def test_embedded_line_breaks_and_quotes(tmp_path: Path) -> None:
    content = 'id,First Name,town,extra\n1,Ann,"Ames\nIowa","say ""hi"""\n2,Bob,Boone,\n'
    outcome = taken(tmp_path, content)
    assert outcome.column("town") == ["AMES IOWA", "BOONE"]
    assert json.loads(outcome.column("rest")[0]) == {"extra": 'say "hi"'}
    assert outcome.column("row_number") == [1, 2]


def test_a_blank_of_another_script_is_no_blank_of_ours(tmp_path: Path) -> None:
    for number, text in enumerate((TEXT, TEXT.replace("Boone", "\tBoone"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        (row, _) = taken(folder, text.replace(",x", ",\u3000x\u2003")).landed
        assert json.loads(row["rest"]) == {"extra": "\u3000x\u2003"}


def test_a_cell_with_one_space_is_empty(tmp_path: Path) -> None:
    outcome = taken(tmp_path, "id,First Name,town,extra\n1, ,\u00a0,\t\n")
    assert (outcome.column("first_name"), outcome.column("town")) == ([None], [None])
    assert outcome.column("rest") == [None]


@pytest.mark.parametrize(
    ("encoding", "stated", "told"),
    [
        ("utf-8", None, "utf-8"),
        ("utf-8-sig", None, "utf-8-sig"),
        ("cp1252", None, "cp1252"),
        ("cp1252", "cp1252", "cp1252"),
        ("utf-16", None, "utf-16"),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, stated: str | None, told: str) -> None:
    content = "id,First Name,town,extra\n1,José,Nuñez Ville,Muñoz\n2,Bob,Boone,\n" * 1
    options = {"encoding": stated} if stated else {}
    outcome = taken(tmp_path, content.encode(encoding), **options)
    assert outcome.column("first_name") == ["JOSE", "BOB"]
    assert outcome.column("rest")[0] == '{"extra":"Muñoz"}'
    assert outcome.encoding == told


def test_a_file_that_lies_about_its_encoding(tmp_path: Path) -> None:
    whole = "id,First Name,town,extra\n1,José,Ames,é\n2,Zoë,Ames,ü\n".encode()
    outcome = taken(tmp_path, whole + "3,Renée,Ames,\n".encode("cp1252"), encoding="utf-8")
    assert outcome.column("first_name") == ["JOSE", "ZOE", "RENEE"]
    assert outcome.encoding == "utf-8 with cp1252 bytes"


def test_ragged_rows_go_to_quarantine_with_their_numbers(tmp_path: Path) -> None:
    outcome = taken(tmp_path, TEXT + "3,Cy\n4,Di,Ames,x,y,z\n5,Ed,Ames,\n")
    assert outcome.column("row_number") == [1, 2, 5]
    assert [row["row_number"] for row in outcome.quarantined] == [3, 4]
    assert "fewer fields" in outcome.quarantined[0]["reason"]
    assert "more fields" in outcome.quarantined[1]["reason"]
    assert outcome.quarantined[0]["record"] == "3,Cy"
    assert all(row["fix"] for row in outcome.quarantined)


def test_many_ragged_rows_keep_the_numbers_right(tmp_path: Path) -> None:
    lines = [f"{n},Ann,Ames,\n" if n % 3 else f"{n},short\n" for n in range(1, 301)]
    outcome = taken(tmp_path, "id,First Name,town,extra\n" + "".join(lines))
    assert outcome.read == 300
    assert outcome.column("row_number") == [int(i) for i in outcome.column("record_id")]
    assert [row["row_number"] for row in outcome.quarantined] == list(range(3, 301, 3))


def test_nul_bytes_are_dropped(tmp_path: Path) -> None:
    assert is_ann_and_bob(taken(tmp_path, TEXT.replace("Ann", "A\0nn")))


def test_sql_in_names_and_values_does_nothing(tmp_path: Path) -> None:
    evil = "x\"); drop table t; --'"
    content = (
        f'id,First Name,town,"{evil.replace(chr(34), chr(34) * 2)}"\n1,Ann,\'; select 1,{{}}\n'
    )
    outcome = taken(tmp_path, content)
    assert json.loads(outcome.column("rest")[0]) == {evil: "{}"}
    assert outcome.column("town") == ["SELECT 1"]


def test_formulas_stay_text(tmp_path: Path) -> None:
    outcome = taken(tmp_path, 'id,First Name,town,extra\n1,Ann,Ames,"=HYPERLINK(""x"")"\n')
    assert json.loads(outcome.column("rest")[0]) == {"extra": '=HYPERLINK("x")'}


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    more = '3,"Cy,Ames,\n4,Di,Ames,"two\nlines"\n5,"Ed,Ames,\n6,"Flo","Ames",\n7,G"us,Ames,\n'
    outcome = taken(tmp_path, TEXT + more)
    assert outcome.column("row_number") == [1, 2, 4, 6, 7]
    assert [row["row_number"] for row in outcome.quarantined] == [3, 5]
    assert [row["record"] for row in outcome.quarantined] == ["3,Cy,Ames,", "5,Ed,Ames,"]
    assert all("quotation mark" in row["reason"] for row in outcome.quarantined)


@pytest.mark.parametrize("content", ["", "\n", "id,First Name,town\n", b"\xef\xbb\xbf"])
def test_empty_and_header_only_are_refused(tmp_path: Path, content: str | bytes) -> None:
    assert "ask for it again" in refusal(tmp_path, content)


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    told = refusal(tmp_path, TEXT.replace("First Name", "FirstName"))
    assert "'First Name'" in told
    assert "'FirstName'" in told


def test_duplicated_columns_are_refused(tmp_path: Path) -> None:
    assert "'ID'" in refusal(tmp_path, TEXT.replace("extra", "ID"))


def test_five_thousand_columns_are_refused(tmp_path: Path) -> None:
    many = ",".join(f"c{n}" for n in range(5000))
    assert "5,00" in refusal(tmp_path, TEXT.replace("extra", many))


def test_a_thousand_columns_are_read(tmp_path: Path) -> None:
    many = [f"c{n}" for n in range(300)]
    content = f"id,First Name,town,{','.join(many)}\n1,Ann,Ames,{','.join(many)}\n"
    assert json.loads(taken(tmp_path, content).column("rest")[0]) == dict(
        zip(many, many, strict=True)
    )


def test_gz(tmp_path: Path) -> None:
    assert is_ann_and_bob(taken(tmp_path, gzip.compress(TEXT.encode()), "people.csv.gz"))


def test_zst(tmp_path: Path) -> None:
    packed = pa.compress(TEXT.encode(), codec="zstd", asbytes=True)
    assert is_ann_and_bob(taken(tmp_path, packed, "people.csv.zst"))


@pytest.mark.parametrize("name", ["people.csv.gz", "people.csv.zst", "people.zip"])
def test_a_truncated_archive_is_refused(tmp_path: Path, name: str) -> None:
    text = (TEXT * 2000).encode()
    packed = {
        ".gz": gzip.compress(text),
        ".zst": pa.compress(text, codec="zstd", asbytes=True),
        ".zip": zipped(tmp_path, {"people.csv": text}),
    }[Path(name).suffix]
    assert "damaged" in refusal(tmp_path, packed[: len(packed) // 2], name)


def zipped(folder: Path, members: dict[str, bytes]) -> bytes:
    file = folder / "made.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.read_bytes()


def test_zip_members_are_one_delivery(tmp_path: Path) -> None:
    more = TEXT.replace("\n1,", "\n3,").replace("\n2,", "\n4,")
    packed = zipped(tmp_path, {"b.csv": more.encode(), "a.csv": TEXT.encode(), "note.txt": b"hi"})
    outcome = taken(tmp_path, packed, "people.zip", member="*.csv")
    assert outcome.column("record_id") == ["1", "2", "3", "4"]
    assert outcome.column("row_number") == [1, 2, 3, 4]


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "a/../../evil.csv", "C:\\x.csv"])
def test_names_that_leave_their_folder_are_refused(tmp_path: Path, name: str) -> None:
    assert "leaves its folder" in refusal(
        tmp_path, zipped(tmp_path, {name: TEXT.encode()}), "people.zip"
    )
    assert not list(tmp_path.parent.glob("evil*"))


def test_a_zip_bomb_is_refused_by_what_it_claims(tmp_path: Path) -> None:
    packed = zipped(tmp_path, {"people.csv": b"0" * (60 << 20)})
    assert "no honest file" in refusal(tmp_path, packed, "people.zip")


def test_a_gz_bomb_is_refused_while_it_unpacks(tmp_path: Path) -> None:
    packed = gzip.compress(b"0" * (60 << 20), compresslevel=9)
    assert "honest" in refusal(tmp_path, packed, "people.csv.gz")


def test_zip_members_of_different_columns_are_refused(tmp_path: Path) -> None:
    packed = zipped(tmp_path, {"a.csv": TEXT.encode(), "b.csv": b"id,other\n1,2\n"})
    assert "different columns" in refusal(tmp_path, packed, "people.zip")


def test_fixed_width(tmp_path: Path) -> None:
    content = "0001Ann  Ames \n0002Bob  Boone\n0003\n"
    names, widths = ["id", "First Name", "town"], [4, 5, 5]
    outcome = taken(
        tmp_path, content, format_="fixed_width", header=False, names=names, widths=widths
    )
    assert outcome.column("first_name") == ["ANN", "BOB"]
    assert outcome.column("town") == ["AMES", "BOONE"]
    assert outcome.quarantined[0]["row_number"] == 3
    assert outcome.quarantined[0]["line"] == 3


def test_json_pages(tmp_path: Path) -> None:
    page = {"pages": 1, "data": {"list": [
        {"id": 1, "First Name": "Ann", "town": None, "tags": ["a", "b"], "deep": {"er": True}},
        {"id": 2, "First Name": "Bob", "town": "Boone", "deep": None},
    ]}}  # fmt: skip
    outcome = taken(tmp_path, json.dumps(page), "p.json", format_="json", records="data.list")
    assert is_ann_and_bob(outcome)
    rest = json.loads(outcome.column("rest")[0])
    assert json.loads(rest["tags"]) == ["a", "b"]
    assert rest["deep.er"] == "true"


@pytest.mark.parametrize("content", ['{"data": {}}', '{"data": [1]}', "{", "[[]]"])
def test_json_of_another_shape_is_refused(tmp_path: Path, content: str) -> None:
    refusal(tmp_path, content, "p.json", format_="json", records="data.list")


def test_a_field_that_no_json_record_has_is_empty(tmp_path: Path) -> None:
    outcome = taken(tmp_path, '[{"id": 1, "town": "Ames"}]', "p.json", format_="json")
    assert (outcome.column("first_name"), outcome.column("town")) == ([None], ["AMES"])
    assert "'id'" in refusal(tmp_path, '[{"town": "Ames"}]', "p.json", format_="json")


def test_ndjson(tmp_path: Path) -> None:
    lines = [
        '{"id":1,"First Name":"Ann","town":"Ames"}',
        "not json",
        "",
        '{"id":2,"First Name":"Bob","town":"Boone","more":{"x/y":"~"}}',
        "[1]",
    ]
    outcome = taken(tmp_path, "\n".join(lines), "p.ndjson", format_="ndjson")
    assert is_ann_and_bob(outcome)
    assert outcome.column("row_number") == [1, 3]
    assert [row["row_number"] for row in outcome.quarantined] == [2, 4]
    assert [row["line"] for row in outcome.quarantined] == [2, 5]
    assert json.loads(outcome.column("rest")[1]) == {"more.x/y": "~"}


def test_xlsx(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Title"])
    sheet = book.create_sheet("People")
    sheet.append(["id", "First Name", "town", "born", None])
    sheet.append([1, "Ann", " ", datetime(1970, 2, 3)])
    sheet.append([None, None, " "])
    sheet.append([2.0, "Bob", "Boone", "=1+1", "stray"])
    sheet.append([3, "Cy", True, 4.5])
    file = tmp_path / "people.xlsx"
    book.save(file)
    outcome = take(contract(tmp_path, "xlsx", sheet="People"), file)
    assert outcome.column("record_id") == ["1", "3"]
    assert outcome.column("rest") == ['{"born":"1970-02-03"}', '{"born":"4.5"}']
    assert outcome.quarantined[0]["row_number"] == 2
    assert outcome.quarantined[0]["line"] == 4
    with pytest.raises(Refusal, match="no sheet 'Cards'"):
        take(contract(tmp_path, "xlsx", sheet="Cards"), file)


def test_parquet(tmp_path: Path) -> None:
    file = tmp_path / "people.parquet"
    table = {"id": [1, 2], "First Name": ["Ann", "Bob"], "town": [None, "x"], "l": [[1], [2, 3]]}
    pq.write_table(pa.table(table), file)
    outcome = take(contract(tmp_path, "parquet"), file)
    assert is_ann_and_bob(outcome)
    assert outcome.column("rest") == ['{"l":"[1]"}', '{"l":"[2,3]"}']


@pytest.mark.parametrize("format_", ["xlsx", "parquet", "fec", "json"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, format_: str) -> None:
    refusal(tmp_path, TEXT, "people.bin", format_=format_)
