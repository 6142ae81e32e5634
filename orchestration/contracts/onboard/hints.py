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
DIRECTION_WORDS = frozenset(DIRECTIONS) | frozenset(DIRECTIONS.values())


@cache
def counties() -> frozenset[str]:
    """Names of counties, upper case: Iowa's all, elsewhere the larger ones."""
    return frozenset(Path(__file__).with_name("counties.txt").read_text("utf-8").splitlines())


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
