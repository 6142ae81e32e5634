"""Canaries: invented people on every list, by whom a leak is traced to the list it came from.

Their names are drawn from the list's id, so no two lists share them and nothing needs to be kept
but the id; they are reached where only the campaign reads, as set in ``campaign.yaml``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.settings import Seed

_FIRST = (
    "ALDEN", "BERNA", "CORWIN", "DELPHA", "EMERY", "FERNE", "GARTH", "HESTER", "IVOR", "JETTA",
    "KERMIT", "LORNA", "MERLE", "NELDA", "ORVAL", "PEARLE", "QUINCY", "RHETA", "SELMER", "TWILA",
    "URIAH", "VELDA", "WENDEL", "ZELLA",
)  # fmt: skip
_LAST = (
    "ABERNAKE", "BRANDVOLD", "CULLIMER", "DRAYHORN", "ELKSTROM", "FENWALD", "GRISTAD", "HOLTZAPP",
    "INGERLEY", "JOSTWICK", "KELLENBY", "LINDMARK", "MOSBERRY", "NORTHWEL", "OSTERBOM", "PRAVIN",
    "QUILLHAM", "ROSTAFER", "STENVIG", "TROWLEY", "UNDERBAK", "VANTREES", "WESTERFUL", "YARNGOLD",
)  # fmt: skip


@dataclass(frozen=True)
class Canary:
    """One invented person of one list."""

    first_name: str
    last_name: str
    token: str
    seed: Seed


def canaries_of(list_id: str, seeds: Sequence[Seed], how_many: int) -> tuple[Canary, ...]:
    """The canaries of a list: the same each time, and of no other list."""
    found: list[Canary] = []
    for place in range(how_many if seeds else 0):
        digest = hashlib.blake2b(f"{list_id}|{place}".encode(), digest_size=8).digest()
        number = int.from_bytes(digest)
        found.append(
            Canary(
                _FIRST[number % len(_FIRST)],
                _LAST[number // len(_FIRST) % len(_LAST)],
                digest.hex()[:6],
                seeds[place % len(seeds)],
            )
        )
    return tuple(found)


def as_row(canary: Canary, columns: Sequence[str], line_id: str) -> dict[str, Any]:
    """A canary as a row of a list; an e-mail address carries its token behind a plus."""
    seed = canary.seed
    local, _, domain = seed.email.partition("@")
    values = {
        "line_id": line_id,
        "first_name": canary.first_name,
        "last_name": canary.last_name,
        "addressee": f"{canary.first_name} {canary.last_name}",
        "phone": seed.phone,
        "email": f"{local}+{canary.token}@{domain}",
        "house_number": seed.house_number,
        "street": seed.street,
        "unit": canary.token[:3].upper(),
        "city": seed.city,
        "state": seed.state,
        "zip5": seed.zip5,
        "precinct_id": seed.precinct_id,
    }
    return {column: values.get(column) for column in columns}
