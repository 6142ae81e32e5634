"""Who is on a list and who is not: one reason for each person of the audience that is left out.

The one place with the rules of withholding, in the order in which they are told. How those who
remain become rows of a list is ``rows``'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.handoff.kinds import Kind
from orchestration.handoff.law import Law

if TYPE_CHECKING:
    import duckdb

REASONS = (
    "suppressed", "held_out", "not_eligible", "nothing_to_reach_by", "licence", "minor",
    "no_consent", "weak_link", "channel",
)  # fmt: skip
"""Why somebody is left out, the first that holds. ``channel`` is what the marts forbid beside."""


@dataclass(frozen=True)
class Filter:
    """What decides, apart from the audience itself.

    Attributes:
        holdout_below: First four hexadecimal digits of a household's hash below which nobody is
            contacted; empty contacts everybody.
        threshold: Link probability from which a value of a record may stand by a voter's name.
        autodial: Whether a machine dials, for which the law may want consent.
    """

    kind: Kind
    law: Law
    holdout_below: str
    threshold: float
    autodial: bool = False


# Where a name came from a record, the link of that source's weakest record is what it hangs on.
_SOURCE_LINKS = """
create or replace temp table source_links as
select person_id, source, min(probability) as probability
from links
where probability is not null and person_id is not null
group by person_id, source
"""

_JUDGED = """
create or replace temp table judged as
with

facts as (
    select
        persons.*,
        audience.place,
        audience.best_time_seen,
        {value} as value_source,
        {has_value} as has_value,
        {value_text} as value_text,
        coalesce(persons.age_on_contest < $minor_below, false) as is_minor,
        coalesce(persons.household_key, persons.person_id) as household
    from audience
    inner join persons using (person_id)
),

with_terms as (
    select
        facts.*,
        coalesce(list_contains(of_value.uses, $use), false)
        and not list_contains($refused_sources, facts.value_source) as may_use_value,
        of_value.licence as value_licence,
        coalesce(list_contains(of_name.uses, $use), false)
        and not list_contains($refused_sources, facts.name_source)
        and not (facts.is_minor and list_contains($minors_refused_licences, of_name.licence))
        and coalesce(of_name_link.probability, 1) >= $threshold as may_use_name,
        coalesce(list_contains(of_birth.uses, $use), false)
        and coalesce(of_birth_link.probability, 1) >= $threshold as may_use_birth,
        coalesce(list_contains(of_gender.uses, $use), false)
        and coalesce(of_gender_link.probability, 1) >= $threshold as may_use_gender,
        coalesce(of_value_link.probability, 1) >= $threshold as is_sure,
        blocked_persons.person_id is not null or blocked_values.value is not null as is_suppressed
    from facts
    left join value_terms as of_value
        on of_value.source = facts.value_source and of_value.field = $value_field
    left join value_terms as of_name
        on of_name.source = facts.name_source and of_name.field = 'name'
    left join value_terms as of_birth
        on of_birth.source = facts.birth_source and of_birth.field = 'birth'
    left join value_terms as of_gender
        on of_gender.source = facts.gender_source and of_gender.field = 'gender'
    left join source_links as of_value_link
        on of_value_link.person_id = facts.person_id
        and of_value_link.source = facts.value_source
    left join source_links as of_name_link
        on of_name_link.person_id = facts.person_id
        and of_name_link.source = facts.name_source
    left join source_links as of_birth_link
        on of_birth_link.person_id = facts.person_id
        and of_birth_link.source = facts.birth_source
    left join source_links as of_gender_link
        on of_gender_link.person_id = facts.person_id
        and of_gender_link.source = facts.gender_source
    left join blocked_persons
        on blocked_persons.person_id = facts.person_id and blocked_persons.use = $use
    left join blocked_values
        on blocked_values.value = facts.value_text and blocked_values.use = $use
)

select
    *,
    case
        when is_suppressed then 'suppressed'
        when $holdout_below != '' and left(md5('holdout|' || household), 4) < $holdout_below
            then 'held_out'
        when not is_eligible then 'not_eligible'
        when not has_value then 'nothing_to_reach_by'
        when not may_use_value then 'licence'
        when is_minor and (
            $refused_to_minors or list_contains($minors_refused_licences, value_licence)
        ) then 'minor'
        when $needs_consent and not coalesce({consent}, false) then 'no_consent'
        when not is_sure then 'weak_link'
        when not list_contains(channels, $use) then 'channel'
    end as withheld
from with_terms
"""

# By the field that somebody is reached by: its source, whether there is one, and its text, which
# a request may name. An address is blocked by the person, so it has no text.
_VALUE = {
    "address": ("persons.address_source", "persons.street is not null", "null::varchar"),
    "phone": ("persons.phone_source", "persons.phone is not null", "persons.phone"),
    "email": ("persons.email_source", "persons.email is not null", "persons.email"),
}
_CONSENT = {"phone": "phone_consent", "text": "sms_consent", "email": "email_consent"}


def judge(con: duckdb.DuckDBPyConnection, chosen_by: Filter) -> dict[str, int]:
    """Make the temporary table ``judged``: the audience with the reason of who is left out.

    Needs ``audience`` (person_id, place, best_time_seen), the release's ``persons`` and ``links``,
    and what ``licences`` and ``suppression`` load.

    Returns:
        How many people are withheld, by reason.
    """
    kind, law = chosen_by.kind, chosen_by.law
    source, has_value, text = _VALUE[kind.value]
    con.execute(_SOURCE_LINKS)
    con.execute(
        _JUDGED.format(
            value=source,
            has_value=has_value,
            value_text=text,
            consent=_CONSENT.get(kind.use, "true"),
        ),
        {
            "use": kind.use,
            "value_field": kind.value,
            "minor_below": law.minor_below,
            "refused_sources": sorted(law.refused_sources),
            "minors_refused_licences": sorted(law.minors_refused_licences),
            "refused_to_minors": kind.use in law.minors_refused_uses,
            "needs_consent": kind.use in law.consent_for
            or (chosen_by.autodial and "autodial" in law.consent_for),
            "threshold": chosen_by.threshold,
            "holdout_below": chosen_by.holdout_below,
        },
    )
    counted = con.execute(
        "select withheld, count(*) from judged where withheld is not null group by withheld"
    ).fetchall()
    found = dict(counted)
    return {reason: int(found[reason]) for reason in REASONS if reason in found}
