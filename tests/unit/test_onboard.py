"""Onboarding a stranger's file: formats, what is written, what is asked, and what is never done."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from orchestration import cli
from orchestration.contracts import load_contract
from orchestration.contracts.onboard import onboard
from orchestration.contracts.onboard.sniff import sniff
from orchestration.contracts.onboard.vocabulary import vocabulary
from orchestration.settings import UserError
from tests.onboard_files import TODAY, Look, cell, proposed, table_text

PEOPLE = {
    "id": "record_id", "First Name": "first_name", "Last Name": "last_name", "Email": "email",
    "Mobile": "phone", "Zip": "zip5", "created_at": "created_at", "opt_in": "yes_no",
}  # fmt: skip


def written(tmp_path: Path, name: str, content: bytes, **more: Any) -> Any:
    """Onboard one file into a folder; gives the proposal."""
    file = tmp_path / name
    file.write_bytes(content)
    return onboard([file], today=TODAY, out=tmp_path / "out", **more)


def people(rows: int = 30, delimiter: str = ",") -> str:
    return table_text(PEOPLE, Look(), rows, delimiter)


def test_the_folder_validates_and_lands_its_own_sample(tmp_path: Path) -> None:
    proposal = written(tmp_path, "signups_20160120.csv", people().encode())
    contract = load_contract(tmp_path / "out" / "signups" / "source.yaml")
    (feed,) = contract.feeds
    assert contract.source == proposal.name == "signups"
    assert feed.files == "signups_*.csv"
    assert feed.data_time is not None
    assert feed.data_time.file == "signups_%Y%m%d"
    assert feed.columns["first_name"].from_ == ("First Name",)
    sample = tmp_path / "out" / "signups" / "sample" / TODAY.isoformat() / "signups_20160120.csv"
    assert proposal.sample_landed == len(sample.read_text().splitlines()) - 1 > 0


def test_what_is_unsure_is_a_comment(tmp_path: Path) -> None:
    written(tmp_path, "signups.csv", people().encode())
    file = tmp_path / "out" / "signups" / "source.yaml"
    # it says neither e-mail nor text
    assert "# review: sms_consent: {from: opt_in}" in file.read_text()
    assert "sms_consent" not in load_contract(file).feeds[0].columns
    file.write_text(file.read_text().replace("# review: sms_consent", "sms_consent"))
    assert "sms_consent" in load_contract(file).feeds[0].columns


def test_the_sample_holds_nobody(tmp_path: Path) -> None:
    text = people(80)
    written(tmp_path, "signups.csv", text.encode())
    (sample,) = (tmp_path / "out" / "signups" / "sample").rglob("*.csv")
    # a date may come out alike, a name or a number may not
    real, invented = (
        {value for line in lines.splitlines()[1:] for value in line.split(",")[:6]}
        for lines in (text, sample.read_text())
    )
    assert not invented & real


def test_json_of_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "signups.csv"
    file.write_text(people())
    arguments = ["tminus", "onboard", str(file), "--json", "--home", str(tmp_path / "home")]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    report = json.loads(capsys.readouterr().out)
    assert not ended.value.code
    assert report["entity"] == "contact"
    assert report["format"] == "csv"
    assert report["columns"]["email"]["from"] == "Email"
    assert set(report["columns"]["email"]) >= {"from", "confidence", "review", "evidence"}
    assert isinstance(report["unmapped"], list)
    assert report["sample_landed"] > 0
    assert Path(report["folder"]).is_dir()


def test_an_edited_contract_is_not_overwritten(tmp_path: Path) -> None:
    written(tmp_path, "signups.csv", people().encode())
    written(tmp_path, "signups.csv", people().encode(), entity="contact")
    file = tmp_path / "out" / "signups" / "source.yaml"
    file.write_text(file.read_text().replace("owner: nobody yet", "owner: data director"))
    with pytest.raises(UserError, match="edited by hand"):
        written(tmp_path, "signups.csv", people().encode())


def test_only_the_unsure_is_asked(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return "y" if "sms_consent" in question else ""

    proposal = written(tmp_path, "signups.csv", people().encode(), ask=ask)
    assert len(asked) == 1
    assert "opt_in" in asked[0]
    column = proposal.feeds[0].column("sms_consent")
    assert column is not None
    assert (column.review, column.confidence) == (False, 1.0)


def test_an_answer_may_name_another_column(tmp_path: Path) -> None:
    answers = iter(["no such column", "Zip"])
    proposal = written(tmp_path, "s.csv", people().encode(), ask=lambda _question: next(answers))
    column = proposal.feeds[0].column("sms_consent")
    assert column is not None
    assert column.sources == ("Zip",)


@pytest.mark.parametrize("packing", ["csv", "zip", "gz", "tsv", "pipe", "semicolon", "cp1252"])
def test_formats_of_text(tmp_path: Path, packing: str) -> None:
    names = {"tsv": "p.tsv", "zip": "p.zip", "gz": "p.csv.gz"}
    delimiters = {"tsv": "\t", "pipe": "|", "semicolon": ";"}
    text = people(delimiter=delimiters.get(packing, ",")).replace("James", "José")
    content = text.encode("cp1252" if packing == "cp1252" else "utf-8")
    if packing == "zip":
        with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
            archive.writestr("people.csv", content)
        content = (tmp_path / "p.zip").read_bytes()
    if packing == "gz":
        content = gzip.compress(content)
    proposal = written(tmp_path, names.get(packing, "p.csv"), content)
    feed = proposal.feeds[0]
    assert {c.name: c.sources for c in feed.sure}["last_name"] == ("Last Name",)
    assert proposal.sample_landed > 0
    assert feed.table.encoding == ("cp1252" if packing == "cp1252" else "utf-8")


def test_lines_of_json(tmp_path: Path) -> None:
    rows = [
        {"id": n, "who": {"first_name": cell("first_name", n, Look()), "email": f"a{n}@x.org"}}
        for n in range(9)
    ]
    content = "\n".join(json.dumps(row) for row in rows).encode()
    proposal = written(tmp_path, "people.ndjson", content)
    feed = proposal.feeds[0]
    assert feed.table.reading.format == "ndjson"
    assert {c.name: c.sources for c in feed.sure}["email"] == ("who.email",)
    assert proposal.sample_landed > 0


def test_a_workbook_with_a_title_above_the_table(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Sign-ups of the week"])
    sheet.append([])
    sheet.append(list(PEOPLE))
    for n in range(20):
        sheet.append([cell(kind, n, Look()) for kind in PEOPLE.values()])
    book.create_sheet("Notes").append(["call the printer"])
    book.save(tmp_path / "week.xlsx")
    proposal = onboard([tmp_path / "week.xlsx"], today=TODAY, out=tmp_path / "out")
    reading = proposal.feeds[0].table.reading
    assert (reading.format, reading.sheet, reading.skip_rows) == ("xlsx", "Sheet", 2)
    assert proposal.sample_landed > 0


def test_parquet(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: [cell(kind, n, Look()) for n in range(20)] for name, kind in PEOPLE.items()}
    pq.write_table(pa.table(columns), tmp_path / "people.parquet")
    proposal = onboard([tmp_path / "people.parquet"], today=TODAY, out=tmp_path / "out")
    assert proposal.feeds[0].table.reading.format == "parquet"
    assert proposal.sample_landed > 0


def test_fixed_width_is_cut_at_blank_columns(tmp_path: Path) -> None:
    widths = {"last_name": 12, "first_name": 10, "state_id": 11, "zip5": 6, "email": 24}
    rows = [
        "".join(cell(kind, n, Look()).ljust(width) for kind, width in widths.items())
        for n in range(40)
    ]
    proposal = written(tmp_path, "list.txt", ("\n".join(rows) + "\n").encode())
    reading = proposal.feeds[0].table.reading
    assert reading.format == "fixed_width"
    assert len(reading.widths) == 5
    # without a header, whose names they are is for a human to say
    assert {c.name for c in proposal.feeds[0].unsure} >= {"first_name", "last_name"}
    assert "email" in {c.name for c in proposal.feeds[0].sure}
    assert proposal.sample_landed > 0


def test_a_list_of_columns_names_the_columns_of_the_file_beside_it(tmp_path: Path) -> None:
    layout = tmp_path / "layout.csv"
    layout.write_text("column,type\n" + "".join(f"{name},text\n" for name in PEOPLE))
    data = tmp_path / "people.csv"
    data.write_text("".join(people().splitlines(keepends=True)[1:]))
    proposal = onboard([layout, data], today=TODAY)
    (feed,) = proposal.feeds
    assert not feed.table.reading.header
    assert feed.table.reading.names == tuple(PEOPLE)
    assert {c.name: c.sources for c in feed.sure}["email"] == ("Email",)


def test_two_layouts_are_two_feeds(tmp_path: Path) -> None:
    (tmp_path / "signups.csv").write_text(people())
    donors = {**PEOPLE, "donated_at": "created_at", "amount": "amount"}
    del donors["created_at"]
    (tmp_path / "donors.csv").write_text(table_text(donors, Look(), 30))
    files = [tmp_path / "signups.csv", tmp_path / "donors.csv"]
    proposal = onboard(files, today=TODAY, name="website", out=tmp_path / "out")
    assert [(f.name, f.entity) for f in proposal.feeds] == [
        ("people", "contact"),
        ("people_2", "contact"),
        ("acts", "engagement"),
    ]
    load_contract(tmp_path / "out" / "website" / "source.yaml")


def test_one_name_twice_in_a_header(tmp_path: Path) -> None:
    text = people().replace("opt_in", "Email", 1)
    proposal = written(tmp_path, "twice.csv", text.encode())
    assert proposal.feeds[0].table.columns[-1] == "Email_2"
    assert proposal.sample_landed > 0


def test_a_file_that_nobody_can_use(tmp_path: Path) -> None:
    for name, content, says in (
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n  \n", "nothing but blanks"),
        ("broken.zip", b"PK\x03\x04broken", "damaged"),
        ("page.json", b'{"a": [{"b": 1}', "no valid JSON"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UserError, match=says):
            onboard([tmp_path / name], today=TODAY)
    with pytest.raises(UserError, match="--entity 'people' is none"):
        onboard([tmp_path / "empty.csv"], today=TODAY, entity="people")


def test_sql_in_names_does_no_harm(tmp_path: Path) -> None:
    names = ['"; drop table people; --', "email' or 1=1", "a/*b*/", "Last\tName", "x\n# y: z"]
    columns = dict(zip(names, ["record_id", "email", "city", "last_name", "zip5"], strict=True))
    proposal = written(tmp_path, "evil.csv", table_text(columns, Look(), 30).encode())
    assert proposal.sample_landed > 0


def test_values_speak_against_a_name(tmp_path: Path) -> None:
    columns = {"id": "record_id", "email": "amount", "zip": "first_name", "Birth Date": "zip5"}
    file = tmp_path / "wrong.csv"
    file.write_text(table_text(columns, Look(), 40))
    assert {c.name for c in proposed(file).sure} == {"record_id"}


def test_values_alone_are_only_ever_a_question(tmp_path: Path) -> None:
    columns = {"f1": "email", "f2": "zip5", "f3": "phone", "f4": "last_name", "f5": "first_name"}
    file = tmp_path / "opaque.csv"
    file.write_text(table_text(columns, Look(), 40))
    feed = proposed(file, entity="contact")
    assert {c.name for c in feed.unsure} >= {"email", "zip5", "phone", "first_name"}
    assert not [c for c in feed.sure if c.name != "record_id"]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("CITY_SCHOOL_DISTRICT", None),
        ("COUNTY_ID", "county_code"),
        ("Emergency_Contact_Phone__c", None),
        ("spouse first name", None),
        ("Buyer Email", None),
        ("MAILING_CITY", None),
        ("birth_state", None),
        ("primary_zip", "zip5"),
        ("profile.addresses.home.city", "city"),
        ("RESIDENTIAL_SECONDARY_ADDR", "address_line_2"),
        ("VOTERSTATUS", "voter_status"),
        ("Adress Line 1", "address_line"),
    ],
)
def test_names_and_their_traps(name: str, field: str | None) -> None:
    matches = vocabulary().read(name).matches
    assert (matches[0].field if matches else None) == field


def test_a_big_file_is_looked_at_in_places(tmp_path: Path) -> None:
    file = tmp_path / "big.csv"
    header, body = people(400).split("\n", 1)
    with file.open("w") as out:
        out.write(header + "\n")
        for _ in range(120):
            out.write(body)
    table = sniff(file)
    assert file.stat().st_size > 3 << 20
    assert 1_000 < table.rows <= 6_000
