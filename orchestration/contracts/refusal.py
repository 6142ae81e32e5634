"""Refusal: why a delivery as a whole cannot be taken in."""

from __future__ import annotations


class Refusal(Exception):
    """A delivery breaks its contract as a whole.

    ``reason`` is one sentence that names file, column and what to do, and no person's value. The
    file stays where it is; the run goes on with the other deliveries.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
