"""Means of means and bands."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.engine.rollup import band, country_score, department_score, group_score, passes, type_score
from kpi.engine.score import FULL, SCALE

scores = st.none() | st.integers(0, FULL)


def test_a_type_is_the_mean_over_all_items_of_its_cells() -> None:
    assert type_score([(FULL, 1), (0, 2)]) == Fraction(FULL, 3)
    assert type_score([(0, 0), (FULL, 1)]) == FULL
    assert type_score([(0, 0)]) is None
    assert type_score([]) is None


def test_a_group_weighs_its_types_and_leaves_out_those_without_data() -> None:
    assert group_score([(FULL, 3), (0, 1)]) == Fraction(3 * FULL, 4)
    assert group_score([(FULL, 3), (None, 97)]) == FULL
    assert group_score([(None, 1)]) is None
    assert group_score([(FULL, 0)]) is None


def test_one_ticket_weighs_as_much_as_a_thousand() -> None:
    small = department_score([group_score([(type_score([(0, 1)]), 1)])])
    large = department_score([group_score([(type_score([(1000 * FULL, 1000)]), 1)])])
    assert country_score([small, large]) == FULL // 2


def test_means_are_exact() -> None:
    third = type_score([(FULL, 3)])
    assert country_score([third, third, third]) == Fraction(FULL, 3)
    assert department_score([Fraction(1, 3), Fraction(1, 7)]) == Fraction(5, 21)


@given(st.lists(scores, max_size=6))
def test_departments_without_data_change_nothing(departments: list[int | None]) -> None:
    known = [score for score in departments if score is not None]
    assert country_score(departments) == country_score(known)
    assert country_score(departments) == (Fraction(sum(known), len(known)) if known else None)


@pytest.mark.parametrize(
    ("colour", "score"),
    [
        ("green", FULL), ("green", 949_500), ("yellow", 949_499), ("yellow", 799_500), ("red", 799_499), ("red", 0),
        ("green", Fraction(1_899_001, 2)), ("yellow", Fraction(1_898_999, 2)), ("none", None),
    ],
)  # fmt: skip
def test_bands_are_decided_by_the_displayed_number(colour: str, score: int | Fraction | None) -> None:
    assert band(score) == colour


def test_the_pass_mark_is_reached_as_displayed() -> None:
    assert passes(949_500) is True
    assert passes(949_499) is False
    assert passes(FULL, 100 * SCALE) is True
    assert passes(999_499, 100 * SCALE) is False
    assert passes(None) is None
