"""Points, weighted means and their display."""

import json
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.engine import score
from kpi.engine.score import FULL, SCALE, Part, Score, display, half_up, passed, spoken, weighted, weighted_points

points = st.none() | st.integers(0, FULL)
parts = st.lists(st.builds(lambda weight, points: part(weight, points), st.integers(0, 100), points), max_size=6)


def part(weight: int, points: int | None, met: bool | None = None) -> Part:
    return Part("p", None, None, weight, points, met, "percent")


@pytest.mark.parametrize(
    ("shown", "points"),
    [
        ("91.3", 913_000), ("100.0", FULL), ("0.0", 0), ("0.0", 499), ("0.1", 500), ("0.1", 1_499), ("94.9", 949_499),
        ("95.0", 949_500), ("33.3", Fraction(FULL, 3)), ("66.7", Fraction(2 * FULL, 3)), ("-0.1", -1_000),
    ],
)  # fmt: skip
def test_display_has_one_decimal_halves_up(shown: str, points: int | Fraction) -> None:
    assert display(points) == shown


def test_weights_are_renormalised_over_the_parts_with_data() -> None:
    assert weighted([part(50, FULL), part(50, 0)]) == FULL // 2
    assert weighted([part(50, FULL), part(50, None)]) == FULL
    assert weighted([part(70, FULL), part(20, 0), part(10, None)]) == half_up(Fraction(70 * FULL, 90))
    assert weighted([part(50, None), part(50, None)]) is None
    assert weighted([part(0, FULL)]) is None
    assert weighted([]) is None


def test_halves_are_rounded_up_once() -> None:
    assert weighted([part(1, 0), part(1, 1)]) == 1
    assert weighted([part(2, 0), part(1, 1)]) == 0
    assert [half_up(Fraction(n, 2)) for n in (-3, -1, 1, 3)] == [-1, 0, 1, 2]


@given(st.fractions(), st.integers(1, 10**9))
def test_half_up_is_the_floor_of_a_half_more(number: Fraction, over: int) -> None:
    assert half_up(number, over=over) == floor(number / over + Fraction(1, 2))
    assert half_up(number) == floor(number + Fraction(1, 2))


def test_exact_points_are_rounded_once() -> None:
    halves = [(50, Fraction(625, 2)), (50, Fraction(2000, 9))]
    assert weighted_points(halves) == 267
    assert weighted_points([(weight, half_up(points)) for weight, points in halves]) == 268
    assert weighted_points([*halves, (20, None)]) == 267
    assert weighted_points([(0, Fraction(1, 2)), (5, None)]) is None


@given(parts)
def test_a_mean_lies_between_its_parts(found: list[Part]) -> None:
    known = [one.points for one in found if one.points is not None and one.weight]
    value = weighted(found)
    assert (value is None) == (not known)
    assert value is None or min(known) <= value <= max(known)


@given(parts, st.integers(1, 100), st.integers(0, FULL - 1), st.integers(1, FULL))
def test_more_points_are_never_a_lower_value(found: list[Part], weight: int, low: int, more: int) -> None:
    worse, better = (weighted([*found, part(weight, some)]) for some in (low, min(FULL, low + more)))
    assert worse is not None
    assert better is not None
    assert worse <= better


@given(parts, st.integers(1, 9))
def test_only_the_ratio_of_weights_matters(found: list[Part], times: int) -> None:
    assert weighted(found) == weighted([part(one.weight * times, one.points) for one in found])


@given(st.integers(0, FULL))
def test_what_is_displayed_is_within_half_a_tenth(value: int) -> None:
    assert abs(Fraction(display(value)) - Fraction(value, SCALE)) <= Fraction(1, 20)


def test_passed_needs_every_part_with_data() -> None:
    assert passed([part(50, FULL, True), part(50, None, None)]) is True
    assert passed([part(50, FULL, True), part(50, 0, False)]) is False
    assert passed([part(50, None, None)]) is None


def test_a_score_comes_back_from_json() -> None:
    found = Score(
        value=500_000,
        passed=False,
        parts=(Part("response", 60, 120, 50, FULL, True, "seconds"), part(50, None)),
        sentence="%(points)s points",
        values={"points": "50.0"},
    )
    assert Score.from_json(json.loads(json.dumps(found.as_json()))) == found
    assert Score.from_json({}) == Score(None, None)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("0 min", 0), ("59 s", 59), ("1 min", 60), ("1 min 1 s", 61), ("1 h", 3600), ("1 h 0 min 1 s", 3601),
        ("1 h 20 min", 4800), ("25 h 5 min", 90_300), ("8 min", 480.9),
    ],
)  # fmt: skip
def test_durations_hide_no_second(words: str, seconds: float) -> None:
    assert spoken(seconds) == words


@pytest.mark.parametrize(
    ("words", "number", "unit"),
    [
        ("", None, "seconds"), ("1 h 20 min", 4800, "seconds"), ("97.5 %", 97.5, "percent"), ("97 %", 97.0, "percent"),
        ("99.498 %", 99.498, "percent"), ("4", 4, "rating"), ("12", 12, "count"), ("0", 0, "count"),
        ("00:00", 0, "time"), ("16:30", 990, "time"), ("23:59", 1439, "time"), ("00:30 +1 d", 1470, "time"),
    ],
)  # fmt: skip
def test_measures_as_people_read_them(words: str, number: float | None, unit: str) -> None:
    assert score.shown(number, unit) == words
