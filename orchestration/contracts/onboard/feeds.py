"""Feeds out of a decision: the main one, and what its records did, when the file says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.contracts.normalise.text import identifier
from orchestration.contracts.onboard.ids import source
from orchestration.contracts.onboard.profile import Profile
from orchestration.contracts.onboard.proposal import REVIEW_BELOW, ColumnProposal, FeedProposal
from orchestration.contracts.onboard.propose import Decision, decide
from orchestration.contracts.onboard.sniff import Table
from orchestration.contracts.onboard.support import yes_no_share
from orchestration.contracts.onboard.words import squeezed
from orchestration.contracts.traits import refused_trait

_DIGITS = re.compile(r"\d{4,}(?:[-_]\d{2}[-_]\d{2})?")
_DAYS = (("%Y%m%d", r"(?:19|20)\d{6}"), ("%Y-%m-%d", r"(?:19|20)\d\d-\d\d-\d\d"),
         ("%Y_%m_%d", r"(?:19|20)\d\d_\d\d_\d\d"), ("%m%d%Y", r"[01]\d[0-3]\d(?:19|20)\d\d"),
         ("%m-%d-%Y", r"[01]\d-[0-3]\d-(?:19|20)\d\d"))  # fmt: skip
_PLURALS = {"voter": "voters", "contact": "people", "trait": "profiles", "canvass": "canvass",
            "suppression": "requests", "disbursement": "payments", "site": "sites",
            "event": "events", "vote": "votes", "engagement": "acts"}  # fmt: skip
MOST_WIDE = 400


def propose_feeds(
    given: Path, table: Table, entity: str | None, this_year: int
) -> Iterator[FeedProposal]:
    """The feeds of one kind of file, the main one first."""
    decision = decide(table, given.name, entity, this_year)
    guess = decision.entity
    wide = _wide(decision, table) if guess.name == "trait" else {}
    widened = {how["from"] for how in wide.values()}
    main = FeedProposal(
        name=_PLURALS[guess.name],
        files=files_pattern(given.name),
        entity=guess.name,
        entity_confidence=guess.confidence,
        entity_evidence=guess.evidence,
        table=table,
        columns=decision.columns,
        profiles=decision.profiles,
        unmapped=tuple(name for name in decision.unmapped if name not in widened),
        refused=decision.refused,
        wide=wide,
        data_time=_data_time(given.name, decision),
        notes=(table.note,) if table.note else (),
    )
    yield main
    if guess.name == "contact":
        acts = _acts(main, decision)
        if acts:
            yield acts


def files_pattern(name: str) -> str:
    """The glob for this file and those that come after it: what changes is a date or a number."""
    plain = re.sub(r"[\[\]*?]", "?", name)
    found = _DIGITS.sub("*", plain)
    if found != plain:
        return found
    stem, dot, suffix = plain.partition(".")
    return f"{stem}*{dot}{suffix}"


def _data_time(name: str, decision: Decision) -> dict[str, Any] | None:
    """The age of the data: a column of the export's day, the file's name, or its last change."""
    for column, reading in decision.readings.items():
        seen = decision.profiles[column]
        if reading.score("loaded") > 0.9 and seen.share("date") > 0.95:
            days = [] if seen.timed else list(seen.formats)
            return {"from": column, **({"formats": days} if days else {})}
    for pattern, digits in _DAYS:
        found = re.search(digits, name)
        if found and _is_day(found[0], pattern):
            return {"file": name[: found.start()].replace("%", "_") + pattern}
    for target in ("updated_at", "occurred_at", "created_at"):
        column_found = next((c for c in decision.columns if c.name == target), None)
        if column_found and not column_found.review and "from" in column_found.mapping:
            seen = decision.profiles[column_found.sources[0]]
            if seen.filled == seen.rows and seen.rows:
                formats = column_found.mapping.get("formats")
                more = {"formats": formats} if formats else {}
                return {"from": column_found.sources[0], **more}
    return None


def _is_day(text: str, pattern: str) -> bool:
    try:
        found = datetime.strptime(text, pattern)  # noqa: DTZ007 - a day
    except ValueError:
        return False
    return 1990 <= found.year <= 2100


def _wide(decision: Decision, table: Table) -> dict[str, dict[str, str]]:
    """A vendor's many columns, typed by what is in them."""
    found: dict[str, dict[str, str]] = {}
    for column in decision.unmapped:
        if column in table.expressions or len(found) >= MOST_WIDE:
            continue
        name = re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")
        name = name if name[:1].isalpha() else f"c_{name}"
        if name in found or name == "record_key" or refused_trait(name):
            continue
        found[name] = {"from": column, **_type(decision.profiles[column])}
    return found


def _type(seen: Profile) -> dict[str, str]:
    if not seen.filled:
        return {}
    # a number that begins with a nought is a code
    led = any(v.startswith("0") and len(v) > 1 and v[1:2].isdigit() for v in seen.counts)
    if seen.share("digits") == 1 and not led and max(map(len, seen.counts)) < 10:
        return {"type": "INTEGER"}
    if seen.share("number") == 1 and not led and seen.share("money") != 1:
        return {"type": "DOUBLE"}
    if yes_no_share(seen) == 1 and seen.distinct == 2:
        return {"type": "BOOLEAN"}
    return {}


def _acts(main: FeedProposal, decision: Decision) -> FeedProposal | None:
    """What the people of a file did: a donation, a reply to an event."""
    identity = main.column("record_id")
    created = main.column("created_at")
    if identity is None or identity.review or created is None or created.review:
        return None
    found = _what(main, decision)
    if not found:
        return None
    shared = dict(created.mapping)
    base = (
        identity,
        ColumnProposal("contact_key", identity.sources, identity.confidence, False,
                       "the contact of the same row",
                       {**{k: v for k, v in identity.mapping.items() if k in {"from", "sql"}},
                        "of": main.name}),
        ColumnProposal("occurred_at", created.sources, created.confidence, False,
                       created.evidence, {**shared, "required": True}),
    )  # fmt: skip
    return FeedProposal(
        name="acts", files=main.files, entity="engagement",
        entity_confidence=main.entity_confidence, entity_evidence="what the contact did",
        table=main.table, columns=(*base, *found), profiles=main.profiles,
        refused=main.refused, data_time=main.data_time, keeps_rest=False,
    )  # fmt: skip


def _what(main: FeedProposal, decision: Decision) -> list[ColumnProposal]:
    """The kind of act with its amount, event and outcome; nothing when the file tells none."""
    read = {
        field: name
        for field in ("amount", "event_id", "result")
        for name, reading in sorted(decision.readings.items(), reverse=True)
        if reading.score(field) > 0.9
    }
    checked = next((n for n in decision.readings if squeezed(n) == "checkedin"), None)
    if checked:
        status = [n for n in decision.readings if squeezed(n) in {"status", "attendeestatus"}]
        read["result"] = status[0] if status else ""
    money = read.get("amount")
    if money and decision.profiles[money].filled and decision.profiles[money].share("number") < 0.9:
        money = None
    if not money and "event_id" not in read:
        return []
    if money and "event_id" not in read and squeezed(money) != "totalpaid":
        kind = ColumnProposal("kind", (money,), 0.85, False, f"an amount of money ({money})",
                              {"const": "donation"})  # fmt: skip
    else:
        place = read.get("event_id") or money or ""
        how: dict[str, Any] = {"const": "rsvp"}
        if checked:
            came = f"lower({identifier(checked)}) in ('true', 'yes', 'y', '1')"
            how = {"sql": f"case when {came} then 'attended' else 'rsvp' end"}
        kind = ColumnProposal("kind", (place,), 0.8, False, f"a place at an event ({place})", how)
    found = [kind]
    for target, name in (("amount", money), ("event_id", read.get("event_id")),
                         ("result", read.get("result"))):  # fmt: skip
        if name:
            mapping = source(main.table, name)
            found.append(ColumnProposal(target, (name,), 0.9, False, f"its name ({name})", mapping))
    return found


__all__ = ["REVIEW_BELOW", "files_pattern", "propose_feeds"]
