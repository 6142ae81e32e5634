"""On which line of a text file a record begins: what an editor shows, beside our record numbers.

The two differ by what stands before the first record, by empty lines and by line breaks inside
quotation marks. Asked only for the few records that went to quarantine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Lines:
    """The lines of a text.

    Attributes:
        file: The text, as UTF-8.
        skip: How many lines are left out before anything else.
        has_header: Whether the first record after them is no record but the names.
        is_quoted: Whether line breaks inside quotation marks end no record.
        before: Lines of the delivery that come before this text.
    """

    file: Path
    skip: int = 0
    has_header: bool = False
    is_quoted: bool = True
    before: int = 0

    def of(self, numbers: Sequence[int]) -> list[int]:
        """The lines (from 1) on which these ascending record numbers (from 1) begin."""
        wanted, found = iter(numbers), []
        asked = next(wanted, None)
        number, is_inside = -1 if self.has_header else 0, False
        with self.file.open("rb") as stream:
            for line, text in enumerate(stream, 1):
                if asked is None:
                    break
                if line <= self.skip:
                    continue
                begins = not is_inside and bool(text.strip())
                if self.is_quoted and text.count(b'"') % 2:
                    is_inside = not is_inside
                if not begins:
                    continue
                number += 1
                if number == asked:
                    found.append(self.before + line)
                    asked = next(wanted, None)
        # a record that the text does not have would be a fault of ours
        return found if len(found) == len(numbers) else [0] * len(numbers)
