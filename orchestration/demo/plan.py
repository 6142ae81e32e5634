"""The plan: how many people of each kind each chunk holds, decided before any person is made.

Quotas belong here; who fills them is decided in :mod:`people`, :mod:`history`, :mod:`outcome`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.demo.draws import Floats, Ints, largest_remainder, slice_of
from orchestration.demo.margins import Margins

CHUNK = 150_000
UNREGISTERED = 0.135  # adults off the roll for one on it: 2.38 M adults, 2.09 M registered
FIRST_CAUCUS = 0.46  # of those who took part in 2016, by the entrance poll
AT_THE_DOOR = 0.9  # of the growth after the eve; the rest came later, by other ways
TURNOUT_SHIFT = {"friendly": 1.0, "shifted": 0.66, "no_signal": 1.0, "reversed": 1.0}
POOLS = ("unregistered", "other_party", "republican_first", "republican_again")


@dataclass(frozen=True, eq=False)
class Chunk:
    """One small Iowa: its number, the ids it may use, and its quotas by county."""

    number: int
    first_id: int
    cells: Ints  # county x party x status
    unregistered: Ints  # adults off the roll
    newly: Ints  # of these, on the roll by the second file
    caucus: dict[int, Ints]  # 2008 and 2012
    attend: Ints  # county x pool, 2016
    scale: float  # voters of the whole demo for one of the real roll
    share: float  # this chunk's part of the whole demo

    @property
    def adults(self) -> Ints:
        """Everybody, by county."""
        result: Ints = self.cells.sum((1, 2)) + self.unregistered
        return result


def attendance_pools(margins: Margins) -> Floats:
    """People who take part in 2016, county x pool, so that the roll's growth bounds the door.

    New registrants are bounded by the growth of the whole roll, shared between the two parties'
    caucuses; they and those who change party by the growth of Republicans.
    """
    attend = margins.caucus[2016].astype(np.float64)
    door = AT_THE_DOOR * np.maximum(margins.rep_growth, 0)
    fresh = np.minimum(0.46 * AT_THE_DOOR * np.maximum(margins.all_growth, 0), 0.9 * door)
    switch = np.minimum(door - fresh, 0.4 * attend)
    first = np.maximum(FIRST_CAUCUS * attend - fresh - 0.92 * switch, 0.1 * attend)
    return np.stack([fresh, switch, first, attend - fresh - switch - first], axis=1)


def plan_chunks(margins: Margins, voters: int, world: str, size: int = CHUNK) -> list[Chunk]:
    """Share the voters and everything counted over chunks of about ``size``."""
    scale = voters / margins.total
    parts = max(1, round(voters / size))
    cells = largest_remainder(margins.registered, voters)
    off_roll = largest_remainder(cells.sum((1, 2)), round(voters * UNREGISTERED))
    joined = np.minimum(off_roll, largest_remainder(margins.joined.clip(1), round(voters * 0.004)))
    pools = attendance_pools(margins)
    attending = round(pools.sum() * scale * TURNOUT_SHIFT[world])
    attend = largest_remainder(pools, attending)
    past = {
        year: largest_remainder(margins.caucus[year], round(margins.caucus[year].sum() * scale))
        for year in (2008, 2012)
    }
    chunks, first_id = [], 1
    for part in range(parts):
        chunk = Chunk(
            number=part,
            first_id=first_id,
            cells=slice_of(cells, part, parts),
            unregistered=slice_of(off_roll, part, parts),
            newly=slice_of(joined, part, parts),
            caucus={year: slice_of(total, part, parts) for year, total in past.items()},
            attend=slice_of(attend, part, parts),
            scale=scale,
            share=1 / parts,
        )
        chunks.append(chunk)
        first_id += int(chunk.adults.sum())
    return chunks
