"""What is due on a home: its ledger and inbox laid against the assets that the code defines.

The comparison itself is ``plan``'s and knows no home. Who starts a run with the outcome is the
runner, a schedule or a sensor.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from orchestration.lake import Lake
from orchestration.landing.inbox import waiting_files
from orchestration.ledger import deliveries, steps
from orchestration.readiness.plan import Node, PlannedStep, plan
from orchestration.readiness.retries import resting
from orchestration.settings import Settings

LANDING = ("sources", "landing")


def due(
    settings: Settings, nodes: Sequence[Node], moment: datetime, by_itself: bool = False
) -> list[PlannedStep]:
    """Every stale asset of the home with its reason, parents first.

    ``by_itself``: nobody asked, so a source that failed is left alone until its pause is over.
    """
    lake = Lake(settings.home)
    day = settings.campaign.contest_plan().local_day(moment)
    left_alone = resting(deliveries.read(lake), moment) if by_itself else set()
    waiting = {
        f"source/{name}": n
        for name, n in waiting_files(settings, day).items()
        if name not in left_alone
    }
    return plan(nodes, steps.read(lake), waiting, day.isoformat())


def landing_part(planned: Sequence[PlannedStep], nodes: Sequence[Node]) -> list[PlannedStep]:
    """The landing half of a plan: any news there means computing what is in force anew."""
    stale = [s for s in planned if s.group in LANDING]
    if not stale:
        return []
    asked = {s.asset for s in stale}
    return stale + [
        PlannedStep(n.key, n.group, "new files may change what is in force", None)
        for n in nodes
        if n.group == "landing" and n.key not in asked
    ]


def whole_run(planned: Sequence[PlannedStep], nodes: Sequence[Node]) -> list[str]:
    """The assets that one run must make for this plan, landing half included."""
    first = landing_part(planned, nodes)
    return [s.asset for s in first] + [s.asset for s in planned if s.group not in LANDING]
