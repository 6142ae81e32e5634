"""Draws that meet their margins, and dirt that stays within bounds, whatever comes in."""

from __future__ import annotations

import string

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from orchestration.demo.dirt import misspell, phone_styles
from orchestration.demo.draws import among, largest_remainder, slice_of, stream, top_of_group
from orchestration.demo.text import as_bytes, dates, day, digits, lines, table
from orchestration.demo.writers.party import election_codes, election_table

WORD = st.text(string.ascii_letters, min_size=0, max_size=20)


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=50), st.integers(0, 100_000))
def test_largest_remainder_loses_nothing_and_strays_less_than_one(weights, total) -> None:
    shared = largest_remainder(np.array(weights), total)
    assert shared.sum() == total
    exact = np.array(weights) / sum(weights) * total
    assert np.abs(shared - exact).max() < 1 + 1e-6


@given(st.lists(st.integers(0, 1_000_000), min_size=1, max_size=30), st.integers(1, 40))
def test_slices_add_up_and_are_alike(totals, parts) -> None:
    total = np.array(totals)
    slices = np.stack([slice_of(total, part, parts) for part in range(parts)])
    assert (slices.sum(0) == total).all()
    assert (slices.max(0) - slices.min(0) <= 1).all()


@given(st.integers(1, 400), st.integers(1, 8), st.integers(0, 2**31))
def test_the_best_of_each_group_are_chosen_up_to_the_quota(size, groups, seed) -> None:
    rng = np.random.default_rng(seed)
    group, score = rng.integers(0, groups, size), rng.random(size)
    quota = rng.integers(0, 40, groups)
    chosen = top_of_group(group, score, quota)
    for number in range(groups):
        inside = group == number
        assert chosen[inside].sum() == min(quota[number], inside.sum())
        if chosen[inside].any() and (~chosen[inside]).any():
            assert score[inside & chosen].min() >= score[inside & ~chosen].max()


@given(st.integers(1, 200), st.integers(0, 2**31))
def test_only_members_of_the_mask_are_chosen(size, seed) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random(size) < 0.5
    chosen = among(mask, np.zeros(size, dtype=np.int64), rng.random(size), np.array([10]))
    assert not chosen[~mask].any()
    assert chosen.sum() == min(10, mask.sum())


@given(st.integers(0, 2**31), st.text(string.ascii_lowercase, max_size=8))
def test_a_stream_depends_on_its_name_alone(seed, name) -> None:
    assert stream(seed, name, 3).random() == stream(seed, name, 3).random()
    assert stream(seed, name, 3).random() != stream(seed, name, 4).random()


@given(st.lists(WORD, min_size=1, max_size=30), st.integers(0, 2**31))
def test_a_slip_is_one_letter(words, seed) -> None:
    spoilt = misspell(np.random.default_rng(seed), pl.Series(words, dtype=pl.String))
    for before, after in zip(words, spoilt, strict=True):
        assert abs(len(before) - len(after)) <= 1
        if len(before) < 3:
            assert before == after
        elif before:
            assert after[0] == before[0]


@given(
    st.lists(st.integers(2 * 10**9, 10**10 - 1).map(str) | st.just(""), max_size=30),
    st.integers(0, 2**31),
)
def test_a_phone_keeps_its_digits_however_it_is_written(phones, seed) -> None:
    written = phone_styles(np.random.default_rng(seed), pl.Series(phones, dtype=pl.String))
    for before, after in zip(phones, written, strict=True):
        assert "".join(filter(str.isdigit, after))[-10:] == before


@given(
    st.dates(
        min_value=np.datetime64("1899-01-01").item(), max_value=np.datetime64("2019-01-01").item()
    )
)
def test_days_become_text_and_stay_themselves(on) -> None:
    number = day(on.isoformat())
    assert dates(np.array([number])).to_pylist() == [on.strftime("%m/%d/%Y")]


@given(st.lists(st.integers(0, 10**12), min_size=0, max_size=30))
def test_lines_are_joined_without_loss(numbers) -> None:
    values = np.array(numbers, dtype=np.int64)
    body = bytes(as_bytes(lines([digits(values), "x", table([""] * len(numbers))])))
    assert body.decode() == "".join(f"{number},x,\n" for number in numbers)


@given(st.lists(st.integers(0, 4), min_size=5, max_size=5))
def test_every_way_to_have_voted_is_in_the_table(votes) -> None:
    dates_ = ("2014-06-03", "2012-06-05", "2010-06-08", "2008-06-03", "2006-06-06")
    code = int(election_codes(np.array([votes]), 5)[0])
    fields = election_table(dates_, 2)[code].as_py().split(",")
    assert len(fields) == 20
    for place, vote in enumerate(votes):
        when, method, party, organisation = fields[4 * place : 4 * place + 4]
        assert bool(when) == (vote > 0)
        assert method == ["", "AtPoll", "Absentee", "AtPoll", "Absentee"][vote]
        assert party == ["", "REP", "REP", "DEM", "DEM"][vote]
        assert organisation == ""
