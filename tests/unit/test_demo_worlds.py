"""The people and the four worlds, before anything is written to a file."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from orchestration.demo.changes import refresh
from orchestration.demo.generate import SEEDS
from orchestration.demo.history import NONE, REP, History, build_history
from orchestration.demo.margins import read_margins
from orchestration.demo.names import load_names
from orchestration.demo.outcome import Outcome, draw_outcome
from orchestration.demo.people import LAST_BIRTHDAY, NEWLY, OFF_ROLL, ON_ROLL, People, build_people
from orchestration.demo.places import build_atlas
from orchestration.demo.plan import plan_chunks
from orchestration.demo.selection import select

VOTERS = 4_000


@cache
def _life(world: str, seed: int = 5) -> tuple[People, History, Outcome]:
    margins = read_margins(SEEDS)
    (chunk,) = plan_chunks(margins, VOTERS, world)
    people = build_people(seed, build_atlas(margins), load_names(), chunk)
    history = build_history(seed, people)
    return people, history, draw_outcome(seed, people, history, world)


@pytest.fixture(autouse=True, scope="module")
def _made_once() -> None:
    _life("friendly")


def _auc(score, label) -> float:
    order = np.argsort(score, kind="stable")
    ranks = np.empty(len(score))
    ranks[order] = np.arange(len(score))
    yes = label.sum()
    return float((ranks[label].sum() - yes * (yes - 1) / 2) / (yes * (len(label) - yes)))


def test_the_roll_meets_party_and_status_of_the_day() -> None:
    people, history, _ = _life("friendly")
    roll = people.kind == ON_ROLL
    assert roll.sum() == VOTERS
    for party in range(4):
        for inactive in (False, True):
            found = (roll & (history.party == party) & (history.inactive == inactive)).sum()
            assert found == people.chunk.cells[:, party, int(inactive)].sum()
    assert (history.party[people.kind == OFF_ROLL] == NONE).all()


def test_the_ages_of_the_roll_are_about_those_the_state_reports() -> None:
    people, _, _ = _life("friendly")
    age = people.members.age[people.kind == ON_ROLL]
    reported = np.array([237_397, 389_222, 488_332, 564_865, 458_866])
    found = np.histogram(age, [17, 25, 35, 50, 65, 110])[0]
    assert np.abs(found / found.sum() - reported / reported.sum()).max() < 0.06


def test_households_share_address_name_and_line() -> None:
    people, _, _ = _life("friendly")
    members, head = people.members, people.members.head
    other = np.flatnonzero(head != np.arange(len(people)))
    assert (people.homes.number[other] == people.homes.number[head[other]]).all()
    assert (members.county[other] == members.county[head[other]]).all()
    assert 0.5 < (members.last[other] == members.last[head[other]]).mean() < 0.95
    assert (people.reach.owner[other] == head[other]).mean() > 0.02


def test_there_are_twins_and_fathers_and_sons_of_one_name() -> None:
    people, _, _ = _life("friendly")
    members = people.members
    same_day = (np.diff(members.birth) == 0) & (np.diff(members.household) == 0)
    assert same_day.sum() > 0
    juniors = np.flatnonzero(members.suffix == 1)
    assert len(juniors)
    assert (members.first[juniors] == members.first[members.head[juniors]]).all()


def test_nobody_votes_before_registering_or_coming_of_age() -> None:
    people, history, _ = _life("friendly")
    young = people.members.age < 19
    assert not history.general[young][:, 1:].any()
    assert not history.caucus[2012][people.members.age < 21].any()
    assert not (history.general[people.kind != ON_ROLL] > 0).any()
    assert not (history.caucus[2008] & (people.first_registered > -1 + 13_882)).any()


def test_the_night_meets_its_quotas() -> None:
    people, history, outcome = _life("friendly")
    attends = outcome.attends
    assert attends.sum() == people.chunk.attend.sum() == round(186_932 / 2_090_298 * VOTERS)
    assert outcome.supports[attends].mean() == pytest.approx(0.24, abs=0.01)
    assert outcome.first_time[attends].mean() == pytest.approx(0.46, abs=0.04)
    assert (people.members.birth[attends] <= LAST_BIRTHDAY).all()
    assert (attends & (people.kind == OFF_ROLL)).sum() > 0
    assert (attends & (history.party != REP) & (people.kind == ON_ROLL)).sum() > 0
    assert not attends[history.ghost_of >= 0].any()


def test_the_friendly_world_can_be_learnt_in_part() -> None:
    people, history, outcome = _life("friendly")
    roll = people.kind == ON_ROLL
    rule = history.caucus[2012] * 2.0 + history.caucus[2008] + 1.0 * (history.party == REP)
    assert 0.75 < _auc(rule[roll], outcome.attends[roll]) < 0.97
    assert 0.55 < _auc(people.traits.gun, outcome.supports) < 0.8


def test_the_shifted_world_has_the_same_people_and_fewer_who_come() -> None:
    people, history, outcome = _life("friendly")
    others, past, less = _life("shifted")
    assert (people.members.last == others.members.last).all()
    assert (history.party == past.party).all()
    assert less.attends.sum() == pytest.approx(0.66 * outcome.attends.sum(), abs=1)


def test_nothing_predicts_in_the_world_without_a_signal() -> None:
    people, history, outcome = _life("no_signal")
    roll = people.kind == ON_ROLL
    rule = history.caucus[2012] * 2.0 + history.caucus[2008] + 1.0 * (history.party == REP)
    assert abs(_auc(rule[roll], outcome.attends[roll]) - 0.5) < 0.06
    assert abs(_auc(people.traits.gun, outcome.supports) - 0.5) < 0.04
    assert abs(_auc(outcome.warmth, outcome.supports) - 0.5) < 0.04
    assert abs(_auc(outcome.intent[roll], outcome.attends[roll]) - 0.5) < 0.06


def test_fans_mislead_in_the_reversed_world() -> None:
    for world, low, high in (("friendly", 0.55, 0.9), ("reversed", 0.1, 0.42)):
        people, _, outcome = _life(world)
        fan = people.traits.fan
        assert low < _auc(fan, outcome.supports) < high, world
        assert _auc(fan, outcome.warmth > 0) > 0.55, world


def test_who_is_seen_is_not_drawn_at_random() -> None:
    people, history, outcome = _life("friendly")
    seen = select(5, people, history, outcome, VOTERS)
    assert people.traits.zeal[seen.signups].mean() > people.traits.zeal.mean() + 0.3
    assert (history.party[seen.canvass] == REP).mean() > (history.party == REP).mean() + 0.1
    contacts = np.unique(np.concatenate([seen.signups, seen.organising, seen.attendees]))
    assert 0.05 < len(contacts) / VOTERS < 0.2
    assert not (history.ghost_of[seen.signups] >= 0).any()


def test_one_person_is_seen_in_many_sources() -> None:
    people, history, outcome = _life("friendly")
    seen = select(5, people, history, outcome, VOTERS)
    count = np.zeros(len(people), dtype=np.int64)
    for rows in vars(seen).values():
        count[np.unique(rows)] += 1
    assert count.max() >= 4


def test_between_the_two_files_a_few_move_switch_and_leave() -> None:
    people, history, _ = _life("friendly")
    update = refresh(5, people, history)
    assert 0 < update.gone.sum() < 0.01 * VOTERS
    assert 0.002 < update.changed.mean() < 0.05
    moved = update.people.homes.number != people.homes.number
    assert not (moved & ~update.changed & ~update.gone).any()
    assert (update.history.party != history.party).sum() > 0
    assert (people.kind == NEWLY).sum() == people.chunk.newly.sum()
