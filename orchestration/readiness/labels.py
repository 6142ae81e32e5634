"""What every asset says of itself, whatever its stage: licence, personal data, owner.

A licence travels with the data: what is made of several sources carries the most restrictive of
theirs. Which asset gets which label is worked out here; hanging them on is ``assets.py``'s.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from orchestration.contracts import ENTITIES, Contract
from orchestration.contracts.parts import RESTRICTION

OWN = "first_party"  # what is made from no source is the campaign's own
OWNER = "data director"
# A table with one of these columns has rows about people; a vendor's payee may be one too.
PERSONAL = frozenset({
    "person_id", "voter_key", "household_key", "contact_key", "state_id", "party_id", "full_name",
    "first_name", "last_name", "birth_date", "phone", "email", "payee",
})  # fmt: skip
OF_PEOPLE = ("identity", "scores", "release")  # stages whose assets state no columns


def licences(
    parents: Mapping[str, Collection[str]], contracts: Mapping[str, Contract]
) -> dict[str, str]:
    """The most restrictive licence behind each asset.

    Args:
        parents: Every asset with the assets that it is made from.
        contracts: Every source's contract.
    """
    known = {f"source/{name}": _of_source(contract) for name, contract in contracts.items()}

    def of(asset: str, on_the_way: frozenset[str] = frozenset()) -> str:
        if asset not in known:
            above = [p for p in parents.get(asset, ()) if p not in on_the_way]
            found = [of(parent, on_the_way | {asset}) for parent in above]
            known[asset] = max(found, key=RESTRICTION.index, default=OWN)
        return known[asset]

    # Readiness tells of sources and holds nothing that they sent.
    return {asset: OWN if asset.startswith("readiness/") else of(asset) for asset in parents}


def _of_source(contract: Contract) -> str:
    return max((contract.licence_of(feed) for feed in contract.feeds), key=RESTRICTION.index)


def is_personal(
    asset: str, group: str, columns: Collection[str], contracts: Mapping[str, Contract]
) -> bool:
    """Whether an asset holds rows about people; ``columns`` as far as it states them."""
    stage, _, name = asset.partition("/")
    if stage == "source":
        return any(_entity_is_personal(feed.entity) for feed in contracts[name].feeds)
    if stage == "landing":
        return name in ENTITIES and _entity_is_personal(name)
    return group in OF_PEOPLE or not PERSONAL.isdisjoint(columns)


def _entity_is_personal(entity: str) -> bool:
    return ENTITIES[entity].is_personal or not PERSONAL.isdisjoint(
        column.name for column in ENTITIES[entity].columns
    )
