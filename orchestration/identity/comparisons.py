"""How two sides are compared: Splink comparisons made for voters and sign-ups.

Each comparison is a list of levels from full agreement to none. Start values of m are what is
assumed where training cannot see a level; u comes from training. What a level *decides* (a
contradicted first name never links) is in ``assign``; which pairs are compared is in ``blocking``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Level:
    """One degree of agreement.

    Attributes:
        name: What ``explain`` and ``assign`` call it.
        sql: Splink condition over ``_l`` and ``_r`` columns; ``ELSE`` for the last.
        m: Assumed share among true pairs, until trained.
        tf: Column whose rarity raises the weight of this agreement.
        u: Assumed share among pairs taken at random, where a sample holds too few to tell.
    """

    name: str
    sql: str
    m: float
    tf: str = ""
    u: float = 1e-4


@dataclass(frozen=True)
class Comparison:
    """One field of evidence: a null level, then levels from strongest to weakest.

    Attributes:
        name: Name of the evidence.
        null: When the evidence says nothing.
        levels: Strongest first, ``ELSE`` last.
        exact: Level whose chance agreement is counted rather than sampled: SQL over one side,
            equal on both when the level holds.
    """

    name: str
    null: str
    levels: tuple[Level, ...]
    exact: dict[str, str] = field(default_factory=dict)

    def gamma(self, level: str) -> int:
        """Splink's number of a level: the last is 0, the strongest the highest, null -1."""
        names = [each.name for each in self.levels]
        return len(names) - 1 - names.index(level)

    def settings(self) -> dict[str, Any]:
        """The comparison as Splink's settings write it."""
        levels: list[dict[str, Any]] = [
            {"sql_condition": self.null, "label_for_charts": "says nothing", "is_null_level": True}
        ]
        for level in self.levels:
            entry: dict[str, Any] = {
                "sql_condition": level.sql,
                "label_for_charts": level.name,
                "m_probability": level.m,
            }
            if level.tf:
                entry["tf_adjustment_column"] = level.tf
                entry["tf_minimum_u_value"] = 1e-5
            levels.append(entry)
        return {"output_column_name": self.name, "comparison_levels": levels}


SWAPPED = "first_name_l = last_name_r and last_name_l = first_name_r"
WOMAN = "coalesce(gender_l, gender_r) = 'F' and coalesce(gender_r, gender_l) = 'F'"
ONE_LETTER = "(length(first_token_l) = 1 or length(first_token_r) = 1)"

FIRST_NAME = Comparison(
    "first_name",
    "first_name_l is null or first_name_r is null",
    (
        Level("equal", "first_name_l = first_name_r", 0.78, tf="first_name"),
        Level(
            "equal first word",
            "first_token_l = first_token_r and length(first_token_l) > 1",
            0.01,
            u=2e-3,
        ),
        Level("short form", "list_contains(nicks_l, first_token_r)", 0.1),
        Level("exchanged with surname", SWAPPED, 0.005, u=1e-5),
        Level(
            "is the middle name",
            "first_token_l = middle_name_r or middle_name_l = first_token_r",
            0.01,
            u=5e-3,
        ),
        Level(
            "nearly equal",
            "length(first_token_l) > 2 and length(first_token_r) > 2 and "
            "(jaro_winkler_similarity(first_token_l, first_token_r) >= 0.92 "
            "or damerau_levenshtein(first_token_l, first_token_r) = 1)",
            0.04,
        ),
        Level(
            "initial",
            f"{ONE_LETTER} and left(first_token_l, 1) = left(first_token_r, 1)",
            0.01,
            u=0.05,
        ),
        Level("differs", "ELSE", 0.02),
    ),
)
LAST_NAME = Comparison(
    "last_name",
    f"last_name_l is null or last_name_r is null or ({SWAPPED})",
    (
        Level("equal", "last_name_l = last_name_r", 0.88, tf="last_name"),
        Level(
            "one part of a double name",
            "list_has_any(last_tokens_l, last_tokens_r) or (least(length(last_name_l), "
            "length(last_name_r)) >= 5 and (starts_with(last_name_l, last_name_r) or "
            "starts_with(last_name_r, last_name_l) or ends_with(last_name_l, last_name_r) "
            "or ends_with(last_name_r, last_name_l)))",
            0.015,
            u=1e-3,
        ),
        Level(
            "nearly equal",
            "length(last_name_l) > 2 and length(last_name_r) > 2 and "
            "(jaro_winkler_similarity(last_name_l, last_name_r) >= 0.92 "
            "or damerau_levenshtein(last_name_l, last_name_r) = 1)",
            0.05,
        ),
        Level("differs, a woman's", WOMAN, 0.035),
        Level("differs", "ELSE", 0.02),
    ),
)
MIDDLE = Comparison(
    "middle_initial",
    "middle_initial_l is null or middle_initial_r is null",
    (
        Level("equal", "middle_initial_l = middle_initial_r", 0.93),
        Level("differs", "ELSE", 0.07),
    ),
)
SUFFIX = Comparison(
    "suffix",
    "suffix_l is null and suffix_r is null",
    (
        Level("equal", "suffix_l = suffix_r", 0.5),
        Level("one lacks it", "suffix_l is null or suffix_r is null", 0.49),
        Level("differs", "ELSE", 0.01),
    ),
)
GENDER = Comparison(
    "gender",
    "gender_l is null or gender_r is null",
    (Level("equal", "gender_l = gender_r", 0.99), Level("differs", "ELSE", 0.01)),
)
# Where both sides give the day and where one gives only a year are two comparisons, because
# they are two kinds of evidence: mixed, a year that agrees would pass for a day that does not.
BIRTH = Comparison(
    "birth",
    "birth_date_l is null or birth_date_r is null",
    (
        Level("equal", "birth_date_l = birth_date_r", 0.94),
        Level(
            "day and month exchanged",
            "birth_year_l = birth_year_r and month(birth_date_l) = day(birth_date_r) "
            "and day(birth_date_l) = month(birth_date_r)",
            0.01,
            u=1.5e-5,
        ),
        Level(
            "one digit off",
            "damerau_levenshtein(strftime(birth_date_l, '%Y%m%d'), "
            "strftime(birth_date_r, '%Y%m%d')) = 1",
            0.02,
        ),
        Level(
            "equal in two of three",
            "(birth_year_l = birth_year_r)::integer + (birth_month_l = birth_month_r)::integer "
            "+ (day(birth_date_l) = day(birth_date_r))::integer = 2",
            0.015,
        ),
        Level("differs", "ELSE", 0.015),
    ),
    exact={"equal": "birth_date"},
)
BIRTH_YEAR = Comparison(
    "birth_year",
    "(birth_date_l is not null and birth_date_r is not null) "
    "or birth_year_l is null or birth_year_r is null",
    (
        Level(
            "equal year and month",
            "birth_year_l = birth_year_r and birth_month_l = birth_month_r",
            0.3,
            u=1.2e-3,
        ),
        Level("equal year", "birth_year_l = birth_year_r", 0.5, u=1.5e-2),
        # A supplier who gives an age as of some day is often one year off, and now and then two.
        Level("one year off", "abs(birth_year_l - birth_year_r) = 1", 0.13, u=3e-2),
        Level("two years off", "abs(birth_year_l - birth_year_r) = 2", 0.02, u=3e-2),
        Level("differs", "ELSE", 0.05),
    ),
)
SAME_HOUSE = "house_number_l = house_number_r"
BOTH_STREETS = "street_l is not null and street_r is not null"
ADDRESS = Comparison(
    "address",
    "street_l is null or street_r is null",
    (
        Level("equal", f"{SAME_HOUSE} and street_l = street_r and zip5_l = zip5_r", 0.75),
        Level(
            "equal house and street",
            f"{SAME_HOUSE} and street_l = street_r and (zip5_l is null or zip5_r is null "
            "or county_fips_l = county_fips_r or city_l = city_r)",
            0.03,
            u=5e-6,
        ),
        Level(
            "nearly equal",
            f"zip5_l = zip5_r and {SAME_HOUSE} "
            "and jaro_winkler_similarity(street_l, street_r) >= 0.85",
            0.06,
            u=1e-5,
        ),
        Level("equal street and zip", "zip5_l = zip5_r and street_l = street_r", 0.02),
        Level("equal zip", "zip5_l = zip5_r", 0.04),
        Level("equal county", "county_fips_l = county_fips_r", 0.05),
        Level("differs", "ELSE", 0.05),
    ),
    exact={"equal": "house_number || '|' || street || '|' || zip5"},
)
# Without a street, the zip; without a zip, the town, or at least the region of the phone. Two
# comparisons for the same reason as dates and years: a town that is all somebody told is not a zip
# that differs.
NO_ZIP = "(zip5_l is null or zip5_r is null)"
PLACE = Comparison(
    "place",
    f"({BOTH_STREETS}) or {NO_ZIP}",
    (
        Level("equal zip", "zip5_l = zip5_r", 0.85),
        Level("equal county", "county_fips_l = county_fips_r", 0.08),
        Level("differs", "ELSE", 0.07),
    ),
)
TOWN = Comparison(
    "town",
    f"({BOTH_STREETS}) or not {NO_ZIP} or area_l is null or area_r is null",
    (
        Level("equal town", "city_l = city_r", 0.6, u=5e-3),
        Level("equal county", "county_fips_l = county_fips_r", 0.12),
        Level("equal area", "area_l = area_r", 0.2),
        Level("differs", "ELSE", 0.08),
    ),
)
PHONE = Comparison(
    "phone",
    "phone_l is null or phone_r is null",
    (
        Level(
            "equal, one person's",
            "solo_phone_l in (solo_phone_r, solo_phone_2_r) "
            "or solo_phone_2_l in (solo_phone_r, solo_phone_2_r)",
            0.5,
        ),
        Level(
            "equal, a household's",
            "phone_l in (phone_r, phone_2_r) or phone_2_l in (phone_r, phone_2_r)",
            0.2,
        ),
        Level("differs", "ELSE", 0.3),
    ),
    exact={"equal, a household's": "unnest([phone, phone_2])"},
)
EMAIL = Comparison(
    "email",
    "email_l is null or email_r is null",
    (
        Level("equal, one person's", "solo_email_l = solo_email_r", 0.6),
        Level("equal, a household's", "email_l = email_r", 0.1),
        Level("differs", "ELSE", 0.3),
    ),
    exact={"equal, a household's": "email"},
)
COMPARISONS = (
    FIRST_NAME, LAST_NAME, MIDDLE, SUFFIX, GENDER, BIRTH, BIRTH_YEAR, ADDRESS, PLACE, TOWN,
    PHONE, EMAIL,
)  # fmt: skip

# Every column that a comparison reads, for the tables handed to Splink.
LINK_COLUMNS = (
    "first_name", "first_token", "nicks", "middle_name", "middle_initial", "last_name",
    "last_tokens", "suffix", "gender", "birth_date", "birth_year", "birth_month", "house_number",
    "street", "zip5", "city", "county_fips", "area", "phone", "phone_2", "solo_phone",
    "solo_phone_2", "email", "solo_email",
)  # fmt: skip
RARITY_COLUMNS = ("first_name", "last_name")


def settings(prior: float) -> dict[str, Any]:
    """Splink settings before training.

    Args:
        prior: Chance that a record and a voter taken at random are one human.
    """
    return {
        "link_type": "link_only",
        "unique_id_column_name": "unique_id",
        "source_dataset_column_name": "source_dataset",
        "probability_two_random_records_match": prior,
        "comparisons": [comparison.settings() for comparison in COMPARISONS],
        "blocking_rules_to_generate_predictions": [],
        # Only so are the levels kept beside the weights.
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "em_convergence": 0.001,
        "max_iterations": 12,
    }
