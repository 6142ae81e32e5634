"""A query built in layers: each adds named columns over the ones before it.

DuckDB shares work between nested selects and not inside a ``case``, so what is used twice gets a
layer of its own. What the columns mean is ``mapping``'s.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from orchestration.contracts.normalise.parsers import Step

_WORD = re.compile(r"\w+")


@dataclass
class Layers:
    """The columns that each layer adds, by its number; layer 1 stands on the file's own columns."""

    steps: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def deepest(self) -> int:
        """The number of the last layer so far."""
        return max(self.steps, default=0)

    def add(self, layer: int, name: str, sql: str) -> str:
        """Add a column to a layer; gives its name, which the next layers can read."""
        self.steps.setdefault(layer, {})[name] = sql
        return name

    def chain(self, layer: int, name: str, ref: str, steps: Sequence[Step]) -> int:
        """Read ``ref`` in steps from ``layer`` on, one a layer; the last is called ``name``.

        Steps between are called ``s0_<name>``, ``s1_<name>`` and so on.

        Returns:
            The layer that holds the last.
        """
        for number, step in enumerate(steps):
            last = number == len(steps) - 1
            ref = self.add(layer + number, name if last else f"s{number}_{name}", step(ref))
        return layer + len(steps) - 1

    def has(self, name: str) -> bool:
        """Whether some layer has a column of that name."""
        return any(name in columns for columns in self.steps.values())

    def ground_of(self, names: Sequence[str]) -> list[str]:
        """The SQL of all that these columns rest on, down to the file's own columns."""
        every = {name: sql for columns in self.steps.values() for name, sql in columns.items()}
        found: dict[str, str] = {}
        waiting = [name for name in names if name in every]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = every[name]
                waiting += [word for word in _WORD.findall(every[name]) if word in every]
        return list(found.values())

    def sql(self, source: str) -> str:
        """The whole as nested selects over ``source``."""
        query = source
        for number in sorted(self.steps):
            star = "" if number == min(self.steps) else "*, "
            columns = ", ".join(f"{sql} as {name}" for name, sql in self.steps[number].items())
            query = f"select {star}{columns} from ({query})"
        return query
