"""The lake: a file is there whole or not at all, and equal bytes have equal names."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.lake import (
    atomic_path,
    code_version,
    connect,
    file_hash,
    sql_path,
    text_hash,
    write_parquet,
    write_text,
)


def _write_and_die(target: Path) -> None:
    with atomic_path(target) as aside:
        aside.write_text("half")
        raise RuntimeError


def test_a_write_that_fails_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    target = tmp_path / "table.txt"
    write_text(target, "old")
    with pytest.raises(RuntimeError):
        _write_and_die(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_parquet_of_equal_rows_has_equal_bytes(tmp_path: Path) -> None:
    con = connect(tmp_path)
    query = "select i, 'x' || i as t from range(1000) r(i) order by i"
    assert write_parquet(con, query, tmp_path / "a.parquet") == 1000
    write_parquet(con, query, tmp_path / "b.parquet")
    assert file_hash(tmp_path / "a.parquet") == file_hash(tmp_path / "b.parquet")


def test_a_path_with_a_quote_is_a_literal(tmp_path: Path) -> None:
    con = connect(tmp_path)
    folder = tmp_path / "o'brien"
    write_parquet(con, "select 1 as i", folder / "t.parquet")
    found = con.execute(f"select i from read_parquet({sql_path(folder / 't.parquet')})").fetchall()
    assert found == [(1,)]


def test_names_of_texts_do_not_run_together() -> None:
    assert text_hash("ab", "c") != text_hash("a", "bc")


def test_the_code_version_follows_content_and_ignores_caches(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "a.py").write_text("1")
    before = code_version(tmp_path)
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")
    assert code_version(tmp_path) == before
    (tmp_path / "a.py").write_text("2")
    assert code_version(tmp_path) != before
