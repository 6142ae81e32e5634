"""A home with invented people: a release to look them up in, and a queue of doubtful links."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from orchestration.countdown.clock import set_home_clock
from orchestration.identity.places import Places
from orchestration.lake import Lake, connect, write_parquet
from tests.apps.invented import summary
from tests.handoff_home import KNOWN_OF_ONE, MOMENT, RELEASE, make_release, person

HOSTILE = '<img src=x onerror="document.title=1">'
FORMULA = '=HYPERLINK("http://evil.example","ABEL")'

_PEOPLE = 12  # some are held out, so that more than one is on a list


def write_home(home: Path, cases: int = 12) -> Path:
    """Twelve people of two counties, two with hostile names, and so many cases to decide."""
    people: list[dict[str, Any]] = [person(number) for number in range(_PEOPLE)]
    people += [
        person(20, first_name=HOSTILE, last_name="HOSTILE"),
        person(21, first_name="EVA", last_name=FORMULA),
        person(30, last_name="FARAWAY", county_fips="19169", precinct_id="19169-007"),
    ]
    make_release(
        home,
        people,
        contacts=[
            {"person_id": "p0001", "phone": "+15155550001", "source": "website",
             "data_time": "2016-01-15 08:00:00"}
        ],
        **KNOWN_OF_ONE,
    )  # fmt: skip
    told = summary()
    (Lake(home).releases / RELEASE / "summary.json").write_text(json.dumps(told))
    set_home_clock(home, MOMENT)
    _write_queue(home, cases)
    return home


def _write_queue(home: Path, cases: int) -> None:
    places = Places(home)
    with connect(home) as con:
        write_parquet(
            con,
            f"""
            select
                'website/signups:' || n as record_key, 'party/voterfile:' || n as voter_key,
                0.6 as probability, if(n = 2, 'party/voterfile:99', null) as runner_up_voter_key,
                'a close second' as reason, 1.0 / n as worth
            from range(1, {cases + 1}) t(n)
            """,
            places.review,
        )
        write_parquet(
            con,
            f"""
            select
                'website/signups:' || n as record_key, 'website' as source, 'ANNA' as first_name,
                if(n = 1, '<b>KRUSE</b>', 'KRUSE') as last_name, 'AMES' as city
            from range(1, {cases + 1}) t(n)
            """,
            places.records,
        )
        write_parquet(
            con,
            """
            select
                'party/voterfile:' || n as voter_key, 'ANNE' as first_name, 'KRUSE' as last_name,
                1960 as birth_year
            from range(1, 100) t(n)
            """,
            places.voters,
        )
