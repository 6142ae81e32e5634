"""Social pages: interactions of people who opted in there, with a handle and a shown name."""

from __future__ import annotations

import numpy as np
import polars as pl

from orchestration.demo.cards import cards
from orchestration.demo.days import LAST, compact, happened, received
from orchestration.demo.draws import coin
from orchestration.demo.text import day
from orchestration.demo.writers.context import Job, pick, utc_stamps
from orchestration.demo.writers.inbox import by_day

KINDS = ["like", "like", "like", "comment", "share", "rsvp"]
WORDS = ["", "", "See you in Ames!", "Need a ride to the caucus?", "First caucus for me this year",
         "Proud of this team", "What time do doors open?", "My whole family is coming",
         "Not convinced yet", "Yard sign is up 🇺🇸"]  # fmt: skip


def write(job: Job) -> None:
    """Write one chunk's interactions, a file a day with one JSON object a line."""
    rng = job.rng("social")
    card = cards(job.people, job.seen.social)
    people, fan = len(card), job.people.traits.fan[job.seen.social]
    first = card["nick"].zip_with(pl.Series(coin(rng, 0.4, people)), card["first"])
    short = first + " " + card["last"].str.slice(0, 1) + "."
    shown = short.zip_with(pl.Series(coin(rng, 0.35, people)), first + " " + card["last"])
    stem = first.str.to_lowercase() + card["last"].str.slice(0, 1).str.to_lowercase()
    handle = "@" + stem + card["truth_id"].cast(pl.String)
    job.truth.add("social/people", handle, card["truth_id"])
    place = np.repeat(np.arange(people), 1 + rng.poisson(np.clip(1.0 + 0.6 * fan, 0.1, 6)))
    seconds = happened(rng, len(place), 0.25)
    seconds = np.maximum(seconds, day("2015-11-01") * 86_400)
    order = np.argsort(seconds, kind="stable")
    place, seconds = place[order], seconds[order]
    size = len(place)
    kind = pick(rng, KINDS, size)
    spoken = kind.is_in(["comment", "share"])
    frame = pl.DataFrame(
        {
            "interaction_id": job.ids("I", size, 8),
            "occurred_at": utc_stamps(seconds),
            "handle": handle.gather(place),
            "shown_name": shown.gather(place),
            "town": card["city"].gather(place),
            "kind": kind,
            "text": pick(rng, WORDS, size).zip_with(spoken, pl.Series("", [""] * size)),
            "opted_in": pl.repeat(True, size, eager=True),
        }
    )
    for number, part in by_day(frame, received(seconds)):
        if number <= LAST:
            name = f"interactions_{compact(number)}.ndjson"
            job.inbox.add("social", number, name, b"", part.write_ndjson().encode())
            job.inbox.rows["social/interactions"] += len(part)
