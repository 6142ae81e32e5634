"""Archives and compression: zip, gz and zst become plain files, after a look at what they claim.

A zip bomb is refused by what its directory says, and again by what really comes out.
"""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Protocol

from orchestration.contracts.refusal import Refusal

MAX_RATIO = 200
"""Text of voter files shrinks 5 to 30 times; a bomb thousands of times."""
SMALL = 50 << 20
"""Below this a high ratio harms nobody: a column of equal cells shrinks a lot."""
MAX_BYTES = 500 << 30
BLOCK = 4 << 20


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


def unwrap(file: Path, member: str | None, aside: Path) -> Iterator[tuple[str, Path]]:
    """Give each plain file in a delivery, with its name inside the archive (empty: not in one).

    A plain file is given as it is; others are unpacked into ``aside`` one after the other.

    Raises:
        Refusal: a bomb, a name that leaves its folder, a damaged or an encrypted archive.
    """
    kind = file.suffix.lower()
    if kind == ".zip":
        yield from _members(file, member, aside)
    elif kind in {".gz", ".zst"}:
        target = aside / "plain"
        _inflate(file, kind, target)
        yield "", target
    else:
        yield "", file


def _members(file: Path, pattern: str | None, aside: Path) -> Iterator[tuple[str, Path]]:
    try:
        with zipfile.ZipFile(file) as archive:
            wanted = _wanted(archive, file, pattern)
            for number, info in enumerate(wanted):
                target = aside / f"member-{number:05}"
                with archive.open(info) as stream:
                    _copy(stream, target, file, info.file_size)
                yield info.filename, target
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as mistake:
        if isinstance(mistake, RuntimeError) and "password" not in str(mistake):
            raise
        what = "is encrypted" if "password" in str(mistake) else "is damaged or cut off"
        raise Refusal(f"{file.name} {what}; ask for it again") from None


def _wanted(archive: zipfile.ZipFile, file: Path, pattern: str | None) -> list[zipfile.ZipInfo]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise Refusal(
                f"{file.name} holds a member whose name leaves its folder; refuse it and ask the "
                "supplier for a clean archive"
            )
    wanted = [
        info
        for info in infos
        if pattern is None
        or fnmatchcase(info.filename, pattern)
        or fnmatchcase(PurePosixPath(info.filename).name, pattern)
    ]
    total, packed = (sum(i.file_size for i in wanted), sum(i.compress_size for i in wanted))
    if total > MAX_BYTES or (total > SMALL and total > MAX_RATIO * max(packed, 1)):
        raise Refusal(
            f"{file.name} would unpack to {total / 1e9:,.1f} GB out of {packed / 1e6:,.1f} MB, "
            "which no honest file does; ask the supplier"
        )
    if not wanted:
        raise Refusal(
            f"{file.name} holds no member {pattern or ''!r}; correct member in source.yaml"
        )
    return sorted(wanted, key=lambda info: info.filename)


def _inflate(file: Path, kind: str, target: Path) -> None:
    try:
        if kind == ".gz":
            with gzip.open(file) as stream:
                _copy(stream, target, file, None)
        else:
            import pyarrow as pa

            try:
                with pa.input_stream(str(file), compression="zstd") as stream:
                    _copy(stream, target, file, None)
            except (pa.ArrowException, OSError) as mistake:
                if getattr(mistake, "errno", None):
                    raise
                raise EOFError from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise Refusal(f"{file.name} is damaged or cut off; ask for it again") from None


def _copy(stream: _Stream, target: Path, file: Path, claimed: int | None) -> None:
    packed = max(file.stat().st_size, 1)
    written = 0
    with target.open("wb") as out:
        while block := stream.read(BLOCK):
            written += len(block)
            over = claimed is not None and written > claimed
            bomb = claimed is None and written > SMALL and written > MAX_RATIO * packed
            if over or bomb or written > MAX_BYTES:
                raise Refusal(
                    f"{file.name} unpacks to more than it says or than an honest file does; "
                    "ask the supplier"
                )
            if shutil.disk_usage(target.parent).free < (256 << 20):
                raise OSError(28, "no space left to unpack", str(target))
            out.write(block)
