"""The morning brief as one printed page.

Only how it looks: the sentences are ``brief``'s, those of the text form ``brief_text``'s. Whatever
the day holds fits on the page: long lists say how much they left out, and the rest shrinks.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Line, Rect
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.platypus import (
    Flowable,
    HRFlowable,
    KeepInFrame,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from orchestration.lake import atomic_path
from orchestration.readiness import phrases
from orchestration.readiness.brief import Brief
from orchestration.readiness.brief_text import (
    MOST_CHANGES,
    MOST_WAITING,
    more,
    nothing_changed,
    since,
    standing,
)
from orchestration.readiness.outlook import Goal, goal_state
from orchestration.settings import UserError

MARGIN = 0.6 * inch
FRAME = 12  # a frame keeps six points of its own on each side
WIDTH = letter[0] - 2 * MARGIN - FRAME
HEIGHT = letter[1] - 2 * MARGIN - FRAME
GAP = 0.3 * inch
LONGEST = 110  # characters of a reason; the whole of it stands in the text form and the app
INK, PALE, GROUND = HexColor("#1c2430"), HexColor("#5b6675"), HexColor("#e4e8ee")
# The colours of the app, dark enough to be told apart in black and white beside their words.
TONES = {"good": HexColor("#1a6b45"), "warn": HexColor("#8a5a00"), "bad": HexColor("#a3202b")}


def _style(size: float, bold: bool = False, color: Color = INK, **other: Any) -> ParagraphStyle:
    font = "Helvetica-Bold" if bold else "Helvetica"
    return ParagraphStyle(
        font, fontName=font, fontSize=size, leading=size * 1.3, textColor=color, **other
    )


TITLE, SMALL = _style(15, bold=True), _style(8.5, color=PALE)
BODY, STRONG = _style(10), _style(10, bold=True)
LEAD, HEADING = _style(13, bold=True), _style(9, bold=True, color=PALE, spaceBefore=10)


def write_pdf(said: Brief, file: Path) -> None:
    """Write the page, whole or not at all; the same brief gives the same bytes.

    Raises:
        UserError: the file cannot be written.
    """
    page = as_pdf(said)
    try:
        with atomic_path(file) as aside:
            aside.write_bytes(page)
    except OSError as fault:
        why = fault.strerror or "unknown reason"
        raise UserError(f"{file} cannot be written ({why}); name another file") from None


def as_pdf(said: Brief) -> bytes:
    """The page's bytes."""
    sink = io.BytesIO()
    page = SimpleDocTemplate(
        sink, pagesize=letter, invariant=1, title=f"Morning brief, {phrases.day(said.now)}",
        author="T-minus", leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN,
        bottomMargin=MARGIN,
    )  # fmt: skip
    page.build([KeepInFrame(WIDTH, HEIGHT, _story(said), mode="shrink")])
    return sink.getvalue()


def _story(said: Brief) -> list[Flowable]:
    return [
        _head(said),
        HRFlowable(width="100%", thickness=1.2, color=INK, spaceBefore=4, spaceAfter=8),
        _headline(said),
        *_goals(said),
        *_path(said),
        Spacer(0, 4),
        _side_by_side(_deeds(said), _changes(said)),
        *_waiting(said),
        *_holding(said),
        HRFlowable(width="100%", thickness=0.5, color=GROUND, spaceBefore=12, spaceAfter=4),
        _text(_foot(said), SMALL),
    ]


def _head(said: Brief) -> Table:
    left = [
        _text(said.contest, TITLE),
        _text(f"Morning brief, {phrases.day(said.now)}, {said.now:%H:%M}", SMALL),
    ]
    days = _style(24, bold=True, alignment=2)
    under = _style(8.5, color=PALE, alignment=2)
    number = max(said.days_left, 0)
    right = [_text(str(number), days), _text(f"{'day' if number == 1 else 'days'} left", under)]
    return _grid([[left, right]], (WIDTH * 0.75, WIDTH * 0.25), align="BOTTOM")


def _headline(said: Brief) -> Table:
    tone = TONES[said.headline.tone]
    words = [_text(said.headline.lead, LEAD)]
    words += [_text(_short(detail, 2 * LONGEST), BODY) for detail in said.headline.details]
    words.append(_text(_tier(said), SMALL))
    if said.chance is None:
        return _grid([[words]], (WIDTH,))
    width = 1.9 * inch
    big = _style(38, bold=True, color=tone)
    aim = f"all on time; {phrases.chance(said.target)} is aimed at"
    gauge = [
        _text(phrases.chance(said.chance), big),
        Spacer(0, 10),
        _meter(said.chance, said.target, tone, width - 0.3 * inch, 9),
        Spacer(0, 2),
        _text(aim, SMALL),
    ]
    return _grid([[gauge, words]], (width, WIDTH - width))


def _tier(said: Brief) -> str:
    now = f"Tier {said.tier}: data may be {phrases.age(said.max_age_hours)} old"
    return (
        f"{now}; stricter from {phrases.moment(said.next_tier)}." if said.next_tier else f"{now}."
    )


def _goals(said: Brief) -> list[Flowable]:
    if not said.goals:
        return []
    rows = [_goal(goal, said.target) for goal in said.goals]
    widths = tuple(WIDTH * share for share in (0.33, 0.14, 0.16, 0.21, 0.16))
    return [_text("DELIVERABLES", HEADING), _grid(rows, widths, rules=True)]


def _goal(goal: Goal, target: float) -> list[Flowable]:
    state = goal_state(goal.state, goal.p_on_time, target)
    tone = TONES[state.tone]
    word = f"{phrases.chance(goal.p_on_time)} {state.word}"
    return [
        _text(goal.title, STRONG),
        _meter(goal.p_on_time, target, tone, 0.85 * inch, 7),
        _text(word, _style(10, bold=True, color=tone)),
        _text(f"by {phrases.moment(goal.deadline)}", BODY),
        _text(phrases.slack(goal.slack_hours), BODY),
    ]


def _path(said: Brief) -> list[Flowable]:
    if not said.path:
        return []
    steps = " <font color='#5b6675'>&gt;</font> ".join(escape(step) for step in said.path)
    return [_text("IN THE WAY, IN THE ORDER OF THE WORK", HEADING), Paragraph(steps, BODY)]


def _deeds(said: Brief) -> list[Flowable]:
    found: list[Flowable] = [_text("TO DO NEXT", HEADING)]
    for number, deed in enumerate(said.deeds, 1):
        why = _short(deed.why)
        found += [_text(f"{number}.  {deed.what}", STRONG), _text(why, _indented(16, PALE))]
    if not said.deeds:
        found.append(_text("Nothing needs a call this morning.", BODY))
    return found


def _changes(said: Brief) -> list[Flowable]:
    found: list[Flowable] = [_text(since(said).upper(), HEADING)]
    for change in said.changes[:MOST_CHANGES]:
        found += [
            _text(change.what, _style(10, bold=True, color=TONES[change.tone])),
            _text(_short(change.why), _indented(0, PALE)),
        ]
    if not said.changes:
        found.append(_text(nothing_changed(said), BODY))
    if rest := more(MOST_CHANGES, len(said.changes)):
        found.append(_text(rest, SMALL))
    return found


def _waiting(said: Brief) -> list[Flowable]:
    title = _text(f"LATE OR AT RISK, {len(said.waiting)} OF {said.sources} SOURCES", HEADING)
    if not said.waiting:
        return []
    rows = []
    for row in said.waiting[:MOST_WAITING]:
        state = phrases.state_words(row.state)
        word = _text(state.word, _style(10, bold=True, color=TONES[state.tone]))
        why = f"{_short(row.reason)} Ask the {row.owner}."
        rows.append([word, _text(row.title, STRONG), _text(why, BODY)])
    found: list[Flowable] = [
        title, _grid(rows, (0.75 * inch, 1.9 * inch, WIDTH - 2.65 * inch), rules=True)
    ]  # fmt: skip
    if rest := more(MOST_WAITING, len(said.waiting)):
        found.append(_text(rest, SMALL))
    return found


def _holding(said: Brief) -> list[Flowable]:
    if not said.holding:
        return []
    title = _text("WHAT HOLDS THE RELEASE", HEADING)
    return [title, *(_text(_short(sentence), BODY) for sentence in said.holding[:3])]


def _foot(said: Brief) -> str:
    notes = f" To know: {'; '.join(said.notes)}." if said.notes else ""
    return standing(said) + notes


def _side_by_side(left: list[Flowable], right: list[Flowable]) -> Table:
    half = (WIDTH - GAP) / 2
    return _grid([[left, "", right]], (half, GAP, half))


def _grid(
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float],
    align: str = "TOP",
    rules: bool = False,
) -> Table:
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE" if rules else align),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    if rules:
        style.append(("LINEBELOW", (0, 0), (-1, -1), 0.5, GROUND))
    return Table(rows, colWidths=list(widths), style=style, hAlign="LEFT")


def _meter(chance: float, target: float, tone: Color, width: float, height: float) -> Drawing:
    """A bar of the chance with a mark at the chance that is aimed at."""
    drawing = Drawing(width, height)
    drawing.add(Rect(0, 0, width, height, fillColor=GROUND, strokeColor=None))
    drawing.add(Rect(0, 0, width * chance, height, fillColor=tone, strokeColor=None))
    at = width * target
    drawing.add(Line(at, -2, at, height + 2, strokeColor=INK, strokeWidth=1.4))
    return drawing


def _short(reason: str, longest: int = LONGEST) -> str:
    """A reason as a sentence that leaves room for the others."""
    short = textwrap.shorten(reason, longest, placeholder=" ...")
    end = "" if short.endswith((".", "...")) else "."
    return f"{short[:1].upper()}{short[1:]}{end}"


def _indented(left: float, color: Color) -> ParagraphStyle:
    return _style(9, color=color, leftIndent=left, spaceAfter=4)


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text), style)
