"""The columns of the feature mart that a score knows by name.

What each feature means stands in the mart's own description. Named here are only keys, the
columns that say who is in which group, and the ones that some score must or must not read;
everything else is taken from the mart as it comes.
"""

from __future__ import annotations

PERSON = "person_id"
KIND = "kind"
LABEL_ATTENDED = "attended_2012"

CAUCUSES = ("n_caucuses",)
GENERALS = ("n_generals",)
PRIMARIES = ("n_primaries", "has_last_primary")
HISTORY_FEATURES = frozenset(
    {*CAUCUSES, *GENERALS, *PRIMARIES, "has_last_general", "has_last_presidential"}
)

# What a person answered when asked, and whether they were asked: a label must not be its own
# feature. `n_sources` counts the field team's own file.
ANSWERS = frozenset(
    """
    support says_will_attend contact_quality n_canvasses n_sources answer answer_weight answer_kind
    """.split()
)
# The registration itself, and what counts it in.
PARTY = frozenset({"party", "household_republicans"})
# What a campaign reads that has only the party's file: registration, age, place.
CONVENTIONAL = frozenset(
    """
    party age county_fips county_density county_caucus_pct precinct_caucus_pct
    precinct_primary_pct precinct_general_pct
    """.split()
)

GROUPS = ("never_voted", "generals_only", "caucused_before", "no_voter_record")
