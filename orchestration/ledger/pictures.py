"""Small pictures for an asset's page in Dagster, as markdown that carries its PNG.

Dagster's page shows no SVG, so they are drawn as pixels. Figures and their meaning are the
stages'; the app has charts of its own.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

INK, PALE, GROUND, FILL, PAPER = "#1c2430", "#5b6675", "#e4e8ee", "#2f6f9f", "#ffffff"
SCALE = 2  # drawn large and shown half as large, so that letters stay sharp
ROW, LABEL, BAR, GAP = 26, 200, 240, 12
SQUARE, EDGE = 240, 44


def bars(title: str, rows: Sequence[tuple[str, float]], aim: float | None = None) -> str:
    """One bar a row, of shares from 0 to 1; ``aim`` marks the share that is aimed at."""
    picture, pen = _paper(LABEL + BAR + 80, ROW * (len(rows) + 1))
    _write(pen, (GAP, 6), title, PALE)
    for number, (label, share) in enumerate(rows, 1):
        top = number * ROW
        _write(pen, (GAP, top + 5), label)
        _box(pen, LABEL, top + 6, BAR, ROW - 12, GROUND)
        _box(pen, LABEL, top + 6, BAR * min(max(share, 0), 1), ROW - 12, FILL)
        if aim is not None:
            _box(pen, LABEL + BAR * aim - 1, top + 3, 2, ROW - 6, INK)
        _write(pen, (LABEL + BAR + 10, top + 5), f"{share:.0%}")
    return _markdown(title, picture)


def calibration(title: str, points: Sequence[tuple[float, float]]) -> str:
    """What was predicted against what came true; on the line a prediction keeps its word."""
    most = max((value for point in points for value in point), default=1.0) or 1.0
    side = SQUARE + 2 * EDGE
    picture, pen = _paper(side, side)
    _write(pen, (EDGE, 14), title, PALE)
    _box(pen, EDGE, EDGE, SQUARE, SQUARE, "#f4f6f9")

    def place(predicted: float, observed: float) -> tuple[float, float]:
        return EDGE + SQUARE * predicted / most, EDGE + SQUARE * (1 - observed / most)

    line = [SCALE * value for point in (place(0, 0), place(most, most)) for value in point]
    pen.line(line, fill=PALE, width=SCALE)
    for point in points:
        x, y = place(*point)
        spot = [SCALE * value for value in (x - 4, y - 4, x + 4, y + 4)]
        pen.ellipse(spot, fill=FILL)
    _write(pen, (EDGE, side - EDGE + 8), "0  predicted", PALE)
    _write(pen, (side - EDGE - 30, side - EDGE + 8), f"{most:.0%}", PALE)
    _write(pen, (4, EDGE), f"{most:.0%}", PALE)
    return _markdown(f"{title}: came true, by what was predicted", picture)


def _paper(width: int, height: int) -> tuple[Image, ImageDraw]:
    # Some tenths of a second to import, for a page that few look at.
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (SCALE * width, SCALE * height), PAPER)
    return picture, ImageDraw.Draw(picture)


def _write(pen: ImageDraw, at: tuple[float, float], text: str, color: str = INK) -> None:
    from PIL import ImageFont

    font = ImageFont.load_default(12 * SCALE)
    pen.text((SCALE * at[0], SCALE * at[1]), text, fill=color, font=font)


def _box(pen: ImageDraw, left: float, top: float, width: float, height: float, color: str) -> None:
    if width > 0:
        edges = (left, top, left + width, top + height)
        pen.rectangle([SCALE * value for value in edges], fill=color)


def _markdown(alt: str, picture: Image) -> str:
    sink = io.BytesIO()
    picture.save(sink, format="PNG", optimize=True)
    return f"![{alt}](data:image/png;base64,{base64.b64encode(sink.getvalue()).decode()})"
