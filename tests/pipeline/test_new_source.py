"""A new source is one new folder: assets, checks, readiness row and tests follow from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.landing.assets import build_assets
from orchestration.landing.checks import build_checks
from orchestration.landing.land import land
from orchestration.landing.rules import RULES
from orchestration.readiness.status import source_rows
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from orchestration.sources.registry import HERE

CONTRACT = """
source: petitions
title: Petition sheets
owner: field director
licence: first_party
delivery: {mode: append, cadence: 7d, needed_by: T-3d}
checks: {min_rows: 1}
feeds:
  - name: signers
    files: "petition_*.csv"
    format: csv
    entity: contact
    data_time: {from: signed}
    columns:
      record_id: {from: sheet_line, required: true, unique: true}
      full_name: {from: name}
      zip5: {from: zip}
      created_at: {from: signed}
"""
SAMPLE = "sheet_line,name,zip,signed\n1-1,Ada Invented,50309,2016-01-18\n"


@pytest.fixture
def settings(home: Path, tmp_path: Path) -> Settings:
    """Settings of a temporary copy of the sources that has one folder more."""
    sources = tmp_path / "sources"
    shutil.copytree(HERE, sources, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    sample = sources / "petitions" / "sample" / "2016-01-20" / "petition_1.csv"
    sample.parent.mkdir(parents=True)
    sample.write_text(SAMPLE)
    (sources / "petitions" / "source.yaml").write_text(CONTRACT)
    return load_settings(home).model_copy(update={"sources": sources})


def test_its_assets_and_checks_appear(settings: Settings) -> None:
    assets = {k.to_user_string() for a in build_assets(settings) for k in a.keys}
    checks = {
        k.name
        for c in build_checks(settings)
        for k in c.check_keys
        if k.asset_key.to_user_string() == "source/petitions"
    }
    assert "source/petitions" in assets
    assert checks == set(RULES)
    (land_step,) = build_assets(settings)
    parents = {k.to_user_string() for k in land_step.asset_deps[contact_key(land_step)]}
    assert "source/petitions" in parents


def contact_key(assets: object) -> object:
    (key,) = (k for k in assets.keys if k.to_user_string() == "landing/contact")  # type: ignore[attr-defined]
    return key


def test_it_lands_and_has_its_readiness_row(settings: Settings, moment: datetime) -> None:
    inbox = settings.home / "inbox" / "petitions" / "2016-01-20"
    inbox.mkdir(parents=True)
    (inbox / "petition_1.csv").write_text(SAMPLE)
    assert [(r.source, r.state, r.landed) for r in land(settings, moment)] == [
        ("petitions", "landed", 1)
    ]
    row = next(r for r in source_rows(settings, moment) if r.name == "petitions")
    assert (row.state, row.rows) == ("on_time", 1)


def test_the_tests_of_every_source_test_it_too(settings: Settings) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "petitions", "tests/sources"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "TMINUS_TEST_SOURCES": str(settings.sources)},
        capture_output=True,
        text=True,
    )
    assert outcome.returncode == 0, outcome.stdout
    assert " passed" in outcome.stdout
