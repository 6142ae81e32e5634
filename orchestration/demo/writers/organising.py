"""The organising software: a weekly export of all its people, and a daily log of contacts made."""

from __future__ import annotations

import numpy as np
import polars as pl

from orchestration.demo.days import FIRST, LAST, compact, every, happened, received
from orchestration.demo.dirt import Dirt, phone_styles
from orchestration.demo.draws import Floats, Ints, coin
from orchestration.demo.history import DEM, NONE, NOP
from orchestration.demo.writers.context import Job, flag, in_order, pick, stamps
from orchestration.demo.writers.inbox import by_day

EXPORTS = every("2015-12-23", 7)
TAGS = [
    "county-fair",
    "caucus2016",
    "veteran",
    "farm",
    "yard sign",
    "church picnic",
    "precinct chair",
]
NOTES = ["call back", "wants a ride", "undecided", "leaning our way", "bring literature", ""]
METHODS = ["door_knock", "phone_call", "text", "email"]
STATUSES = ["answered", "not_home", "refused", "left_message", "meaningful_interaction"]


def support_level(warmth: Floats) -> Ints:
    """1 (strong) to 5 (against) as an organiser hears it."""
    return np.searchsorted(-np.array([1.6, 0.2, -1.2, -2.8]), -warmth) + 1


def _tags(rng: np.random.Generator, size: int) -> pl.Series:
    one, two = pick(rng, TAGS, size), pick(rng, TAGS, size)
    both = (one + "," + two).zip_with(pl.Series(coin(rng, 0.3, size)), one)
    return pl.Series("", [""] * size).zip_with(pl.Series(coin(rng, 0.4, size)), both)


def _party(job: Job, row: Ints, rng: np.random.Generator) -> pl.Series:
    party = job.history.party[row]
    code = np.select([party == DEM, party == NOP, party == NONE], [1, 2, 4], 0)
    code = np.where(coin(rng, 0.1, len(row)), 4, code)
    return pl.Series(["R", "D", "I", "L", ""]).gather(code)


def _true(rng: np.random.Generator, chance: float, size: int) -> pl.Series:
    return flag(rng, chance, size, "true", "false")


def _export(job: Job, card: pl.DataFrame, ids: pl.Series, seconds: Ints) -> pl.DataFrame:
    rng, size, row = job.rng("nationbuilder"), len(card), card["row"].to_numpy()
    warmth = job.outcome.warmth[row] + rng.normal(0, 0.8, size)
    asked = coin(rng, 0.45, size)
    level = pl.Series(["", "1", "2", "3", "4", "5"]).gather(
        np.where(asked, support_level(warmth), 0)
    )
    on_roll = (job.history.party[row] != NONE) & (job.history.ghost_of[row] < 0)
    knows = pl.Series(on_roll & coin(rng, 0.35, size))
    state_knows = pl.Series(on_roll & coin(rng, 0.2, size))
    blank = pl.Series("", [""] * size)
    regn = pl.Series(job.people.regn_num[row]).cast(pl.String)
    suffix = card["suffix"].str.to_titlecase()
    return pl.DataFrame(
        {
            "nationbuilder_id": ids,
            "prefix": blank,
            "first_name": card["first"],
            "middle_name": card["middle"].zip_with(pl.Series(coin(rng, 0.3, size)), blank),
            "last_name": card["last"],
            "suffix": suffix,
            "born_at": card["birth"].dt.strftime("%Y-%m-%d").fill_null(""),
            "sex": pl.Series(["F", "M", ""]).gather(np.where(coin(rng, 0.1, size), 2, card["sex"])),
            "email1": card["email"],
            "email1_is_bad": _true(rng, 0.03, size),
            "email_opt_in": _true(rng, 0.85, size),
            "phone_number": phone_styles(rng, card["landline"]),
            "mobile_number": phone_styles(rng, card["cell"]),
            "mobile_opt_in": _true(rng, 0.4, size),
            "do_not_call": _true(rng, 0.02, size),
            "do_not_contact": _true(rng, 0.01, size),
            "federal_donotcall": _true(rng, 0.05, size),
            "primary_address1": card["line"],
            "primary_address2": card["unit"],
            "primary_city": card["city"],
            "primary_state": card["state"],
            "primary_zip": card["zip"],
            "primary_county": card["county"],
            "party": _party(job, row, rng),
            "support_level": level,
            "rnc_id": card["party_id"].zip_with(knows, blank),
            "rnc_regid": card["party_id"].str.slice(1).zip_with(knows, blank),
            "state_file_id": regn.zip_with(state_knows, blank),
            "tag_list": _tags(rng, size),
            "created_at": stamps(seconds),
            "updated_at": stamps(seconds),
            "is_volunteer": _true(rng, 0.12, size),
        }
    )


def _log(job: Job, ids: pl.Series, created: Ints) -> None:
    rng = job.rng("contact log")
    place = np.repeat(np.arange(len(ids)), rng.poisson(1.1, len(ids)))
    seconds = created[place] + (rng.exponential(18, len(place)) * 86_400).astype(np.int64)
    hour = seconds // 86_400 * 86_400 + rng.integers(9 * 3600, 20 * 3600 + 1800, len(place))
    kept = hour < LAST * 86_400
    place, order = place[kept], np.argsort(hour[kept], kind="stable")
    seconds, place = hour[kept][order], place[order]
    size = len(place)
    method, status = rng.integers(0, 4, size), rng.integers(0, 5, size)
    frame = pl.DataFrame(
        {
            "contact_id": job.ids("L", size, 8),
            "nationbuilder_id": ids.gather(place),
            "contacted_at": stamps(seconds),
            "method": pl.Series(METHODS).gather(method),
            "status": pl.Series(STATUSES).gather(status),
            "author": pick(rng, [f"organizer{n}" for n in range(1, 13)], size),
            "note": pick(rng, NOTES, size),
        }
    )
    for number, part in by_day(frame, received(seconds)):
        name = f"nationbuilder_contacts_{compact(number)}.csv"
        job.inbox.add_frame("organising", number, name, part)


def write(job: Job) -> None:
    """Write one chunk: each export holds everybody known by then, with what changed since."""
    rng, rows = job.rng("organising"), job.seen.organising
    dirt = Dirt(nickname=0.15, no_birth=0.55, no_phone=0.35, no_email=0.15, moved=0.07)
    seconds = happened(rng, len(rows), 0.5)
    card, seconds = in_order(job.cards("organising", rows, dirt), seconds)
    ids = job.ids("", len(rows), 1)
    frame = _export(job, card, ids, seconds)
    job.truth.add("organising/people", ids, card["truth_id"])
    # Once in the season somebody corrects a phone or finds an id: the record changes and says when.
    change = FIRST + rng.integers(0, LAST - FIRST, len(rows))
    does = coin(rng, 0.25, len(rows)) & (change * 86_400 > seconds)
    at = change * 86_400 + rng.integers(9 * 3600, 20 * 3600, len(rows))
    better = frame.with_columns(
        stamps(at).alias("updated_at"),
        phone_styles(rng, card["cell"]).alias("mobile_number"),
        card["email"].str.to_lowercase().alias("email1"),
    )
    for number in EXPORTS:
        known = seconds < number * 86_400
        done = pl.Series("done", does & (at < number * 86_400))
        now = frame.with_columns(
            better[column].zip_with(done, frame[column]).alias(column)
            for column in ("updated_at", "mobile_number", "email1")
        )
        name = f"nationbuilder_people_{compact(number)}.csv"
        job.inbox.add_frame("organising", number, name, now.filter(pl.Series(known)))
    _log(job, ids, seconds)
