"""What kind of file this is, how it is opened, and a bounded sample of its cells.

One small module a family of formats; this one looks at the first bytes and hands over. A file of
any size costs the same: its head and a few places further on are read, never all of it.
"""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO, Any

from orchestration.contracts.model import Reading
from orchestration.settings import UserError

HEAD = 2 << 20
CHUNK = 256 << 10
CHUNKS = 8
PACKED_HEAD = 8 << 20


@dataclass(frozen=True)
class Table:
    """A sample of a file.

    Attributes:
        reading: How the file is opened, as a contract says it.
        columns: Its column names; for a file without a header, names that we gave.
        cells: For each column, the sampled cells.
        encoding: As found, for formats that have one.
        expressions: For columns that are no column of the file, the SQL that takes them out of one.
        records: For JSON, sampled records as they came, to make a sample of the same shape.
        note: What a human should know about how it was read.
        inferred: Whether the names are ours or a known layout's, for want of a header.
        state: The state whose layout it is, where that is known.
    """

    reading: Reading
    columns: tuple[str, ...]
    cells: tuple[tuple[str | None, ...], ...]
    encoding: str = ""
    expressions: dict[str, str] = field(default_factory=dict)
    records: tuple[dict[str, Any], ...] = ()
    note: str = ""
    inferred: bool = False
    state: str = ""

    @property
    def rows(self) -> int:
        """How many rows were sampled."""
        return len(self.cells[0]) if self.cells else 0


@dataclass(frozen=True)
class Source:
    """A plain file to look at, or the member of an archive; ``chunks`` are pieces of its bytes.

    The first piece is the head; others begin and end at line breaks. ``whole`` says that the head
    is all there is.
    """

    name: str
    chunks: tuple[bytes, ...]
    whole: bool


def sniff(file: Path) -> Table:
    """Find out how a file is read, and sample it.

    Raises:
        UserError: there is no such file, it is empty, or nothing we know reads it.
    """
    if not file.is_file():
        raise UserError(f"{file} is no file; name one to onboard")
    if file.stat().st_size == 0:
        raise UserError(f"{file} is empty; ask for it again")
    with file.open("rb") as stream:
        magic = stream.read(4)
    if magic == b"PAR1":
        from orchestration.contracts.onboard.sniff_tables import sniff_parquet

        return sniff_parquet(file)
    if magic == b"PK\x03\x04" and _is_workbook(file):
        from orchestration.contracts.onboard.sniff_tables import sniff_workbook

        return sniff_workbook(file)
    return _sniff_text(file)


def _sniff_text(file: Path) -> Table:
    from orchestration.contracts.onboard.sniff_json import is_json, sniff_json
    from orchestration.contracts.onboard.sniff_text import decoded, sniff_text

    source, member = _source(file)
    texts, encoding = decoded(source)
    if not texts or not texts[0].strip():
        raise UserError(f"{file} holds nothing but blanks; ask for it again")
    if texts[0].startswith("HDR") and "\x1c" in texts[0][:400]:
        from orchestration.contracts.onboard.sniff_tables import sniff_filing

        return sniff_filing(file)
    if is_json(texts[0]):
        table = sniff_json(texts, source.whole, file)
    else:
        table = sniff_text(texts, source.whole, file)
    reading = replace(table.reading, member=member)
    return replace(table, reading=reading, encoding=encoding)


def _is_workbook(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    except zipfile.BadZipFile:
        raise UserError(f"{file} is a damaged archive; ask for it again") from None


def _source(file: Path) -> tuple[Source, str | None]:
    kind = file.suffix.lower()
    if kind == ".zip":
        return _member(file)
    if kind in {".gz", ".zst"}:
        with _unpacked(file, kind) as stream:
            head = stream.read(PACKED_HEAD)
        return Source(file.stem, (_whole_lines(head, PACKED_HEAD),), len(head) < PACKED_HEAD), None
    return Source(file.name, *_pieces(file)), None


@contextmanager
def _unpacked(file: Path, kind: str) -> Iterator[IO[bytes]]:
    try:
        if kind == ".gz":
            with gzip.open(file) as stream:
                yield stream  # type: ignore[misc]
        else:
            import pyarrow as pa

            with pa.input_stream(str(file), compression="zstd") as stream:
                yield stream
    except (OSError, EOFError):
        raise UserError(f"{file} is damaged or cut off; ask for it again") from None


def _member(file: Path) -> tuple[Source, str | None]:
    """The biggest file of an archive, and the pattern that names it next time too."""
    try:
        with zipfile.ZipFile(file) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir() and i.file_size]
            if not infos:
                raise UserError(f"{file} holds no file; ask for it again")
            info = max(infos, key=lambda i: (i.file_size, i.filename))
            with archive.open(info) as stream:
                head = stream.read(PACKED_HEAD)
    except (zipfile.BadZipFile, EOFError, RuntimeError):
        raise UserError(f"{file} is damaged or encrypted; ask for it again") from None
    whole = len(head) >= info.file_size
    name = PurePosixPath(info.filename).name
    same = [i for i in infos if Path(i.filename).suffix == Path(info.filename).suffix]
    pattern = f"*{Path(name).suffix}" if len(same) == 1 else name
    return Source(name, (head if whole else _whole_lines(head, PACKED_HEAD),), whole), pattern


def _pieces(file: Path) -> tuple[tuple[bytes, ...], bool]:
    size = file.stat().st_size
    with file.open("rb") as stream:
        head = stream.read(HEAD)
        if size <= HEAD:
            return (head,), True
        chunks = [_whole_lines(head, HEAD)]
        for number in range(1, CHUNKS + 1):
            stream.seek(
                HEAD + (size - HEAD - CHUNK) * number // CHUNKS if size > HEAD + CHUNK else HEAD
            )
            chunk = stream.read(CHUNK)
            first = chunk.find(b"\n") + 1
            if first:
                chunks.append(_whole_lines(chunk[first:], len(chunk)))
    return tuple(chunks), False


def _whole_lines(head: bytes, limit: int) -> bytes:
    """Bytes up to the last line break, when there may be more behind them."""
    if len(head) < limit and not head.endswith(b"\n"):
        return head[: head.rfind(b"\n") + 1] or head
    return head[: head.rfind(b"\n") + 1] or head
