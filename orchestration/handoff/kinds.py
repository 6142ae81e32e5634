"""The kinds of list: how people on it are reached, and what one row is about.

A volunteer gets what the next contact needs and nothing else: no score, no reason that tells
one, no value of another kind of contact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from orchestration.settings import UserError

ListName = Literal["walk", "phone", "text", "mail", "email"]
RowIs = Literal["person", "number", "household"]


@dataclass(frozen=True)
class Kind:
    """One kind of list.

    Attributes:
        name: As the command line says it.
        use: The permitted use that a value must have to stand on it.
        row: A person at a door; a number or address, which may be of several; a household.
        value: The field by which somebody is reached.
        columns: What its file holds, in order; ``line_id`` ties a result to the list.
    """

    name: ListName
    use: str
    row: RowIs
    value: Literal["address", "phone", "email"]
    columns: tuple[str, ...]


_ADDRESS = ("house_number", "street", "unit", "city", "state", "zip5")
_NAME = ("first_name", "last_name")
_SITE = ("site_name", "site_address", "site_starts_at")
_AT_THE_DOOR = ("age", "gender", "best_time_seen")
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="walk",
            use="door",
            row="person",
            value="address",
            columns=(
                *("line_id", "precinct_id", "stop", "side"), *_ADDRESS, *_NAME, *_AT_THE_DOOR,
                *_SITE,
            ),
        ),
        Kind(
            name="phone",
            use="phone",
            row="number",
            value="phone",
            columns=("line_id", "precinct_id", "phone", *_NAME, "best_time_seen", *_SITE),
        ),
        Kind("text", "text", "number", "phone", ("line_id", "phone", "first_name")),
        Kind("mail", "mail", "household", "address", ("line_id", "addressee", *_ADDRESS)),
        Kind("email", "email", "number", "email", ("line_id", "email", *_NAME)),
    )
}  # fmt: skip


def kind_of(name: str) -> Kind:
    """The kind of that name.

    Raises:
        UserError: there is none.
    """
    try:
        return KINDS[name]
    except KeyError:
        raise UserError(
            f"there is no list {name!r}; choose {', '.join(KINDS)} as the kind of list"
        ) from None
