"""How sure a link must be for what it is used for: the same links, read with other eyes.

The linking itself decides once, and asks a human about the rest. A list for the doors, a
suppression and a give-back then take from that what their risk allows. Where the numbers stand is
``campaign.yaml``, ``links``; whom a request not to be contacted could mean is in ``suppress``.
"""

from __future__ import annotations

from orchestration.settings.linking import LinkUse, LinkUses

# Evidence that is no chance: an id both sides carry, or a human's word.
CERTAIN = ("human", "shared_id")


def least(uses: LinkUses, use: LinkUse) -> float:
    """The chance from which a link counts for a use."""
    return {
        "walk_list": uses.walk_list,
        "suppression": uses.suppression,
        "give_back": uses.give_back,
    }[use]


def counts_sql(uses: LinkUses, use: LinkUse, links: str = "links") -> str:
    """SQL: whether a row of links counts for a use; false where it has no voter.

    Above :data:`orchestration.settings.linking.LINKED_FROM` links are made; for suppression, the
    questions in ``review`` that are at least so likely count as well (:func:`candidates_sql`).

    >>> counts_sql(LinkUses(), "give_back")
    "coalesce(links.voter_key is not null and (links.method in ('human', 'shared_id') or \
links.probability >= 0.99), false)"
    """
    certain = ", ".join(f"'{method}'" for method in CERTAIN)
    return (
        f"coalesce({links}.voter_key is not null and ({links}.method in ({certain}) "
        f"or {links}.probability >= {least(uses, use)}), false)"
    )


def candidates_sql(uses: LinkUses, links: str, review: str) -> str:
    """A query of every ``record_key, voter_key`` that suppression must take for one person.

    What is linked, and of what waits for a human both the best voter and the runner-up, as far as
    each is likely enough.

    Args:
        uses: The thresholds.
        links: Table or query of links.
        review: The same of the review queue.
    """
    from_here = least(uses, "suppression")
    return f"""
        select record_key, voter_key from {links} where {counts_sql(uses, "suppression", links)}
        union
        select record_key, voter_key from {review} where probability >= {from_here}
        union
        select record_key, runner_up_voter_key from {review}
        where runner_up_voter_key is not null and runner_up >= {from_here}
    """
