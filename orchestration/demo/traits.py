"""Dispositions: what people are like, before anything they do.

Some of this is seen in part by a vendor (education, income, interests), some by nobody (zeal).
No supplier's column and no feature is computed here; outcomes are drawn in :mod:`outcome`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.demo.draws import Floats, Ints, coin, sigmoid, standard
from orchestration.demo.households import HEAD, SPOUSE, Members
from orchestration.demo.margins import Margins


@dataclass(frozen=True, eq=False)
class Traits:
    """What a person is like; latent scales are about standard normal.

    Attributes:
        civic: Sense of duty to vote.
        zeal: Excitement about this contest; part of it shared at home, none of it recorded.
        lean: Partisan leaning, positive to the right; the registered party is a noisy sign of it.
        online: How much of life happens on the net.
        fan: Pleasure in the candidate's posts; what it says about the vote depends on the world.
        schooling: 1 (no diploma) to 5 (graduate degree).
        income: 0 (lowest) to 10.
        owner: 1 when the home is owned.
        gun, outdoor, country, news, finance: Interests as a latent scale.
    """

    civic: Floats
    zeal: Floats
    lean: Floats
    online: Floats
    fan: Floats
    schooling: Ints
    income: Ints
    owner: Ints
    married: Ints
    cars: Ints
    gun: Floats
    outdoor: Floats
    country: Floats
    news: Floats
    finance: Floats


def _shared(rng: np.random.Generator, household: Ints, part: float) -> Floats:
    """Standard normal, of which ``part`` of the variance is common to a household."""
    common = rng.standard_normal(int(household[-1]) + 1)[household]
    own = rng.standard_normal(len(household))
    result: Floats = np.sqrt(part) * common + np.sqrt(1 - part) * own
    return result


def draw_traits(rng: np.random.Generator, margins: Margins, members: Members) -> Traits:
    """Draw everybody's dispositions, with households and counties alike."""
    size, county, age = len(members.county), members.county, members.age
    home = members.household
    urban = standard(np.log(margins.density))[county]
    learned = standard(margins.bachelors)[county]
    school = 0.45 * learned + _shared(rng, home, 0.35) - 0.012 * np.maximum(age - 60, 0)
    schooling = np.searchsorted([-1.45, -0.1, 0.65, 1.45], school) + 1
    at_work = np.clip((age - 18) / 20, 0, 1) - np.clip((age - 62) / 25, 0, 1)
    wealth = 0.45 * school + 0.5 * at_work + 0.35 * standard(margins.income)[county]
    wealth = wealth + 0.75 * _shared(rng, home, 0.85)
    income = np.clip(np.round(4.2 + 1.9 * wealth), 0, 10).astype(np.int64)
    owned = sigmoid(-2.2 + 0.055 * np.minimum(age[members.head], 65) + 0.25 * (income - 4))
    owner = coin(rng, owned, size)[members.head].astype(np.int64)
    right = standard(margins.registered[:, 0].sum(1) / margins.registered[:, :2].sum((1, 2)))[
        county
    ]
    lean = 0.3 * right - 0.1 * urban + 0.1 * (age - 48) / 17 + 0.12 * members.sex
    outdoor = 0.35 * members.sex - 0.3 * urban + _shared(rng, home, 0.3)
    civic = 0.5 * np.tanh((age - 42) / 18) + 0.28 * (schooling - 2.6) + 0.25 * owner
    paired = np.isin(members.role, (HEAD, SPOUSE)) & (np.bincount(home)[home] > 1)
    online = standard(-0.03 * (age - 45) + 0.15 * (schooling - 2.6) + rng.standard_normal(size))
    return Traits(
        civic=standard(civic + 0.8 * _shared(rng, home, 0.4)),
        zeal=_shared(rng, home, 0.35),
        lean=standard(lean + 0.85 * _shared(rng, home, 0.55)),
        online=online,
        fan=0.4 * online + 0.92 * rng.standard_normal(size),
        schooling=schooling.astype(np.int64),
        income=income,
        owner=owner,
        married=paired.astype(np.int64),
        cars=np.clip(np.round(1.4 + 0.2 * (income - 4) + rng.standard_normal(size) * 0.8), 0, 5)
        .astype(np.int64)[members.head],
        gun=0.6 * outdoor + 0.3 * lean + 0.75 * rng.standard_normal(size),
        outdoor=outdoor,
        country=0.3 * outdoor - 0.25 * school + 0.85 * rng.standard_normal(size),
        news=0.02 * (age - 45) + 0.4 * civic + 0.8 * rng.standard_normal(size),
        finance=0.4 * wealth + 0.8 * rng.standard_normal(size),
    )  # fmt: skip
