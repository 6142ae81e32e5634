"""The parsed dbt project: where it lies, and what it says of each model.

One parse serves every home and is kept under ``dbt_project/target/parsed``, named by the hash
of what it was made from. Reading it needs no dbt, so definitions load fast; running it is
``engine``'s.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.lake import file_hash, text_hash
from orchestration.settings import PROJECT_ROOT, UserError

PROJECT = PROJECT_ROOT / "dbt_project"
STAGES = ("staging", "marts", "segments")
_PARSES_KEPT = 3
_PARTS = ("models", "macros", "seeds", "tests", "dbt_project.yml", "profiles.yml")


@dataclass(frozen=True)
class Column:
    """One column as its model's description has it."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Rule:
    """One dbt test of a model.

    Attributes:
        blocking: Whether a failure holds the release and what reads the model.
    """

    id: str
    name: str
    model: str
    description: str
    blocking: bool


@dataclass(frozen=True)
class Model:
    """One model as the planner and Dagster need to know it.

    Attributes:
        stage: ``staging``, ``marts`` or ``segments``: the op that makes it.
        folder: Where below the lake its file lies.
        is_file: Whether it is a Parquet file in the lake; else it is a view, made anew each run.
        upstream: Asset keys of what it reads.
        helpers: Views and seeds that must be made again before it can be, ids of dbt.
        files: Models that it reads from the lake, itself left out.
        code_version: Changes with its SQL, its tests, the macros and seeds that it uses.
    """

    id: str
    name: str
    stage: str
    folder: str
    is_file: bool
    description: str
    owner: str
    columns: tuple[Column, ...]
    tests: tuple[Rule, ...]
    upstream: tuple[str, ...]
    helpers: tuple[str, ...]
    files: tuple[str, ...]
    code_version: str

    @property
    def key(self) -> str:
        """Its asset key, joined by a slash."""
        return f"{self.stage}/{self.name}"


@dataclass(frozen=True)
class Project:
    """The parsed project; everything is derived from dbt's own manifest.

    Attributes:
        packed: The manifest as dbt reads it back.
        terms: Version of the contracts' terms, for the models that read them.
        spending: Version of the rules of spending, for the models that read its tables.
    """

    manifest: Mapping[str, Any] = field(repr=False)
    packed: Path
    terms: str = ""
    spending: str = ""

    @cached_property
    def models(self) -> dict[str, Model]:
        """Every model by name, in the order of the manifest."""
        tests = _tests(self.manifest)
        return {
            node["name"]: self._model(node, tests.get(node["unique_id"], ()))
            for node in self.manifest["nodes"].values()
            if node["resource_type"] == "model"
        }

    def stage(self, name: str) -> list[Model]:
        """The models of one stage."""
        return [m for m in self.models.values() if m.stage == name]

    def _model(self, node: Mapping[str, Any], tests: tuple[Rule, ...]) -> Model:
        stage = node["config"]["meta"].get("stage")
        if stage not in STAGES:
            raise UserError(f"{node['original_file_path']} has no stage; put it in a known folder")
        return Model(
            id=node["unique_id"],
            name=node["name"],
            stage=stage,
            folder=node["config"]["meta"].get("folder", stage),
            is_file=node["config"]["materialized"] == "lake",
            description=node["description"],
            owner=node["config"]["meta"].get("owner", ""),
            columns=tuple(
                Column(c["name"], c.get("data_type") or "", c["description"])
                for c in node["columns"].values()
            ),
            tests=tests,
            upstream=tuple(sorted(set(self._upstream(node)))),
            helpers=self._gather(node, tests, self._helpers),
            files=self._gather(node, tests, self._files),
            code_version=self._code_version(node, tests),
        )

    def _parents(self, node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        for parent in node["depends_on"].get("nodes", []):  # a seed has none
            yield self.manifest["nodes"].get(parent) or self.manifest["sources"][parent]

    def _upstream(self, node: Mapping[str, Any]) -> Iterator[str]:
        for parent in self._parents(node):
            meta = parent["config"].get("meta") or {}
            if parent["resource_type"] == "model":
                yield f"{meta['stage']}/{parent['name']}"
            elif parent["resource_type"] == "source" and "asset" in meta:
                yield meta["asset"]

    def _gather(
        self,
        node: Mapping[str, Any],
        tests: tuple[Rule, ...],
        walk: Callable[[str], Iterator[str]],
    ) -> tuple[str, ...]:
        """What a model and its tests need, the model itself left out."""
        ids = [node["unique_id"], *(t.id for t in tests)]
        found = {name for one in ids for name in walk(one)}
        return tuple(sorted(found - {node["unique_id"], node["name"]}))

    def _helpers(self, unique_id: str) -> Iterator[str]:
        for parent in self._parents(self.manifest["nodes"][unique_id]):
            if parent["resource_type"] == "seed" or _is_view(parent):
                yield parent["unique_id"]
                yield from self._helpers(parent["unique_id"])

    def _files(self, unique_id: str) -> Iterator[str]:
        for parent in self._parents(self.manifest["nodes"][unique_id]):
            if _is_view(parent):
                yield from self._files(parent["unique_id"])
            elif parent["resource_type"] == "model":
                yield parent["name"]

    def _code_version(self, node: Mapping[str, Any], tests: tuple[Rule, ...]) -> str:
        seeds = [p for p in self._parents(node) if p["resource_type"] == "seed"]
        nodes = [self.manifest["nodes"][t.id] for t in tests]
        bound = {p["config"].get("meta", {}).get("terms") for p in self._parents(node)}
        macros: set[str] = set()
        for one in (node, *nodes):
            _collect_macros(self.manifest, one["depends_on"]["macros"], macros)
        return text_hash(
            node["checksum"]["checksum"],
            json.dumps(node["config"]["meta"], sort_keys=True) + node["config"]["materialized"],
            self.terms if True in bound else "",
            *([self.spending] if "spending" in bound else []),
            *sorted(s["checksum"]["checksum"] for s in seeds),
            *sorted(json.dumps([t["name"], t["config"]["severity"]]) for t in nodes),
            *sorted(json.dumps(t.get("test_metadata"), sort_keys=True) for t in nodes),
            *(self.manifest["macros"][m]["macro_sql"] for m in sorted(macros)),
        )


def _is_view(node: Mapping[str, Any]) -> bool:
    is_model = node["resource_type"] == "model"
    return bool(is_model and node["config"]["materialized"] != "lake")


def _forget(kept: Path) -> None:
    """Remove old parses but the newest: a run that began before a change still reads its own."""
    files = sorted(kept.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[2 * _PARSES_KEPT :]:
        file.unlink(missing_ok=True)


def _collect_macros(manifest: Mapping[str, Any], ids: list[str], found: set[str]) -> None:
    """Our own macros that these use, and theirs; dbt's own change with its pinned version."""
    for macro in ids:
        if macro.startswith("macro.tminus.") and macro not in found:
            found.add(macro)
            _collect_macros(manifest, manifest["macros"][macro]["depends_on"]["macros"], found)


def _tests(manifest: Mapping[str, Any]) -> dict[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] != "test" or not node.get("attached_node"):
            continue
        owner = node["attached_node"]
        found.setdefault(owner, []).append(
            Rule(
                id=node["unique_id"],
                name=node["name"],
                model=owner,
                description=node["description"] or node["name"].replace("_", " "),
                blocking=node["config"]["severity"].lower() == "error",
            )
        )
    return {owner: tuple(sorted(tests, key=lambda t: t.name)) for owner, tests in found.items()}


def load_project(folder: Path = PROJECT, terms: str = "", spending: str = "") -> Project:
    """The project as last parsed, parsed anew when a file of it has changed.

    Raises:
        UserError: dbt cannot parse the project; the sentence carries dbt's own.
    """
    kept = folder / "target" / "parsed"
    name = project_version(folder)
    packed, written = kept / f"{name}.msgpack", kept / f"{name}.json"
    if not (packed.exists() and written.exists()):
        _parse(folder, packed, written)
    return Project(json.loads(written.read_text(encoding="utf-8")), packed, terms, spending)


def project_version(folder: Path) -> str:
    """A name for everything that a parse reads: the files, the folder's place, dbt's version."""
    files = sorted(
        file
        for part in _PARTS
        for file in ([folder / part] if (folder / part).is_file() else (folder / part).rglob("*"))
        if file.is_file()
    )
    return text_hash(
        str(folder.resolve()),
        version("dbt-core"),
        version("dbt-duckdb"),
        *(f"{f.relative_to(folder)}:{file_hash(f)}" for f in files),
    )


def _parse(folder: Path, packed: Path, written: Path) -> None:
    from orchestration.warehouse.engine import parse

    aside = packed.parent.with_name(f".parse.{os.getpid()}")
    try:
        parse(folder, aside)
        packed.parent.mkdir(parents=True, exist_ok=True)
        _forget(packed.parent)
        os.replace(aside / "manifest.json", written)
        os.replace(aside / "partial_parse.msgpack", packed)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
