"""The event site: Eventbrite's API pages, of events and of each event's attendees.

A page is fetched in the week before the event and again after it, under the same name. Popular
events attract registrations by people who do not exist.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import polars as pl

from orchestration.demo.days import OFFSET, every, iso
from orchestration.demo.dirt import Dirt, phone_styles
from orchestration.demo.draws import Ints, coin
from orchestration.demo.text import day, moments
from orchestration.demo.writers.context import PER_CHUNK, Job, in_order, pick, utc_stamps

EXPORTS = [*every("2015-12-22", 7), day("2016-02-01")]
PER_100K, PAGE, FAKES = 24, 100, 0.06
TITLES = ["Town hall in {}", "Meet the candidate in {}", "Caucus training in {}", "Rally in {}",
          "Coffee and questions in {}"]  # fmt: skip
NOBODIES = ["Mickey Mouse", "Donald Duck", "Harry Potter", "Test Test", "Santa Claus",
            "Fake Name", "Abraham Lincoln", "No Thanks", "Clark Kent"]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Programme:
    """A chunk's events: ids, towns and local seconds of their start."""

    ids: list[str]
    towns: Ints
    starts: Ints


def _programme(job: Job, rng: np.random.Generator, base: int) -> Programme:
    count = max(3, round(base * PER_100K / 100_000))
    precincts = rng.integers(0, len(job.people.atlas.county_of_precinct), count)
    days = np.sort(rng.integers(day("2015-12-14"), day("2016-01-31"), count))
    starts = days * 86_400 + rng.choice([12, 17, 18, 19], count) * 3600 + 1800
    return Programme(
        ids=[f"{20_160_000_000 + job.number * 1000 + n}" for n in range(count)],
        towns=job.people.atlas.town_of_precinct[precincts],
        starts=starts,
    )


def _events_page(job: Job, plan: Programme, export: int) -> str:
    """All events of the chunk as one page; a page a chunk."""
    atlas, pages = job.people.atlas, round(1 / job.people.chunk.share)
    towns = [atlas.town[int(row)].as_py() for row in plan.towns]
    zips = [atlas.zip5[int(row)].as_py() for row in plan.towns]
    local = moments(plan.starts).to_pylist()
    utc = moments(plan.starts + OFFSET, "%Y-%m-%dT%H:%M:%SZ").to_pylist()
    events = []
    for number, event_id in enumerate(plan.ids):
        title = TITLES[number % len(TITLES)].format(towns[number])
        over = plan.starts[number] < export * 86_400
        events.append(
            {
                "id": event_id,
                "name": {"text": title, "html": title},
                "start": {
                    "timezone": "America/Chicago",
                    "local": local[number],
                    "utc": utc[number],
                },
                "venue": {
                    "address": {"city": towns[number], "region": "IA", "postal_code": zips[number]}
                },
                "capacity": 80 + number * 37 % 420,
                "status": "completed" if over else "live",
                "url": f"https://www.eventbrite.example/e/{event_id}",
                "created": "2015-12-01T16:00:00Z",
                "changed": f"{iso(export - 1)}T16:00:00Z",
            }
        )  # fmt: skip
    return json.dumps(
        {"pagination": _pagination(len(events), job.number + 1, pages), "events": events}
    )


def _pagination(count: int, page: int, pages: int) -> dict[str, int | bool]:
    return {
        "object_count": count,
        "page_number": page,
        "page_size": PAGE,
        "page_count": pages,
        "has_more_items": page < pages,
    }


def _fakes(rng: np.random.Generator, size: int) -> pl.DataFrame:
    """Registrations of nobody, several of them under one name."""
    name = pick(rng, NOBODIES, size)
    first, last = name.str.split(" ").list.first(), name.str.split(" ").list.last()
    number = pl.Series(rng.integers(1, 99, size)).cast(pl.String)
    mail = first.str.to_lowercase() + number + "@throwaway.example"
    blank = pl.Series("", [""] * size)
    return pl.DataFrame(
        {
            "truth_id": pl.Series([None] * size, dtype=pl.Int64),
            "row": pl.Series(np.full(size, -1)),
            "first": first, "last": last, "email": mail, "cell": blank,
            "line": blank, "city": blank, "state": blank, "zip": blank,
        }
    )  # fmt: skip


def _guests(job: Job, rng: np.random.Generator) -> pl.DataFrame:
    rows = job.seen.attendees
    dirt = Dirt(nickname=0.15, no_birth=1.0, no_phone=0.55, no_email=0.0, careless=0.1)
    card = job.cards("attendees", rows, dirt)
    fakes = _fakes(rng, round(FAKES * len(rows)))
    return pl.concat([card.select(fakes.columns), fakes])


def _where(job: Job, rng: np.random.Generator, guests: pl.DataFrame, plan: Programme) -> Ints:
    """The event each goes to: the nearest of a few, counties' numbers standing for distance."""
    homes = job.people.members.county[np.maximum(guests["row"].to_numpy(), 0)]
    towns = job.people.atlas.margins.towns["county"].to_numpy()[plan.towns]
    choices = rng.integers(0, len(plan.ids), (len(guests), 4))
    nearest = np.abs(towns[choices] - homes[:, None]).argmin(axis=1)
    result: Ints = choices[np.arange(len(guests)), nearest]
    return result


def _json(frame: pl.DataFrame) -> pl.Series:
    return frame.select(pl.struct(pl.all()).struct.json_encode()).to_series()


def _rendered(guests: pl.DataFrame, state: dict[str, pl.Series]) -> pl.Series:
    """Attendees as the API writes them; a key is left out rather than empty where it does so."""
    contact = pl.DataFrame(
        {
            "first_name": guests["first"],
            "last_name": guests["last"],
            "name": guests["first"] + " " + guests["last"],
            "email": guests["email"],
        }
    )
    home = _json(
        guests.select(
            pl.col("line").alias("address_1"),
            "city",
            pl.col("state").alias("region"),
            pl.col("zip").alias("postal_code"),
        )
    )
    empty = pl.Series("", ["{}"] * len(guests))
    home = home.zip_with(guests["shows_home"] & (guests["line"] != ""), empty)
    phone = ', "cell_phone": "' + guests["cell"] + '"'
    phone = phone.zip_with(guests["cell"] != "", pl.Series("", [""] * len(guests)))
    profile = _json(contact).str.strip_suffix("}") + phone
    profile = profile + ', "addresses": {"home": ' + home + ', "ship": {}, "work": {}, "bill": {}}}'
    rest = pl.DataFrame(
        {
            "id": guests["id"],
            "created": guests["created"],
            "changed": state["changed"],
            "quantity": guests["quantity"],
            "checked_in": state["checked_in"],
            "cancelled": state["cancelled"],
            "refunded": pl.repeat(False, len(guests), eager=True),
            "status": state["status"],
            "ticket_class_name": pl.repeat("General Admission", len(guests), eager=True),
            "event_id": guests["event_id"],
            "order_id": guests["order_id"],
        }
    )
    head = _json(rest).str.strip_suffix("}")
    return (
        '{"team": null, '
        + head.str.strip_prefix("{")
        + ', "profile": '
        + profile
        + ', "answers": []}'
    )


def _state(guests: pl.DataFrame, export: int) -> dict[str, pl.Series]:
    """What the site says of each guest on the export's night."""
    over = guests["starts"] < export * 86_400
    came = guests["comes"] & ~guests["cancels"] & over
    cancelled = guests["cancels"] & over
    texts = pl.Series(["Attending", "Checked In", "Not Attending"])
    place = np.where(cancelled, 2, np.where(came, 1, 0))
    at_door = utc_stamps(guests["starts"].to_numpy() + 900)
    return {
        "checked_in": came,
        "cancelled": cancelled,
        "status": texts.gather(place),
        "changed": at_door.zip_with(came | cancelled, guests["created"]),
    }


def _send(job: Job, guests: pl.DataFrame, event_id: str, export: int) -> None:
    rows = _rendered(guests, _state(guests, export))
    pages = -(-len(rows) // PAGE)
    for page in range(1, pages + 1):
        part = rows.slice((page - 1) * PAGE, PAGE)
        head = json.dumps({"pagination": _pagination(len(rows), page, pages)})[:-1]
        text = head + ', "attendees": [\n' + str(part.str.join(",\n")[0]) + "\n]}\n"
        job.inbox.add("events", export, f"attendees_{event_id}_p{page}.json", b"", text.encode())
        job.inbox.rows["events/attendees"] += len(part)


def write(job: Job) -> None:
    """Write one chunk's events and their guests, before the event and after it."""
    rng = job.rng("events")
    plan = _programme(job, rng, round(job.people.chunk.cells.sum()))
    guests = _guests(job, rng)
    size, event = len(guests), _where(job, rng, guests, plan)
    starts = plan.starts[event]
    created = starts - (rng.exponential(6, size) * 86_400).astype(np.int64) - 3600
    row = guests["row"].to_numpy()
    zeal = np.where(row >= 0, job.people.traits.zeal[row], -3.0)
    numbers = pl.Series(1_054_000_000 + job.number * PER_CHUNK + np.arange(size))
    guests = guests.with_columns(
        numbers.cast(pl.String).alias("id"),
        (numbers // 2 + 300_000_000).cast(pl.String).alias("order_id"),
        utc_stamps(created).alias("created"),
        pl.Series("created_s", created),
        pl.Series("starts", starts),
        pl.Series("event_id", plan.ids).gather(event),
        pl.Series("quantity", np.where(row < 0, rng.integers(1, 9, size), 1)),
        pl.Series("comes", zeal + rng.standard_normal(size) > -0.4),
        pl.Series("cancels", coin(rng, 0.06, size)),
        pl.Series("shows_home", coin(rng, 0.35, size)),
        phone_styles(rng, guests["cell"]).alias("cell"),
    )
    job.truth.add("events/attendees", guests["id"], guests["truth_id"])
    guests, _ = in_order(guests, created)
    for export in EXPORTS:
        name = f"events_p{job.number + 1}.json"
        job.inbox.add("events", export, name, b"", _events_page(job, plan, export).encode())
        for number, event_id in enumerate(plan.ids):
            away = export - plan.starts[number] // 86_400
            if -7 < away <= 7:
                known = (pl.col("event_id") == event_id) & (pl.col("created_s") < export * 86_400)
                _send(job, guests.filter(known), event_id, export)
