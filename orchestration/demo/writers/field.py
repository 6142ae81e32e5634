"""The field team: canvass results, pledge cards in a spreadsheet, a random survey, the sites."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from orchestration.demo.days import LAST, compact, every, received_on
from orchestration.demo.dirt import Dirt, phone_styles
from orchestration.demo.draws import Floats, Ints, choose, coin, stream
from orchestration.demo.places import Atlas
from orchestration.demo.text import day, take
from orchestration.demo.writers.context import Job, in_order, pick, stamps
from orchestration.demo.writers.inbox import STAMP, Inbox, by_day

CANVASSES, PLEDGES = every("2016-01-06", 3), every("2016-01-05", 7)
SURVEY_DAY = "2016-01-15"
SITE_DAYS = ("2016-01-12", "2016-01-28")
QUALITIES = ["talked", "brief", "lit_drop", "not_home", "refused"]
HALLS = ["Elementary School", "High School", "Middle School", "Fire Station", "Public Library",
         "Community Center", "Methodist Church", "Legion Hall", "City Hall"]  # fmt: skip
CARD_COLUMNS = ("Card No", "Date", "Name", "Address", "City", "Zip", "Phone", "Email", "Birth Date",
                "First caucus? (Y/N)", "Candidate pledge (Y/N)", "Box")  # fmt: skip


def _support(warmth: Floats) -> Ints:
    """1 strong support to 5 against, as a walker or interviewer ticks it."""
    return np.digitize(-warmth, [-1.5, -0.15, 1.1, 2.7]) + 1


def _walked(rng: np.random.Generator, size: int) -> Ints:
    days = day("2016-01-02") + choose(rng, np.linspace(1, 2.2, LAST - day("2016-01-02")), size)
    return days * 86_400 + rng.integers(10 * 3600, 19 * 3600 + 1800, size)


def _canvass(job: Job) -> None:
    rng, rows = job.rng("canvass"), job.seen.canvass
    dirt = Dirt(nickname=0.03, initial=0.0, typo_first=0.004, typo_last=0.006, born_name=0.01,
                moved=0.01, careless=0.0, spaces=0.01)  # fmt: skip
    card, seconds = in_order(job.cards("canvass", rows, dirt), _walked(rng, len(rows)))
    size, row = len(card), card["row"].to_numpy()
    quality = choose(rng, [0.3, 0.1, 0.2, 0.32, 0.08], size)
    warmth = job.outcome.warmth[row] + rng.normal(0, 0.7, size)
    told = np.where((quality <= 1) & coin(rng, 0.9, size), _support(warmth), 0)
    sure = job.outcome.intent[row] + rng.normal(0, 0.6, size)
    plan = np.where(quality <= 1, np.select([sure > 0.5, sure > -0.9], [1, 3], 2), 0)
    county = card["precinct_id"].str.slice(0, 5)
    blank = pl.Series("", [""] * size)
    ids = job.ids("K", size, 8)
    frame = pl.DataFrame(
        {
            "canvass_id": ids,
            "walked_at": stamps(seconds),
            "canvasser": pick(rng, [f"walker{n:03d}" for n in range(1, 241)], size),
            "list_id": "L" + county + "-" + pick(rng, ["1", "2", "3"], size),
            "party_person_id": card["party_id"].zip_with(pl.Series(coin(rng, 0.9, size)), blank),
            "first_name": card["first"],
            "last_name": card["last"],
            "address": (card["line"] + " " + card["unit"]).str.strip_chars(),
            "city": card["city"],
            "zip": card["zip"],
            "precinct_id": card["precinct_id"],
            "support": pl.Series(["", "1", "2", "3", "4", "5"]).gather(told),
            "contact_quality": pl.Series(QUALITIES).gather(quality),
            "caucus_2016": pl.Series(["", "Y", "N", "Maybe"]).gather(plan),
        }
    )
    job.truth.add("field/canvass", ids, card["truth_id"])
    for number, part in by_day(frame, received_on(seconds, CANVASSES)):
        job.inbox.add_frame("field", number, f"canvass_{compact(number)}.csv", part)


def _survey(job: Job) -> None:
    """The paid random survey: weights undo that the old answer more often than the young."""
    rng, rows = job.rng("survey"), job.seen.survey
    size, age = len(rows), np.floor(job.people.members.age[rows]).astype(np.int64)
    weight = np.exp(-0.022 * (age - 50)) * rng.lognormal(0, 0.12, size)
    start = day("2016-01-09") * 86_400 + rng.integers(0, 6, size) * 86_400
    seconds = np.sort(start + rng.integers(16 * 3600, 21 * 3600, size))
    warmth = job.outcome.warmth[rows] + rng.normal(0, 0.45, size)
    sure = job.outcome.intent[rows] + rng.normal(0, 0.45, size)
    card = job.cards("survey", rows, Dirt(no_phone=0.0, false_phone=0.0, swapped_phone=0.2))
    blank = pl.Series("", [""] * size)
    phone = card["cell"].zip_with(card["cell"] != "", card["landline"])
    ids = job.ids("Q", size, 7)
    frame = pl.DataFrame(
        {
            "respid": ids,
            "interviewed_at": stamps(seconds),
            "phone": phone,
            "party_person_id": card["party_id"].zip_with(pl.Series(coin(rng, 0.92, size)), blank),
            "age": age,
            "sex": pl.Series(["F", "M"]).gather(card["sex"]),
            "vote_choice": _support(warmth),
            "certain_to_attend": np.digitize(-sure, [-0.9, 0.1, 1.1]) + 1,
            "weight": pl.Series(np.round(weight / weight.mean(), 3) if size else weight),
        }
    )
    job.truth.add("field/id_survey", ids, card["truth_id"])
    job.inbox.add_frame(
        "field", day(SURVEY_DAY), f"id_survey_{SURVEY_DAY.replace('-', '')}.csv", frame
    )


@dataclass
class PledgeCards:
    """Cards of all chunks by the week they were typed in: a workbook is written whole."""

    weeks: dict[int, list[pl.DataFrame]] = field(default_factory=dict)

    def add(self, job: Job) -> None:
        """Take one chunk's cards."""
        rng, rows = job.rng("pledges"), job.seen.pledges
        dirt = Dirt(nickname=0.2, typo_first=0.04, typo_last=0.05, no_birth=0.35, no_phone=0.25,
                    no_email=0.45, careless=0.12)  # fmt: skip
        begin, size = day("2015-12-05"), len(rows)
        written = begin + choose(rng, np.linspace(1, 2.5, LAST - begin), size)
        card, seconds = in_order(job.cards("pledges", rows, dirt), written * 86_400)
        row = card["row"].to_numpy()
        first = job.outcome.first_time[row] ^ coin(rng, 0.08, size)
        warm = job.outcome.warmth[row] + rng.normal(0, 0.8, size) > -0.4
        number = seconds // 86_400
        ids = job.ids("P", size, 7)
        frame = card.with_columns(
            ids.alias("Card No"),
            pl.Series("written", number),
            phone_styles(rng, card["cell"]).alias("cell"),
            pl.Series(["N", "Y"]).gather(first.astype(np.int64)).alias("first_caucus"),
            pl.Series(["N", "Y"]).gather(warm.astype(np.int64)).alias("pledge"),
            pl.Series("looks", rng.integers(0, 3, size)),
            pl.Series("box", (number - begin) // 4 + 1),
        )
        job.truth.add("field/pledge_people", ids, card["truth_id"])
        for week, part in by_day(frame, received_on(seconds + 2 * 86_400, PLEDGES)):
            self.weeks.setdefault(week, []).append(part)

    def write(self, inbox: Inbox) -> None:
        """Write each week's workbook: the cards typed, and the boxes that still wait."""
        for week, parts in sorted(self.weeks.items()):
            if week <= LAST:
                frame = pl.concat(parts)
                path = inbox.path("field", week, f"pledge_cards_{compact(week)}.xlsx")
                _workbook(path, frame, week)
                inbox.rows["field/pledge_cards"] += len(frame)


def _cells(card: dict[str, object]) -> list[object]:
    """One card as typed: a date is a date or a text, a zip a number or a text."""
    birth, looks = card["birth"], card["looks"]
    if birth is not None and looks == 0:
        birth = birth.strftime("%m/%d/%Y")  # type: ignore[attr-defined]
    zip_text = str(card["zip"])
    written = datetime.utcfromtimestamp(int(str(card["written"])) * 86_400)  # noqa: DTZ004
    address = f"{card['line']} {card['unit']}".strip()
    zip_cell: object = int(zip_text) if looks == 1 and zip_text.isdigit() else zip_text
    return [
        card["Card No"],
        written,
        f"{card['first']} {card['last']}",
        address,
        card["city"],
        zip_cell,
        card["cell"] or None,
        card["email"] or None,
        birth,
        card["first_caucus"],
        card["pledge"],
        f"B{card['box']}",
    ]


def _workbook(path: Path, frame: pl.DataFrame, week: int) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    cards = book.create_sheet("Cards")
    cards.append(CARD_COLUMNS)
    # A few thousand typed cards, never the electorate: the one loop over people in this room.
    for card in frame.iter_rows(named=True):
        cards.append(_cells(card))
    backlog = book.create_sheet("Backlog")
    backlog.append(("Box", "County", "Cards (estimated)", "Typed"))
    last = int(frame["box"].to_numpy().max())
    for number, county in enumerate(("Polk", "Linn", "Scott", "Woodbury")[: 1 + week % 4]):
        backlog.append((f"B{last + 1 + number}", county, 60 + (week * 37 + number * 53) % 180, "N"))
    raw = io.BytesIO()
    book.save(raw)
    path.write_bytes(_timeless(raw))


def _timeless(raw: io.BytesIO) -> bytes:
    """The same workbook with the clock taken out, so that equal content is equal bytes."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(raw) as before,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in sorted(before.namelist()):
            data = before.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2016-01-01T00:00:00Z", data)
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(info, data)
    return result.getvalue()


def write(job: Job) -> None:
    """Write one chunk's canvass results and its part of the survey."""
    _canvass(job)
    _survey(job)


def _site_frame(atlas: Atlas, rng: np.random.Generator) -> pl.DataFrame:
    """One row a precinct; neighbours of a town meet in one place."""
    size = len(atlas.county_of_precinct)
    starts = coin(rng, 0.45, size)
    starts[1:] |= atlas.town_of_precinct[1:] != atlas.town_of_precinct[:-1]
    starts[0] = True
    site = np.cumsum(starts) - 1
    first = np.flatnonzero(starts)[site]
    town = pl.from_arrow(take(atlas.town, atlas.town_of_precinct))
    assert isinstance(town, pl.Series)
    hall = pl.Series(HALLS).gather(rng.integers(0, len(HALLS), size)[first])
    number = pl.Series(100 * rng.integers(1, 30, size)[first]).cast(pl.String)
    street = pick(rng, ["Main St", "School St", "Park Ave", "Church St", "2nd Ave"], size)
    return pl.DataFrame(
        {
            "precinct_id": pl.Series(atlas.precinct_id.to_pylist()),
            "county": pl.Series(atlas.margins.county).gather(atlas.county_of_precinct),
            "site_name": town + " " + hall,
            "address": number + " " + street.gather(first),
            "city": town,
            "zip": pl.Series(take(atlas.zip5, atlas.town_of_precinct).to_pylist()),
            "starts_at": pl.repeat("2016-02-01T19:00:00", size, eager=True),
        }
    )


def write_sites(inbox: Inbox, seed: int, atlas: Atlas) -> None:
    """The party's list of sites, and the same list with changes, four days before the night."""
    rng = stream(seed, "sites")
    frame = _site_frame(atlas, rng)
    moved = pl.Series(coin(rng, 0.04, len(frame)))
    later = frame.with_columns(
        pl.when(pl.lit(moved)).then(pl.col("city") + " Veterans Hall")
        .otherwise(pl.col("site_name")).alias("site_name"),
        pl.when(pl.lit(moved)).then(pl.lit("12 Court Ave")).otherwise(pl.col("address"))
        .alias("address"),
    )  # fmt: skip
    for text, sites in zip(SITE_DAYS, (frame, later), strict=True):
        number = day(text)
        inbox.add_frame("field", number, f"caucus_sites_{compact(number)}.csv", sites)
