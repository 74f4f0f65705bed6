"""Drawings as plain numbers: x in percent, y in pixels, so that words in a chart never shrink. Templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from kpi.engine import rollup
from kpi.engine.score import SCALE, tenths

Scores = Sequence[Fraction | None]
TOP, BOTTOM = 12, 222  # where 100 and the lowest number of the scale lie
LEFT, RIGHT = 8, 96
STYLES = 6  # lines that differ by colour, dash and mark
LOWEST = 70  # the scale goes at least down to here
APART = 14  # pixels between two words on the scale


@dataclass(frozen=True)
class Point:
    x: str
    y: str


@dataclass(frozen=True)
class Line:
    """A line of the trend: `style` 1 to 6, its marks, and a piece between each two months that both have data."""

    name: str
    style: int
    points: list[Point]
    pieces: list[tuple[Point, Point]]
    last: Fraction | None


@dataclass(frozen=True)
class Tick:
    """A line across: `band` where it is the lower end of one, else of the grid; no label where it has no room."""

    y: str
    label: str
    band: bool

    @property
    def text_y(self) -> str:
        return f"{float(self.y) + 4:.1f}"


@dataclass(frozen=True)
class Trend:
    lines: list[Line]
    ticks: list[Tick]
    months: list[tuple[str, date]]


def trend(series: Sequence[tuple[str, Scores]], months: Sequence[date]) -> Trend:
    """Lines of scores over months, oldest first; at most six, since more could not be told apart."""
    low = _low([score for _name, scores in series for score in scores])
    places = [_percent(place, len(months)) for place in range(len(months))]
    lines = [_line(name, place % STYLES + 1, scores, places, low) for place, (name, scores) in enumerate(series)]
    return Trend(lines[:STYLES], _ticks(low), list(zip(places, months, strict=True)))


def spark(scores: Scores) -> str:
    """The points of a small line in a box of 100 x 38, without scale; empty below two months with data."""
    low = _low(scores)
    known = [(place, score) for place, score in enumerate(scores) if score is not None]
    if len(known) < 2:
        return ""
    step = 100 / (len(scores) - 1)
    return " ".join(f"{place * step:.1f},{_between(score, low, 2, 36):.1f}" for place, score in known)


def _line(name: str, style: int, scores: Scores, places: list[str], low: int) -> Line:
    points = [
        None if score is None else Point(x, f"{_between(score, low, TOP, BOTTOM):.1f}")
        for x, score in zip(places, scores, strict=True)
    ]
    pieces = [(one, two) for one, two in pairwise(points) if one is not None and two is not None]
    return Line(name, style, [point for point in points if point is not None], pieces, scores[-1] if scores else None)


def _ticks(low: int) -> list[Tick]:
    step = 10 if low >= 50 else 20
    bands = {rollup.GREEN // SCALE, rollup.YELLOW // SCALE}
    ticks: list[Tick] = []
    taken: list[float] = []
    # The ends of bands first, so that they never lose their words to the grid.
    for value in (*sorted(bands), *(n for n in range(low, 101, step) if n not in bands)):
        y = _between(Fraction(value * SCALE), low, TOP, BOTTOM)
        free = all(abs(y - other) >= APART for other in taken)
        taken += [y] if free else []
        ticks.append(Tick(f"{y:.1f}", str(value) if free else "", value in bands))
    return ticks


def _low(scores: Scores) -> int:
    """The lower end of the scale: a whole ten at or below every score."""
    known = [tenths(score) // 100 * 10 for score in scores if score is not None]
    return min([LOWEST, *known])


def _between(score: Fraction, low: int, top: int, bottom: int) -> float:
    return float(top + (100 - Fraction(score) / SCALE) * (bottom - top) / (100 - low))


def _percent(place: int, number: int) -> str:
    return f"{LEFT + (RIGHT - LEFT) * place / max(number - 1, 1):.1f}%"
