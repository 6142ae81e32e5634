"""What is compared and where pairs may meet, for the fields that two lists happen to share.

The comparisons of voters and suppliers' records are in ``comparisons``; these are for any list:
no geography is taken for granted, a birth may be in any century, and a field is left out when one
of the sides hardly has it. Training and scoring is ``match_model``.
"""

from __future__ import annotations

from collections.abc import Iterable

from orchestration.identity.blocking import BlockRule
from orchestration.identity.comparisons import Comparison, Level

TOKENS = "string_split({}, ' ')[1]"


def _null(field: str) -> str:
    return f"{field}_l is null or {field}_r is null"


def _equal(field: str) -> str:
    return f"{field}_l = {field}_r"


def _near(field: str, least: float) -> str:
    return f"jaro_winkler_similarity({field}_l, {field}_r) >= {least}"


def _long(field: str) -> str:
    return f"length({field}_l), length({field}_r)"


def _edits(field: str, most: int) -> str:
    return f"damerau_levenshtein({field}_l, {field}_r) <= {most}"


SWAPPED = "first_name_l = last_name_r and last_name_l = first_name_r"
FIRST = Comparison(
    "first_name",
    _null("first_name"),
    (
        Level("equal", _equal("first_name"), 0.7, tf="first_name", u=0.01),
        Level(
            "equal first word",
            f"{TOKENS.format('first_name_l')} = {TOKENS.format('first_name_r')} "
            "and length(first_name_l) > 1",
            0.05,
            u=2e-3,
        ),
        Level("short form", f"list_contains(nicks_l, {TOKENS.format('first_name_r')})", 0.05),
        Level("nearly equal", _near("first_name", 0.9), 0.1, tf="first_name", u=4e-3),
        Level(
            "one letter off",
            f"least({_long('first_name')}) > 2 and {_edits('first_name', 1)}",
            0.03,
            u=2e-3,
        ),
        Level("alike", _near("first_name", 0.8), 0.03, u=8e-3),
        Level("exchanged with surname", SWAPPED, 0.01),
        Level(
            "initial",
            "(length(first_name_l) = 1 or length(first_name_r) = 1) "
            "and left(first_name_l, 1) = left(first_name_r, 1)",
            0.02,
            u=0.01,
        ),
        Level("differs", "ELSE", 0.04),
    ),
    exact={"equal": "first_name"},
)
LAST = Comparison(
    "last_name",
    _null("last_name"),
    (
        Level("equal", _equal("last_name"), 0.75, tf="last_name", u=2e-3),
        Level("nearly equal", _near("last_name", 0.92), 0.1, tf="last_name", u=2e-3),
        Level(
            "one letter off",
            f"least({_long('last_name')}) > 3 and {_edits('last_name', 1)}",
            0.03,
            tf="last_name",
            u=1e-3,
        ),
        Level("alike", _near("last_name", 0.8), 0.05, u=6e-3),
        Level("exchanged with first name", SWAPPED, 0.01),
        Level("differs", "ELSE", 0.09),
    ),
    exact={"equal": "last_name"},
)
PARTS = " + ".join(f"(born_l[{part}] = born_r[{part}])::int" for part in ("1:4", "5:6", "7:8"))
BORN = Comparison(
    "born",
    _null("born"),
    (
        Level("equal", _equal("born"), 0.85, tf="born"),
        Level("one digit off", _edits("born", 1), 0.06, u=1e-3),
        Level("equal in two of three", f"{PARTS} = 2", 0.03, u=5e-3),
        Level("equal year", "born_l[1:4] = born_r[1:4]", 0.02, u=0.015),
        Level("two digits off", _edits("born", 2), 0.01, u=0.02),
        Level("differs", "ELSE", 0.03),
    ),
    exact={"equal": "born"},
)
YEAR = Comparison(
    "birth_year",
    f"({_null('birth_year')}) or (born_l is not null and born_r is not null)",
    (
        Level("equal", _equal("birth_year"), 0.5, u=0.02),
        Level("one year off", "abs(birth_year_l - birth_year_r) = 1", 0.25, u=0.035),
        Level("two years off", "abs(birth_year_l - birth_year_r) = 2", 0.1, u=0.035),
        Level("three years off", "abs(birth_year_l - birth_year_r) = 3", 0.05, u=0.035),
        Level("differs", "ELSE", 0.1),
    ),
)
MIDDLE = Comparison(
    "middle_name",
    _null("middle_name"),
    (
        Level("equal", "middle_name_l = middle_name_r and length(middle_name_l) > 1", 0.4, u=0.01),
        Level("equal initial", "left(middle_name_l, 1) = left(middle_name_r, 1)", 0.5, u=0.06),
        Level("differs", "ELSE", 0.1),
    ),
)
SUFFIX = Comparison(
    "suffix",
    _null("suffix"),
    (
        Level("equal", _equal("suffix"), 0.97, u=0.4),
        Level("junior or second", "suffix_l in ('JR', 'II') and suffix_r in ('JR', 'II')", 0.01),
        Level("differs", "ELSE", 0.02),
    ),
)
PHONE = Comparison(
    "phone",
    _null("phone"),
    (
        Level("equal", "phone_l in (phone_r, phone_2_r) or phone_2_l in (phone_r, phone_2_r)", 0.7),
        Level("one digit off", _edits("phone", 1), 0.05),
        Level("differs", "ELSE", 0.25),
    ),
)
EMAIL = Comparison(
    "email",
    _null("email"),
    (
        Level("equal", _equal("email"), 0.75, tf="email"),
        Level("equal before the @", "split_part(email_l, '@', 1) = split_part(email_r, '@', 1)",
              0.05),
        Level("nearly equal", _near("email", 0.93), 0.05),
        Level("differs", "ELSE", 0.15),
    ),
    exact={"equal": "email"},
)  # fmt: skip


def _code(field: str, m: float, u: float = 1e-4, tf: bool = False) -> Comparison:
    """A short code: one wrong character is nearly it."""
    return Comparison(
        field,
        _null(field),
        (
            Level("equal", _equal(field), m, tf=field if tf else "", u=u),
            Level("one character off", _edits(field, 1), (1 - m) / 2, u=2 * u),
            Level("differs", "ELSE", (1 - m) / 2),
        ),
        exact={"equal": field},
    )


def _text(field: str, m: float, u: float = 0.01) -> Comparison:
    """Words that are often misspelt and of which some are rare."""
    return Comparison(
        field,
        _null(field),
        (
            Level("equal", _equal(field), m, tf=field, u=u),
            Level("nearly equal", _near(field, 0.9), (1 - m) / 3, u=u),
            Level("alike", _near(field, 0.8), (1 - m) / 3, u=3 * u),
            Level("differs", "ELSE", (1 - m) / 3),
        ),
        exact={"equal": field},
    )


def _plain(field: str, m: float, u: float) -> Comparison:
    return Comparison(
        field,
        _null(field),
        (Level("equal", _equal(field), m, u=u), Level("differs", "ELSE", 1 - m)),
        exact={"equal": field},
    )


ALL = (
    FIRST, LAST, MIDDLE, SUFFIX, BORN, YEAR, _plain("gender", 0.97, 0.5), PHONE, EMAIL,
    _code("house_number", 0.7, 0.01), _text("street", 0.7, 2e-3), _text("city", 0.75, 0.02),
    _code("zip", 0.75, 5e-3, True),
    _plain("state", 0.9, 0.3), _text("county", 0.8, 0.02),
    _code("state_id", 0.9), _code("party_id", 0.9), _code("national_id", 0.9),
)  # fmt: skip


def comparisons_for(fields: Iterable[str]) -> list[Comparison]:
    """The comparisons of the fields that both lists have; an extra is compared as words."""
    known = {c.name: c for c in ALL}
    return [known.get(field) or _text(field, 0.7) for field in fields]


SKELETON = "left(last_name, 1) || regexp_replace(last_name[2:], '[AEIOUYHW]', '', 'g')"
YEARS = "unnest([birth_year, birth_year + 1])"
# Each rule: fields that both lists must have, then the key.
MEETINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("first_name last_name", ("least(first_name, last_name)", "greatest(first_name, last_name)")),
    ("last_name born", ("last_name", "born")),
    ("first_name born", ("first_name", "born")),
    ("born zip", ("born", "zip")),
    ("born street", ("born", "street")),
    ("born city", ("born", "city")),
    ("born state", ("born", "state", "left(first_name, 1)")),
    ("born", ("born",)),
    ("born last_name first_name", ("born[3:8]", "left(last_name, 2)")),
    ("born last_name first_name", ("born[1:6]", "left(last_name, 2)", "left(first_name, 1)")),
    ("born first_name last_name", ("born[5:8]", "left(first_name, 3)", "left(last_name, 1)")),
    ("phone", ("unnest([phone, phone_2])",)),
    ("email", ("email",)),
    ("state_id", ("state_id",)),
    ("party_id", ("party_id",)),
    ("national_id", ("national_id",)),
    ("street house_number", ("house_number", "street")),
    ("street zip", ("street", "zip")),
    ("last_name zip", ("last_name", "zip")),
    ("first_name zip", ("first_name", "zip")),
    ("last_name street", ("last_name", "street")),
    ("first_name street", ("first_name", "street")),
    ("last_name city first_name", ("last_name", "city", "left(first_name, 1)")),
    ("first_name city last_name", ("first_name", "city", "left(last_name, 1)")),
    ("last_name birth_year", ("last_name", YEARS, "left(first_name, 1)")),
    ("first_name birth_year last_name", ("first_name", YEARS, "left(last_name, 2)")),
    ("last_name first_name birth_year", (SKELETON, YEARS, "left(first_name, 2)")),
    ("first_name birth_year last_name", ("first_name", YEARS, "left(last_name, 1)")),
    ("last_name first_name birth_year", (SKELETON, YEARS, "left(first_name, 1)")),
    ("last_name first_name", (SKELETON, "first_name")),
    ("last_name first_name", ("last_name", "left(first_name, 2)")),
    ("last_name first_name", ("left(last_name, 4)", "left(first_name, 3)")),
    ("last_name first_name zip", ("left(last_name, 3)", "left(zip, 3)", "left(first_name, 2)")),
    ("first_name house_number", ("house_number", "left(first_name, 4)")),
    ("last_name house_number", ("house_number", "left(last_name, 4)")),
    ("house_number zip", ("house_number", "zip")),
    ("house_number city", ("house_number", "left(city, 5)")),
    ("street city", ("left(street, 6)", "left(city, 5)")),
    ("street born", ("left(street, 4)", "born[1:4]")),
    ("zip born", ("zip", "born[1:4]")),
    ("zip born", ("zip", "born[5:8]")),
    ("city born", ("left(city, 5)", "born[5:8]")),
    ("last_name city", ("left(last_name, 4)", "left(city, 4)")),
    ("first_name city", ("left(first_name, 4)", "left(city, 4)")),
)


def rules_for(fields: Iterable[str], extras: Iterable[str]) -> tuple[BlockRule, ...]:
    """The meetings whose fields are there; extras meet with a name or a birth."""
    there = set(fields) | ({"birth_year"} if "born" in fields else set())
    rules = [
        BlockRule(f"{needs} ({', '.join(key)})".replace("'", ""), key)
        for needs, key in MEETINGS
        if set(needs.split()) <= there
    ]
    for extra in extras:
        rules += [
            BlockRule(f"{with_} and {extra}", (*key, extra))
            for with_, key in (
                ("born", ("born",)),
                ("last_name", ("last_name", "left(first_name, 1)")),
                ("first_name", ("first_name", "left(last_name, 1)")),
                ("zip", ("zip",)),
                ("birth_year", (YEARS, "left(first_name, 1)", "left(last_name, 1)")),
                ("first_name birth_year", ("first_name", YEARS)),
            )
            if set(with_.split()) <= there
        ]
    # who married and moved is found again by what no marriage changes
    together = tuple(extras)
    if len(together) > 1 and "first_name" in there:
        rules.append(BlockRule("first name and all that is shared", ("first_name", *together)))
    if not rules:
        rules = [BlockRule(field, (field,)) for field in there]
    return tuple(rules)


# What maximisation may hold equal, in the order of how well it tells people apart.
LESSONS: tuple[tuple[str, ...], ...] = (
    ("first_name", "last_name"),
    ("born",),
    ("first_name", "zip"),
    ("last_name", "birth_year"),
    ("first_name", "birth_year"),
    ("email",),
    ("phone",),
    ("street", "house_number"),
    ("first_name", "street"),
    ("last_name", "zip"),
    ("last_name",),
    ("first_name",),
)
# Comparisons that a lesson cannot teach, beyond those that it holds equal: they depend on it.
TIED = {
    "born": ("birth_year",), "birth_year": ("born",), "first_name": (), "last_name": (),
    "zip": ("city", "state", "county"), "street": ("house_number", "city", "zip"),
}  # fmt: skip
# What speaks for one human rather than one household. Pairs without either are kin, if the lists
# hold households at all; where they do not, such pairs are mistakes in both fields.
OWN = {
    "first_name": (
        "equal", "equal first word", "short form", "nearly equal", "one letter off", "alike",
        "exchanged with surname", "initial",
    ),
    "born": ("equal", "one digit off", "equal in two of three"),
}  # fmt: skip
# What contradicts where the lists hold households: a twin's name, the father's birth, and a name
# that is a letter off (Tim and Tom) unless the birth agrees.
CONTRARY = {
    "first_name": ("alike", "differs"), "born": ("equal year", "two digits off", "differs"),
}  # fmt: skip
DOUBTFUL: dict[str, tuple[str, ...]] = {"first_name": ("one letter off",)}
# What no agreement makes up for: Junior is not Senior, unless they were born on one day.
APART: dict[str, tuple[str, ...]] = {"suffix": ("differs",)}
# A lesson in which so many of the supposed pairs differ has learnt households, not people.
MOST_DIFFERING = {"first_name": 0.3, "born": 0.5, "last_name": 0.5}
