"""Text in lines: its encoding, its delimiter, whether a header stands on top, and its cells."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections import Counter
from pathlib import Path

from orchestration.contracts.model import DELIMITERS, Reading
from orchestration.contracts.onboard.profile import profile
from orchestration.contracts.onboard.sniff import Source, Table
from orchestration.contracts.onboard.vocabulary import vocabulary
from orchestration.contracts.readers.encoding import as_utf8
from orchestration.settings import UserError

CANDIDATES = (",", "\t", "|", ";", "^", "~", "\x1f")
MOST_ROWS = 6_000
MOST_CELLS = 1_200_000
_VALUE = re.compile(
    r"[^@\s]+@[^@\s]+\.\w+|\d{1,4}[/-]\d{1,2}[/-]\d{1,4}.*|\(?\d{3}\)?[ -]?\d{3}-?\d{4}"
    r"|\d{3,}(?:\.\d+)?|\d+ [A-Za-z].*"
)
_IMPORT = '{"ImportId"'
_YEAR = re.compile(r"(?:19|20)\d\d")


def decoded(source: Source) -> tuple[tuple[str, ...], str]:
    """The pieces as text, and the encoding; a cut character at an edge does no harm."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "head"
        given.write_bytes(b"".join(source.chunks))
        _, encoding = as_utf8(given, None, Path(folder))
    if encoding == "utf-8 with cp1252 bytes":
        texts = [chunk.decode("utf-8", "tminus_cp1252") for chunk in source.chunks]
    elif encoding.startswith(("utf-16", "utf-32")):
        texts = [source.chunks[0].decode(encoding, "ignore")]
    else:
        texts = [chunk.decode(encoding, "replace") for chunk in source.chunks]
    return tuple(text.replace("\0", "").removeprefix("\ufeff") for text in texts), encoding


def lines_of(text: str) -> list[str]:
    """The lines of a text, at line breaks alone; other signs that Python splits at are data."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def sniff_text(texts: tuple[str, ...], whole: bool, file: Path) -> Table:
    """A table out of delimited or fixed-width text."""
    lines = [line for line in lines_of(texts[0][: 1 << 20])[:400] if line.strip()]
    delimiter, width = _delimiter(lines if whole or len(lines) < 3 else lines[:-1])
    if width < 2:
        widths = _widths(lines)
        if widths:
            return _fixed(texts, widths)
    rows, skip, width = _rows(texts, delimiter, width)
    if not rows:
        raise UserError(f"{file} holds no row that can be read; ask for it again")
    header = is_header(rows[0], rows[1:200])
    columns = distinct_names(rows[0]) if header else _numbered(width)
    labels, lines_above = _labels(texts[0], delimiter, skip) if header else (0, 0)
    first = 1 + labels if header else 0
    body = [row for row in rows[first:] if any(cell.strip() for cell in row)]
    kind = next((k for k, d in DELIMITERS.items() if d == delimiter), "delimited")
    renamed = header and _renamed(rows[0], columns)
    reading = Reading(
        format=kind,  # type: ignore[arg-type]
        delimiter=delimiter if kind == "delimited" else None,
        header=header and not labels,
        names=() if header and not (renamed or labels) else columns,
        skip_rows=lines_above if labels else skip,
    )
    if labels:
        note = f"{labels} rows of labels between its header and its records are skipped"
        return Table(reading, columns, across(body, width), note=note)
    note = "two columns have one name; they are told apart by a number" if renamed else ""
    return Table(reading, columns, across(body, width), note=note, inferred=not header)


def _renamed(header: list[str], columns: tuple[str, ...]) -> bool:
    given = [name.strip().lower() for name in header]
    return len(set(given)) != len(given) and len(columns) == len(header)


def _labels(text: str, delimiter: str, skip: int) -> tuple[int, int]:
    """Rows between a header and the records that say what the columns are, as surveys write them.

    Returns:
        How many, and how many lines of the file stand above the first record.
    """
    reader = csv.reader(io.StringIO(text[: 1 << 20], newline=""), delimiter=delimiter)
    found = (0, 0)
    try:
        for number, row in zip(range(skip + 4), reader, strict=False):
            filled = [cell for cell in row if cell.strip()]
            told = sum(cell.lstrip().startswith(_IMPORT) for cell in filled)
            if number > skip and told > 0.8 * len(filled):
                found = (number - skip, reader.line_num)
    except csv.Error:
        return 0, 0
    return found


def across(rows: list[list[str]], width: int) -> tuple[tuple[str | None, ...], ...]:
    """Rows as columns, as many as a sample may hold, from everywhere among them."""
    most = max(min(MOST_ROWS, MOST_CELLS // max(width, 1)), 20)
    if len(rows) > most:
        head = most // 2
        step = (len(rows) - head) / (most - head)
        rows = rows[:head] + [rows[head + int(n * step)] for n in range(most - head)]
    return tuple(tuple(row[n] for row in rows) for n in range(width))


def distinct_names(header: list[str]) -> tuple[str, ...]:
    """A header's names; nameless columns are numbered as the readers do, repeats told apart."""
    found: list[str] = []
    seen: Counter[str] = Counter()
    for number, text in enumerate(header, 1):
        name = text.strip(" \t\r\n\ufeff\xa0") or f"column_{number}"
        seen[name.lower()] += 1
        while seen[name.lower()] > 1:
            name = f"{name}_{seen[name.lower()]}"
            seen[name.lower()] += 1
        found.append(name)
    return tuple(found)


def _numbered(width: int) -> tuple[str, ...]:
    return tuple(f"column_{number}" for number in range(1, width + 1))


def _delimiter(lines: list[str]) -> tuple[str, int]:
    """The delimiter by which most lines have one width, the wider the better."""
    best, found = (0.0, 0), (",", 1)
    for delimiter in CANDIDATES:
        widths = Counter(len(row) for row in _parsed("\n".join(lines), delimiter))
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        share = count / widths.total()
        if width < 2 or share < 0.5:
            continue
        rank = (round(share, 1) * min(width, 12), width)
        if rank > best:
            best, found = rank, (delimiter, width)
    return found


def _parsed(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(8 << 20)
    try:
        return [
            row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row
        ]
    except csv.Error:
        return []


def _rows(texts: tuple[str, ...], delimiter: str, width: int) -> tuple[list[list[str]], int, int]:
    """Rows of the file's width, how many lines stand above the first of them, and the width."""
    rows: list[list[str]] = []
    skip = 0
    for number, text in enumerate(texts):
        parsed = _parsed(text, delimiter)
        if number == 0:
            while parsed and len(parsed) > 1 and _is_preamble(parsed[0], width):
                parsed.pop(0)
                skip += 1
        # a supplier may end each record, but not the header, with a delimiter
        rows += [row[:width] for row in parsed if _fits(row, width)]
    if rows and len(rows) > 1 and len(rows[0]) == width:
        rows, width = _without_trailing(texts[0], delimiter, rows, width)
    return rows, skip, width


def _fits(row: list[str], width: int) -> bool:
    return len(row) == width or (len(row) == width + 1 and not row[-1])


def _without_trailing(
    text: str, delimiter: str, rows: list[list[str]], width: int
) -> tuple[list[list[str]], int]:
    """Rows cut to the header's width, when each record ends with a delimiter of its own."""
    first = next(iter(_parsed(text[: 1 << 16], delimiter)), [])
    if len(first) == width - 1 and all(not row[-1].strip() for row in rows):
        return [first, *(row[:-1] for row in rows)], width - 1
    return rows, width


def _is_preamble(row: list[str], width: int) -> bool:
    filled = sum(1 for cell in row if cell.strip())
    return filled <= max(1, width // 3) and width > 2 and len(row) != width - 1


def is_header(first: list[str], rows: list[list[str]]) -> bool:
    """Whether the first row names the columns."""
    cells = [cell.strip() for cell in first]
    filled = [cell for cell in cells if cell]
    if not filled or len(filled) < 0.6 * len(cells):
        return False
    as_values = sum(1 for c in filled if _VALUE.fullmatch(c) and not _YEAR.fullmatch(c))
    words = vocabulary()
    known = sum(1 for cell in filled if _is_known(words.read(cell)))
    if as_values > 0.15 * len(filled) or any("@" in cell for cell in filled):
        return False
    if known >= 0.3 * len(filled) or not rows:
        return known > 0
    differs = same = 0
    for number, cell in enumerate(cells):
        below = profile([row[number] for row in rows if number < len(row)])
        kinds = [k for k in ("digits", "date", "email", "number") if below.share(k) > 0.9]
        if below.filled and kinds:
            alike = any(profile([cell]).share(kind) > 0 for kind in kinds)
            differs, same = differs + (not alike), same + alike
    repeated = any(first == row for row in rows)
    return differs > same and not repeated


def _is_known(read: object) -> bool:
    matches = getattr(read, "matches", ())
    return bool(matches and matches[0].score >= 0.7) or bool(getattr(read, "core", ()))


def _widths(lines: list[str]) -> tuple[int, ...]:
    """The widths of a fixed-width file: where a blank column ends in every line."""
    lengths = Counter(len(line) for line in lines)
    if not lines or len(lines) < 5:
        return ()
    length, count = lengths.most_common(1)[0]
    if length < 20 or count < 0.95 * len(lines):
        return ()
    full = [line for line in lines if len(line) == length]
    blank = [all(line[n] == " " for line in full) for n in range(length)]
    starts = [0, *(n for n in range(1, length) if blank[n - 1] and not blank[n])]
    if len(starts) < 3:
        return ()
    return tuple(end - start for start, end in zip(starts, [*starts[1:], length], strict=True))


def _fixed(texts: tuple[str, ...], widths: tuple[int, ...]) -> Table:
    starts = [sum(widths[:n]) for n in range(len(widths))]
    total = sum(widths)
    rows = [
        [line[s : s + w].strip() for s, w in zip(starts, widths, strict=True)]
        for text in texts
        for line in lines_of(text)
        if len(line) == total
    ]
    header = is_header(rows[0], rows[1:200])
    names = distinct_names(rows[0]) if header else _numbered(len(widths))
    reading = Reading(format="fixed_width", header=header, names=names, widths=widths)
    cells = across(rows[1:] if header else rows, len(widths))
    return Table(
        reading, names, cells, note="the widths are guessed from blank columns", inferred=not header
    )
