"""Vote history: wide columns in any order, marks, repeated groups with the kind beside the date."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from pydantic import ValidationError

from orchestration.contracts.mapping import row_hash
from orchestration.contracts.normalise import versions
from orchestration.contracts.parts import ColumnMapping, VoteGroups
from tests.contract_files import contract_of, take

FEED = """\
  - name: people
    files: "*"
    format: csv
    entity: voter
    columns:
      record_id: {from: id}
      vote_history:
"""


def histories(folder: Path, content: str, votes: str) -> list[list[str]]:
    file = folder / "people.csv"
    file.write_text(content)
    lines = "".join(f"        {line}\n" for line in votes.strip("\n").split("\n"))
    history: list[list[str]] = take(contract_of(folder, FEED + lines), file).column("vote_history")
    return history


ORDERS = {
    "newest first": ("11/04/2014,11/06/2012,,06/03/2014,", ["G2012", "G2014", "P2014"]),
    "oldest first": ("11/06/2012,,11/04/2014,,06/03/2014", ["G2012", "G2014", "P2014"]),
    "no order": ("11/06/2012,11/04/2014,11/02/2010,,", ["G2010", "G2012", "G2014"]),
    "twice the same": ("11/04/2014,11/04/2014,,,", ["G2014"]),
    "one": (",11/06/2012,,,", ["G2012"]),
    "none": (",,,,", []),
    "no dates": ("yes,13/45/2012,,,06/03/2014", ["P2014"]),
}


@pytest.mark.parametrize(("cells", "expected"), ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("flag", ["", "1", "N"])
def test_dates_in_any_order(tmp_path: Path, cells: str, expected: list[str], flag: str) -> None:
    content = f"id,GEN_1,GEN_2,GEN_3,PRI_1,PRI_2,CAUCUS_08\n1,{cells},{flag}\n"
    votes = """
votes: {P: {dates: "PRI_*"}, G: {dates: "GEN_*"}, C: {flags: {CAUCUS_08: 2008}}}
formats: ["%m/%d/%Y"]
"""
    caucus = ["C2008"] if flag == "1" else []
    assert histories(tmp_path, content, votes) == [[*caucus, *expected]]


def test_more_columns_of_a_kind_than_are_looked_at_pair_by_pair(tmp_path: Path) -> None:
    names = ",".join(f"GEN_{n}" for n in range(12))
    days = ",".join(f"11/0{1 + n % 7}/{2014 - 2 * n}" for n in range(12))
    content = f"id,{names}\n1,{days}\n"
    votes = 'votes: {G: {dates: "GEN_*"}}\nformats: ["%m/%d/%Y"]'
    assert histories(tmp_path, content, votes) == [[f"G{1992 + 2 * n}" for n in range(12)]]


def test_marks_alone_are_in_order_already(tmp_path: Path) -> None:
    content = "id,P12,G14,G12,GEN14\n1,x,y,,\n2,,,,A\n3,,x,,A\n4,N,0,false,n\n"
    votes = "votes: {G: {flags: {G14: 2014, G12: 2012, GEN14: 2014}}, P: {flags: {P12: 2012}}}"
    assert histories(tmp_path, content, votes) == [["G2014", "P2012"], ["G2014"], ["G2014"], []]


def test_groups_whose_kind_stands_beside_the_date(tmp_path: Path) -> None:
    content = (
        "id,ELECTION_DATE_1,ELECTION_TYPE_1,ELECTION_DATE_2,ELECTION_TYPE_2,ELECTION_DATE_3\n"
        "1,11/04/2014,gen,06/03/2014,PRI,11/06/2012\n"
        "2,02/01/2012,CAU,02/01/2012,CAU,\n"
        "3,11/04/2014,dog show,,PRI,\n"
    )
    votes = """
groups: {dates: "ELECTION_DATE_*", kinds: "ELECTION_TYPE_*", values: {GEN: G, PRI: P, CAU: C}}
formats: ["%m/%d/%Y"]
"""
    assert histories(tmp_path, content, votes) == [["G2014", "P2014"], ["C2012"], []]


def test_groups_stand_beside_other_columns(tmp_path: Path) -> None:
    content = "id,DATE1,KIND1,GEN\n1,2014-06-03,P,2014-11-04\n"
    votes = """
votes: {G: {dates: GEN}}
groups: {dates: "DATE*", kinds: "KIND*", values: {P: P}}
"""
    assert histories(tmp_path, content, votes) == [["G2014", "P2014"]]


def test_a_group_says_its_star_and_its_letters() -> None:
    with pytest.raises(ValidationError, match="needs one star"):
        VoteGroups(dates="ELECTION_DATE", kinds="KIND*", values={})
    with pytest.raises(ValidationError, match="no kind of election"):
        VoteGroups(dates="ELECTION_DATE*", kinds="KIND*", values={"GEN": "X"})
    with pytest.raises(ValidationError, match="exactly one"):
        ColumnMapping.model_validate(
            {"from": "a", "groups": {"dates": "d*", "kinds": "k*", "values": {}}}
        )


def test_rows_are_named_as_they_were_by_the_duckdb_of_before() -> None:
    """Another value after an upgrade: raise ``row`` in ``normalise.versions``, then mend this."""
    con = duckdb.connect(":memory:")
    sql = row_hash(["'ANN'", "null", "date '1980-01-02'", "['G2014']", "12.50::decimal(12,2)"])
    assert con.execute(f"select {sql}").fetchone() == (404734705944820380,)


def test_only_what_uses_a_kind_lands_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    phones = contract_of(tmp_path, FEED.replace("vote_history:", "phone: {from: tel}"))
    towns = contract_of(tmp_path, FEED.replace("vote_history:", "city: {from: town}"))
    before = [versions.normaliser_version(*c.feeds) for c in (phones, towns)]
    monkeypatch.setitem(versions.VERSIONS, "phone", 9)
    after = [versions.normaliser_version(*c.feeds) for c in (phones, towns)]
    assert before[0] != after[0]
    assert before[1] == after[1]
    monkeypatch.setitem(versions.VERSIONS, versions.ROW, 99)
    assert versions.normaliser_version(*towns.feeds) != after[1]
