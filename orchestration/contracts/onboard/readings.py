"""What a file's column names say: each by itself, and what they say of one another.

What the words mean is ``vocabulary``; which column becomes which of ours is ``propose``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from orchestration.contracts.onboard.candidates import ADDRESS_FIELDS
from orchestration.contracts.onboard.names import as_read, key_in_list
from orchestration.contracts.onboard.vocabulary import Match, Reading, vocabulary


def reading_of(column: str, entity: str | None) -> Reading:
    """What a column's name says in a file of an entity, a path into a list taken apart."""
    found = vocabulary().read(as_read(column), entity)
    key = key_in_list(column)
    if not key:
        return found if found.matches or found.word else _leaf(column, entity)
    if found.word:
        return found
    # `phones[..].smsOptInStatus` says something by itself, whatever the phone is
    alone = vocabulary().read(key, entity)
    best = [reading.matches[0].score if reading.matches else 0.0 for reading in (found, alone)]
    return alone if best[1] > best[0] else found


def _leaf(column: str, entity: str | None) -> Reading:
    """What the end of a path says by itself, for a human: whose it is stands before it."""
    if "." not in column:
        return Reading()
    alone = vocabulary().read(column.rsplit(".", 1)[-1], entity)
    kept = [Match(m.field, min(m.score, 0.7), f"the end of {m.why}") for m in alone.matches]
    return Reading(tuple(kept))


def promoted(readings: Mapping[str, Reading], entity: str) -> Mapping[str, Reading]:
    """Where mail goes is the best there is, when a file has no other address; a human confirms."""
    if entity == "voter":
        return readings
    line = {"address_line", "street_name", "zip5", "city"}
    if any(m.field in line for r in readings.values() for m in r.matches if m.score > 0.7):
        return readings
    found = dict(readings)
    for column, reading in readings.items():
        fields = [field for field in reading.core if field in ADDRESS_FIELDS]
        if reading.role == "mailing" and fields:
            why = "where mail goes, perhaps not where the person lives"
            found[column] = replace(reading, matches=(Match(fields[0], 0.6, why),), role="own")
    return found
