"""Any list as a table of comparable fields: ``match_left`` and ``match_right``.

Made for lists of any country and century: dates before 1900, codes that are no ZIP codes, days
that are no days. Cleaning of suppliers' deliveries, which knows its country, is ``contracts``';
its rules for names, text and dates are used here too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.contracts import Reading, Refusal, open_raw
from orchestration.contracts.layers import Layers
from orchestration.contracts.normalise import names, places
from orchestration.contracts.normalise.text import clean, identifier, upper_text
from orchestration.contracts.normalise.times import day_text
from orchestration.contracts.parts import Format
from orchestration.settings import UserError

if TYPE_CHECKING:
    import duckdb

    from orchestration.contracts import Raw

FORMATS: dict[str, Format] = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".txt": "tsv", ".psv": "pipe", ".json": "json",
    ".ndjson": "ndjson", ".jsonl": "ndjson", ".xlsx": "xlsx", ".parquet": "parquet",
}  # fmt: skip
DELIMITERS: dict[str, str] = {"csv": ",", "tsv": "\t", "pipe": "|"}
_MONTH_FIRST = ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%Y/%m/%d", "%d-%b-%Y", "%d.%m.%Y")
_DAY_FIRST = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d", "%d-%b-%Y", "%d.%m.%Y")
ORDERS = (
    (*_MONTH_FIRST, "%Y%m%d"), (*_DAY_FIRST, "%Y%m%d"), (*_MONTH_FIRST, "%m%d%Y"),
    (*_DAY_FIRST, "%d%m%Y"),
)  # fmt: skip
EARLIEST, LATEST = 1400, 2100
# Fields of a comparable row, beside the extras ``x0``, ``x1`` ...
FIELDS = (
    "first_name", "middle_name", "last_name", "suffix", "gender", "born", "birth_year", "phone",
    "phone_2", "email", "house_number", "street", "city", "state", "zip", "county", "state_id",
    "party_id", "national_id",
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One list to be matched.

    Attributes:
        raw: The file as text.
        mapping: Its column of each canonical field.
        extras: Further columns of evidence, in the order of the other list's.
        answer: Column of the known answer.
        year: In which the list was made, where it is known; an age alone is counted from it.
    """

    raw: Raw
    mapping: Mapping[str, str]
    extras: Sequence[str] = ()
    answer: str | None = None
    year: int | None = None

    @property
    def counts_from_nowhere(self) -> bool:
        """Whether births are known by ages alone, of a year that nobody told."""
        births = {"birth_date", "birth_year"} & set(self.mapping)
        return "age" in self.mapping and not births and self.year is None


@dataclass(frozen=True)
class Task:
    """Two tables with equal columns; the same table twice when a list is matched within itself.

    Attributes:
        fields: Fields and extras that both sides fill often enough to compare.
        extras: Those of them that no canonical field names.
    """

    left: str
    right: str
    fields: tuple[str, ...]
    extras: tuple[str, ...]

    @property
    def within(self) -> bool:
        """Whether it looks for the duplicates of one list."""
        return self.left == self.right


@contextmanager
def open_list(con: duckdb.DuckDBPyConnection, file: Path, spool: Path) -> Iterator[Raw]:
    """Open a list by its ending; a delimited file's separator is what its first line has most of.

    Raises:
        UserError: there is no such file, or it cannot be read as its ending says.
    """
    if not file.is_file():
        raise UserError(f"there is no file {file}; check the path")
    kind = FORMATS.get(_ending(file))
    if kind is None:
        raise UserError(
            f"{file.name} has an ending that is no list's; use one of {', '.join(FORMATS)}"
        )
    delimiter = DELIMITERS.get(kind)
    if delimiter and file.suffix.lower() not in {".zip", ".gz"}:
        delimiter = _separator(file, delimiter)
    try:
        with open_raw(con, file, Reading(format=kind, delimiter=delimiter), spool) as raw:
            yield raw
    except Refusal as refusal:
        raise UserError(str(refusal)) from None


def _ending(file: Path) -> str:
    endings = [s.lower() for s in file.suffixes]
    while endings and endings[-1] in {".gz", ".zip"}:
        endings.pop()
    return endings[-1] if endings else ""


def _separator(file: Path, usual: str) -> str:
    with file.open("rb") as stream:
        head = stream.readline(1 << 16).decode("utf-8", "replace")
    counts = {mark: head.count(mark) for mark in (usual, ",", "\t", "|", ";")}
    return max(counts, key=lambda mark: counts[mark])


def make_table(con: duckdb.DuckDBPyConnection, source: Source, into: str) -> int:
    """Make ``into``: ``idx`` (row from 1), ``answer``, every field and extra, and ``nicks``.

    Returns:
        Rows.
    """
    layers = Layers()
    layers.add(1, "idx", "__row::integer")
    layers.add(1, "answer", clean(identifier(source.answer)) if source.answer else "null::varchar")
    for field, column in source.mapping.items():
        layers.add(1, f"i_{field}", clean(identifier(column)))
    for number, extra in enumerate(source.extras):
        layers.add(1, f"x{number}", upper_text(clean(identifier(extra))))
    _names(layers)
    _birth(con, source, layers)
    _reach(layers)
    _address(layers)
    for name in ("state_id", "party_id", "national_id"):
        layers.add(2, name, f"upper({_of(layers, name)})")
    extras = [f"x{number}" for number in range(len(source.extras))]
    columns = ", ".join(f"f.{name}" for name in ("idx", "answer", *FIELDS, *extras))
    con.execute(f"""
        create or replace temp table {into} as
        select {columns}, coalesce(k.nicks, []) as nicks
        from ({layers.sql(source.raw.relation)}) f
        left join nicknames k on string_split(f.first_name, ' ')[1] = k.first_token
        order by idx
    """)
    return source.raw.rows


def _of(layers: Layers, field: str) -> str:
    return f"i_{field}" if layers.has(f"i_{field}") else "null::varchar"


def _names(layers: Layers) -> None:
    """First, middle and last name; what a column leaves empty is taken from the whole name."""
    told = layers.add(2, "told_suffix", names.suffix(_of(layers, "suffix")))
    layers.add(2, "n_line", names.name_line(_of(layers, "full_name")))
    layers.add(3, "n_core", names.line_core("n_line"))
    for part in ("first", "middle", "last"):
        layers.add(2, f"g_{part}", names.name(_of(layers, f"{part}_name")))
        layers.add(4, f"n_{part}", names.split_core("n_core", part))
        letters = f"regexp_replace(n_{part}, '[^A-Z ]+', '', 'g')"
        layers.add(5, f"w_{part}", f"nullif(trim({letters}), '')")
    endings = f"{names.suffix_in('g_last')}, {names.line_suffix('n_line')}"
    layers.add(3, "suffix", f"coalesce({told}, {endings})")
    layers.add(6, "last_name", f"coalesce({names.without_suffix('g_last')}, w_last)")
    layers.add(6, "h_first", "coalesce(g_first, w_first)")
    layers.add(6, "h_middle", "coalesce(g_middle, w_middle)")
    # who writes all given names into one field has his middle name there
    several = "h_middle is null and contains(h_first, ' ')"
    rest = "regexp_replace(h_first, '^[A-Z]+ ', '')"
    layers.add(7, "first_name", f"case when {several} then string_split(h_first, ' ')[1] "
                                "else h_first end")  # fmt: skip
    layers.add(7, "middle_name", f"case when {several} then {rest} else h_middle end")


def _birth(con: duckdb.DuckDBPyConnection, source: Source, layers: Layers) -> None:
    """``born`` as eight digits, even when they are no day (a typing error keeps its digits)."""
    year = f"try_cast(regexp_extract({_of(layers, 'birth_year')}, '^[0-9]{{4}}') as integer)"
    layers.add(2, "told_year", year)
    if layers.has("i_birth_date"):
        layers.add(2, "b_text", day_text("i_birth_date"))
        formats = _formats(con, source)
        listed = ", ".join(f"'{fmt}'" for fmt in formats)
        layers.add(3, "b_day", f"strftime(try_strptime(b_text, [{listed}]), '%Y%m%d')")
        layers.add(3, "b_digits", "regexp_replace(b_text, '[^0-9]', '', 'g')")
        layers.add(4, "born", "coalesce(b_day, case when length(b_digits) = 8 then b_digits end)")
        layers.add(4, "b_year", "case when length(b_digits) = 4 then b_digits end")
    elif layers.has("i_birth_month") and layers.has("i_birth_day"):
        month, day = (
            f"lpad(try_cast(i_birth_{part} as integer)::varchar, 2, '0')"
            for part in ("month", "day")
        )
        layers.add(4, "born", f"told_year::varchar || {month} || {day}")
        layers.add(4, "b_year", "null::varchar")
    else:
        layers.add(4, "born", "null::varchar")
        layers.add(4, "b_year", "null::varchar")
    layers.add(5, "birth_year", _year(source, layers))


def _year(source: Source, layers: Layers) -> str:
    """A year as told, of the day, or by the age; an age of an unknown year is counted from 2000."""
    known = "told_year, try_cast(left(born, 4) as integer), try_cast(b_year as integer)"
    made = 2000 if source.counts_from_nowhere else source.year
    if not layers.has("i_age") or made is None:
        return f"coalesce({known})"
    age = "try_cast(try_cast(i_age as double) as integer)"
    return f"coalesce({known}, {made} - case when {age} between 0 and 120 then {age} end)"


def _formats(con: duckdb.DuckDBPyConnection, source: Source) -> tuple[str, ...]:
    """The order of day, month and year that reads most of the list; the usual one on a tie."""
    text = day_text(clean(identifier(source.mapping["birth_date"])))
    parsed = [
        f"year(try_strptime({text}, [{', '.join(repr(f) for f in formats)}]))" for formats in ORDERS
    ]
    read = [f"count(*) filter ({year} between {EARLIEST} and {LATEST})" for year in parsed]
    found = con.execute(f"select {', '.join(read)} from {source.raw.relation}").fetchall()[0]
    return ORDERS[found.index(max(found))]


def _reach(layers: Layers) -> None:
    for field in ("phone", "phone_2"):
        digits = f"right(regexp_replace({_of(layers, field)}, '[^0-9]', '', 'g'), 10)"
        layers.add(2, field, f"case when length({digits}) >= 7 then {digits} end")
    email = f"lower({_of(layers, 'email')})"
    layers.add(2, "email", f"case when contains({email}, '@') then {email} end")
    layers.add(2, "gender", f"left(upper({_of(layers, 'gender')}), 1)")


def _address(layers: Layers) -> None:
    house, street = _of(layers, "house_number"), _of(layers, "street")
    layers.add(2, "a_line", upper_text(_of(layers, "address_line")))
    layers.add(2, "a_house", places.house_number(house))
    layers.add(2, "a_street", upper_text(street))
    layers.add(3, "house_number", f"coalesce(a_house, {places.line_house('a_line')})")
    layers.add(3, "a_name", f"coalesce(a_street, {places.line_street('a_line')})")
    layers.add(4, "street", places.street_end("a_name"))
    for field in ("city", "state", "county"):
        layers.add(2, field, upper_text(_of(layers, field)))
    code = f"regexp_replace(upper({_of(layers, 'zip')}), '[.]0$', '')"
    layers.add(2, "zip", f"nullif(regexp_replace({code}, '[^A-Z0-9]', '', 'g'), '')")
