"""Means of means: type, group, department, country. Exact fractions of points; missing is left out, never 0 or 100.

Source: the domain page, section 7. Counts belong beside every score, since one ticket can weigh as much as a thousand.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Final, Literal

from kpi.engine.score import SCALE, tenths

Band = Literal["green", "yellow", "red", "none"]
GREEN: Final = 95 * SCALE
YELLOW: Final = 80 * SCALE
PASS_MARK: Final = 95 * SCALE


def type_score(cells: Iterable[tuple[int, int]]) -> Fraction | None:
    """The mean over all counted items of a type, from (sum of points, number of items) per cell."""
    total = count = 0
    for points, items in cells:
        total, count = total + points, count + items
    return Fraction(total, count) if count else None


def group_score(types: Iterable[tuple[int | Fraction | None, int]]) -> Fraction | None:
    """The weighted mean of the types of a group, from (score, weight); those without data lose their weight."""
    known = [(Fraction(score), weight) for score, weight in types if score is not None]
    weight = sum(weight for _, weight in known)
    return sum((score * weight for score, weight in known), Fraction()) / weight if weight else None


def department_score(groups: Iterable[int | Fraction | None]) -> Fraction | None:
    """The plain mean of the groups of a department."""
    return mean(groups)


def country_score(departments: Iterable[int | Fraction | None]) -> Fraction | None:
    """The plain mean of the departments of a country: one bad team cannot drown a good country."""
    return mean(departments)


def mean(scores: Iterable[int | Fraction | None]) -> Fraction | None:
    """The plain mean of the scores that have data."""
    return group_score((score, 1) for score in scores)


def band(score: int | Fraction | None) -> Band:
    """The colour of a score, by the number that is displayed: green from 95.0, yellow from 80.0, else red."""
    if score is None:
        return "none"
    if tenths(score) >= tenths(GREEN):
        return "green"
    return "yellow" if tenths(score) >= tenths(YELLOW) else "red"


def passes(score: int | Fraction | None, mark: int | Fraction = PASS_MARK) -> bool | None:
    """Whether the displayed score reaches the displayed pass mark (both in points of 1/10,000); None without data."""
    return None if score is None else tenths(score) >= tenths(mark)
