"""The marts of spending: what dbt makes of landed reports ties to the command line, to the cent."""

from __future__ import annotations

import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.lake import Lake, sql_path
from orchestration.landing.land import land
from orchestration.settings import load_settings
from orchestration.spending import report
from orchestration.spending.landed import write_spending
from orchestration.warehouse.engine import Engine
from orchestration.warehouse.project import load_project

SAMPLES = Path(__file__).parents[2] / "orchestration/sources/fec/sample/2016-01-18"
MARTS = ("spending_lines", "spending_by_quarter", "vendors", "committee_totals", "spending_notes")


def test_the_marts_tie_to_the_command_line(tmp_path: Path, shared_data: Path) -> None:
    fec = shared_data / "fec"
    files = [*sorted(SAMPLES.iterdir()), *sorted(fec.glob("C*.csv")), fec / "1527862.fec"]
    inbox = tmp_path / "inbox" / "fec" / "2016-01-18"
    inbox.mkdir(parents=True)
    for file in files:
        shutil.copyfile(file, inbox / file.name)
    land(load_settings(tmp_path), datetime.fromisoformat("2016-01-21T06:00:00-06:00"))
    write_spending(tmp_path)
    project = load_project()
    made = Engine(tmp_path).build(project, [project.models[name] for name in MARTS])
    assert not made.problems
    assert all(test.held for test in made.tests)

    def of(mart: str, what: str) -> dict[object, object]:
        file = sql_path(Lake(tmp_path).marts / f"{mart}.parquet")
        query = f"select {what} from read_parquet({file}) group by 1"
        return dict(duckdb.connect().execute(query).fetchall())

    told = {c["id"]: c for c in report(files)["committees"]}
    totals = {name: Decimal(c["total"]) for name, c in told.items()}
    assert of("committee_totals", "committee_id, any_value(amount)") == totals
    assert of("vendors", "committee_id, sum(amount)") == {n: t for n, t in totals.items() if t}
    quarters = of("spending_by_quarter", "(committee_id || quarter), sum(amount)")
    assert quarters == {
        name + quarter: Decimal(amount)
        for name, c in told.items()
        for quarter, amount in c["by_quarter"].items()
    }
    categories = of("spending_by_quarter", "(committee_id || category), sum(amount)")
    assert categories == {
        name + category: Decimal(amount)
        for name, c in told.items()
        for category, amount in c["by_category"].items()
    }
