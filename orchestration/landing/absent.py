"""Which sources are left out of what is in force, and why: cut by people, ended, or late.

A late source's contract says what happens: ``block`` holds the release, ``carry_forward`` goes on
with what is there, ``drop`` leaves it out until it is on time again. A person's cut goes before
the contract. A source is used no day longer than its terms run. Opt-outs are never left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from orchestration.contracts.model import Contract
from orchestration.lake import Lake
from orchestration.landing.effective import Effective, in_force
from orchestration.landing.lateness import Lateness, judge
from orchestration.ledger import cuts
from orchestration.settings import Settings


def counting(
    settings: Settings,
    contracts: Mapping[str, Contract],
    known: Iterable[Effective],
    moment: datetime,
) -> list[Effective]:
    """The deliveries in force at a moment, without those of the sources left out."""
    all_in_force = in_force(known)
    return without(all_in_force, left_out(settings, contracts, all_in_force, moment))


def without(deliveries: Iterable[Effective], absent: Collection[str]) -> list[Effective]:
    """The deliveries of sources that are not left out."""
    return [d for d in deliveries if d.source not in absent]


def left_out(
    settings: Settings,
    contracts: Mapping[str, Contract],
    all_in_force: Sequence[Effective],
    moment: datetime,
) -> dict[str, str]:
    """For each source that is left out, one sentence that says why."""
    cut = cuts.standing(cuts.read(Lake(settings.home)), moment)
    today = settings.campaign.contest_plan().local_day(moment)
    found: dict[str, str] = {}
    for name, contract in contracts.items():
        decided = cut.get(name)
        if carries_opt_outs(contract):
            continue
        if decided and cuts.leaves_out(decided):
            done = "revoked" if decided.action == "revoke" else "left out"
            found[name] = f"{done} by {decided.by} since {decided.at[:10]}: {decided.why}"
        elif contract.terms.until is not None and contract.terms.until < today:
            found[name] = f"left out, for its terms ran until {contract.terms.until}"
        elif not decided and contract.delivery.if_late == "drop":
            late = lateness_of(settings, contract, all_in_force, moment)
            if not late.passed:
                found[name] = f"left out, for {late.reason}"
    return found


def carries_opt_outs(contract: Contract) -> bool:
    """Whether a source says who may not be contacted; it counts whatever becomes of it."""
    return any(feed.entity == "suppression" for feed in contract.feeds)


def lateness_of(
    settings: Settings, contract: Contract, all_in_force: Iterable[Effective], moment: datetime
) -> Lateness:
    """Whether a source's newest data, left out or not, is as young as the tier asks."""
    times = [d.data_time for d in all_in_force if d.source == contract.source and d.data_time]
    terms = contract.delivery
    return judge(
        settings.campaign.contest_plan(),
        settings.campaign.tiers(),
        moment,
        datetime.fromisoformat(max(times)) if times else None,
        terms.cadence,
        terms.needed_by,
    )
