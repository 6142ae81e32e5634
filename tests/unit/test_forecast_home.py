"""The forecast of a home: what is read from the ledger, the contracts and campaign.yaml."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.lake import Lake
from orchestration.ledger import deliveries, steps
from orchestration.ledger.deliveries import DeliveryRecord, FeedOutcome
from orchestration.ledger.steps import StepRecord
from orchestration.readiness.forecast_home import outlook, untyped_cards
from orchestration.settings import PROJECT_ROOT, Settings, UserError, load_campaign, load_settings


@pytest.fixture
def settings(home: Path) -> Settings:
    """The project's own campaign and sources on an empty home."""
    return load_settings(home)


def _landed(source: str, day: str, file: str = "a.csv") -> DeliveryRecord:
    feed = FeedOutcome("f", "contact", "append", 10, 10, 0, f"{day}T03:00:00")
    return DeliveryRecord(source, day, f"{day}/{file}", day, "landed", "t", (feed,))


def _step(asset: str, seconds: float, finished: datetime, **more: object) -> StepRecord:
    record = StepRecord(
        asset, "1", {"landing/voter": "x"}, "d", "made", finished.isoformat(), 100, seconds
    )
    return replace(record, **more)  # type: ignore[arg-type]


def test_arrivals_are_days_and_what_came_later_is_not_known(
    settings: Settings, moment: datetime
) -> None:
    lake = Lake(settings.home)
    deliveries.append(
        lake,
        *(_landed("website", day) for day in ("2016-01-19", "2016-01-20", "2016-01-25")),
        _landed("website", "2016-01-20", "b.csv"),
        replace(_landed("website", "2016-01-21"), state="refused"),
    )
    website = next(s for s in outlook(settings, moment).sources if s.name == "website")
    assert [m.day for m in website.received] == [19, 20]
    assert website.data_time is not None
    assert website.data_time.day == 20
    assert website.cadence_days == 1.0


def test_assets_are_read_as_of_the_moment(settings: Settings, moment: datetime) -> None:
    before, after = moment - timedelta(hours=1), moment + timedelta(hours=1)
    steps.append(
        Lake(settings.home),
        _step("marts/voters", 2.0, before),
        _step("marts/voters", 3.0, before, state="failed"),
        _step("marts/voters", 9.0, after),
    )
    (asset,) = outlook(settings, moment).assets
    assert asset.measured == ((100.0, 2.0),)
    assert asset.parents == ("landing/voter",)
    assert asset.failures == 1


def test_what_cannot_be_counted_yet_is_told(settings: Settings, moment: datetime) -> None:
    known = outlook(settings, moment)
    assert any("review_queue cannot be counted yet" in note for note in known.notes)
    assert next(s for s in known.steps if s.name == "review_links").hours == 0.0


def test_untyped_cards_are_counted_from_the_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Backlog")
    for row in (("Box", "County", "Cards (estimated)", "Typed"), ("B1", "Polk", 90, "N"),
                ("B2", "Linn", 40, "Y"), ("B3", "Linn", "many", "N")):  # fmt: skip
        sheet.append(row)
    file = tmp_path / "cards.xlsx"
    book.save(file)
    assert untyped_cards(file) == 90.0
    assert untyped_cards(tmp_path / "gone.xlsx") is None


def test_the_verb_answers_on_an_empty_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMINUS_NOW", "2016-01-21T06:00")
    result = CliRunner().invoke(app, ["forecast", "--home", str(home), "--json"])
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert [d["name"] for d in report["deliverables"]] == [
        "phone_lists", "walk_lists", "trained_volunteers", "caucus_packets",
    ]  # fmt: skip
    assert report["critical_path"]
    assert report["cuts"]


def test_the_verb_after_the_contest(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMINUS_NOW", "2016-03-01T06:00")
    result = CliRunner().invoke(app, ["forecast", "--home", str(home)])
    assert result.exit_code == 0
    assert "nothing left to forecast" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('opens: "09:00"', "opens: 1080", "in quotes"),
        ('opens: "09:00"', 'opens: "19:00"', "closes is not later than opens"),
        ("crew: reviewers", "crew: reviewer", "there is no crew 'reviewer'"),
        ("deadline: T-5d, data_until: T-6d", "deadline: T-7d, data_until: T-6d", "cut the data"),
        ("deadline: T-5d", "deadline: T+5d", "after the contest"),
        ("items: review_queue", "items: reviews", "items"),
    ],
)
def test_a_mistake_in_the_tasks_is_one_sentence(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    text = (PROJECT_ROOT / "campaign.yaml").read_text()
    assert old in text
    file = tmp_path / "campaign.yaml"
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(UserError, match=says) as mistake:
        load_campaign(file)
    assert "\n" not in str(mistake.value)
