"""Drawings as numbers: where scores lie, and what a month without data does to a line."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

from kpi import charts
from kpi.engine.score import SCALE
from kpi.months import step

MONTHS = [step(date(2026, 5, 1), n) for n in range(6)]


def points(*numbers: float | None) -> list[Fraction | None]:
    """Scores of 100 as the engine keeps them."""
    return [None if number is None else Fraction(str(number)) * SCALE for number in numbers]


def test_100_lies_on_top_and_70_at_the_bottom() -> None:
    trend = charts.trend([("Kenya", points(100, 95, 80, 70, 85, 100))], MONTHS)
    assert [point.y for point in trend.lines[0].points] == ["12.0", "47.0", "152.0", "222.0", "117.0", "12.0"]
    assert [x for x, _month in trend.months] == ["8.0%", "25.6%", "43.2%", "60.8%", "78.4%", "96.0%"]
    assert [month for _x, month in trend.months] == MONTHS
    assert {tick.label: tick.band for tick in trend.ticks} == {
        "100": False, "95": True, "90": False, "80": True, "70": False,
    }  # fmt: skip


def test_the_scale_goes_down_to_the_lowest_score_and_its_words_keep_apart() -> None:
    trend = charts.trend([("Kenya", points(12.3, 100))], MONTHS[:2])
    labels = {tick.label for tick in trend.ticks}
    assert trend.lines[0].points[0].y == "216.6"
    assert labels == {"95", "80", "70", "50", "30", "10", ""}
    written = sorted(float(tick.y) for tick in trend.ticks if tick.label)
    assert all(below - above >= charts.APART for above, below in pairwise(written))


def test_a_month_without_data_breaks_the_line() -> None:
    line = charts.trend([("Kenya", points(90, None, 80, 85))], MONTHS[:4]).lines[0]
    assert [len(line.points), len(line.pieces)] == [3, 1]
    assert line.last == 85 * SCALE
    assert charts.trend([("Kenya", points(None, None))], MONTHS[:2]).lines[0].points == []


def test_a_single_month_and_no_line_at_all_are_drawn() -> None:
    assert [point.x for point in charts.trend([("Kenya", points(90))], MONTHS[:1]).lines[0].points] == ["8.0%"]
    assert charts.trend([], MONTHS).lines == []


def test_lines_differ_in_style_up_to_six() -> None:
    trend = charts.trend([(str(n), points(90, 91)) for n in range(8)], MONTHS[:2])
    assert [line.style for line in trend.lines] == [1, 2, 3, 4, 5, 6]


def test_a_spark_needs_two_months() -> None:
    assert charts.spark(points(100, 70)) == "0.0,2.0 100.0,36.0"
    assert charts.spark(points(100, None, 70)) == "0.0,2.0 100.0,36.0"
    assert charts.spark(points(None, 90)) == ""
