"""Charts as shapes: where each bar lies, for a template to draw. Pure functions of numbers.

A chart never stands alone: the page has a table of the same numbers beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 260
LEFT, BOTTOM, TOP = 56, 28, 12
SHARES, ROW, ROW_BAR, LABEL = 480, 34, 20, 120
MOST_ROWS = 10
MOST_LABELS = 8
GAP = 0.2


@dataclass(frozen=True)
class Bar:
    """One rectangle: of which kind, and what it says under the pointer."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


@dataclass(frozen=True)
class Label:
    """A text in a chart; `place` is start, middle or end."""

    x: float
    y: float
    text: str
    place: str = "middle"


@dataclass(frozen=True)
class Chart:
    """What a template draws."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    lines: tuple[float, ...] = ()
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True)
class Part:
    """A part of a column or row: how much of which kind, and the words for it."""

    kind: str
    number: int
    title: str


def columns(steps: Sequence[tuple[str, Sequence[Part]]], said: Sequence[str]) -> Chart:
    """Return stacked columns over time; `said` are the numbers of the lines, smallest first."""
    most = ceiling(max((sum(part.number for part in parts) for _, parts in steps), default=0))
    inner, high = WIDTH - LEFT, HEIGHT - BOTTOM - TOP
    step = inner / max(len(steps), 1)
    bars, labels = [], []
    every = -(-len(steps) // MOST_LABELS) or 1
    for at, (name, parts) in enumerate(steps):
        x, y = LEFT + at * step, float(HEIGHT - BOTTOM)
        for part in parts:
            tall = part.number / most * high
            y -= tall
            if part.number:
                wide = max(step * (1 - GAP), 1)
                bars.append(_bar(x + step * GAP / 2, y, wide, tall, part))
        if at % every == 0:
            labels.append(Label(_round(x + step / 2), HEIGHT - 8, name))
    lines = [TOP + high - high * at / (len(said) - 1) for at in range(len(said))]
    labels += [
        Label(LEFT - 8, _round(y + 4), text, "end") for y, text in zip(lines, said, strict=True)
    ]
    return Chart(WIDTH, HEIGHT, tuple(bars), tuple(map(_round, lines)), tuple(labels))


def shares(rows: Sequence[tuple[str, Sequence[Part]]]) -> Chart:
    """Return one full row for each name, divided by share; the first ten."""
    bars, labels = [], []
    inner = SHARES - LABEL
    for at, (name, parts) in enumerate(rows[:MOST_ROWS]):
        x, y = float(LABEL), TOP + at * ROW
        whole = sum(part.number for part in parts)
        for part in parts:
            wide = part.number / whole * inner if whole else 0
            if part.number:
                bars.append(_bar(x, y, wide, ROW_BAR, part))
            x += wide
        labels.append(Label(LABEL - 10, y + ROW_BAR - 5, _short(name), "end"))
    height = TOP + max(len(rows[:MOST_ROWS]), 1) * ROW
    return Chart(SHARES, height, tuple(bars), (), tuple(labels))


def ceiling(number: int) -> int:
    """Return a round number that is not smaller: where the highest line lies. Divisible by four."""
    size = 4
    while True:
        for factor in (1, 2, 3, 5):
            if size * factor >= number:
                return size * factor
        size *= 10


def _bar(x: float, y: float, width: float, height: float, part: Part) -> Bar:
    return Bar(_round(x), _round(y), _round(width), _round(height), part.kind, part.title)


def _short(text: str) -> str:
    return text if len(text) <= 15 else f"{text[:14]}…"


def _round(value: float) -> float:
    return round(value, 2)
