"""The attributes that no contract may take in: race, ethnicity, religion, health, and stand-ins.

The list and how a column's name is held against it belong here. That a contract obeys it is
enforced by ``model.py`` (what is mapped) and ``mapping.py`` (what a file brings unasked).
"""

from __future__ import annotations

import re

REFUSED_TRAITS: dict[str, frozenset[str]] = {
    "race": frozenset({"race", "racial", "races", "black", "african", "asian", "caucasian"}),
    "ethnicity": frozenset(
        "ethnic ethnicity ethnicities ethn hispanic latino latina latinx ancestry nationality "
        "tribe tribal heritage skin".split()
    ),
    "religion": frozenset(
        "religion religious relig religions faith church churches jewish muslim catholic christian "
        "evangelical bible worship denomination spiritual mosque synagogue parish".split()
    ),
    "health": frozenset(
        "health medical disease disability disabled ailment ailments diabetes diabetic cancer "
        "medication medicare medicaid prescription pregnancy pregnant hiv diagnosis illness".split()
    ),
}
"""Words, by trait; a column is held against them word by word, so ``GRACE`` is no race."""

_PAIRS: dict[str, frozenset[tuple[str, str]]] = {
    "ethnicity": frozenset(
        {("country", "origin"), ("birth", "country"), ("home", "language"), ("mother", "tongue")}
    ),
}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[a-z]+")


def words_of(name: str) -> tuple[str, ...]:
    """The lower-case words of a column's name, split at case changes, digits and punctuation."""
    return tuple(_WORD.findall(_CAMEL.sub(" ", name).lower()))


def refused_trait(name: str) -> str | None:
    """Which refused trait a column's name speaks of, or None.

    >>> refused_trait("ETHNIC_CD"), refused_trait("COUNTRY_MUSIC"), refused_trait("MAG_FAITH")
    ('ethnicity', None, 'religion')
    """
    words = words_of(name)
    for trait, listed in REFUSED_TRAITS.items():
        if listed.intersection(words):
            return trait
    for trait, pairs in _PAIRS.items():
        if any(set(pair) <= set(words) for pair in pairs):
            return trait
    return None
