"""An invented release in the layout that ``orchestration.release.publish`` writes.

Only what the app reads; the pipeline's tests hold the real writer to the same layout.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from apps.lib.charts import county_names
from orchestration.countdown.clock import set_home_clock
from orchestration.lake import Lake, file_hash

NOW = datetime(2016, 1, 21, 6, tzinfo=ZoneInfo("America/Chicago"))
NOW_UTC = datetime(2016, 1, 20, 12)
SIZES = {"seg_base": 41_312, "seg_first_time": 28_945, "seg_non_traditional": 9_204}

# name, title, owner, licence, state, reason, age, allowed, rows, set aside, needed by, linked
SOURCES = (
    ("party", "Party voter file", "data director", "party_exchange", "on_time",
     "its data is 30 h old; 14 days are allowed now", 30, 336, 100_000, 12, "T-12d", None),
    ("website", "Campaign website", "digital director", "first_party", "on_time",
     "its data is 9 h old; 3 days are allowed now", 9, 72, 21_480, 37, "T-1d", 0.871),
    ("organising", "Organising software", "digital director", "first_party", "on_time",
     "its data is 26 h old; 3 days are allowed now", 26, 72, 33_920, 4, "T-1d", 0.912),
    ("events", "Event site", "digital director", "first_party", "at_risk",
     "its data is 62 h old and must be renewed within 10 h", 62, 72, 4_811, 190, "T-2d", 0.774),
    ("social", "Social pages", "digital director", "first_party", "on_time",
     "its data is 14 h old; 3 days are allowed now", 14, 72, 12_070, 0, "T-3d", 0.318),
    ("vendor_a", "Vendor A consumer file", "data director", "purchased", "on_time",
     "all of it has arrived", None, None, 61_200, 0, "T-14d", 0.837),
    ("vendor_b", "Vendor B profiles", "data director", "purchased", "late",
     "its data is 8 days old; 3 days are allowed now", 192, 72, 44_100, 0, "T-10d", 0.802),
    ("field", "Field: canvass, pledge cards, survey", "field director", "first_party", "late",
     "canvass_20160120.csv was refused: column support is missing; ask for a new export", 34, 72,
     18_333, 61, "T-1d", 0.958),
    ("fec", "FEC filings", "compliance", "public_record", "on_time",
     "all of it has arrived", None, None, 2_402, 0, None, None),
    ("suppressions", "Opt-outs and deletions", "compliance", "first_party", "on_time",
     "its data is 20 h old; 24 h are allowed now", 20, 72, 318, 1, "T-0d", 0.902),
)  # fmt: skip


def source(row: tuple[Any, ...]) -> dict[str, Any]:
    names = ("name", "title", "owner", "licence", "state", "reason", "age_hours", "max_age_hours",
             "rows", "quarantined", "needed_by", "link_rate")  # fmt: skip
    entry = dict(zip(names, row, strict=True))
    refused = "refused" in entry["reason"]
    return {**entry, "if_late": "carry_forward", "refused": int(refused), "data_time": None,
            "received": "2016-01-20"}  # fmt: skip


def summary(now: datetime = NOW, **other: Any) -> dict[str, Any]:
    return {
        "contest": {"name": "Iowa Republican caucus 2016", "day": "2016-02-01"},
        "now": now.isoformat(),
        "as_of": now.date().isoformat(),
        "days_left": 11,
        "tier": {"name": "T-21d", "max_age_hours": 72.0, "next_change": None},
        "sources": [source(row) for row in SOURCES],
        "link_rate": 0.8126,
        "segments": SIZES,
        "failed_checks": [],
        **other,
    }


def forecast() -> dict[str, Any]:
    """A forecast in the shape of ``orchestration.readiness.forecast_report.as_json``."""
    goals = (
        ("phone_lists", "Phone lists", "open", "2016-01-27", "T-5d", 0.8667, 0.4172, -12.1),
        (
            "walk_lists",
            "Walk lists in the counties",
            "open",
            "2016-01-29",
            "T-3d",
            0.55,
            0.36,
            None,
        ),
        ("trained", "Volunteers trained", "done", "2016-01-30", "T-2d", 1.0, 1.0, 31.4),
    )
    awaited = {"events": (0.8209, "2016-01-26T12:00"), "website": (0.4, "2016-01-24T06:00")}
    cuts = (
        ("printers=3", "printers: 1 more, 3 in all", 1.0, 0.6033),
        ("printers=4", "printers: 2 more, 4 in all", 2.0, 0.6573),
        ("events=carry_forward", "go on with the last good data of Event site", 1.5, 0.5707),
    )
    return {
        "now": NOW.isoformat(),
        "contest": "2016-02-01T19:00:00-06:00",
        "over": False,
        "target": 0.9,
        "futures": 10_000,
        "seed": 2016,
        "p_ready": 0.4847,
        "deliverables": [
            {"name": name, "title": title, "state": state, "deadline": f"{day}T23:59:59-06:00",
             "deadline_text": text, "p_on_time": p_on_time, "p_complete": p_complete,
             "p50": None, "p90": "2016-01-28T12:04:19-06:00" if slack else None,
             "slack_hours": slack, "critical_path": []}
            for name, title, state, day, text, p_on_time, p_complete, slack in goals
        ],
        "sources": [
            {"name": row[0], "title": row[1], "overdue_hours": 0.0, "needed_by": None,
             "planned": f"{awaited[row[0]][1]}:00-06:00" if row[0] in awaited else None,
             "latest_useful": "2016-01-25T17:36:13-06:00" if row[0] in awaited else None,
             "p_on_time": 0.9, "p_never": 0.01, "p50": None, "p90": None,
             "criticality": awaited[row[0]][0] if row[0] in awaited else 0.0}
            for row in SOURCES
        ],
        "tasks": [
            {"name": "review_links", "title": "Review links",
             "p50": "2016-01-25T16:00:00-06:00", "latest": "2016-01-25T11:00:00-06:00",
             "criticality": 0.31},
        ],
        "critical_path": ["delivery/website", "delivery/events", "review_links"],
        "criticality": {},
        "cuts": [
            {"what_if": what_if, "title": title, "cost": cost, "p_ready": p_ready,
             "gain": p_ready - 0.4847, "gains": {}}
            for what_if, title, cost, p_ready in cuts
        ],
        "plan": {"what_if": "printers=4", "titles": ["printers: 2 more, 4 in all"], "cost": 2.0,
                 "reaches_target": False, "p_on_time": {}},
        "notes": [],
    }  # fmt: skip


def past() -> dict[str, Any]:
    """The days before, in the shape of ``orchestration.release.past``."""
    days = ((17, 0.82), (18, 0.79), (19, 0.75), (20, 0.61), (21, 0.4847))
    scores = {"sayings": 9, "brier": 0.081, "brier_plain": {"status": 0.31}, "coverage_p50": 0.5,
              "coverage_p90": 0.8889, "misses": 2, "false_alarms": 1}  # fmt: skip
    nothing = {**scores, "sayings": 0, "brier": None, "brier_plain": {}, "coverage_p50": None,
               "coverage_p90": None, "false_alarms": 0}  # fmt: skip
    return {
        "days": [
            {"day": f"2016-01-{day}", "p_ready": p, "p_on_time": {"Phone lists": p}}
            for day, p in days
        ],
        "since": "2016-01-20",
        "changes": [
            {"what": "Ready in time fell from 61% to 48%",
             "why": "Event site holds up 82% of the futures, 40% before", "tone": "bad"},
            {"what": "Campaign website arrived", "why": "on 2016-01-20, +120 rows in force",
             "tone": "good"},
        ],
        "cuts": [
            {"source": "social", "action": "drop", "at": "2016-01-19T09:00:00-06:00",
             "by": "digital director", "why": "its export <b>broke</b>", "stands": True,
             "cost": {"p_ready_before": 0.7, "p_ready_after": 0.75, "points": 3, "rows": 12}},
        ],
        "record": {"days": 4, "sources": scores, "deliverables": nothing},
    }  # fmt: skip


def deliveries() -> pd.DataFrame:
    """Two deliveries of each source, one repeated and one refused."""
    rows: list[tuple[Any, ...]] = []
    for row in SOURCES:
        for day in (12, 20):
            name = f"2016-01-{day}/{row[0]}.csv"
            rows.append((row[0], name, date(2016, 1, day), "landed", 40, 40, 0, NOW_UTC, ""))
    why = "column support is missing; ask for a new export"
    rows.append(
        ("field", "2016-01-21/canvass.csv", date(2016, 1, 21), "refused", 0, 0, 0, None, why)
    )
    rows.append(("website", "2016-01-21/again.csv", date(2016, 1, 21), "duplicate", 0, 0, 0, None,
                 "its content is that of an earlier one"))  # fmt: skip
    columns = ["source", "file", "received", "state", "read", "landed", "quarantined", "data_time",
               "reason"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def stories() -> pd.DataFrame:
    """A website's file that was refused and then taken in, and the party's two full files."""
    refused = "column Email is missing; ask for a new export"
    rows = [
        ("website", "2016-01-20/website.csv", "w1", 3, "refused", None, None, False, refused),
        ("website", "2016-01-20/website.csv", "w1", 7, "landed", "signups", 40, True, ""),
        ("party", "2016-01-12/party.csv", "p1", 1, "landed", "voterfile", 90_000, False, ""),
        ("party", "2016-01-20/party.csv", "p2", 8, "landed", "voterfile", 100_000, True, ""),
    ]
    columns = ["source", "file", "delivery", "step", "state", "feed", "landed", "counts", "reason"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(
        read=table["landed"],
        quarantined=table["landed"] * 0,
        recorded_at=pd.Timestamp(NOW).tz_convert("UTC"),
        data_time=pd.Timestamp(NOW_UTC),
        seconds=1.5,
        bytes=2_400_000,
        encoding="utf-8",
        contract_version="fb0bd644",
        normaliser_version="1",
    )


def delivery_changes() -> pd.DataFrame:
    rows = [("party", "voterfile", "p2", "moved", 85), ("party", "voterfile", "p2", "gone", None)]
    table = pd.DataFrame(rows, columns=["source", "feed", "delivery", "change", "rows"])
    return table.astype({"rows": "Int64"})


def contracts() -> pd.DataFrame:
    ended = {"vendor_a": date(2016, 1, 1)}
    return pd.DataFrame(
        {
            "source": row[0],
            "mode": "append",
            "cadence": "1d" if row[0] == "website" else None,
            "promised": [],
            "price": None,
            "until": ended.get(row[0], date(2016, 12, 31)),
            "uses": ["analytics", "door"],
            "feeds": ["signups → contact"],
            "obligations": [],
        }
        for row in SOURCES
    )


def quarantine() -> pd.DataFrame:
    rows = [
        ("website", "signups", "Email", "email is required and empty", "fill it", 2, 30),
        ("website", "signups", None, "the line has 3 fields where 12 are needed", None, 1, 7),
    ]
    columns = ["source", "feed", "column_name", "reason", "fix", "files", "rows"]
    return pd.DataFrame(rows, columns=columns)


def segment_tables() -> dict[str, pd.DataFrame]:
    """Precincts, overlap, reasons and channels; an empty count is a cell too small to show."""

    def counts(*rows: tuple[Any, ...], columns: tuple[str, ...]) -> pd.DataFrame:
        made = pd.DataFrame(rows, columns=[*columns, "people"])
        return made.astype({"people": "Int64"})

    precincts = counts(
        ("seg_first_time", "19153", "19153-001", 12.5, 120),
        ("seg_first_time", "19153", "19153-002", 2.5, 40),
        ("seg_first_time", "19001", "19001-001", None, None),
        columns=("segment", "county_fips", "precinct_id", "value"),
    )
    return {
        "segment_by_precinct": precincts,
        "segment_overlap": counts(
            ("seg_first_time", "seg_non_traditional", 5_120),
            ("seg_non_traditional", "seg_first_time", 5_120),
            columns=("segment", "other"),
        ),
        "segment_reasons": counts(
            ("seg_first_time", "Votes in generals, never in a caucus", 20_000),
            ("seg_first_time", "Was too young at the last caucus", None),
            columns=("segment", "reason"),
        ),
        "segment_channels": counts(
            ("seg_first_time", "door", 18_000),
            ("seg_first_time", "none", 4_000),
            columns=("segment", "channel"),
        ),
    }


def universe_curve() -> pd.DataFrame:
    """Three sizes of universe, the middle one what the hours allow."""
    sizes = ((400, 80.0, 21.5), (3_000, 690.0, 120.25), (9_000, 2_100.0, 190.0))
    table = pd.DataFrame(sizes, columns=["n_people", "hours", "votes_gained"])
    table["is_capacity"] = table["n_people"] == 3_000
    table["plain_hours"] = 1.4 * table["hours"]
    table["plain_votes_gained"] = table["votes_gained"] / 2
    table["hours_there_are"] = 700.0
    for turnout, factor in (("low", 0.8), ("middle", 1.0), ("high", 1.25)):
        for whose in ("", "plain_"):
            table[f"{whose}votes_gained_{turnout}"] = factor * table[f"{whose}votes_gained"]
    return table


def card(model: str) -> dict[str, Any]:
    """A model card in the shape of the scores stage, what the page reads of it."""
    figures = {"rows": 7_000, "auc": 0.92, "brier_skill": 0.33, "base_rate": 0.07, "slope": 0.99}
    bins = [{"predicted": p, "observed": p * 0.9, "rows": 700} for p in (0.01, 0.1, 0.5)]
    tenths = [{"tenth": t, "lift": 6 / t, "found_so_far": min(0.6 + 0.1 * t, 1)} for t in (1, 2, 3)]
    few = {**figures, "auc": None, "rows": 300}
    return {
        "model": model,
        "label": "attended the caucus of 2012",
        "measured_on": "rows whose household the model had not seen",
        "features_as_of": "2011-12-31",
        "figures": {**figures, "groups": {"never_voted": few}, "reliability": bins, "lift": tenths},
        "parts": {
            "no_history": {
                "figures": {**few, "reliability": bins, "lift": tenths},
                "figures_by": {"age band": {"17-29": few}},
                "importances": [
                    {"feature": "party", "log_loss_added": 0.0312},
                    {"feature": "gender", "log_loss_added": -0.0001},
                ],
                "learning_curve": [
                    {"rows": 100, "log_loss": 0.3, "auc": 0.7},
                    {"rows": 200, "log_loss": 0.28, "auc": 0.71},
                ],
            }
        },
        "survivorship": "who died since then is not in training",
        "refused_parts": {"signals": "only 12 answers on attending"},
        "must_not_be_used_for": ["deciding who may take part"],
    }


def counties(seed: int = 7) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    names = county_names()
    share = draw.dirichlet(np.full(len(names), 0.8))
    tables = []
    for segment, size in SIZES.items():
        people = np.floor(size * share).astype("float64")
        value = np.round(people * draw.uniform(0.05, 0.6, len(names)), 1)
        small = people < 10
        people[small], value[small] = np.nan, np.nan
        table = pd.DataFrame({"segment": segment, "county_fips": names["county_fips"]})
        tables.append(table.assign(people=pd.array(people, dtype="Int64"), value=value))
    # One county has nobody in the smallest segment: no row at all, unlike a hidden cell.
    return pd.concat(tables, ignore_index=True).iloc[:-1]


def funnel() -> pd.DataFrame:
    steps = ["contacts", "linked to a voter", "may take part", "pledged", "expected to attend"]
    people = [61_870, 50_274, 44_930, 8_122, 6_540]
    return pd.DataFrame({"step_order": range(1, 6), "step": steps, "people": people})


def links() -> pd.DataFrame:
    rows = []
    for row in SOURCES:
        name, records, rate = row[0], row[8], row[11]
        if rate is None:
            continue
        linked = int(records * rate)
        ids, keys = int(linked * 0.35), int(linked * 0.4)
        rows.append((name, "contact", records, linked, 40, ids, keys, linked - ids - keys - 5))
    columns = ["source", "entity", "records", "linked", "review", "shared_id", "deterministic",
               "splink"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def write_release(
    home: Path,
    name: str = "2016-01-21.aaaaaaaaaa",
    made_at: datetime = NOW,
    without: tuple[str, ...] = (),
    marts: Mapping[str, pd.DataFrame] | None = None,
    past: Mapping[str, Any] | None = None,
    **other: Any,
) -> Path:
    """Write a release and put it live; ``other`` replaces parts of its summary."""
    set_home_clock(home, NOW)
    folder = Lake(home).releases / name
    (folder / "aggregates").mkdir(parents=True)
    tables = {
        "segment_by_county": counties(),
        "funnel": funnel(),
        "links_by_source": links(),
        "deliveries": deliveries(),
        "contracts": contracts(),
        "quarantine": quarantine(),
        "delivery_stories": stories(),
        "delivery_changes": delivery_changes(),
        **segment_tables(),
        "universe_curve": universe_curve(),
    }
    for table, content in tables.items():
        if table not in without:
            content.to_parquet(folder / "aggregates" / f"{table}.parquet", index=False)
    for table, content in (marts or {}).items():
        (folder / "marts").mkdir(exist_ok=True)
        content.to_parquet(folder / "marts" / f"{table}.parquet", index=False)
    (folder / "scores").mkdir()
    for model in () if "cards" in without else ("attendance", "support"):
        (folder / "scores" / f"{model}.card.json").write_text(json.dumps(card(model)))
    (folder / "summary.json").write_text(json.dumps(summary(**other)))
    if past is not None:
        (folder / "readiness").mkdir()
        (folder / "readiness" / "past.json").write_text(json.dumps(past))
    files = {
        str(f.relative_to(folder)): {"hash": file_hash(f), "bytes": f.stat().st_size, "rows": None}
        for f in sorted(folder.rglob("*"))
        if f.is_file()
    }
    manifest = {
        "release": name,
        "made_at": made_at.isoformat(),
        "as_of": made_at.date().isoformat(),
        "files": files,
        "checks": {"run": 40, "failed": []},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    aside = folder.parent / ".current.test"
    aside.symlink_to(name)
    os.replace(aside, folder.parent / "current")
    return folder
