"""Pictures on an asset's page: PNG in markdown, which is all that Dagster's page shows."""

from __future__ import annotations

import base64
import io
import re

import pytest
from PIL import Image

from orchestration.ledger.pictures import FILL, LABEL, ROW, SCALE, bars, calibration


def drawn(markdown: str) -> Image.Image:
    found = re.fullmatch(r"!\[[^\]]+\]\(data:image/png;base64,([A-Za-z0-9+/=]+)\)", markdown)
    assert found
    return Image.open(io.BytesIO(base64.b64decode(found[1]))).convert("RGB")


@pytest.mark.parametrize(("share", "is_long"), [(0.9, True), (0.1, False)])
def test_a_bar_is_as_long_as_its_share(share: float, is_long: bool) -> None:
    picture = drawn(bars("Chance", [("Phone lists", share)], aim=0.95))
    middle = (SCALE * (LABEL + 120), SCALE * (ROW + ROW // 2))
    assert (picture.getpixel(middle) == Image.new("RGB", (1, 1), FILL).getpixel((0, 0))) is is_long


def test_what_there_is_nothing_of_is_drawn_too() -> None:
    assert drawn(calibration("Lean", [])).size == drawn(calibration("Lean", [(0.1, 0.2)])).size
    assert drawn(bars("Chance", [])).size[1] == SCALE * ROW
