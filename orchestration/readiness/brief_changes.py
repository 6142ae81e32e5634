"""What changed between two judged days, and why: the middle of the morning brief.

Pure: two reports in, sentences out. A change of the chance is laid to what holds up more
futures than before; who must do something about it is told in ``outlook.deeds``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.readiness import phrases
from orchestration.readiness.outlook import goal_state

NOTICEABLE = 0.02  # a chance that moved less has not changed: the futures are drawn
GREW = 0.1  # share of the futures more that a delivery holds up, to be named as the cause
Report = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was: what, why, and whether it became worse or better."""

    what: str
    why: str
    tone: str


def changes(before: Report, now: Report) -> tuple[Change, ...]:
    """Everything that changed and matters, what became worse first.

    Args:
        before: The kept report of an earlier day, in the shape of ``kept.judged``.
        now: Today's.
    """
    found = [
        *_chance(before, now),
        *_goals(before, now),
        *_sources(before, now),
        *_checks(before, now),
        *_tier(before, now),
    ]
    order = ("bad", "warn", "good")
    # The chance of everything leads, whichever way it went.
    lead = found[:1] if found and found[0].what.startswith("Ready in time") else []
    rest = sorted(found[len(lead) :], key=lambda change: order.index(change.tone))
    return (*lead, *rest)


def _chance(before: Report, now: Report) -> Iterator[Change]:
    old, new = _forecast(before), _forecast(now)
    was, chance = old.get("p_ready"), new.get("p_ready")
    if was is None or chance is None or abs(chance - was) < NOTICEABLE:
        return
    verb = "rose" if chance > was else "fell"
    yield Change(
        f"Ready in time {verb} from {phrases.chance(was)} to {phrases.chance(chance)}",
        _cause(old, new, chance > was),
        "good" if chance > was else "bad",
    )


def _cause(old: Report, new: Report, is_better: bool) -> str:
    """The delivery or task whose share of futures held up moved most, the way the chance went."""
    titles = {f"delivery/{s['name']}": s["title"] for s in new.get("sources", ())}
    was, now = _held_up(old), _held_up(new)
    moved = {
        name: now.get(name, 0.0) - was.get(name, 0.0)
        for name in {*was, *now}
        if "/" not in name or name in titles
    }
    sign = -1 if is_better else 1
    name = max(sorted(moved), key=lambda key: sign * moved[key], default="")
    if not name or sign * moved[name] < GREW:
        return "no single delivery or task explains it"
    title = titles.get(name, name.replace("_", " "))
    share = phrases.chance(now.get(name, 0.0))
    return f"{title} holds up {share} of the futures, {phrases.chance(was.get(name, 0.0))} before"


def _held_up(forecast: Report) -> Mapping[str, float]:
    shares: Mapping[str, float] = forecast.get("criticality", {})
    return shares


def _goals(before: Report, now: Report) -> Iterator[Change]:
    target = _forecast(now).get("target", 0.9)
    old = {goal["name"]: goal for goal in _forecast(before).get("deliverables", ())}
    for goal in _forecast(now).get("deliverables", ()):
        if goal["name"] not in old:
            continue
        was, state = (
            goal_state(g["state"], g["p_on_time"], target) for g in (old[goal["name"]], goal)
        )
        if was.word == state.word:
            continue
        chances = (
            f"{phrases.chance(goal['p_on_time'])} on time, "
            f"{phrases.chance(old[goal['name']]['p_on_time'])} before"
        )
        why = "it was handed over" if state.word == "done" else chances
        yield Change(f"{goal['title']} now {state.word}, was {was.word}", why, state.tone)


def _sources(before: Report, now: Report) -> Iterator[Change]:
    old = {source["name"]: source for source in before["sources"]}
    for source in now["sources"]:
        was = old.get(source["name"])
        if was is None:
            yield Change(f"{source['title']} is a new source", source["reason"], "warn")
            continue
        state, state_was = (phrases.state_words(s["state"]) for s in (source, was))
        if state.word != state_was.word:
            what = f"{source['title']} is {state.word}, was {state_was.word}"
            yield Change(what, source["reason"], state.tone)
        elif (source["received"] or "") > (was["received"] or ""):
            grown = source["rows"] - was["rows"]
            news = f", {grown:+,} rows in force" if grown else ""
            yield Change(f"{source['title']} arrived", f"on {source['received']}{news}", "good")


def _checks(before: Report, now: Report) -> Iterator[Change]:
    old = {(c["asset"], c["check"]) for c in before["failed_checks"]}
    new = {(c["asset"], c["check"]): c for c in now["failed_checks"]}
    for key, check in new.items():
        if key not in old:
            holds = "holds the release" if check["blocking"] else "only warns"
            what = f"A check of {check['asset']} fails and {holds}"
            why = f"{check['check'].replace('_', ' ')}: {check['detail']}"
            yield Change(what, why, "bad" if check["blocking"] else "warn")
    if mended := [key for key in old if key not in new]:
        number = phrases.plural(len(mended), "check holds", "checks hold")
        yield Change(f"{number} again", ", ".join(sorted({asset for asset, _ in mended})), "good")


def _tier(before: Report, now: Report) -> Iterator[Change]:
    was, tier = before["tier"], now["tier"]
    if was["name"] != tier["name"]:
        yield Change(
            f"Tier {tier['name']} began, after {was['name']}",
            f"data may be {phrases.age(tier['max_age_hours'])} old, "
            f"{phrases.age(was['max_age_hours'])} before",
            "warn",
        )


def _forecast(report: Report) -> Report:
    forecast: Report = report.get("forecast") or {}
    return forecast
