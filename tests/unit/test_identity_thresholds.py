"""How sure a link must be, by what it is used for."""

from __future__ import annotations

import duckdb
import pytest
from pydantic import ValidationError

from orchestration.identity.thresholds import candidates_sql, counts_sql, least
from orchestration.settings.linking import LinkUse, LinkUses

USES = LinkUses()
LINKS = """
    create table links as from (values
        ('certain', 'v1', 'shared_id', 0.5), ('sure', 'v2', 'splink', 0.995),
        ('good', 'v3', 'splink', 0.96), ('none', null, 'none', null)
    ) t(record_key, voter_key, method, probability);
    create table review as from (values
        ('close', 'v4', 0.55, 'v5', 0.40), ('unlikely', 'v6', 0.31, 'v7', 0.05)
    ) t(record_key, voter_key, probability, runner_up_voter_key, runner_up)
"""


@pytest.mark.parametrize(
    ("use", "counted"),
    [
        ("walk_list", {"certain", "sure", "good"}),
        ("give_back", {"certain", "sure"}),
        ("suppression", {"certain", "sure", "good"}),
    ],
)
def test_each_use_takes_what_its_risk_allows(use: LinkUse, counted: set[str]) -> None:
    with duckdb.connect() as con:
        con.execute(LINKS)
        query = f"select record_key from links where {counts_sql(USES, use)}"
        assert {key for (key,) in con.execute(query).fetchall()} == counted


def test_suppression_takes_every_voter_it_could_be() -> None:
    with duckdb.connect() as con:
        con.execute(LINKS)
        found = set(con.execute(candidates_sql(USES, "links", "review")).fetchall())
    assert {("close", "v4"), ("close", "v5"), ("unlikely", "v6")} <= found
    assert ("unlikely", "v7") not in found
    assert len(found) == 6


def test_suppression_asks_least_and_a_give_back_most() -> None:
    assert least(USES, "suppression") < least(USES, "walk_list") < least(USES, "give_back")


@pytest.mark.parametrize(
    "uses",
    [
        {"walk_list": 0.9},
        {"suppression": 0.99},
        {"give_back": 0.96, "walk_list": 0.97},
        {"doors": 0.95},
    ],
)
def test_thresholds_that_make_no_sense_are_refused(uses: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        LinkUses.model_validate(uses)
