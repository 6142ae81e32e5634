"""Columns that no score may use, in a table that never went through a contract.

The list of refused traits is ``contracts.traits``: one list, asked here a second time. What is
added here is only what a score could use as a stand-in and a contract may well take in.
"""

from __future__ import annotations

from orchestration.contracts.traits import refused_trait, words_of

# How a survey abbreviates: a word that begins so speaks of the trait.
STEMS = {
    "relig": "religion",
    "church": "religion",
    "prayer": "religion",
    "bornagain": "religion",
    "ethnic": "ethnicity",
    "racial": "race",
    "raceeth": "race",
}
STAND_INS = frozenset({"language", "spanish", "citizenship", "birthplace", "immigrant"})


def refused_reason(column: str) -> str | None:
    """Why a column may not be a feature, or ``None`` when nothing speaks against it.

    A false alarm costs a little accuracy, a miss costs trust: ``race_car_magazines`` is
    refused as well.
    """
    trait = refused_trait(column)
    if trait:
        return f"refused trait ({trait})"
    stems = [STEMS[stem] for stem in STEMS for word in words_of(column) if word.startswith(stem)]
    if stems:
        return f"refused trait ({stems[0]})"
    stand_in = STAND_INS.intersection(words_of(column))
    return f"stand-in for a refused trait ({min(stand_in)})" if stand_in else None
