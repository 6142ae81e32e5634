"""What a release tells of the days before it: chances by day, changes, cuts, the record.

The days are ``readiness.kept``'s and so are the words; here they are only put beside the release,
so that a page reads them from it like everything else. It stands among the readiness of a release,
which is no part of its name: the past moves with every day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from orchestration.lake import Lake, write_text
from orchestration.readiness.brief_changes import changes
from orchestration.readiness.cutting import cut_list
from orchestration.readiness.kept import all_before
from orchestration.readiness.record import record
from orchestration.settings import Settings

FILE = "readiness/past.json"
Report = Mapping[str, Any]


def write_past(settings: Settings, release: Path, moment: datetime, summary: Report) -> None:
    """Write the past of the release that is being built in ``release``.

    Args:
        settings: The campaign and its home.
        release: The folder aside.
        moment: Now, aware.
        summary: The status that the release carries; of one without a forecast there is no past.
    """
    if not summary.get("forecast"):
        return
    lake = Lake(settings.home)
    before = all_before(lake, date.fromisoformat(summary["as_of"]))
    last = before[-1] if before else None
    content = {
        "days": _days([*before, summary]),
        "since": last["as_of"] if last else None,
        "changes": [asdict(change) for change in changes(last, summary)] if last else [],
        "cuts": cut_list(settings, moment),
        "record": record(lake, before, summary),
    }
    write_text(release / FILE, json.dumps(content))


def _days(reports: Sequence[Report]) -> list[dict[str, Any]]:
    return [
        {
            "day": report["as_of"],
            "p_ready": report["forecast"]["p_ready"],
            "p_on_time": {
                goal["title"]: goal["p_on_time"] for goal in report["forecast"]["deliverables"]
            },
        }
        for report in reports
        if report.get("forecast")
    ]
