"""Electronic filings (``.fec``): the cover and summary page, and the lines of the schedules.

``fecfile`` knows which field of which version is which; it reads amounts as floats, so its
field names are used and its typed values are not. The one place that opens a filing: landing
reads through ``fec``, the command line through ``spending``. What the texts mean is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Literal

from orchestration.contracts.readers.summary_page import SUMMARY_LINES
from orchestration.contracts.refusal import Refusal

# An amount that ends a line may have lost digits: only a field behind it says it is whole.
_MUST_BE_WHOLE = {
    "SA": ("contribution_amount", "contribution_date"),
    "SB": ("expenditure_amount", "expenditure_date"),
    "SD": ("balance_at_close_this_period",),
}
_FORM = re.compile(r"^(F3P|F3X|F3)([NAT]?)$")
_LONGEST_HEADER = 100
_SEPARATOR = "\x1c"

Row = tuple[str, ...]
Numbered = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class Cover:
    """What a filing says of itself.

    Attributes:
        filing_id: The FEC's number of it, which stands in the file's name alone.
        form: ``F3P``, ``F3`` or ``F3X``.
        form_type: The same with its ending, as ``F3PN``.
        is_amendment: Whether it replaces an earlier filing.
        is_termination: Whether it is the committee's last one.
        amends: Number of the filing that was amended first, or empty.
        sequence: Which amendment of that filing it is; 0 for a filing that is none.
        stated: Amounts of the summary page as written, by schedule and line.
    """

    filing_id: str
    committee_id: str
    committee_name: str
    form: str
    form_type: str
    is_amendment: bool
    is_termination: bool
    amends: str
    sequence: int
    coverage_from: str
    coverage_through: str
    date_signed: str
    stated: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Filing:
    """An open filing: its cover is read, its lines are read while they are asked for."""

    cover: Cover
    version: str
    _name: str
    _lines: Numbered

    def layout(self, schedule: str) -> tuple[str, ...]:
        """The names of all fields of a schedule's lines in this filing's version."""
        return tuple(_layout(self._name, f"{schedule}1", self.version))

    def rows(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Row]]:
        """The lines of the wanted schedules, in the order of the file, read only once.

        Args:
            wanted: The fields of each schedule (``SA``, ``SB``, ``SD``); one that this version
                has not is empty in every row.

        Yields:
            The schedule and a row: the number of its line in the file, then the fields.

        Raises:
            Refusal: a line is cut short, or of a layout that fecfile does not know.
        """
        from fecfile.fecparser import comma_versions, fields_from_line

        separated = self.version[0] not in comma_versions
        known: dict[str, _Places] = {}
        kinds: dict[str, str] = {}  # a million lines begin in a few ways
        for number, line in self._lines:
            start = line[:3]
            kind = kinds.get(start) or kinds.setdefault(start, start.lstrip('"')[:2].upper())
            if kind not in wanted:
                continue
            fields = line.split(_SEPARATOR) if separated else fields_from_line(line)
            places = known.get(fields[0])
            if places is None:
                places = known.setdefault(fields[0], self._places(fields[0], kind, wanted[kind]))
            if len(fields) < places.whole:
                raise Refusal(
                    f"{self._name}, line {number}: it is cut short; download the filing again"
                )
            if len(fields) != places.fields:
                del fields[places.fields :]
                fields += [""] * (places.fields - len(fields))
            fields.append("")  # what a field that this version has not is read from
            yield kind, (str(number), *places.pick(fields))

    def _places(self, form: str, kind: str, wanted: Sequence[str]) -> _Places:
        names = _layout(self._name, form.strip().strip('"'), self.version)
        blank = len(names)
        at = [names.index(its) if its in names else blank for its in wanted]
        last = [names.index(its) for its in _MUST_BE_WHOLE.get(kind, ()) if its in names]
        whole = min(max(last, default=-1) + 2, blank)
        return _Places(fields=blank, whole=whole, pick=_picker(at))


@dataclass(frozen=True)
class _Places:
    """Where the fields of one kind of line stand: how many there are, and how ours are picked."""

    fields: int
    whole: int
    pick: Callable[[list[str]], Row]


def open_filing(path: Path, encoding: str, name: str | None = None) -> Filing:
    """Read the header and the summary page of a filing, and stand before its first line.

    Args:
        path: The filing, not packed.
        encoding: As ``encoding_of`` tells it.
        name: What messages call the file, when that is not its path.

    Raises:
        Refusal: the file is no filing, its version is unknown, or its form itemises no money.
    """
    said = name or str(path)
    lines = _numbered(path, encoding)
    header, version = _header(said, lines)
    page = _summary(said, lines, version)
    form_type = page["form_type"].strip().upper()
    found = _FORM.match(form_type)
    if not found:
        raise Refusal(
            f"{said}: form {form_type!r} itemises no spending on Schedule B; "
            "give filings of form F3, F3P or F3X"
        )
    form = found[1]
    stem = Path(said).name.split(".")[0]
    report_number = header.get("report_number", "").strip()
    cover = Cover(
        filing_id=_number(stem) or stem,
        committee_id=page["filer_committee_id_number"].strip(),
        committee_name=page["committee_name"].strip(),
        form=form,
        form_type=form_type,
        is_amendment=found[2] == "A",
        is_termination=found[2] == "T",
        amends=_number(header.get("report_id", "")),
        sequence=int(report_number) if report_number.isdecimal() else 0,
        coverage_from=page["coverage_from_date"].strip(),
        coverage_through=page["coverage_through_date"].strip(),
        date_signed=page.get("date_signed", "").strip(),
        stated={
            (schedule, line): page[f"col_a_{name}"].strip()
            for schedule, forms in SUMMARY_LINES.items()
            for line, name in forms[form].items()
            if f"col_a_{name}" in page
        },
    )
    return Filing(cover, version, said, lines)


def encoding_of(path: Path) -> Literal["utf-8", "latin-1"]:
    """UTF-8, or Latin-1 where the file is no UTF-8; the FEC's own files are of both kinds."""
    try:
        with path.open(encoding="utf-8") as stream:
            while stream.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def batches(rows: Iterable[tuple[str, Row]], size: int = 50_000) -> Iterator[dict[str, list[Row]]]:
    """The rows by schedule, so many at a time."""
    held = iter(rows)
    while batch := list(islice(held, size)):
        sorted_out: dict[str, list[Row]] = {}
        for schedule, row in batch:
            sorted_out.setdefault(schedule, []).append(row)
        yield sorted_out


def newest_layout(schedule: str) -> tuple[str, ...]:
    """The names of a schedule's fields in the newest version that fecfile knows."""
    return tuple(_layout("fecfile", f"{schedule}1", "8.5"))


def _picker(at: Sequence[int]) -> Callable[[list[str]], Row]:
    if len(at) == 1:
        only = at[0]
        return lambda fields: (fields[only],)
    return itemgetter(*at)


def _numbered(path: Path, encoding: str) -> Numbered:
    with path.open(encoding=encoding, newline="\n") as stream:
        for number, line in enumerate(stream, start=1):
            yield number, line.rstrip("\r\n")


def _header(name: str, lines: Numbered) -> tuple[dict[str, str], str]:
    from fecfile import fecparser

    held: list[str] = []
    for _, line in lines:
        held.append(line)
        try:
            header, version, _ = fecparser.parse_header(held)
        except _unknown() as mistake:
            raise _unknown_version(name, str(mistake)) from None
        except (IndexError, KeyError, ValueError):
            break
        if version:
            return header, version
        if version is not None or len(held) > _LONGEST_HEADER:
            break
    raise Refusal(f"{name}, line 1: no header of an electronic filing; download it again")


def _summary(name: str, lines: Numbered, version: str) -> dict[str, str]:
    from fecfile import fecparser

    for _, line in lines:
        if line.strip():
            try:
                page = fecparser.parse_line(line, version, as_strings=True)
            except _unknown() as mistake:
                raise _unknown_version(name, str(mistake)) from None
            if page and "filer_committee_id_number" in page:
                return {key: str(value) for key, value in page.items()}
            break
    raise Refusal(f"{name}: it has no summary page behind its header; download it again")


def _layout(name: str, form: str, version: str) -> list[str]:
    from fecfile.cache import getMapping
    from fecfile.fecparser import mappings

    try:
        names: list[str] = getMapping(mappings, form, version)
    except _unknown() as mistake:
        raise _unknown_version(name, str(mistake)) from None
    return names


def _number(text: str) -> str:
    # A name may hold a committee's id (C00580100) and a copy's count ("(1)") too.
    found = re.findall(r"(?<![C\d])\d{4,}", text)
    return found[-1] if found else ""


def _unknown() -> type[Exception]:
    import fecfile

    error: type[Exception] = fecfile.FecParserMissingMappingError
    return error


def _unknown_version(name: str, reason: str) -> Refusal:
    return Refusal(
        f"{name}: damaged, or of a version that fecfile does not know ({reason}); download it again"
    )
