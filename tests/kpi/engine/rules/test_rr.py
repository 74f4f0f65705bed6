"""rr: parts, verdict, explanation, validation."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.engine.rules import RULES
from kpi.engine.rules.base import Problem
from kpi.engine.rules.rr import target_seconds
from kpi.engine.score import FULL, Part, Score

RR = RULES["rr"]
TARGETS = {"response_target": 60, "resolution_target": 480, "response_weight": 50, "resolution_weight": 50}
LEAST_ONE = "Enter the response target in whole working minutes, 1 or more"
seconds = st.none() | st.integers(0, 100_000)


def score(response: int | None, resolution: int | None, priority: str | None = None, **parameters: Any) -> Score:
    metrics = {"response_seconds": response, "resolution_seconds": resolution, "priority": priority}
    return RR.score(TARGETS | parameters, metrics)


@pytest.mark.parametrize(
    ("response", "resolution", "value", "passed"),
    [
        (3600, 28_800, FULL, True),
        (3601, 28_800, FULL // 2, False),
        (3600, 28_801, FULL // 2, False),
        (3601, 28_801, 0, False),
        (0, 0, FULL, True),
        (None, 28_800, FULL, True),
        (None, 28_801, 0, False),
        (3600, None, FULL, True),
        (None, None, None, None),
    ],
)
def test_a_part_is_all_or_nothing_and_missing_is_not_zero(
    response: int | None, resolution: int | None, value: int | None, passed: bool | None
) -> None:
    found = score(response, resolution)
    assert (found.value, found.passed) == (value, passed)


def test_the_parts_say_what_was_measured() -> None:
    assert score(3601, None).parts == (
        Part("response", 3601, 3600, 50, 0, False, "seconds"),
        Part("resolution", None, 28_800, 50, None, None, "seconds"),
    )


def test_weights() -> None:
    uneven = {"response_weight": 30, "resolution_weight": 70}
    assert score(0, 99_999, **uneven).value == 300_000
    assert score(99_999, 0, **uneven).value == 700_000
    assert score(99_999, None, **uneven).value == 0
    alone = {"response_weight": 100, "resolution_weight": 0}
    assert (score(None, 0, **alone).value, score(None, 0, **alone).passed) == (None, None)


def test_targets_of_a_priority_win_and_may_be_one_of_two() -> None:
    table = {"priority_targets": {"high": {"response_target": 15}}}
    assert score(901, 0, "high", **table).value == FULL // 2
    assert score(901, 0, "normal", **table).value == FULL
    assert score(900, 28_800, "high", **table).passed is True
    assert target_seconds("resolution", TARGETS | table, "high") == 28_800
    assert target_seconds("response", TARGETS | table, "high") == 900
    assert target_seconds("response", {}) is None


def test_without_parameters_there_is_no_score() -> None:
    found = RR.score({}, {"response_seconds": 5})
    assert (found.value, found.passed, [part.points for part in found.parts]) == (None, None, [None, None])


@pytest.mark.parametrize(
    ("response", "resolution", "words"),
    [
        (3601, 60, "Response took 1 h 0 min 1 s against a target of 1 h, resolution 1 min against 8 h: 50.0 points."),
        (60, None, "Resolution has no data, so response carries the whole weight: 100.0 points."),
        (None, 60, "Response has no data, so resolution carries the whole weight: 100.0 points."),
        (None, None, "Neither response nor resolution has data, so there is no score."),
    ],
)
def test_the_sentence_explains(response: int | None, resolution: int | None, words: str) -> None:
    found = score(response, resolution)
    assert words in found.sentence % found.values
    assert Score.from_json(json.loads(json.dumps(found.as_json()))) == found


@given(seconds, seconds, st.integers(0, 100))
def test_bounds_and_verdict(response: int | None, resolution: int | None, weight: int) -> None:
    found = score(response, resolution, response_weight=weight, resolution_weight=100 - weight)
    assert found.value is None or 0 <= found.value <= FULL
    assert (found.passed is None) == (found.value is None)
    if found.passed:
        assert found.value == FULL


@given(seconds, seconds, st.integers(0, 100_000))
def test_slower_is_never_better(response: int | None, resolution: int | None, more: int) -> None:
    faster = score(response, resolution).value
    slower = score(*(None if one is None else one + more for one in (response, resolution))).value
    assert faster is None or (slower is not None and slower <= faster)


def test_good_parameters() -> None:
    assert RR.validate_parameters(TARGETS) == {}
    assert RR.validate_parameters({"response_target": 1, "resolution_target": 1}) == {}, "weights default to 50/50"
    table = {"high": {"response_target": 15, "resolution_target": None}}
    assert RR.validate_parameters(TARGETS | {"priority_targets": table}) == {}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"response_target": None}, "response_target", LEAST_ONE),
        ({"response_target": 0}, "response_target", LEAST_ONE),
        ({"resolution_target": "60"}, "resolution_target", LEAST_ONE.replace("response", "resolution")),
        ({"resolution_target": True}, "resolution_target", LEAST_ONE.replace("response", "resolution")),
        ({"resolution_target": 1.5}, "resolution_target", LEAST_ONE.replace("response", "resolution")),
        ({"response_weight": 101}, "response_weight", "Enter a whole number from 0 to 100 for Weight of response"),
        ({"response_weight": 40}, "resolution_weight", "The weights must add up to 100; they add up to 90"),
        ({"cutoff": 5}, "cutoff", "There is no field of this name"),
        ({"priority_targets": []}, None, ""),
        ({"priority_targets": [1]}, "priority_targets", "Give the two targets per priority"),
        ({"priority_targets": {"high": 5}}, "priority_targets.high", "Give the two targets per priority"),
        (
            {"priority_targets": {"high": {"response_target": 0}}},
            "priority_targets.high.response_target",
            LEAST_ONE,
        ),
        (
            {"priority_targets": {"high": {"weight": 5}}},
            "priority_targets.high.weight",
            "There is no field of this name",
        ),
    ],
)
def test_bad_parameters_are_named_by_field(change: dict[str, Any], field: str | None, words: str) -> None:
    assert RR.validate_parameters(TARGETS | change) == ({field: words} if field else {})


@pytest.mark.parametrize(
    ("metrics", "problems"),
    [
        ({}, {}),
        ({"response_seconds": 0, "resolution_seconds": None, "priority": "high"}, {}),
        ({"response_seconds": -1}, {"response_seconds": "Enter the response time in minutes, 0 or more"}),
        ({"resolution_seconds": "5"}, {"resolution_seconds": "Enter the resolution time in minutes, 0 or more"}),
        ({"priority": 3}, {"priority": "Choose a priority from the list"}),
        ({"downtime": 3}, {"downtime": "There is no field of this name"}),
    ],
)
def test_metrics(metrics: dict[str, Any], problems: dict[str, str]) -> None:
    assert RR.validate_metrics(metrics) == problems


def test_a_problem_carries_what_a_translation_needs() -> None:
    problem = RR.validate_parameters(TARGETS | {"response_weight": 40})["resolution_weight"]
    assert problem.msgid % problem.values == problem
    assert problem.values == {"sum": 90}
    assert Problem("100 % sure") == "100 % sure"


def test_a_problem_is_translated_with_the_label_within_it() -> None:
    words = {
        "Enter a whole number from %(least)s to %(most)s for %(label)s": "%(label)s: bilangan bulat %(least)s-%(most)s",
        "Weight of response": "Bobot respons",
        "100 % sure": "100 % yakin",
    }
    problem = RR.validate_parameters(TARGETS | {"response_weight": 101})["response_weight"]
    assert problem.translated(words.__getitem__) == "Bobot respons: bilangan bulat 0-100"
    assert Problem("100 % sure").translated(words.__getitem__) == "100 % yakin"
