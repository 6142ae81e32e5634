"""Files that people write, as YAML: read with the line of every key, so a mistake can be shown.

How ``campaign.yaml`` is built stands in ``campaign``; a contract's shape is ``contracts``'.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class UserError(Exception):
    """A mistake that a user made and can mend: one sentence naming the place and the remedy."""


class Strict(BaseModel):
    """A part of a file that people write: an unknown key is a mistake, and nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_yaml(file: Path) -> tuple[Any, dict[tuple[str | int, ...], int]]:
    """Read a YAML file as data plus the line of every key, so that a mistake can be pointed at.

    Raises:
        UserError: the file is missing, unreadable or no YAML, or repeats a key.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{file} does not exist; create it or name another file") from None
    except (OSError, UnicodeDecodeError) as mistake:
        raise UserError(f"{file} cannot be read ({mistake.__class__.__name__}); mend it") from None
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[tuple[str | int, ...], int] = {}
        if node is not None:
            _collect_lines(node, (), lines, file)
        content = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as mistake:
        line = mistake.problem_mark.line + 1 if mistake.problem_mark else 1
        reason = mistake.problem
        raise UserError(f"{file}, line {line}: no valid YAML ({reason}); mend it") from None
    finally:
        loader.dispose()
    return content, lines


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as plain data; the C parser where it is there, for contracts are long.

    A date that is none stays text, for the model that reads it names the key and the line.
    """

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)


def _collect_lines(
    node: yaml.Node, at: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], file: Path
) -> None:
    lines.setdefault(at, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*at, str(key.value))
            if here in lines:
                line = key.start_mark.line + 1
                raise UserError(f"{file}, line {line}: {key.value!r} stands here twice; keep one")
            lines[here] = key.start_mark.line + 1
            _collect_lines(value, here, lines, file)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _collect_lines(value, (*at, index), lines, file)


def validate_with_lines(
    model: type[Model], content: Any, lines: dict[tuple[str | int, ...], int], file: Path
) -> Model:
    """Validate data against a model; the first mistake becomes a sentence with file and line.

    Raises:
        UserError: a key is unknown or missing, or a value is not what the model allows.
    """
    try:
        return model.model_validate(content if content is not None else {})
    except ValidationError as mistake:
        # A misspelt key is told before the one that is missing because of it.
        first = min(mistake.errors(), key=lambda error: error["type"] != "extra_forbidden")
        place = tuple(p if isinstance(p, int) else str(p) for p in first["loc"])
        line = next((lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in lines), 1)
        name = ".".join(str(p) for p in place) or "the file"
        raise UserError(f"{file}, line {line}: {_sentence(name, dict(first))}") from None


def _sentence(name: str, error: dict[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return f"unknown key {name!r}; remove it or correct its spelling"
    if error["type"] == "missing":
        return f"{name!r} is missing; add it"
    return f"{name!r}: {error['msg'].removeprefix('Value error, ')}"
