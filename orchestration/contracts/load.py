"""Reading a ``source.yaml``: the first mistake becomes one sentence with file and line."""

from __future__ import annotations

from pathlib import Path

from orchestration.contracts.expressions import ExpressionError, check_expression
from orchestration.contracts.model import Contract
from orchestration.contracts.traits import refused_trait
from orchestration.settings import UserError, read_yaml, validate_with_lines


def load_contract(file: Path) -> Contract:
    """Read and validate one contract.

    Raises:
        UserError: the file is missing, is no YAML, or does not fit the model; the sentence
            names file and line and what to do.
    """
    content, lines = read_yaml(file)
    contract = validate_with_lines(Contract, content, lines, file)
    for number, feed in enumerate(contract.feeds):
        for name, column in feed.columns.items():
            if column.sql is None:
                continue
            place = ("feeds", number, "columns", name)
            line = lines.get((*place, "sql"), lines.get(place, 1))
            try:
                read = check_expression(column.sql)
            except ExpressionError as mistake:
                raise UserError(f"{file}, line {line}: {name}.sql {mistake}") from None
            for used in read:
                if refused_trait(used) or used in feed.refuse:
                    raise UserError(
                        f"{file}, line {line}: {name}.sql reads {used!r}, which is never taken in;"
                        " leave it out"
                    )
    return contract
