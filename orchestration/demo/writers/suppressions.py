"""Suppression requests: opt-outs, do-not-call, deletions, wrong numbers and deaths."""

from __future__ import annotations

import numpy as np
import polars as pl

from orchestration.demo.days import compact, every, happened, received_on
from orchestration.demo.dirt import Dirt, phone_styles
from orchestration.demo.draws import choose, coin
from orchestration.demo.history import NONE
from orchestration.demo.writers.context import Job, in_order, pick, stamps
from orchestration.demo.writers.inbox import by_day

EXPORTS = every("2015-12-22", 3)
KINDS = ["opt_out", "do_not_call", "deletion", "wrong_number", "deceased"]
CHANNELS = ["all", "phone", "text", "mail", "email", "door"]
NOTES = ["asked by phone", "reply STOP", "letter", "asked at the door", ""]


def write(job: Job) -> None:
    """Write one chunk's requests: contacts that had enough, and voters called from a list."""
    rng, seen = job.rng("suppressions"), job.seen
    contacts = np.union1d(seen.signups, seen.organising)
    voters = np.flatnonzero((job.history.party != NONE) & (job.history.ghost_of < 0))
    asked = voters[coin(rng, 0.0015, len(voters))]
    rows = np.sort(np.concatenate([contacts[coin(rng, 0.03, len(contacts))], asked]))
    size = len(rows)
    dirt = Dirt(no_birth=1.0, no_phone=0.3, no_email=0.35, no_address=0.45, moved=0.02)
    seconds = happened(rng, size, 0.2)
    card, seconds = in_order(job.cards("suppressions", rows, dirt), seconds)
    kind = choose(rng, [0.5, 0.25, 0.08, 0.12, 0.05], size)
    # An opt-out names a channel; the other kinds have theirs.
    asked_for = choose(rng, [0.25, 0.15, 0.25, 0.1, 0.2, 0.05], size)
    channel = np.select([kind == 0, np.isin(kind, (1, 3))], [asked_for, 1], 0)
    nameless = pl.Series(coin(rng, 0.2, size) & (card["cell"] != "").to_numpy())
    blank = pl.Series("", [""] * size)
    ids = job.ids("X", size, 6)
    frame = pl.DataFrame(
        {
            "request_id": ids,
            "received_at": stamps(seconds),
            "kind": pl.Series(KINDS).gather(kind),
            "channel": pl.Series(CHANNELS).gather(channel),
            "first_name": blank.zip_with(nameless, card["first"]),
            "last_name": blank.zip_with(nameless, card["last"]),
            "phone": phone_styles(rng, card["cell"]),
            "email": card["email"],
            "address": card["line"],
            "city": card["city"],
            "zip": card["zip"],
            "note": pick(rng, NOTES, size),
        }
    )
    job.truth.add("suppressions/requests", ids, card["truth_id"])
    for number, part in by_day(frame, received_on(seconds, EXPORTS)):
        job.inbox.add_frame("suppressions", number, f"suppressions_{compact(number)}.csv", part)
