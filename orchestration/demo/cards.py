"""Cards: what a person would write on a form, before anything goes wrong.

A card is one row a record with plain columns; :mod:`dirt` spoils some of them and a writer gives
them its supplier's names and formats.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from orchestration.demo.draws import Ints
from orchestration.demo.households import SUFFIXES
from orchestration.demo.people import People
from orchestration.demo.places import Homes
from orchestration.demo.text import Text, digits, glue, only, table, take

ADDRESS = ("line", "unit", "city", "state", "zip")


def series(name: str, values: Text) -> pl.Series:
    """A column from a text array."""
    column = pl.from_arrow(values)
    assert isinstance(column, pl.Series)
    return column.alias(name)


def addresses(people: People, homes: Homes, long: bool = True) -> pl.DataFrame:
    """Addresses as people write them: ``12 N Oak Street``, ``Apt 3``."""
    atlas = people.atlas
    return pl.DataFrame(
        [
            _as_written(series("line", atlas.line(homes, long=long))),
            series("unit", atlas.unit_text(homes)).str.to_titlecase(),
            series("city", take(atlas.town, homes.town)),
            series("state", take(atlas.state, homes.town)),
            series("zip", take(atlas.zip5, homes.town)),
        ]
    )


def _as_written(line: pl.Series) -> pl.Series:
    """Normal case, but headings in capitals and ordinals in small letters: ``9 NE 4th Street``."""
    line = line.str.to_titlecase()
    for ending in ("Th", "St", "Nd", "Rd"):
        line = line.str.replace(rf"(\d){ending}\b", "${1}" + ending.lower())
    headings = ["Ne", "Nw", "Se", "Sw"]
    return line.str.replace_many(
        [f" {heading} " for heading in headings], [f" {heading.upper()} " for heading in headings]
    )


def phone_text(values: Ints) -> Text:
    """Ten digits, or nothing for 0."""
    return only(values > 0, digits(values))


def cards(people: People, rows: Ints) -> pl.DataFrame:
    """One clean card a row: names in normal case, birth as a day, phones as ten digits.

    Columns: row, truth_id, first, nick, middle, last, born_last, suffix, sex, birth, cell,
    landline, email, line, unit, city, state, zip, old_line .. old_zip, county, party_id,
    precinct_id.
    """
    members, names, atlas = people.members, people.names, people.atlas
    homes, before = people.homes.of(rows), people.before.of(rows)
    middle = members.middle[rows]
    counties = table([name.title() for name in atlas.margins.county])
    plain = pl.DataFrame(
        [
            pl.Series("row", rows),
            pl.Series("truth_id", people.truth_id[rows]),
            series("first", take(names.first, members.first[rows])),
            series("nick", take(names.nickname, members.first[rows])),
            series("middle", only(middle >= 0, take(names.first, np.maximum(middle, 0)))),
            series("last", take(names.last, members.last[rows])).str.to_titlecase(),
            series("born_last", take(names.last, members.born_last[rows])).str.to_titlecase(),
            series("suffix", take(table(SUFFIXES), members.suffix[rows])),
            pl.Series("sex", members.sex[rows]),
            pl.Series("birth", members.birth[rows]).cast(pl.Int32).cast(pl.Date),
            series("cell", phone_text(people.reach.cell[rows])),
            series("landline", phone_text(people.reach.landline[rows])),
            series("email", people.email(rows)),
            series("county", take(counties, members.county[rows])),
            series("party_id", glue("R", digits(people.party_number[rows], 11))),
            series("precinct_id", take(atlas.precinct_id, homes.precinct)),
        ]
    )
    old = addresses(people, before).rename(lambda name: f"old_{name}")
    return plain.hstack(addresses(people, homes)).hstack(old)
