"""The command line: one sentence and exit status 2 for a user's mistake, nothing half-written."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import cli
from orchestration.settings import PROJECT_ROOT


def _run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["tminus", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("candidate:", "candidates:"), "unknown key 'candidates'"),
        (("born_on_or_before: 1998-11-08", "born_on_or_before: 1998-13-08"), "born_on_or_before"),
    ],
)
def test_a_mistake_in_the_campaign_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    change: tuple[str, str],
    says: str,
) -> None:
    file = tmp_path / "campaign.yaml"
    file.write_text((PROJECT_ROOT / "campaign.yaml").read_text().replace(*change))
    monkeypatch.setenv("TMINUS_CAMPAIGN", str(file))
    home = tmp_path / "home"
    code, out, err = _run(monkeypatch, capsys, "run", "--home", str(home))
    assert (code, out) == (2, "")
    assert says in err
    assert str(file) in err
    assert err.count("\n") == 1
    assert not home.exists()


@pytest.mark.parametrize("verb", ["run", "demo"])
def test_an_unwritable_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    (tmp_path / "file").write_text("")
    home = str(tmp_path / "file" / "home")
    code, out, err = _run(monkeypatch, capsys, verb, "--home", home)
    assert (code, out) == (2, "")
    assert "choose another --home" in err


@pytest.mark.parametrize(
    ("day", "says"), [("soon", "'soon' is no date"), ("2016-02-30", "is no date")]
)
def test_a_date_that_is_no_date(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    day: str,
    says: str,
) -> None:
    code, _, err = _run(monkeypatch, capsys, "run", "--as-of", day, "--home", str(tmp_path))
    assert code == 2
    assert says in err
    assert list(tmp_path.iterdir()) == []


def test_a_stated_time_that_is_no_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TMINUS_NOW", "tomorrow")
    code, _, err = _run(monkeypatch, capsys, "status", "--home", str(tmp_path))
    assert code == 2
    assert "TMINUS_NOW" in err


def test_the_clock_does_not_go_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TMINUS_NOW", "2016-01-21")
    arguments = ("run", "--as-of", "2016-01-05", "--home", str(tmp_path))
    code, _, err = _run(monkeypatch, capsys, *arguments)
    assert code == 2
    assert "only moves forward" in err


def test_a_release_that_does_not_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = _run(monkeypatch, capsys, "restore", "r1", "--home", str(tmp_path))
    assert code == 2
    assert "there is no release 'r1'" in err
