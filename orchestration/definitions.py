"""The Dagster definitions: assembly only.

Each stage builds its own assets, checks and sensors; what they do belongs to the stage. The
order of the lists is the order of the flow.
"""

from __future__ import annotations

import dagster as dg

from orchestration.identity import assets as identity
from orchestration.identity import checks as identity_checks
from orchestration.landing import assets as landing
from orchestration.landing import checks as landing_checks
from orchestration.landing import sensors as landing_sensors
from orchestration.ledger import sensors as ledger_sensors
from orchestration.readiness import assets as readiness
from orchestration.readiness import schedules as readiness_schedules
from orchestration.readiness import sensors as readiness_sensors
from orchestration.release import assets as release
from orchestration.scores import assets as scores
from orchestration.scores import checks as scores_checks
from orchestration.settings import Settings, load_settings
from orchestration.warehouse import assets as warehouse


def build_definitions(settings: Settings) -> dg.Definitions:
    """Everything that Dagster knows of one campaign and one home."""
    flow = [
        *landing.build_assets(settings),
        *warehouse.build_assets(settings),
        *identity.build_assets(settings),
        *scores.build_assets(settings),
    ]
    made = [key.to_user_string() for assets in flow for key in assets.keys]
    # A source is heard of through landing; one with nothing new must not hold up the rest.
    reported = sorted(key for key in made if not key.startswith("source/"))
    checks = [
        *landing_checks.build_checks(settings),
        *identity_checks.build_checks(settings),
        *scores_checks.build_checks(settings),
    ]
    judged_by = [
        (key.asset_key.to_user_string(), key.name)
        for each in [*flow, *checks]
        for key in each.check_keys
    ]
    last = [
        *readiness.build_assets(settings, reported),
        *release.build_assets(settings, [*reported, readiness.KEY], judged_by),
    ]
    return dg.Definitions(
        assets=readiness.dressed(settings, [*flow, *last]),
        asset_checks=checks,
        sensors=[
            *landing_sensors.build_sensors(
                settings,
                readiness_schedules.stale_assets(settings),
                readiness_schedules.tags_now(settings),
            ),
            *readiness_sensors.build_sensors(settings),
            *ledger_sensors.build_sensors(settings),
        ],
        jobs=readiness_schedules.build_jobs(),
        schedules=readiness_schedules.build_schedules(settings),
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What the webserver and the daemon load: the home and campaign of the environment."""
    return build_definitions(load_settings())
