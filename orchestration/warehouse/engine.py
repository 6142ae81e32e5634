"""The one module that runs dbt: in this process, on a database in memory, for one home.

What was asked for and what came of it are plain data; Dagster is ``assets``'. Spark, when it
comes, is a second profile here and second macros in ``dbt_project/macros``.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from orchestration.lake import Lake, connect, write_parquet
from orchestration.settings import UserError
from orchestration.warehouse.project import PROJECT, Model, Project, Rule

Status = Literal["made", "failed", "skipped"]
Verdict = Literal["passed", "failed", "warned", "broken", "skipped"]

_CHOSEN = "chosen_now"
# dbt keeps adapters and contexts in its modules: one invocation at a time in a process.
_ONE_AT_A_TIME = threading.Lock()
_QUIET = (
    "--quiet",
    "--log-level", "none",
    "--log-level-file", "none",
    "--no-use-colors",
    "--no-version-check",
    "--no-send-anonymous-usage-stats",
    "--no-partial-parse",
    "--no-write-json",
)  # fmt: skip


@dataclass(frozen=True)
class ModelResult:
    """What became of one model; ``message`` says why when it was not made."""

    model: str
    status: Status
    rows: int
    seconds: float
    message: str = ""


@dataclass(frozen=True)
class RuleResult:
    """What became of one test; ``failures`` counts rows that break it."""

    rule: Rule
    verdict: Verdict
    failures: int
    seconds: float
    message: str = ""

    @property
    def held(self) -> bool:
        """Whether the table is known to be as the test says."""
        return self.verdict == "passed"


@dataclass(frozen=True)
class BuildReport:
    """What one build came to, in the order in which dbt finished it."""

    models: tuple[ModelResult, ...]
    tests: tuple[RuleResult, ...]
    seconds: float

    @property
    def problems(self) -> list[str]:
        """One sentence for each model that failed and each blocking test that did not hold."""
        failed = [f"{m.model}: {m.message}" for m in self.models if m.status == "failed"]
        broken = [
            f"{t.rule.name}: {t.message or f'{t.failures} row(s) break it'}"
            for t in self.tests
            if t.rule.blocking and t.verdict in ("failed", "broken")
        ]
        return failed + broken


@dataclass(frozen=True)
class Engine:
    """How and for which home models are run."""

    home: Path
    memory: str = "4GB"
    folder: Path = PROJECT

    def build(
        self, project: Project, models: Sequence[Model], tests: Iterable[Rule] | None = None
    ) -> BuildReport:
        """Make models and run their tests; what reads a model that broke is left alone.

        Views and seeds that the models read are made on the way and not reported.

        Args:
            project: The parsed project.
            models: What to make; files among their parents must be there already.
            tests: Which tests to run; default all of these models.

        Raises:
            UserError: a file that a model reads was never made, or the home's name has a comma.
        """
        chosen = {m.id: m for m in models}
        wanted = [t for m in models for t in m.tests] if tests is None else list(tests)
        self._demand(project, models)
        by_id = {m.id: m for m in project.models.values()}
        tested = [by_id[t.model] for t in wanted]
        # A view that is tested without being chosen lives in memory and is made for its test.
        ids = {m.id for m in (*models, *(t for t in tested if not t.is_file))}
        ids |= {h for m in (*models, *tested) for h in m.helpers}
        ids |= {t.id for t in wanted}
        # `empty`: only the tests that are named run, so a helper's own are left out.
        arguments = ["build", "--indirect-selection", "empty", "--select", f"tag:{_CHOSEN}"]
        self._floor()
        result = self._invoke(project, arguments, ids)
        found = list(result.result or ())
        if not found and result.exception:
            raise _mistake(result.exception)
        return BuildReport(
            models=tuple(
                _model_result(self.home, chosen[r.node.unique_id], r)
                for r in found
                if r.node.unique_id in chosen
            ),
            tests=_test_results(found, wanted),
            seconds=round(float(getattr(result.result, "elapsed_time", 0.0)), 3),
        )

    def unit_tests(self, project: Project) -> dict[str, str]:
        """Run dbt's unit tests: name and what is wrong, empty when it passed."""
        result = self._invoke(project, ["test", "--select", "test_type:unit"])
        if not result.result:
            raise _mistake(result.exception)
        return {
            r.node.name: "" if str(r.status) == "pass" else str(r.message)
            for r in result.result
            if r.node.unique_id.startswith("unit_test.")
        }

    def _demand(self, project: Project, models: Sequence[Model]) -> None:
        if "," in str(self.home):
            raise UserError(f"the home {self.home} has a comma in its name; choose another --home")
        making = {m.name for m in models}
        for model in models:
            for name in model.files:
                if name not in making and not model_path(self.home, project.models[name]).exists():
                    raise UserError(
                        f"{model.key} reads {project.models[name].key}, which was never made; "
                        "run that first"
                    )

    def _floor(self) -> None:
        """A glob that matches no file is an error: leave an empty file where nothing came yet."""
        lake = Lake(self.home)
        floors = {
            lake.wide("_none") / "delivery=_none" / "empty.parquet": "record_key",
            lake.root / "changes" / "source=_none" / "feed=_none" / "empty.parquet": (
                "record_key, change, old_delivery, new_delivery"
            ),
        }
        for floor, columns in floors.items():
            if not floor.exists():
                nulls = ", ".join(f"null::varchar as {c}" for c in columns.split(", "))
                with connect(self.home) as con:
                    write_parquet(con, f"select {nulls} where false", floor)

    def _invoke(
        self, project: Project, arguments: Sequence[str], chosen: Iterable[str] = ()
    ) -> Any:
        from dbt.cli.main import dbtRunner
        from dbt.contracts.graph.manifest import Manifest

        # A fresh copy each time: dbt writes compiled SQL into the manifest it is given.
        manifest = Manifest.from_msgpack(project.packed.read_bytes())
        # Macros read it as `graph`; dbt makes it only when it parses.
        manifest.build_flat_graph()
        for node in chosen:
            # A tag of this copy alone: dbt lays each name that it is given against every node
            # of the project, three times over, which took half of a small build.
            manifest.nodes[node].tags.append(_CHOSEN)
        with _ONE_AT_A_TIME, _environment(self._names()), _connections():
            return dbtRunner(manifest=manifest).invoke([*_QUIET, *arguments, *self._places()])

    def _names(self) -> dict[str, str]:
        return {"TMINUS_HOME": str(self.home), "TMINUS_MEMORY": self.memory}

    def _places(self) -> list[str]:
        target = self.home / "target"
        return [
            "--project-dir", str(self.folder),
            "--profiles-dir", str(self.folder),
            "--target-path", str(target),
            "--log-path", str(target / "logs"),
        ]  # fmt: skip


def model_path(home: Path, model: Model) -> Path:
    """Where the file of a model lies; a view has none."""
    return Lake(home).root / model.folder / f"{model.name}.parquet"


def parse(folder: Path, target: Path) -> None:
    """Parse the project into ``target``: dbt's manifest as JSON and packed.

    Raises:
        UserError: dbt finds a mistake.
    """
    from dbt.cli.main import dbtRunner

    quiet = [flag for flag in _QUIET if flag not in ("--no-partial-parse", "--no-write-json")]
    arguments = [
        "parse", "--project-dir", str(folder), "--profiles-dir", str(folder),
        "--target-path", str(target), "--log-path", str(target),
    ]  # fmt: skip
    with _ONE_AT_A_TIME, _environment({"TMINUS_HOME": str(target)}), _connections():
        result = dbtRunner().invoke([*quiet, *arguments])
    if not result.success:
        raise _mistake(result.exception)


@contextmanager
def _environment(names: Mapping[str, str]) -> Iterator[None]:
    """dbt reads a profile's values from the environment only; it is put back afterwards."""
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _connections() -> Iterator[None]:
    """Close the database in memory with the invocation; dbt keeps it while the process lives."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    here = Path.cwd()
    try:
        yield
    finally:
        environment: Any = DuckDBConnectionManager._ENV
        if environment is not None:
            environment.close()
        DuckDBConnectionManager.close_all_connections()
        if Path.cwd() != here:
            os.chdir(here)


def _mistake(exception: BaseException | None) -> UserError:
    text = " ".join(str(exception).split()) if exception else "dbt gave no reason"
    if "Compilation Error" not in text:
        # Only a mistake of the SQL's templates is sure to quote no data.
        text = hide_values(text)
    return UserError(f"the dbt project cannot be run: {text}; mend it in dbt_project")


def _model_result(home: Path, model: Model, result: Any) -> ModelResult:
    status = str(result.status)
    if status == "success":
        return ModelResult(model.name, "made", _rows(home, model), round(result.execution_time, 3))
    if status == "skipped":
        return ModelResult(model.name, "skipped", 0, 0.0, "what it reads is not in order")
    seconds = round(result.execution_time, 3)
    return ModelResult(model.name, "failed", 0, seconds, hide_values(str(result.message)))


def _rows(home: Path, model: Model) -> int:
    if not model.is_file:
        return 0
    import pyarrow.parquet as pq

    return int(pq.read_metadata(model_path(home, model)).num_rows)


_VERDICTS: Mapping[str, Verdict] = {
    "pass": "passed",
    "fail": "failed",
    "warn": "warned",
    "error": "broken",
    "skipped": "skipped",
}


def _test_results(found: Sequence[Any], wanted: Sequence[Rule]) -> tuple[RuleResult, ...]:
    rules = {r.id: r for r in wanted}
    return tuple(
        RuleResult(
            rule=rules[r.node.unique_id],
            verdict=_VERDICTS[str(r.status)],
            failures=int(r.failures or 0),
            seconds=round(r.execution_time, 3),
            message=hide_values(str(r.message)) if str(r.status) == "error" else "",
        )
        for r in found
        if r.node.unique_id in rules
    )


def hide_values(text: str) -> str:
    """A message of the database without what may be a person's values.

    >>> hide_values("Could not convert string 'MARY' to INT32 near 5155550100")
    "Could not convert string '..' to INT32 near .."
    """
    line = " ".join(text.split())
    # dbt repeats which model it is, DuckDB quotes the line of SQL.
    line = re.sub(r"^\w+ Error in \w+ \S+ \(\S+\) ", "", line).split(" LINE ")[0]
    line = re.sub(r"'[^']*'", "'..'", line)
    return re.sub(r"\d{6,}", "..", line)[:400]
