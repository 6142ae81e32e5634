"""The dbt project as Dagster assets: an op a stage, an asset a model, a check a test.

Thin: ``project`` says what there is, ``engine`` makes it; here it is told to Dagster and to the
ledger. A model that breaks keeps what reads it from being made, and its op fails after
reporting everything else.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import dagster as dg

from orchestration.countdown import clock
from orchestration.lake import Lake, file_hash, text_hash
from orchestration.landing.assets import owner_of
from orchestration.ledger import checks, steps
from orchestration.ledger.checks import CheckRecord
from orchestration.ledger.making import record_making
from orchestration.ledger.steps import StepRecord
from orchestration.settings import Settings, UserError
from orchestration.sources.registry import load_contracts
from orchestration.spending.landed import spending_version, write_spending
from orchestration.warehouse.engine import (
    BuildReport,
    Engine,
    ModelResult,
    RuleResult,
    model_path,
)
from orchestration.warehouse.project import STAGES, Model, Project, load_project
from orchestration.warehouse.terms import Row, terms_of, terms_version, write_terms

Result = dg.MaterializeResult[None] | dg.AssetCheckResult
DEFAULT_OWNER = "data director"


def build_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The ops ``staging``, ``marts`` and ``segments``."""
    terms = terms_of(load_contracts(settings.sources))
    project = load_project(terms=terms_version(terms), spending=spending_version())
    return [_stage(settings, project, terms, stage) for stage in STAGES if project.stage(stage)]


def _stage(
    settings: Settings, project: Project, terms: list[Row], stage: str
) -> dg.AssetsDefinition:
    models = project.stage(stage)

    @dg.multi_asset(
        name=stage,
        specs=[_spec(settings, model) for model in models],
        check_specs=[spec for model in models for spec in _check_specs(model)],
        can_subset=True,
        pool="warehouse",
    )
    def make(context: dg.AssetExecutionContext) -> Iterator[Result]:
        keys = {key.to_user_string() for key in context.selected_asset_keys}
        wanted = {(k.asset_key.to_user_string(), k.name) for k in context.selected_asset_check_keys}
        chosen = [m for m in models if m.key in keys]
        tests = [t for m in models for t in m.tests if (m.key, t.name) in wanted]
        write_terms(settings.home, terms)
        if stage == "marts":
            write_spending(settings.home)
        try:
            report = Engine(settings.home, settings.memory).build(project, chosen, tests)
        except UserError as mistake:
            raise dg.Failure(str(mistake)) from None
        yield from _Book(settings, context.run.run_id).write(project, report)
        if report.problems:
            more = f" (and {len(report.problems) - 1} more)" if len(report.problems) > 1 else ""
            raise dg.Failure(f"{report.problems[0]}{more}; what reads it was not made")

    return make


class _Book:
    """Writes what one build came to into the ledger, and says the same to Dagster."""

    def __init__(self, settings: Settings, run_id: str) -> None:
        self._lake = Lake(settings.home)
        self._run_id = run_id
        moment: datetime = clock.now(settings.home, settings.campaign.contest.zone)
        self._at = moment.isoformat()

    def write(self, project: Project, report: BuildReport) -> Iterator[Result]:
        """Everything that was made, in the order of making, then every test that was run."""
        by_id = {m.id: m for m in project.models.values()}
        for result in report.models:
            if result.status == "made":
                yield self._made(project.models[result.model], result)
            elif result.status == "failed":
                self._record(project.models[result.model], result, "", "failed")
        for rule in report.tests:
            yield self._checked(by_id[rule.rule.model], rule)

    def _made(self, model: Model, result: ModelResult) -> dg.MaterializeResult[None]:
        record = self._record(model, result, self._data_version(model), "made")
        return dg.MaterializeResult(
            asset_key=model.key.split("/"),
            data_version=dg.DataVersion(record.data_version),
            metadata={
                "seconds": result.seconds,
                **({"rows": result.rows} if model.is_file else {}),
            },
        )

    def _data_version(self, model: Model) -> str:
        if model.is_file:
            return file_hash(model_path(self._lake.home, model))
        # A view is as its text and what it reads.
        known = steps.data_versions(self._lake, model.upstream)
        return text_hash(model.code_version, *(f"{k}={known[k]}" for k in sorted(known)))

    def _record(
        self, model: Model, result: ModelResult, data_version: str, state: steps.State
    ) -> StepRecord:
        made = StepRecord(
            asset=model.key,
            code_version=model.code_version,
            inputs={},
            data_version=data_version,
            state=state,
            finished_at=self._at,
            rows=result.rows,
            seconds=result.seconds,
            run_id=self._run_id,
            reason=result.message,
        )
        return record_making(self._lake, made, model.upstream)

    def _checked(self, model: Model, result: RuleResult) -> dg.AssetCheckResult:
        rule = result.rule
        detail = result.message or (
            "it holds" if result.held else f"{result.failures} row(s) break it"
        )
        if result.verdict == "skipped":
            detail = "not looked at: the model was not made"
        checks.append(
            self._lake,
            CheckRecord(
                asset=model.key,
                check=rule.name,
                passed=result.held,
                blocking=rule.blocking,
                detail=f"{rule.description}: {detail}",
                evaluated_at=self._at,
                figures={"failures": result.failures},
                run_id=self._run_id,
            ),
        )
        return dg.AssetCheckResult(
            asset_key=model.key.split("/"),
            check_name=rule.name,
            passed=result.held,
            severity=_severity(rule.blocking),
            description=detail,
            metadata={"failures": result.failures, "seconds": result.seconds},
        )


def _severity(blocking: bool) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN


def _spec(settings: Settings, model: Model) -> dg.AssetSpec:
    return dg.AssetSpec(
        model.key.split("/"),
        deps=[key.split("/") for key in model.upstream],
        group_name=model.stage,
        description=model.description,
        owners=[owner_of(settings, model.owner or DEFAULT_OWNER)],
        code_version=model.code_version,
        kinds={"dbt", "duckdb", "parquet" if model.is_file else "view"},
        metadata={
            "dagster/column_schema": _schema(model),
            "dagster/relation_identifier": model.name,
        },
    )


def _schema(model: Model) -> dg.TableSchema:
    return dg.TableSchema(
        [
            dg.TableColumn(c.name, c.type or "unknown", description=c.description)
            for c in model.columns
        ]
    )


def _check_specs(model: Model) -> Sequence[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(
            rule.name,
            asset=model.key.split("/"),
            description=rule.description,
            blocking=rule.blocking,
        )
        for rule in model.tests
    ]
