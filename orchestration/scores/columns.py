"""The columns of the feature mart that a score knows by name.

What each feature means stands in the mart's own description. Named here are only keys, the
columns that say who is in which group, and the ones that some score must or must not read;
everything else is taken from the mart as it comes.
"""

from __future__ import annotations

from typing import Any

PERSON = "person_id"
KIND = "kind"
LABEL_ATTENDED = "attended_2012"

CAUCUSES = ("n_caucuses", "caucus_count", "caucuses_voted")
VOTES = ("n_votes", "vote_count", "votes_cast", "n_generals", "generals_voted")
PRIMARIES = ("n_primaries", "primaries_voted", "primary_count")

# What a person answered when asked. A label must not be its own feature.
ANSWERS = frozenset(
    """
    support support_answer last_support says_will_attend canvass_support canvass_answer
    n_canvasses has_answer survey_answer contact_quality
    """.split()
)
# The registration itself, and what is only another word for it.
PARTY = frozenset({"party", "registered_party", "is_registered_republican", "is_republican"})
# What a campaign reads that has only the party's file: registration, age, place.
CONVENTIONAL = frozenset(
    """
    party registered_party age age_on_contest county_fips county congressional_district
    state_house state_senate
    """.split()
)

GROUPS = ("never_voted", "generals_only", "caucused_before", "no_voter_record")


def first_present(table: Any, names: tuple[str, ...]) -> str | None:
    """The first of these columns that a table has."""
    present = set(table.schema.names)
    return next((n for n in names if n in present), None)
