"""Public lists that hint at what a value is: given names, family names, counties, streets.

They only ever hint: a name that is in no list is a name all the same. The lists of names are the
US Census's of 1990, as the ``names`` package carries them; counties are the larger ones.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from orchestration.contracts.normalise.places import DIRECTIONS, STATES, STREET_TYPES

STATE_CODES = frozenset(STATES.values()) | frozenset("AS MP VI PW FM MH AA AE AP".split())
STATE_NAMES = STATES
STREET_WORDS = (
    frozenset(STREET_TYPES)
    | frozenset(STREET_TYPES.values())
    | frozenset("WAY LOOP PATH RUN ROW WALK PIKE PASS BRANCH BROOK BROOKS BURG CAPE CLUB".split())
)
_ZIPS = """
    005-005 NY,006-009 PR,010-027 MA,028-029 RI,030-038 NH,039-049 ME,050-059 VT,060-069 CT,
    070-089 NJ,100-149 NY,150-196 PA,197-199 DE,200-205 DC,206-219 MD,220-246 VA,247-268 WV,
    270-289 NC,290-299 SC,300-319 GA,320-349 FL,350-369 AL,370-385 TN,386-397 MS,398-399 GA,
    400-427 KY,430-459 OH,460-479 IN,480-499 MI,500-528 IA,530-549 WI,550-567 MN,570-577 SD,
    580-588 ND,590-599 MT,600-629 IL,630-658 MO,660-679 KS,680-693 NE,700-714 LA,716-729 AR,
    730-749 OK,750-799 TX,800-816 CO,820-831 WY,832-838 ID,840-847 UT,850-865 AZ,870-884 NM,
    885-885 TX,889-898 NV,900-961 CA,967-968 HI,970-979 OR,980-994 WA,995-999 AK
"""
"""The states of the first three digits of ZIP codes, from - to."""
DIRECTION_WORDS = frozenset(DIRECTIONS) | frozenset(DIRECTIONS.values())


@cache
def counties() -> frozenset[str]:
    """Names of counties, upper case: Iowa's all, elsewhere the larger ones."""
    return frozenset(Path(__file__).with_name("counties.txt").read_text("utf-8").splitlines())


@cache
def _states_of_zips() -> dict[str, str]:
    ranges = (item.split() for item in _ZIPS.replace("\n", "").split(","))
    return {
        f"{digits:03}": state
        for span, state in ranges
        for digits in range(int(span[:3]), int(span[4:]) + 1)
    }


def state_of_zip(zip_code: str) -> str | None:
    """The state that a ZIP code lies in."""
    return _states_of_zips().get(zip_code.strip()[:3]) if len(zip_code.strip()) > 4 else None


def _column(*files: str) -> frozenset[str]:
    import names

    folder = Path(names.__file__).parent
    texts = ((folder / file).read_text(encoding="ascii") for file in files)
    return frozenset(line.split(" ", 1)[0] for text in texts for line in text.splitlines())


@cache
def given_names() -> frozenset[str]:
    """Given names, upper case."""
    return _column("dist.male.first", "dist.female.first")


@cache
def family_names() -> frozenset[str]:
    """Family names, upper case, the 25,000 most frequent."""
    import names

    file = Path(names.__file__).parent / "dist.all.last"
    with file.open(encoding="ascii") as lines:
        return frozenset(line.split(" ", 1)[0] for line, _ in zip(lines, range(25_000)))  # noqa: B905
