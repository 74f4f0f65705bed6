"""Figures tried: the very score that work would get, from nothing but what is typed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kpi import trials
from kpi.engine.rules import RULES
from kpi.engine.score import display
from kpi.trials import Trial
from tests.every_rule import DAY, EXAMPLES, Example


def trial_of(example: Example) -> Trial:
    metrics = {
        name: value.replace("{day}", DAY.isoformat()) if isinstance(value, str) else value
        for name, value in example.metrics.items()
    }
    return Trial(example.rule, example.parameters, metrics, DAY)


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_trial_of_any_rule_scores_what_logged_work_scores(rule: str) -> None:
    """The numbers are those that the journeys of New ticket and of the report assert; no database is there to ask."""
    example = EXAMPLES[rule]
    tried = trials.tried(trial_of(example))
    assert tried.score.value is not None
    assert display(tried.score.value) == (example.points or example.month)


@pytest.mark.parametrize(
    ("rule", "score", "passed", "mark"),
    [
        ("rr", "50.0", False, None),
        ("submit", "100.0", True, None),
        ("accuracy", "62.1", False, None),
        ("acr", "68.0", False, "80"),
        ("ic-completion", "66.7", False, None),
        ("ic-closure", "0.0", False, None),
        ("project", "85.0", False, "95"),
        ("ic-findings", "66.7", False, "95"),
        ("uptime", "0.0", False, "95"),
    ],
)
def test_the_example_of_each_rule(rule: str, score: str, passed: bool, mark: str | None) -> None:
    """As docs/rules.md reckons them by hand."""
    tried = trials.tried(trials.example(RULES[rule]))
    assert tried.score.value is not None
    assert (display(tried.score.value), tried.passed, tried.mark) == (score, passed, mark)


def test_a_month_passes_at_the_pass_mark_of_the_type() -> None:
    trial = trials.example(RULES["project"])
    marks = {mark: trials.tried(replace(trial, pass_mark=mark)).passed for mark in (80, 85, 86)}
    assert marks == {80: True, 85: True, 86: False}


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"person": 7}, "17 counted in the month against a target of 34: 50.0 points."),
    ({"person": 8}, "17 counted in the month against a target of 20: 85.0 points."),
    ({"person": 7, "on": date(2025, 12, 1)}, "17 counted in the month against a target of 20: 85.0 points."),
])  # fmt: skip
def test_a_person_is_tried_with_the_target_of_the_month(changes: dict[str, Any], sentence: str) -> None:
    own = {"target": 20, "owner_targets": [{"owner": 7, "from": "2026-01", "value": 34}]}
    trial = replace(trials.example(RULES["project"]), parameters=own, **changes)
    assert trials.tried(trial).sentence == sentence


def test_the_priority_and_the_weekday_decide_where_the_rule_asks_for_them() -> None:
    rr = trials.example(RULES["rr"])
    own = replace(rr, parameters={**rr.parameters, "priority_targets": {"high": {"response_target": 61}}})
    assert [trials.tried(replace(own, priority=one)).passed for one in ("normal", "high")] == [False, True]
    submit = trials.example(RULES["submit"])
    assert [trials.tried(replace(submit, on=date(2026, 3, day))).passed for day in (5, 6)] == [True, False]


def test_the_formula_is_told_where_there_is_more_than_one_part() -> None:
    rr, closure = (trials.tried(trials.example(RULES[rule])) for rule in ("rr", "ic-closure"))
    assert (rr.formula, rr.weights) == ([(50, "0.0"), (50, "100.0")], 100)
    assert closure.formula == []


def test_the_downtime_of_a_working_window_counts_while_people_work() -> None:
    metrics = {"down_from": "2026-03-04T12:00", "downtime_minutes": 120}
    trial = Trial("uptime", {"threshold": 99, "window": "working"}, metrics, date(2026, 3, 4))
    assert trials.tried(trial).sentence == (
        "Down for 1 h of 176 h: available 99.431 %, at or above the threshold of 99 %."
    )
