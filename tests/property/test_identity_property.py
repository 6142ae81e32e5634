"""What holds of identity for any input: components, intervals, constraints, ids."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from orchestration.identity.cluster import components
from orchestration.identity.decisions import Decision, constraints
from orchestration.identity.evaluate import wilson

EDGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=60)


def _plain_components(edges: list[tuple[int, int]]) -> dict[int, int]:
    labels = {node: node for edge in edges for node in edge}
    for _ in labels:
        for a, b in edges:
            labels[a] = labels[b] = min(labels[a], labels[b])
    return labels


@given(EDGES)
def test_components_equal_the_plain_way(edges: list[tuple[int, int]]) -> None:
    a, b = np.array(edges).T
    nodes, labels = components(a, b)
    assert dict(zip(nodes.tolist(), labels.tolist(), strict=True)) == _plain_components(edges)


@given(EDGES, st.randoms())
def test_components_do_not_depend_on_order(edges: list[tuple[int, int]], random: object) -> None:
    shuffled = [edge[::-1] for edge in edges]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (components(*np.array(pairs).T) for pairs in (edges, shuffled))
    assert np.array_equal(first, second)


def test_a_long_chain_is_one_component() -> None:
    chain = np.random.default_rng(3).permutation(200_000)
    _, labels = components(chain[:-1], chain[1:])
    assert set(labels.tolist()) == {0}


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share(hits: int, misses: int) -> None:
    share = wilson(hits, hits + misses)
    assert 0 <= share.low <= share.value + 1e-12
    assert share.value - 1e-12 <= share.high <= 1


DECISIONS = st.lists(
    st.builds(
        Decision,
        kind=st.sampled_from(["same", "different", "no_voter"]),
        record_key=st.sampled_from(["r1", "r2"]),
        voter_key=st.sampled_from(["v1", "v2"]),
        who=st.just("ann"),
        at=st.just("2016-01-20T09:00:00+00:00"),
    )
)


@given(DECISIONS)
def test_constraints_never_contradict_themselves(made: list[Decision]) -> None:
    held = constraints(made)
    assert not held.no_voter & set(held.same)
    assert not held.different & set(held.same.items())
    if made:
        last = made[-1]
        if last.kind == "same":
            assert held.same[last.record_key] == last.voter_key
        elif last.kind == "no_voter":
            assert last.record_key in held.no_voter
        else:
            assert (last.record_key, last.voter_key) in held.different
