"""The public margins the invented people must add up to, read from the dbt seeds.

The figures and their sources belong to ``dbt_project/seeds``; how people are made to meet them
belongs to :mod:`plan`, :mod:`people` and :mod:`outcome`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from orchestration.demo.draws import Floats, Ints
from orchestration.settings import UserError

PARTIES = ("REP", "DEM", "NOP", "OTH")
FIRST_FILE, EVE, AFTER = "2016-01-04", "2016-02-01", "2016-03-15"
SEEDS = ("counties", "registration_margins", "caucus_margins", "age_bands", "towns")


@dataclass(frozen=True, eq=False)
class Margins:
    """Public facts by county (99, in order of FIPS code) as arrays.

    Attributes:
        registered: On the roll of 2016-01-04, county x party x (active, inactive).
        joined: Net growth of the roll from 2016-01-04 to the eve, by county.
        rep_growth: Growth of Republicans from the eve to mid-March: bounds who registered or
            changed party at the door.
        all_growth: Growth of the whole roll over the same weeks: bounds who registered there.
        caucus: People who took part, by year.
        band_turnout: Share of the roll that voted, by year and age band.
        towns: One row a town and zip code, in order of county, with its share of the county.
    """

    fips: tuple[str, ...]
    county: tuple[str, ...]
    population: Ints
    over_65: Floats
    under_18: Floats
    bachelors: Floats
    income: Floats
    density: Floats
    precincts: Ints
    registered: Ints
    joined: Ints
    rep_growth: Ints
    all_growth: Ints
    caucus: dict[int, Ints]
    band_start: Ints
    band_population: Ints
    band_turnout: dict[int, Floats]
    towns: pl.DataFrame

    @property
    def total(self) -> int:
        """Everyone on the roll of the first file."""
        return int(self.registered.sum())

    @property
    def first_precinct(self) -> Ints:
        """The state-wide number of each county's first precinct, and the end."""
        return np.concatenate([[0], np.cumsum(self.precincts)]).astype(np.int64)


def _read(seeds_dir: Path, name: str) -> pl.DataFrame:
    file = seeds_dir / f"{name}.csv"
    if not file.is_file():
        raise UserError(f"the seed {file} is missing; take it back from version control")
    text = {"county_fips": pl.String, "zip5": pl.String, "area_code": pl.String}
    return pl.read_csv(file, schema_overrides=text)


def _registered(rows: pl.DataFrame, day: str) -> Ints:
    rows = rows.filter(pl.col("as_of") == day).with_columns(
        pl.col("party").replace_strict({p: n for n, p in enumerate(PARTIES)}).alias("p"),
        (pl.col("status") == "inactive").cast(pl.Int64).alias("s"),
    )
    counts = rows.sort("county_fips", "p", "s")["registered"].to_numpy()
    return counts.astype(np.int64).reshape(-1, len(PARTIES), 2)


def _towns(towns: pl.DataFrame, fips: tuple[str, ...], density: Floats) -> pl.DataFrame:
    """Share each county among its zip codes: the denser, the more live in the main town."""
    main = pl.DataFrame({"county_fips": fips, "main_share": np.clip(0.38 + density / 900, 0, 0.86)})
    towns = towns.join(main, on="county_fips", maintain_order="left")
    alike = pl.len().over("county_fips", "size")
    several = pl.col("size").n_unique().over("county_fips") > 1
    main_town = pl.col("size") == "main"
    share = pl.when(main_town).then(pl.col("main_share")).otherwise(1 - pl.col("main_share"))
    return towns.with_columns(
        (pl.when(several).then(share).otherwise(1.0) / alike).alias("share"),
        pl.col("county_fips").replace_strict({f: n for n, f in enumerate(fips)}).alias("county"),
    )


@cache
def read_margins(seeds_dir: Path) -> Margins:
    """Read the five seeds.

    Raises:
        UserError: a seed is missing.
    """
    counties, roll, caucus, bands, towns = (_read(seeds_dir, name) for name in SEEDS)
    counties = counties.sort("county_fips")
    fips = tuple(counties["county_fips"])
    first, eve, after = (_registered(roll, day) for day in (FIRST_FILE, EVE, AFTER))
    density = counties["density"].to_numpy()
    return Margins(
        fips=fips,
        county=tuple(counties["county"]),
        population=counties["population"].to_numpy(),
        over_65=counties["pct_65_and_over"].to_numpy() / 100,
        under_18=counties["pct_under_18"].to_numpy() / 100,
        bachelors=counties["pct_bachelors"].to_numpy() / 100,
        income=counties["median_household_income"].to_numpy().astype(np.float64),
        density=density,
        precincts=counties["precincts"].to_numpy(),
        registered=first,
        joined=eve.sum((1, 2)) - first.sum((1, 2)),
        rep_growth=after[:, 0].sum(1) - eve[:, 0].sum(1),
        all_growth=after.sum((1, 2)) - eve.sum((1, 2)),
        caucus={
            year: caucus.filter(pl.col("year") == year).sort("county_fips")["votes"].to_numpy()
            for year in (2008, 2012, 2016)
        },
        band_start=bands["min_age"].to_numpy(),
        band_population=bands["population"].to_numpy(),
        band_turnout={
            year: (bands[f"voted_{year}"] / bands[f"registered_{year}"]).to_numpy()
            for year in (2010, 2014)
        },
        towns=_towns(towns, fips, density),
    )
