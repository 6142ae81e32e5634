"""The match service on small worlds like the public ones that are not at hand, and on odd lists."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks.match_worlds import World, censuses, historical, households, iowa
from orchestration.identity.match import MatchReport, Request, match


def matched(folder: Path, world: World) -> MatchReport:
    within = len(world.lists) == 1
    against = None if within else world.lists[1]
    truth = "human" if within else "human=human"
    return match(folder, Request(world.lists[0], against, within, truth))


def test_people_of_other_centuries_are_grouped(tmp_path: Path) -> None:
    report = matched(tmp_path, historical(tmp_path, people=250))
    assert report.score is not None
    assert report.score.precision > 0.99
    assert report.score.recall > 0.95


def test_iowans_are_found_again_by_name_and_year(tmp_path: Path) -> None:
    report = matched(tmp_path, iowa(tmp_path, early=900, late=6_000))
    assert report.score is not None
    assert report.score.precision > 0.95
    assert report.score.recall > 0.75


def test_ages_of_two_censuses_and_what_no_marriage_changes(tmp_path: Path) -> None:
    report = matched(tmp_path, censuses(tmp_path, people=2_500))
    assert report.score is not None
    assert "birth_year" in report.columns
    assert report.score.precision > 0.98
    assert report.score.recall > 0.85


def test_a_household_is_not_one_human(tmp_path: Path) -> None:
    report = matched(tmp_path, households(tmp_path, homes=500))
    assert report.score is not None
    assert report.score.precision > 0.92
    assert report.score.recall > 0.95


ODD = {
    "letters": lambda n: {"first": "ABCDEFGH"[n % 8], "last": "QRSTU"[n % 5], "dob": "", "id": n},
    "alphabets": lambda n: {"first": "Анна Мария Иван".split()[n % 3], "last": "Иванова",
                            "dob": f"{1930 + n % 60}-01-{n % 28 + 1:02}", "id": n},
    "titles": lambda n: {"first": f'"Dr." Q{n}', "last": "'Esq.'", "dob": "1900-01-01", "id": n},
    "ids": lambda n: {"first": word(n), "last": word(n * 7_919), "dob": f"{1930 + n % 60}-02-03",
                      "id": n // 4},
}  # fmt: skip


def word(n: int) -> str:
    """A name of six letters, another for each number."""
    return "".join(chr(ord("A") + (n * 104_729 + 17) // 26**place % 26) for place in range(6))


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_list_makes_no_mass_link(kind: str, tmp_path: Path) -> None:
    rows = [ODD[kind](n) for n in range(400)]
    file = tmp_path / "list.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    report = match(tmp_path, Request(file, within=True))
    assert report.matched < 0.25 * len(rows)
