"""The dbt project as Dagster assets: an op a stage, an asset a model, a check a test.

Thin: ``project`` says what there is, ``engine`` makes it; here it is told to Dagster and to the
ledger. A model that breaks keeps what reads it from being made, and its op fails after
reporting everything else.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from orchestration.lake import Lake, file_hash, text_hash
from orchestration.landing.assets import owner_of
from orchestration.ledger import steps
from orchestration.ledger.assets import Teller, teller
from orchestration.settings import Settings, UserError
from orchestration.sources.registry import load_contracts
from orchestration.spending.landed import spending_version, write_spending
from orchestration.warehouse.engine import (
    BuildReport,
    Engine,
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
        yield from _tell(teller(settings, context.run.run_id), project, report)
        if report.problems:
            more = f" (and {len(report.problems) - 1} more)" if len(report.problems) > 1 else ""
            raise dg.Failure(f"{report.problems[0]}{more}; what reads it was not made")

    return make


def _tell(told: Teller, project: Project, report: BuildReport) -> Iterator[Result]:
    """Everything that was made, in the order of making, then every test that was run."""
    by_id = {m.id: m for m in project.models.values()}
    for result in report.models:
        model = project.models[result.model]
        if result.status == "made":
            yield told.made(
                model.key,
                model.code_version,
                _data_version(told.lake, model),
                model.upstream,
                rows=result.rows,
                seconds=result.seconds,
                reason=result.message,
            )
        elif result.status == "failed":
            told.failed(
                model.key, model.code_version, model.upstream, result.seconds, result.message
            )
    for rule in report.tests:
        yield _tell_rule(told, by_id[rule.rule.model], rule)


def _data_version(lake: Lake, model: Model) -> str:
    if model.is_file:
        return file_hash(model_path(lake.home, model))
    # A view is as its text and what it reads.
    known = steps.data_versions(lake, model.upstream)
    return text_hash(model.code_version, *(f"{k}={known[k]}" for k in sorted(known)))


def _tell_rule(told: Teller, model: Model, result: RuleResult) -> dg.AssetCheckResult:
    detail = result.message or ("it holds" if result.held else f"{result.failures} row(s) break it")
    if result.verdict == "skipped":
        detail = "not looked at: the model was not made"
    rule = result.rule
    return told.checked(
        model.key,
        rule.name,
        result.held,
        rule.blocking,
        f"{rule.description.rstrip('.')}: {detail}",
        {"failures": result.failures},
    )


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
