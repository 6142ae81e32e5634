"""The morning brief as plain text: for a terminal, a chat and the body of a message.

No figure is computed here. The page to print is ``brief_pdf``'s.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from orchestration.readiness import phrases
from orchestration.readiness.brief import Brief
from orchestration.readiness.brief_changes import Change
from orchestration.readiness.outlook import Goal, goal_state
from orchestration.readiness.standing import SourceRow

WIDTH = 88
MOST_CHANGES = 6  # one page holds no more; what became worse stands first
MOST_WAITING = 7


def as_text(said: Brief) -> str:
    """The brief in lines of at most :data:`WIDTH` characters, where no word is longer."""
    return "\n".join(_lines(said)) + "\n"


def _lines(said: Brief) -> Iterator[str]:
    yield f"MORNING BRIEF  {said.contest}"
    yield countdown(said)
    yield ""
    yield said.headline.lead.upper() if said.chance is not None else said.headline.lead
    for detail in said.headline.details:
        yield from _wrapped(detail, "  ")
    if said.goals:
        yield from _section("Deliverables")
        yield from (_goal(goal, said.target) for goal in said.goals)
    if said.path:
        yield from _section("In the way, in the order of the work")
        yield from _wrapped(" > ".join(said.path), "  ")
    yield from _section(since(said))
    yield from _changes(said)
    yield from _section("To do next")
    for number, deed in enumerate(said.deeds, 1):
        yield from _wrapped(f"{deed.what}: {deed.why}.", f"  {number}. ")
    if not said.deeds:
        yield "  Nothing needs a call this morning."
    if said.waiting:
        yield from _section(f"Late or at risk, {len(said.waiting)} of {said.sources} sources")
        yield from _capped((_waiting(row) for row in said.waiting[:MOST_WAITING]), said.waiting)
    if said.holding:
        yield from _section("What holds the release")
        for sentence in said.holding[:3]:
            yield from _wrapped(sentence, "  - ")
    yield ""
    yield standing(said)


def countdown(said: Brief) -> str:
    """The line under the title: now, days left, tier."""
    left = phrases.plural(max(said.days_left, 0), "day")
    limit = phrases.age(said.max_age_hours)
    return (
        f"{phrases.day(said.now)}, {said.now:%H:%M}, {left} left; "
        f"tier {said.tier}: data at most {limit} old"
    )


def since(said: Brief) -> str:
    """The heading of what changed."""
    return f"Changed since {phrases.day(said.since)}" if said.since else "What changed"


def nothing_changed(said: Brief) -> str:
    """The sentence that stands where no change does."""
    return "Nothing that matters." if said.since else "This is the first day that was kept."


def standing(said: Brief) -> str:
    """Which release is live."""
    if said.release is None:
        return "No release is live yet."
    return f"Release {said.release} is live, as of {said.release_day or 'an unknown day'}."


def more(shown: int, all_of_them: int) -> str:
    """What was left out; empty when nothing was."""
    return f"and {all_of_them - shown} more" if all_of_them > shown else ""


def _changes(said: Brief) -> Iterator[str]:
    if not said.changes:
        yield f"  {nothing_changed(said)}"
    for change in said.changes[:MOST_CHANGES]:
        yield from _wrapped(sentence(change), "  - ")
    if rest := more(MOST_CHANGES, len(said.changes)):
        yield f"    {rest}"


def sentence(change: Change) -> str:
    """A change with its cause."""
    return f"{change.what}: {change.why}."


def _goal(goal: Goal, target: float) -> str:
    state = goal_state(goal.state, goal.p_on_time, target)
    chance = phrases.chance(goal.p_on_time)
    due = f"by {phrases.moment(goal.deadline)}"
    return (
        f"  {state.sign} {state.word:<9}{chance:>9}  {goal.title:<26} {due:<22} "
        f"{phrases.slack(goal.slack_hours)}"
    ).rstrip()


def _waiting(row: SourceRow) -> list[str]:
    state = phrases.state_words(row.state)
    told = f"{row.title}: {row.reason}; ask the {row.owner}."
    return list(_wrapped(told, f"  {state.sign} {state.word:<9}"))


def _capped(blocks: Iterable[list[str]], every: tuple[SourceRow, ...]) -> Iterator[str]:
    for block in blocks:
        yield from block
    if rest := more(MOST_WAITING, len(every)):
        yield f"    {rest}"


def _section(title: str) -> Iterator[str]:
    yield ""
    yield title.upper()


def _wrapped(text: str, lead: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_long_words=False
    )
