"""Any supplier's table as numbers and levels: opened, sampled and typed, never held whole.

A CSV is taken in as text and typed here from what its cells hold, so that a file of another
year, whose cells a sniffer would read otherwise, is read alike. What a column may be used for
is ``suspects`` and ``features``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from orchestration.contracts.traits import words_of
from orchestration.lake import connect, sql_path
from orchestration.settings import UserError

Kind = Literal["number", "day", "text"]
BATCH = 100_000
EMPTY = ("", "na", "n/a", "nan", "null", "none", ".", "nil")
DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d-%b-%Y", "%Y%m%d")
# A share of the filled cells that must read as a number or a day; the rest count as empty.
MOSTLY = 0.95
# Numbers that name a place or a list and measure nothing.
CODES = frozenset("code cd zip zip5 postal county cnty fips precinct ward district id".split())
DAY_WORDS = frozenset("date day dob birth born birthdate dt registered registration".split())
MOST_CODES = 4_000


@dataclass(frozen=True)
class Column:
    """How one column is read: as a number, as years before the newest day, or as a level."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class PlainTable:
    """A file that DuckDB reads as a view of its own name, row by row in the file's order.

    Attributes:
        types: The columns' types as stored; all are text in a delimited file.
    """

    file: Path
    con: Any
    types: dict[str, str]
    rows: int

    def has(self, name: str) -> bool:
        """Whether there is a column of that name, whatever its case."""
        return name.lower() in {n.lower() for n in self.types}

    def one(self, name: str, role: str) -> str:
        """The column of that name, whatever its case.

        Raises:
            UserError: the file has none.
        """
        found = {n.lower(): n for n in self.types}.get(name.lower())
        if found is None:
            near = ", ".join(list(self.types)[:8])
            raise UserError(
                f"{self.file} has no column {name!r} for {role}; its first columns are {near}"
            )
        return found

    def ask(self, facts: str, where: str = "true") -> tuple[Any, ...]:
        """One row of facts about the rows chosen by ``where``."""
        return tuple(self.con.sql(f"select {facts} from plain where {where}").fetchall()[0])

    def select(self, columns: Collection[str], where: str = "true") -> pa.Table:
        """Some columns as stored, in the file's order."""
        names = ", ".join(quoted(c) for c in columns)
        sql = f"select {names} from plain where {where} order by file_row_number"
        table: pa.Table = self.con.sql(sql).to_arrow_table()
        return table

    def typed(
        self, columns: Collection[Column], rest: Collection[str] = (), where: str = "true"
    ) -> Iterator[pa.Table]:
        """The rows in batches: ``columns`` as they are read, ``rest`` as stored."""
        newest = self._newest([c.name for c in columns if c.kind == "day" and c.name in self.types])
        parts = [
            f"{_expression(c, newest.get(c.name))} as {quoted(c.name)}"
            for c in columns
            if self.has(c.name)
        ]
        parts += [quoted(c) for c in rest]
        found = self.con.sql(
            f"select {', '.join(parts) or '1'} from plain where {where} order by file_row_number"
        )
        for batch in found.to_arrow_reader(BATCH):
            yield pa.Table.from_batches([batch])

    def _newest(self, names: list[str]) -> dict[str, float]:
        """The newest day of each column, in days; a thousandth beyond it are slips of the pen."""
        if not names:
            return {}
        parts = ", ".join(f"quantile_disc({_day(n)}, 0.999)" for n in names)
        return {n: float(v) for n, v in zip(names, self.ask(parts), strict=True) if v is not None}


@contextmanager
def opened(file: Path, scratch: Path) -> Iterator[PlainTable]:
    """Open a CSV, TSV or Parquet file; a delimited one is copied under ``scratch`` once.

    Raises:
        UserError: the file is not there, or is no table.
    """
    if not file.is_file():
        raise UserError(f"{file} does not exist; name a CSV, TSV or Parquet file")
    scratch.mkdir(parents=True, exist_ok=True)
    with connect(scratch) as con:
        stored = file if file.suffix == ".parquet" else _copied(con, file, scratch)
        view = f"read_parquet({sql_path(stored)}, file_row_number = true)"
        _run(con, f"create view plain as select * from {view}", file)
        described = con.sql("describe plain").fetchall()
        types = {str(r[0]): str(r[1]) for r in described if r[0] != "file_row_number"}
        rows = con.sql("select count(*) from plain").fetchall()[0][0]
        yield PlainTable(file, con, types, int(rows))


def _copied(con: Any, file: Path, scratch: Path) -> Path:
    """The file as Parquet, every cell as text; what is odd about a file is tried in turn."""
    target = scratch / f"{file.name}.parquet"
    last: UserError | None = None
    for odd in (
        "encoding = 'utf-8'",
        "encoding = 'latin-1'",
        "encoding = 'latin-1', null_padding = true, parallel = false",
    ):
        read = f"read_csv({sql_path(file)}, header = true, all_varchar = true, {odd}"
        try:
            _run(
                con,
                f"copy (select * from {read}, strict_mode = false)) "
                f"to {sql_path(target)} (format parquet)",
                file,
            )
            return target
        except UserError as mistake:
            last = mistake
    raise last or UserError(f"{file} cannot be read; give a CSV, TSV or Parquet file")


def _run(con: Any, sql: str, file: Path) -> None:
    import duckdb

    try:
        con.execute(sql).fetchall()
    except duckdb.Error as mistake:
        raise UserError(
            f"{file} cannot be read as a table ({mistake.__class__.__name__}); give a CSV with a "
            "header, a TSV or a Parquet file"
        ) from None


def readings(table: PlainTable, where: str, unread: Collection[str]) -> list[Column]:
    """How each column is to be read, from the cells of the rows chosen by ``where``.

    Nested columns and those in ``unread`` are left out.
    """
    plain = [n for n in table.types if n not in unread and _is_plain(table.types[n])]
    texts = [n for n in plain if table.types[n] == "VARCHAR" or "ENUM" in table.types[n]]
    facts = _facts(table, where, texts)
    found = []
    for name in plain:
        kind: Kind = _kind_of_text(name, facts[name]) if name in facts else _kind(table.types[name])
        if kind == "number" and _is_code(name) and _distinct(table, where, name) <= MOST_CODES:
            kind = "text"
        found.append(Column(name, kind))
    return found


@dataclass(frozen=True)
class _Facts:
    filled: int
    numbers: int
    days: int
    padded: int


def _facts(table: PlainTable, where: str, names: list[str]) -> dict[str, _Facts]:
    if not names:
        return {}
    parts = []
    for name in names:
        cell = _cell(name)
        parts += [
            f"count({cell})",
            f"count(try_cast({cell} as double))",
            f"count({_day(name)})",
            f"count(*) filter (where regexp_full_match({cell}, '0[0-9]+'))",
        ]
    row = table.ask(", ".join(parts), where)
    return {n: _Facts(*row[4 * i : 4 * i + 4]) for i, n in enumerate(names)}


def _kind_of_text(name: str, facts: _Facts) -> Kind:
    enough = MOSTLY * max(facts.filled, 1)
    words = set(words_of(name))
    if facts.numbers >= enough:
        is_day = facts.days >= enough and words & DAY_WORDS
        if is_day:
            return "day"
        return "text" if facts.padded else "number"
    return "day" if facts.days >= enough else "text"


def _kind(type_name: str) -> Kind:
    if type_name == "DATE" or type_name.startswith("TIMESTAMP"):
        return "day"
    return "text" if type_name == "VARCHAR" or "ENUM" in type_name else "number"


def _is_plain(type_name: str) -> bool:
    return type_name.split("(")[0] in _PLAIN or type_name.startswith(("TIMESTAMP", "ENUM"))


_PLAIN = frozenset(
    """
    VARCHAR BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT
    FLOAT DOUBLE DECIMAL DATE ENUM
    """.split()
)


def _is_code(name: str) -> bool:
    return bool(CODES.intersection(words_of(name)))


def _distinct(table: PlainTable, where: str, name: str) -> int:
    return int(table.ask(f"count(distinct {quoted(name)})", where)[0])


def _expression(column: Column, newest: float | None) -> str:
    if column.kind == "number":
        return f"try_cast({_cell(column.name)} as double)"
    if column.kind == "day":
        if newest is None:
            return "cast(null as double)"
        return f"({newest} - {_day(column.name)}) / 365.25"
    # A code that passed through a spreadsheet with gaps comes back as 12.0.
    return f"regexp_replace({_cell(column.name)}, '^([0-9]+)[.]0$', '\\1')"


def _cell(name: str) -> str:
    """The cell as text; what stands for nothing is null."""
    text = f"trim(cast({quoted(name)} as varchar))"
    empty = ", ".join(f"'{word}'" for word in EMPTY)
    return f"(case when lower({text}) not in ({empty}) then {text} end)"


def _day(name: str) -> str:
    """The cell as days since 1970, whichever way the day is written."""
    formats = ", ".join(f"'{f}'" for f in DAYS)
    text = _cell(name)
    parsed = f"coalesce(try_strptime({text}, [{formats}]), try_cast({text} as timestamp))"
    return (
        f"(case when year({parsed}) between 1880 and 2100 "
        f"then cast(epoch({parsed}) as double) / 86400 end)"
    )


def quoted(name: str) -> str:
    """A column's name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
