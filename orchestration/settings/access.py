"""Who may see what in the app, as ``campaign.yaml`` sets it: the ``app`` block.

Only with a sign-in: groups are what the identity provider says of whoever signs in.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from orchestration.settings.files import Strict
from orchestration.settings.leaving import Role

EVERYWHERE = "all"
_NEEDS_PLACES: tuple[Role, ...] = ("field", "processor")


class Grant(Strict):
    """What one group of the identity provider may do.

    Attributes:
        precincts: Of a field or a processor: precinct ids or county FIPS; ``all`` is everywhere.
        sources: Of a vendor: the sources that it delivers.
        until: The last day on which the grant holds; a processor's must end.
    """

    role: Role
    precincts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    until: date | None = None

    @model_validator(mode="after")
    def _has_a_scope(self) -> Grant:
        if self.role in _NEEDS_PLACES and not self.precincts:
            raise ValueError(
                f"the role {self.role} needs precincts: ids, county FIPS or {EVERYWHERE}"
            )
        if self.role == "vendor" and not self.sources:
            raise ValueError("the role vendor needs sources: the ones that it delivers")
        if self.role == "processor" and self.until is None:
            raise ValueError("the role processor needs until: its scope must end on a day")
        return self


class AppSettings(Strict):
    """Roles of whoever signs in, and what counts as reading people in bulk.

    Attributes:
        roles: A group of the identity provider and what it is granted; who is in several has
            all of them.
        groups_claim: Where the provider writes the groups in its identity token.
        sign_in_hours: After so many hours somebody signs in anew, so that who left a group is
            not in it for longer.
        looks_per_hour: Searches and pages of persons by one user in an hour above which an alert
            is raised.
    """

    roles: dict[str, Grant] = Field(default_factory=dict)
    groups_claim: str = "groups"
    sign_in_hours: int = Field(default=12, gt=0)
    looks_per_hour: int = Field(default=60, gt=0)
