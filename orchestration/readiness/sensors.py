"""The tier sensor: has the running code location load again when another tier comes into force.

Freshness policies and schedules are built when definitions load; without this they would keep
the numbers of the day on which somebody started Dagster.
"""

import os
from urllib.parse import urlsplit

import dagster as dg

from orchestration.readiness.schedules import tier_now
from orchestration.settings import Settings

LOCATION = "tminus"
WEBSERVER = "TMINUS_UI"  # where the webserver listens; `make up` sets it
INTERVAL = 30


def build_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """The sensor that compares the tier in force with the one that these definitions know."""
    loaded = tier_now(settings).name

    @dg.sensor(
        name="tier",
        minimum_interval_seconds=INTERVAL,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Loads the definitions again when a tier begins, so that policies and "
        "schedules follow the countdown without anybody restarting.",
    )
    def tier() -> dg.SkipReason:
        current = tier_now(settings).name
        if current == loaded:
            return dg.SkipReason(f"tier {loaded} is in force")
        address = os.environ.get(WEBSERVER)
        if not address:
            return dg.SkipReason(
                f"tier {current} is in force; reload the code location, or set {WEBSERVER} to "
                "the webserver's address"
            )
        reload_location(address)
        return dg.SkipReason(f"tier {current} follows {loaded}; the definitions load again")

    return [tier]


def reload_location(address: str) -> None:
    """Ask the webserver at ``address`` to have our code location loaded anew.

    Raises:
        dagster.Failure: it refused; the tick is shown as failed and comes again.
    """
    # Slow to import, and needed on four days of a campaign.
    from dagster_graphql import DagsterGraphQLClient, ReloadRepositoryLocationStatus

    place = urlsplit(address)
    client = DagsterGraphQLClient(place.hostname or "127.0.0.1", port_number=place.port)
    outcome = client.reload_repository_location(LOCATION)
    if outcome.status is not ReloadRepositoryLocationStatus.SUCCESS:
        raise dg.Failure(f"the code location did not load again: {outcome.message}")
