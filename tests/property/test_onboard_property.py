"""Onboarding whatever stands in a header: the order of columns and odd names change nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.contracts.onboard import onboard
from orchestration.contracts.onboard.vocabulary import vocabulary
from orchestration.contracts.onboard.write import comment
from tests.onboard_files import TODAY, Look, proposed, table_text

VOTERS = {
    "VoterID": "state_id", "First Name": "first_name", "Last Name": "last_name",
    "MAILING_CITY": "city", "RES_CITY": "city", "RES_ADDRESS1": "address_line", "Zip": "zip5",
    "MAILING_ZIP": "zip5", "PARTY": "party", "DOB": "birth_date", "REG_DATE": "registration_date",
    "Phone": "phone", "Cell": "phone", "County": "county", "COUNTY_ID": "number",
    "General_2014": "mark", "Primary_2012": "mark", "Status": "voter_status",
}  # fmt: skip
NAMES = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\r\n\0"),
    min_size=1,
    max_size=24,
)
EVIL = st.sampled_from(
    ["'; drop table x; --", '"', "a*", "{}: [", "# review: x", "select 1", "../x", "%Y", "__row"]
)


def mapping(columns: dict[str, str], folder: str) -> dict[str, tuple[str, ...]]:
    file = Path(folder) / "voters.csv"
    file.write_text(table_text(columns, Look(), 25), encoding="utf-8")
    feed = proposed(file)
    return {column.name: tuple(sorted(column.sources)) for column in feed.columns}


@settings(max_examples=8)
@given(st.permutations(list(VOTERS)))
def test_the_order_of_columns_does_not_count(order: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        straight = mapping(VOTERS, folder)
        shuffled = mapping({name: VOTERS[name] for name in order}, folder)
    assert shuffled == straight


@settings(max_examples=8)
@given(st.lists(NAMES | EVIL, min_size=2, max_size=6, unique_by=lambda n: n.strip().lower()))
def test_any_header_gives_a_contract_that_lands(names: list[str]) -> None:
    kinds = ["first_name", "email", "zip5", "record_id", "date", "yes_no"]
    columns = dict(zip(["Email", *(n for n in names if n.strip() not in ("", "__row", "Email"))],
                       kinds * 2, strict=False))  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "odd.csv"
        file.write_text(table_text(columns, Look(), 12), encoding="utf-8")
        proposal = onboard([file], today=TODAY, out=Path(folder) / "out")
    assert proposal.sample_landed > 0


@given(NAMES)
def test_a_name_is_read_whatever_it_is(name: str) -> None:
    reading = vocabulary().read(name)
    assert all(0 < match.score < 1 for match in reading.matches)


@given(st.text())
def test_a_comment_stays_on_its_line(text: str) -> None:
    assert len(comment(text).splitlines()) < 2
