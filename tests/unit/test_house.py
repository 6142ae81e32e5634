"""What holds for every room: its size, its words, and whom it may know."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("orchestration", "apps", "benchmarks")
MODULES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
ROOMS = sorted(file.parent for file in (ROOT / "orchestration").glob("*/__init__.py"))

MOST_LINES = 300
MOST_LINES_OF_DEFINITIONS = 80
MAY_READ_THE_TRUTH = ("orchestration/demo/", "benchmarks/")
# The evaluation of links asks its caller for a file of true pairs: `match FILE --truth A=B`.
# What was linked is judged, afterwards, by what is known of it: nothing in it decides or trains.
ASKS_FOR_TRUE_PAIRS = (
    "orchestration/cli/people.py",
    "orchestration/identity/evaluate.py",
    "orchestration/identity/known.py",
)
REGISTRIES = re.compile(
    r"https?://[a-z0-9.-]*(?:py" + r"pi|python" + r"hosted|npm" + r"js|deb" + r"ian)\.[a-z]+"
    r"|(?:extra-)?index-" + r"url",
    re.IGNORECASE,
)


def relative(file: Path) -> str:
    """A file's path as people write it."""
    return file.relative_to(ROOT).as_posix()


def lines_of_code(text: str) -> int:
    """Lines that hold code: no blank line, no comment, no docstring."""
    held: set[int] = set()
    before = tokenize.INDENT
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        is_docstring = token.type == tokenize.STRING and before in (
            tokenize.INDENT,
            tokenize.NEWLINE,
            tokenize.DEDENT,
        )
        if token.type not in _SILENT and not is_docstring:
            held.update(range(token.start[0], token.end[0] + 1))
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            before = token.type
    return len(held)


_SILENT = {
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.COMMENT,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def tracked_files() -> list[Path]:
    """Every file that git tracks; skips where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this copy is no git work tree")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def words_for_truth(tree: ast.AST) -> Iterator[int]:
    """Lines on which code (not prose) names the truth: a name, an attribute or a path."""
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            if re.fullmatch(r"truth(/.*)?|.*/truth(/.*)?", node.value):
                yield node.lineno
        elif isinstance(node, ast.Attribute) and node.attr == "truth":
            yield node.lineno


def test_a_room_says_what_belongs_in_it() -> None:
    silent = [
        relative(room)
        for room in ROOMS
        if not ast.get_docstring(ast.parse((room / "__init__.py").read_text()))
    ]
    assert not silent, f"rooms whose __init__.py has no docstring: {silent}"


def test_a_module_is_short_enough_to_read() -> None:
    lines = {relative(module): lines_of_code(module.read_text()) for module in MODULES}
    long = {name: count for name, count in lines.items() if count > MOST_LINES}
    assert not long, f"split by what belongs together; lines of code: {long}"


def test_definitions_only_assemble() -> None:
    lines = len((ROOT / "orchestration" / "definitions.py").read_text().splitlines())
    assert lines < MOST_LINES_OF_DEFINITIONS


def test_no_stage_knows_the_truth() -> None:
    found = {
        relative(module): lines
        for module in MODULES
        if not relative(module).startswith(MAY_READ_THE_TRUTH)
        and relative(module) not in ASKS_FOR_TRUE_PAIRS
        and (lines := list(words_for_truth(ast.parse(module.read_text()))))
    }
    assert not found, f"files that name the truth, and the lines: {found}"


def test_the_truth_rule_sees_paths_and_attributes_but_no_prose() -> None:
    code = '"""The truth."""\npath = home / "truth" / "people.parquet"\nlake.truth\n# truth\n'
    assert sorted(words_for_truth(ast.parse(code))) == [2, 3]


def test_no_registry_is_named() -> None:
    found = []
    for file in tracked_files():
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue
        found += [relative(file)] if REGISTRIES.search(text) else []
    assert not found, f"these files name a package registry's address: {found}"


def test_every_version_is_pinned_once() -> None:
    lines = [
        line
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[^\s;@]+", line) for line in lines)
    names = [line.split("==")[0].lower() for line in lines]
    assert len(names) == len(set(names))
