"""The campaign's website: sign-ups, donations and volunteer forms, a file of each a day."""

from __future__ import annotations

import numpy as np
import polars as pl

from orchestration.demo.days import compact, happened, received
from orchestration.demo.dirt import Dirt, phone_styles
from orchestration.demo.draws import coin
from orchestration.demo.text import day
from orchestration.demo.writers.context import Job, flag, in_order, pick, stamps
from orchestration.demo.writers.inbox import Inbox, by_day

PAGES = ["/home", "/caucus", "/issues/farm", "/issues/second-amendment", "/events", "/join"]
WORK = ["Retired", "Farmer", "Teacher", "Nurse", "Self-employed", "Driver", "Sales", "Welder", ""]
FIRMS = ["Retired", "Self", "Prairie Co-op", "County Schools", "Valley Clinic", "Hy-Tek Farms", ""]
AMOUNTS = ["5.00", "10.00", "15.00", "20.16", "25.00", "35.00", "50.00", "100.00", "250.00",
           "500.00", "1000.00", "2700.00"]  # fmt: skip
CORRECTED = "2016-01-12"  # this day's donations came again two days later, with amounts mended
RESENT = "2016-01-07"  # this day's sign-ups came again, unchanged


def _birth_text(rng: np.random.Generator, birth: pl.Series) -> pl.Series:
    iso = coin(rng, 0.25, len(birth))
    american = birth.dt.strftime("%m/%d/%Y")
    return birth.dt.strftime("%Y-%m-%d").zip_with(pl.Series(iso), american).fill_null("")


def _signups(job: Job) -> None:
    rng, rows = job.rng("signups"), job.seen.signups
    dirt = Dirt(no_birth=0.42, no_phone=0.3, no_email=0.0, no_address=0.25, zip_float=0.004)
    seconds = happened(rng, len(rows))
    card, seconds = in_order(job.cards("signups", rows, dirt), seconds)
    size = len(card)
    ids = job.ids("S", size, 7)
    frame = pl.DataFrame(
        {
            "signup_id": ids,
            "created_at": stamps(seconds),
            "First Name": card["first"],
            "Last Name": card["last"],
            "Email": card["email"],
            "Mobile": phone_styles(rng, card["cell"]),
            "DOB": _birth_text(rng, card["birth"]),
            "addr1": card["line"],
            "addr2": card["unit"],
            "City": card["city"],
            "State": card["state"],
            "Zip": card["zip"],
            "opt_in": flag(rng, 0.55, size, "Y", "N"),
            "email_opt_in": flag(rng, 0.93, size, "Y", "N"),
            "source_page": pick(rng, PAGES, size),
        }
    )
    job.truth.add("website/signups", ids, card["truth_id"])
    for number, part in by_day(frame, received(seconds)):
        job.inbox.add_frame("website", number, f"signups_{compact(number)}.csv", part)


def _donations(job: Job) -> None:
    rng, rows = job.rng("donations"), job.seen.donations
    dirt = Dirt(nickname=0.06, no_birth=1.0, no_phone=0.25, no_email=0.0, careless=0.05)
    seconds = happened(rng, len(rows))
    card, seconds = in_order(job.cards("donations", rows, dirt), seconds)
    size = len(card)
    ids = job.ids("D", size, 7)
    weights = np.array([2, 5, 3, 4, 7, 3, 5, 4, 2, 0.6, 0.3, 0.1])
    place = np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(size), side="right")
    frame = pl.DataFrame(
        {
            "donation_id": ids,
            "donated_at": stamps(seconds),
            "first_name": card["first"],
            "last_name": card["last"],
            "email": card["email"],
            "phone": card["cell"],
            "street": (card["line"] + " " + card["unit"]).str.strip_chars(),
            "city": card["city"],
            "state": card["state"],
            "zip": card["zip"],
            "employer": pick(rng, FIRMS, size),
            "occupation": pick(rng, WORK, size),
            "amount": pl.Series(AMOUNTS).gather(place),
            "recurring": flag(rng, 0.18, size, "Y", "N"),
        }
    )
    job.truth.add("website/donors", ids, card["truth_id"])
    for number, part in by_day(frame, received(seconds)):
        name = f"donations_{compact(number)}.csv"
        if number == day(CORRECTED):
            job.inbox.add_frame("website", number, name, _misread(rng, part))
            number += 2  # noqa: PLW2901  (the mended file has the old name and a later day)
        job.inbox.add_frame("website", number, name, part)


def _misread(rng: np.random.Generator, donations: pl.DataFrame) -> pl.DataFrame:
    """The day's export before it was corrected: one amount in nine is in cents."""
    wrong = pl.Series(coin(rng, 0.11, len(donations)))
    cents = donations["amount"].str.replace(".", "", literal=True) + ".00"
    return donations.with_columns(cents.zip_with(wrong, donations["amount"]).alias("amount"))


def _volunteers(job: Job) -> None:
    rng, rows = job.rng("volunteers"), job.seen.volunteers
    dirt = Dirt(nickname=0.2, no_phone=0.06, no_email=0.05, zip_float=0.006)
    seconds = happened(rng, len(rows))
    card, seconds = in_order(job.cards("volunteers", rows, dirt), seconds)
    size = len(card)
    ids = job.ids("V", size, 7)
    row = card["row"].to_numpy()
    sure = job.outcome.intent[row] + rng.normal(0, 0.5, size)
    answer = np.select([sure > 0.2, sure > -1.2], [0, 1], 2)
    frame = pl.DataFrame(
        {
            "form_id": ids,
            "submitted_at": stamps(seconds),
            "name": card["first"] + " " + card["last"],
            "email": card["email"],
            "phone": phone_styles(rng, card["cell"]),
            "zip": card["zip"],
            "county": card["county"],
            "availability": pick(rng, ["weekends", "evenings", "days", "any"], size),
            "will_caucus": pl.Series(["Y", "Maybe", "N"]).gather(answer),
            "sms_ok": flag(rng, 0.7, size, "Y", "N"),
        }
    )
    job.truth.add("website/volunteers", ids, card["truth_id"])
    for number, part in by_day(frame, received(seconds)):
        job.inbox.add_frame("website", number, f"volunteers_{compact(number)}.csv", part)


def write(job: Job) -> None:
    """Write one chunk's forms."""
    _signups(job)
    _donations(job)
    _volunteers(job)


def write_tests(job: Job) -> None:
    """Rows that the web team left in the live form while trying it out; nobody's records."""
    frame = pl.DataFrame(
        {
            "signup_id": ["S9000001", "S9000002", "S9000003"],
            "created_at": [
                f"2016-01-{d}T10:0{n}:00-06:00" for n, d in enumerate(("05", "11", "19"))
            ],
            "First Name": ["Test", "test", "Asdf"],
            "Last Name": ["Test", "Testing", "Asdf"],
            "Email": ["test@test.com", "test@test.com", "asdf@asdf.example"],
            "Mobile": ["5555555555", "0000000000", "1234567890"],
            "DOB": ["01/01/1900", "", "01/01/2001"],
            "addr1": ["123 Test St", "", "asdf"],
            "addr2": ["", "", ""],
            "City": ["Testville", "", "asdf"],
            "State": ["IA", "", "IA"],
            "Zip": ["00000", "", "50000"],
            "opt_in": ["Y", "Y", "N"],
            "email_opt_in": ["Y", "Y", "N"],
            "source_page": ["/home", "/join", "/join"],
        }
    )
    job.truth.add("website/signups", frame["signup_id"], pl.Series([None] * 3, dtype=pl.Int64))
    for text, place in (("2016-01-06", 0), ("2016-01-12", 1), ("2016-01-20", 2)):
        number = day(text)
        name = f"signups_{compact(number)}.csv"
        job.inbox.add_frame("website", number, name, frame.slice(place, 1))


def resend(inbox: Inbox) -> None:
    """The sign-ups of one day arrive once more under another day, byte for byte."""
    number = day(RESENT)
    inbox.copy("website", number, f"signups_{compact(number)}.csv", number + 2)
