"""What contacts cost and bring, and the hours that there are: campaign.yaml as two small tables.

Models read no settings; what of them decides whom to contact is data of the day, beside
``context.parquet``. The choice itself is SQL: ``contact_offers`` and ``universe``.
"""

from __future__ import annotations

import duckdb

from orchestration.lake import Lake, text_hash, write_parquet
from orchestration.settings import Campaign

_CHANNELS = (
    "channel varchar, minutes_per_attempt decimal(8, 2), contact_rate double, odds_ratio double, "
    "is_assumed boolean, effect_source varchar"
)
_PLAN = (
    "hours_per_week double, registered bigint, drive_mph double, holdout_below varchar, "
    "party varchar"
)

Channel = tuple[str, float, float, float, bool, str]
Plan = tuple[float, int, float, str, str]


def channels_of(campaign: Campaign) -> list[Channel]:
    """One row per channel that has an effect."""
    costs = campaign.costs.model_dump()
    return [
        (
            name,
            costs[f"{name}_minutes_per_attempt"],
            costs[f"{name}_contact_rate"],
            effect.odds_ratio,
            effect.assumed,
            effect.source,
        )
        for name, effect in sorted(campaign.universe.effects.items())
    ]


def plan_of(campaign: Campaign) -> Plan:
    """The hours of volunteers a week, and what else the choice needs of the settings.

    The holdout is told as the first four digits of a hash (hexadecimal): households whose own
    hash lies below are contacted by nobody.
    """
    capacity, universe = campaign.capacity, campaign.universe
    return (
        capacity.volunteers * capacity.hours_per_volunteer_per_week,
        campaign.turnout.registered,
        universe.drive_mph,
        f"{round(universe.holdout_pct / 100 * 0x10000):04x}",
        campaign.contest.party,
    )


def write_effort(con: duckdb.DuckDBPyConnection, lake: Lake, campaign: Campaign) -> str:
    """Write both tables and name what they say."""
    channels, plan = channels_of(campaign), plan_of(campaign)
    con.execute(f"create or replace temp table channels_now ({_CHANNELS})")
    if channels:
        con.executemany("insert into channels_now values (?, ?, ?, ?, ?, ?)", channels)
    con.execute(f"create or replace temp table plan_now ({_PLAN})")
    con.execute("insert into plan_now values (?, ?, ?, ?, ?)", list(plan)).fetchall()
    folder = lake.context
    write_parquet(con, "select * from channels_now order by channel", folder / "channels.parquet")
    write_parquet(con, "select * from plan_now", folder / "contact_plan.parquet")
    return text_hash(repr(channels), repr(plan))
