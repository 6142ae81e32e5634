"""Each day's readiness, kept: the status and the forecast as they were judged that day.

The last judgement of a day stays. Comparing two days is ``brief_changes``'; what a release
carries is ``release``'s.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from orchestration.lake import Lake, write_text
from orchestration.readiness.forecast_home import forecast_home
from orchestration.readiness.forecast_report import as_json
from orchestration.readiness.status import status
from orchestration.settings import Settings


def judged(settings: Settings, moment: datetime) -> dict[str, Any]:
    """The status of a moment with its forecast under ``forecast``."""
    return {**status(settings, moment), "forecast": as_json(forecast_home(settings, moment))}


def keep(lake: Lake, report: Mapping[str, Any]) -> None:
    """Keep a day's judgement; a later one of the same day takes its place."""
    write_text(_folder(lake) / f"{report['as_of']}.json", json.dumps(report))


def kept_of(lake: Lake, day: date) -> dict[str, Any] | None:
    """The last judgement of a day; ``None`` when nothing was judged then."""
    file = _folder(lake) / f"{day.isoformat()}.json"
    return _read(file) if file.exists() else None


def forecast_at(settings: Settings, moment: datetime) -> dict[str, Any]:
    """The forecast of a moment; the one that was judged at it is not drawn a second time."""
    day = settings.campaign.contest_plan().local_day(moment)
    report = kept_of(Lake(settings.home), day)
    if report and report["now"] == moment.isoformat():
        known: dict[str, Any] = report["forecast"]
        return known
    return as_json(forecast_home(settings, moment))


def kept_before(lake: Lake, day: date) -> dict[str, Any] | None:
    """The judgement of the last day before ``day`` that has one."""
    earlier = _days_before(lake, day)
    return _read(earlier[-1]) if earlier else None


def all_before(lake: Lake, day: date) -> list[dict[str, Any]]:
    """The judgements of all days before ``day``, oldest first."""
    return [_read(file) for file in _days_before(lake, day)]


def _days_before(lake: Lake, day: date) -> list[Path]:
    return sorted(f for f in _folder(lake).glob("*.json") if f.stem < day.isoformat())


def _read(file: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return report


def _folder(lake: Lake) -> Path:
    return lake.readiness / "days"
