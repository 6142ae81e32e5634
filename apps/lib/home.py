"""Which home the app shows and what time it is there.

The campaign's settings and the clock are read anew at each run of the page, both small, so a
changed ``campaign.yaml`` or a clock that moved is seen at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestration.countdown import clock, tiers
from orchestration.countdown.contest import Contest
from orchestration.countdown.tiers import Tier
from orchestration.settings import Settings, UserError, load_settings

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class HomeView:
    """The home as a page needs it.

    Attributes:
        now: The time in force, in the contest's zone.
        is_clock_held: The home carries its own time, as an invented campaign does; it moves
            with runs and not with the day.
        tiers: All tiers, outermost first.
        tier: The tier in force now.
        next_change: When a stricter tier begins; ``None`` in the last one.
    """

    settings: Settings
    contest: Contest
    now: datetime
    is_clock_held: bool
    tiers: tuple[Tier, ...]
    tier: Tier
    next_change: datetime | None

    @property
    def path(self) -> Path:
        """The home's folder."""
        return self.settings.home


def open_home(environ: dict[str, str]) -> HomeView:
    """Read settings and clock.

    Raises:
        UserError: ``campaign.yaml`` or ``TMINUS_NOW`` is wrong; the sentence says where.
    """
    settings = load_settings()
    contest = settings.campaign.contest_plan()
    try:
        now = clock.now(settings.home, contest.zone, environ)
    except ValueError as mistake:
        raise UserError(str(mistake)) from None
    rules = settings.campaign.tiers()
    held = "TMINUS_NOW" in environ or clock.read_home_clock(settings.home) is not None
    return HomeView(
        settings=settings,
        contest=contest,
        now=now,
        is_clock_held=held,
        tiers=rules,
        tier=tiers.tier_in_force(contest, rules, now),
        next_change=tiers.next_change(contest, rules, now),
    )


def exposure(address: str | None, has_sign_in: bool = False) -> str | None:
    """Why the app must not be shown at ``address``, or ``None`` when it may be.

    Without a sign-in whoever reaches the port reads everything, so only this computer may.
    Streamlit takes no address to mean all of them.
    """
    if has_sign_in or address in LOOPBACK:
        return None
    heard = address or "every address of this computer"
    return (
        f"This app listens on {heard}, but it has no sign-in and serves one local user. Start it "
        "from the project's folder with `make up`, or with `--server.address 127.0.0.1`; or set "
        "up a sign-in, as README.md says."
    )
