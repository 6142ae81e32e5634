"""The contract model: every mistake is one sentence with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.contracts import load_contract
from orchestration.contracts.expressions import ExpressionError, check_expression
from orchestration.contracts.traits import refused_trait
from orchestration.settings import PROJECT_ROOT, UserError
from tests.contract_files import HEAD, contract_of

FEED = """\
  - name: people
    files: "people_*.csv"
    format: csv
    entity: contact
    columns:
      record_id: {from: id, required: true}
      first_name: {from: First}
"""
SOURCES = sorted((PROJECT_ROOT / "orchestration" / "sources").glob("*/source.yaml"))


def mistake(folder: Path, feed: str = FEED, head: str = HEAD) -> str:
    with pytest.raises(UserError) as caught:
        contract_of(folder, feed, head)
    return str(caught.value)


def test_a_contract_resolves_mode_limits_licence_and_uses(tmp_path: Path) -> None:
    feed = FEED.replace("    entity", "    mode: upsert\n    checks: {min_rows: 5}\n    entity", 1)
    feed = feed.replace("{from: First}", "{from: First, licence: purchased, uses: [analytics]}")
    head = HEAD.replace(
        "feeds:", "terms: {uses: [door]}\nchecks: {min_rows: 1, max_drop_pct: 9}\nfeeds:"
    )
    contract = contract_of(tmp_path, feed, head)
    people = contract.feed("people")
    assert contract.mode_of(people) == "upsert"
    assert contract.limits_of(people).model_dump(exclude_none=True) == {
        "min_rows": 5,
        "max_drop_pct": 9,
    }
    assert contract.licence_of(people) == "first_party"
    assert contract.licence_of(people, "first_name") == "purchased"
    assert contract.uses_of(people, "first_name") == ("analytics",)
    assert contract.uses_of(people) == ("door",)
    assert contract.feeds_for("people_1.csv") == (people,)
    assert contract.feeds_for("other.csv") == ()


def test_the_version_is_the_meaning(tmp_path: Path) -> None:
    one = contract_of(tmp_path, FEED)
    same = contract_of(tmp_path, "  # a comment\n" + FEED)
    other = contract_of(tmp_path, FEED.replace("from: First", "from: Given"))
    assert one.version == same.version != other.version


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("files:", "fles:", 8, "fles"),
        ("format: csv", "format: cvs", 9, "csv"),
        ("entity: contact", "entity: contcat", 10, "contcat"),
        ("first_name:", "frist_name:", 7, "frist_name"),
        ("{from: First}", "{from: First, sql: x}", 13, "exactly one"),
        ("{from: First}", "{from: First, parse: nmae}", 13, "name"),
        ("{from: First}", "{from: First, of: nowhere}", 1, "nowhere"),
        ("{from: First}", "{sql: 'a); drop table x; --'}", 13, "sql"),
        ("{from: First}", "{sql: '(select 1)'}", 13, "subquery"),
        ("{from: First}", "{sql: 'random()::varchar'}", 13, "random"),
        ("{from: First}", "{values: {yes: a}, from: First}", 13, "quotes"),
        ("{from: First}", "{from: RACE}", 7, "race"),
        ("{from: First}", "{sql: 'upper(ETHNIC_CD)'}", 13, "ETHNIC_CD"),
        ("record_id:", "town:", 7, "record_id"),
        ("files:", "header: false\n    files:", 7, "names"),
        ("files:", "encoding: klingon\n    files:", 8, "klingon"),
    ],
)
def test_a_mistake_names_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    told = mistake(tmp_path, FEED.replace(old, new, 1))
    assert f"source.yaml, line {line}:" in told
    assert says in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("zone: America/Chicago", "zone: Mars/Base", "Mars/Base"),
        ("licence: first_party", "licence: stolen", "first_party"),
        ("feeds:", "delivery: {needed_by: tomorrow}\nfeeds:", "T-minus"),
        ("feeds:", "delivery: {cadence: daily}\nfeeds:", "daily"),
        ("feeds:", "delivery: {usual_lateness: {p50: 2d, p90: 1d}}\nfeeds:", "p50"),
        ("feeds:", "checks: {max_drop_pct: 200}\nfeeds:", "100"),
    ],
)
def test_a_mistake_outside_the_feeds(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert says in mistake(tmp_path, head=HEAD.replace(old, new))


def test_two_feeds_need_two_names(tmp_path: Path) -> None:
    assert "name" in mistake(tmp_path, FEED + FEED)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        load_contract(tmp_path / "source.yaml")


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.parent.name)
def test_the_project_s_own_contracts_load(file: Path) -> None:
    assert load_contract(file).source == file.parent.name


@pytest.mark.parametrize(
    ("name", "trait"),
    [
        ("RACE", "race"),
        ("ETHNIC_CD", "ethnicity"),
        ("EthnicGroup", "ethnicity"),
        ("country_of_origin", "ethnicity"),
        ("MAG_FAITH", "religion"),
        ("Medicare_Flag", "health"),
        ("GRACE", None),
        ("COUNTRY_MUSIC", None),
        ("Interest_Politics", None),
        ("PRECINCT", None),
    ],
)
def test_refused_traits_are_known_by_their_words(name: str, trait: str | None) -> None:
    assert refused_trait(name) == trait


def test_an_expression_says_what_it_reads() -> None:
    assert check_expression("concat_ws(' ', addr1, \"First Name\", addr1)") == (
        "addr1",
        "First Name",
    )
    assert check_expression("list_filter([a, b], lambda x: x <> '')") == ("a", "b")


@pytest.mark.parametrize(
    "text",
    [
        "a, b",
        "*",
        "a) from t where (true",
        "a) union select (b",
        "a) order by (b",
        "profile.first_name",
        "sum(a) over ()",
        "a -- b",
        "now()",
        "getenv('HOME')",
        "",
    ],
)
def test_an_expression_is_one_and_pure(text: str) -> None:
    with pytest.raises(ExpressionError):
        check_expression(text)
