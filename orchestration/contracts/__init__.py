"""Contracts: what suppliers send, as data; the readers and the SQL that turn it into entities.

Nothing here knows the inbox, the ledger or when something came; that is ``landing``. This front
door imports nothing heavy: DuckDB, pandera and the format libraries load when they are used.
"""

from orchestration.contracts.binding import Arrival, Mapped, bind, looked_at_before
from orchestration.contracts.entities import (
    COMMON,
    ENTITIES,
    Column,
    Entity,
    empty_sql,
    entity_columns,
)
from orchestration.contracts.entity_checks import EntityProblem, check_entity, pandera_model
from orchestration.contracts.load import load_contract
from orchestration.contracts.model import Contract, Feed, Reading
from orchestration.contracts.normalise.versions import normaliser_version
from orchestration.contracts.plan import FeedPlan, plan_feed
from orchestration.contracts.quarantine import quarantine_sql
from orchestration.contracts.readers import Raw, open_raw
from orchestration.contracts.readers.slices import side_by_side
from orchestration.contracts.refusal import Refusal
from orchestration.contracts.shape import check_shape

__all__ = [
    "COMMON",
    "ENTITIES",
    "Arrival",
    "Column",
    "Contract",
    "Entity",
    "EntityProblem",
    "Feed",
    "FeedPlan",
    "Mapped",
    "Raw",
    "Reading",
    "Refusal",
    "bind",
    "check_entity",
    "check_shape",
    "empty_sql",
    "entity_columns",
    "load_contract",
    "looked_at_before",
    "normaliser_version",
    "open_raw",
    "pandera_model",
    "plan_feed",
    "quarantine_sql",
    "side_by_side",
]
