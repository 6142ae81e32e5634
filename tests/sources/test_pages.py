"""The page of a source says what its contract says, for every source."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.contracts import Contract
from orchestration.sources.pages import page, write_pages
from orchestration.sources.registry import load_contracts

CONTRACTS = load_contracts()


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_a_page_names_all_that_is_agreed(contract: Contract) -> None:
    text = page(contract)
    assert contract.title in text
    assert contract.licence.replace("_", " ") in text
    for use in contract.terms.uses:
        assert use in text
    for obligation in contract.obligations:
        assert obligation.event in text
        assert obligation.duty in text
    for feed in contract.feeds:
        assert feed.files in text
        for name in (*feed.columns, *feed.wide, *feed.refuse):
            assert f"`{name}`" in text


def test_pages_are_written_with_an_index(tmp_path: Path) -> None:
    written = write_pages(CONTRACTS, tmp_path / "docs")
    assert {p.stem for p in written} == {*CONTRACTS, "index"}
    assert all(p.read_text().startswith("# ") for p in written)


def test_the_party_s_pledge_and_give_back_are_recorded() -> None:
    kinds = {o.kind for o in CONTRACTS["party"].obligations}
    assert kinds >= {"pledge", "give_back"}
