"""How sure a link must be for each use, as ``campaign.yaml`` sets it: the ``links`` block."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from orchestration.settings.files import Strict

LinkUse = Literal["walk_list", "suppression", "give_back"]
# From this chance on a link is made at all; what is below is a question for a human.
LINKED_FROM = 0.95


class LinkUses(Strict):
    """The chance from which a link counts, by use; a wrong one does not cost the same everywhere.

    Attributes:
        walk_list: A door or a text: a wrong link reaches a stranger.
        suppression: Who asked not to be contacted: a missed link is the harm, so a mere
            possibility counts, and every voter that it could be.
        give_back: What is told to others as a fact.
    """

    walk_list: float = Field(default=0.95, ge=LINKED_FROM, le=1)
    suppression: float = Field(default=0.3, gt=0, le=LINKED_FROM)
    give_back: float = Field(default=0.99, ge=LINKED_FROM, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> LinkUses:
        if self.give_back < self.walk_list:
            raise ValueError("give_back is below walk_list; what is given away must be surer")
        return self
