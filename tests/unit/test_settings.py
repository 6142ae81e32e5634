"""Settings: a mistake is one sentence that names file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.settings import (
    PROJECT_ROOT,
    UserError,
    load_campaign,
    load_settings,
    read_yaml,
    writable_home,
)

GOOD = (PROJECT_ROOT / "campaign.yaml").read_text()


def _campaign(tmp_path: Path, old: str, new: str) -> Path:
    assert old in GOOD
    file = tmp_path / "campaign.yaml"
    file.write_text(GOOD.replace(old, new, 1))
    return file


def _line_of(file: Path, text: str) -> int:
    return next(n for n, line in enumerate(file.read_text().splitlines(), 1) if text in line)


def test_the_campaign_file_in_the_repository_is_valid() -> None:
    campaign = load_campaign(PROJECT_ROOT / "campaign.yaml")
    assert campaign.contest_plan().day.isoformat() == "2016-02-01"
    assert [t.name for t in campaign.tiers()] == ["T-42d", "T-21d", "T-7d", "T-3d"]
    assert 0.05 < campaign.turnout.share("low") < campaign.turnout.share("high") < 0.1


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("  party: REP", "  party: REP\n  snacks: 3", "snacks", "unknown key 'contest.snacks'"),
        ("  zone: America/Chicago", "  zone: Iowa/Time", "Iowa/Time", "no time zone"),
        ("T-42d: 7d", "T-42d: 1h", "tiers:", "lower its age"),
        ("T-3d: 4h", "T-75h: 4h, T-3d: 4h", "contest:", "they overlap"),
        ("2016-02-01T19:00:00", "someday", "someday", "contest.starts_at"),
        ("  reviewers: 2", "  reviewers: -1", "reviewers", "capacity.reviewers"),
        ("  party: REP", "", "contest:", "'contest.party' is missing; add it"),
    ],
)
def test_a_mistake_names_file_and_line(
    tmp_path: Path, old: str, new: str, at: str, says: str
) -> None:
    file = _campaign(tmp_path, old, new)
    with pytest.raises(UserError) as mistake:
        load_campaign(file)
    sentence = str(mistake.value)
    assert sentence.startswith(f"{file}, line {_line_of(file, at)}: ")
    assert says in sentence
    assert "\n" not in sentence


def test_a_missing_campaign_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.yaml does not exist"):
        load_settings(tmp_path, tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("text", "says"),
    [("a: 1\nb: ]\n", "line 2: no valid YAML"), ("a: 1\na: 2\n", "line 2: 'a' stands here twice")],
)
def test_broken_yaml_names_its_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(text)
    with pytest.raises(UserError, match=says):
        read_yaml(file)


def test_an_unwritable_home_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(UserError, match="choose another --home"):
        writable_home(blocker / "home")


def test_the_home_comes_from_argument_then_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMINUS_HOME", str(tmp_path / "env"))
    assert load_settings().home == tmp_path / "env"
    assert load_settings(tmp_path / "arg").home == tmp_path / "arg"
