"""Encodings: what a text file is in, and the same file in UTF-8.

A file that is UTF-8 already is used as it is. Others are transcoded in a stream, block by block.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Literal

BLOCK = 1 << 20
"""A block is looked through for many things, fastest while it is in the processor's cache."""
SAMPLE = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
Blanks = Literal["none", "spaces", "odd"]
MIXED = "utf-8 with cp1252 bytes"
_WIDE_BLANKS = tuple(
    blank.encode()
    for blank in "\u00a0\u1680\u2007\u202f\u205f\u3000\u200b\ufeff"
    + "".join(map(chr, range(0x2000, 0x200B)))
)
_BLANK_LEADS = tuple({blank[:1] for blank in _WIDE_BLANKS})


def as_utf8(file: Path, stated: str | None, aside: Path) -> tuple[Path, str]:
    """A UTF-8 file of the same text, and the encoding that the file was in.

    Args:
        file: Any text file.
        stated: What the contract says, if it does. UTF-8 that is none is read as what it is.
        aside: Where to write when it must be transcoded.

    Returns:
        The file itself when it is plain UTF-8, else a copy without byte-order mark and NULs.
    """
    found, plain = _find(file, stated)
    if plain:
        return file, found
    target = aside / "utf8"
    _transcode(file, target, found)
    return target, found


def _find(file: Path, stated: str | None) -> tuple[str, bool]:
    with file.open("rb") as stream:
        head = stream.read(4)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, False
    if stated and codecs.lookup(stated).name not in {"utf-8", "ascii"}:
        return stated, False
    valid, has_nul, bad_at = _scan(file)
    if valid:
        return ("utf-8", not has_nul)
    return _guess(file, bad_at), False


def _scan(file: Path) -> tuple[bool, bool, int]:
    """Whether all is UTF-8, whether a NUL is in it, and about where the first bad byte is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    has_nul, position = False, 0
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            has_nul = has_nul or b"\0" in block
            pending = decoder.getstate()[0]
            if pending or not block.isascii():
                try:
                    decoder.decode(block)
                except UnicodeDecodeError as mistake:
                    return False, has_nul, position + max(mistake.start - len(pending), 0)
            position += len(block)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False, has_nul, max(position - 4, 0)
    return True, has_nul, 0


def blanks_in(file: Path, delimiter: str) -> Blanks:
    """What blanks may stand around the cells of a delimited UTF-8 file.

    ``odd`` are others than spaces, line ends and its own delimiter; every blank of Unicode
    counts, for DuckDB's plain ``trim`` takes them all away. ``none`` says that no cell begins or
    ends with one.
    """
    odd = [mark for mark in (b"\t", b"\x0b", b"\x0c") if mark != delimiter.encode()]
    edges = b'\r\n"' + re.escape(delimiter.encode())
    around = re.compile(rb" (?:[" + edges + rb"]|(?<=[" + edges + rb"] ))")
    found: Blanks = "none"
    carry = b"\n"
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            if any(mark in block for mark in odd):
                return "odd"
            # one byte is found ten times as fast as two
            if any(lead in block or lead in carry for lead in _BLANK_LEADS):
                whole = carry + block
                if any(mark in whole for mark in _WIDE_BLANKS):
                    return "odd"
            if found == "none" and (around.search(block) or around.search(carry + block[:2])):
                found = "spaces"
            carry = block[-2:]
    return "spaces" if carry.endswith(b" ") else found


def _guess(file: Path, bad_at: int) -> str:
    with file.open("rb") as stream:
        stream.seek(max(bad_at - SAMPLE // 2, 0))
        sample = stream.read(SAMPLE)
    if sample.count(b"\0") > len(sample) // 4:
        return "utf-16-le" if sample[1:2] == b"\0" else "utf-16-be"
    broken = sum(1 for c in sample.decode("utf-8", "replace") if c == "\ufffd")
    whole = sum(1 for c in sample.decode("utf-8", "ignore") if ord(c) > 127)
    if whole > broken:
        return MIXED
    return _legacy([line for line in sample.split(b"\n") if not line.isascii()][:2_000])


def _legacy(lines: list[bytes]) -> str:
    """The encoding of lines that are no UTF-8: cp1252, unless another reads clearly better."""
    from charset_normalizer import from_bytes

    found = from_bytes(b"\n".join(lines), cp_isolation=["cp1252", "mac_roman", "cp437", "cp850"])
    best = found.best()
    if best is None:
        return "cp1252"
    chaos = {codecs.lookup(match.encoding).name: match.chaos for match in found}
    usual = chaos.get("cp1252", 1.0 if "cp1252" not in best.could_be_from_charset else best.chaos)
    return "cp1252" if usual <= best.chaos + 0.01 else codecs.lookup(best.encoding).name


def _cp1252_byte(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start : error.start + 1]
    return byte.decode("cp1252", "replace"), error.start + 1


codecs.register_error("tminus_cp1252", _cp1252_byte)


def _transcode(file: Path, target: Path, encoding: str) -> None:
    decoder: codecs.IncrementalDecoder
    if encoding == MIXED:
        decoder = codecs.getincrementaldecoder("utf-8-sig")("tminus_cp1252")
    else:
        decoder = codecs.getincrementaldecoder(encoding)("replace")
    with file.open("rb") as stream, target.open("wb") as out:
        while block := stream.read(BLOCK):
            out.write(decoder.decode(block).replace("\0", "").encode())
        out.write(decoder.decode(b"", final=True).replace("\0", "").encode())
