"""submit, accuracy, acr, ic-completion and ic-closure: numbers worked out by hand, verdicts, validation."""

from typing import Any

import pytest

from kpi.engine.rules import RULES
from kpi.engine.score import FULL, Part
from tests.kpi.engine.rules.chosen import CALENDARS, SIX

TARGETS = {"response_target": 95, "data_target": 98}
OFFICE = CALENDARS["Jakarta office"]


def verdict(code: str, parameters: dict[str, Any], **metrics: Any) -> tuple[int | None, bool | None]:
    found = RULES[code].score(parameters, RULES[code].derived(metrics, OFFICE))
    return found.value, found.passed


def test_submit_is_strictly_earlier_than_the_cutoff_of_its_weekday() -> None:
    parameters = {"cutoff": "17:00", "weekday_cutoffs": {"4": "15:30"}}
    monday, friday = {"date": "2026-03-09"}, {"date": "2026-03-13"}
    assert verdict("submit", parameters, submit_time="16:59", **monday) == (FULL, True)
    assert verdict("submit", parameters, submit_time="17:00", **monday) == (0, False)
    assert verdict("submit", parameters, submit_time="15:29", **friday) == (FULL, True)
    assert verdict("submit", parameters, submit_time="15:30", **friday) == (0, False)
    assert verdict("submit", parameters, submit_time="00:00", next_day=True, **monday) == (0, False)


def test_submit_tells_minutes_of_the_day_and_counts_on_over_midnight() -> None:
    found = RULES["submit"].score({"cutoff": "17:00"}, {"submit_time": "00:30", "next_day": True})
    assert found.parts == (Part("submit", 24 * 60 + 30, 17 * 60, 100, 0, False, "time"),)


def test_accuracy_is_a_share_of_each_target() -> None:
    assert verdict("accuracy", TARGETS, response_accuracy=95, data_accuracy=98) == (FULL, True)
    assert verdict("accuracy", TARGETS, response_accuracy=47.5, data_accuracy=100) == (750_000, False)
    assert verdict("accuracy", TARGETS, response_accuracy=95) == (FULL, True)
    assert verdict("accuracy", TARGETS, data_accuracy=49) == (500_000, False)
    heavy = TARGETS | {"response_weight": 80, "data_weight": 20}
    assert verdict("accuracy", heavy, response_accuracy=50, data_accuracy=98) == (621_053, False), "(80*50/95+20)/100"


def test_acr_is_the_weighted_mean_of_fifths() -> None:
    # 20 x 100 + 15 x 80 + 20 x 60 + 15 x 40 + 15 x 20 + 15 x 100 = 6800
    assert verdict("acr", {}, **dict(zip(SIX, (5, 4, 3, 2, 1, 5), strict=True))) == (680_000, False)
    assert verdict("acr", {}, **dict.fromkeys(SIX, 4)) == (800_000, True)
    assert verdict("acr", {"pass_mark": 80.5}, **dict.fromkeys(SIX, 4)) == (800_000, False)
    # 20 x 100 + 15 x 80 = 3200 over 35
    assert verdict("acr", {}, frt=5, attendance=4) == (914_286, True)


def test_acr_parts_have_points_and_no_verdict_of_their_own() -> None:
    found = RULES["acr"].score({}, {"frt": 3})
    assert found.parts[0] == Part("frt", 3, None, 20, 600_000, None, "rating")
    assert found.parts[1] == Part("attendance", None, None, 15, None, None, "rating")
    assert [part.weight for part in found.parts] == [20, 15, 20, 15, 15, 15]


def test_completion_is_a_share_of_its_target() -> None:
    assert verdict("ic-completion", {"target": 90}, completion=60) == (666_667, False)
    assert verdict("ic-completion", {"target": 90}, completion=90) == (FULL, True)
    assert verdict("ic-completion", {}, completion=99.99) == (999_900, False), "the target is 100 by default"
    assert verdict("ic-completion", {}, completion=0) == (0, False)


def test_closure_measures_working_time_of_the_calendar() -> None:
    nine, parameters = {"found_at": "2026-03-13T16:00"}, {"target": 120}
    assert verdict("ic-closure", parameters, **nine, closed_at="2026-03-16T09:00") == (FULL, True), "over a weekend"
    assert verdict("ic-closure", parameters, **nine, closed_at="2026-03-16T09:01") == (0, False)
    assert verdict("ic-closure", parameters, **nine, closed_at="2026-03-13T15:00") == (None, None)


def test_only_what_can_be_measured_is_derived() -> None:
    closure, times = RULES["ic-closure"], {"found_at": "2026-03-09T08:00", "closed_at": "2026-03-09T17:00"}
    given = {**times, "date": "2026-03-09", "priority": "low"}
    assert closure.derived(given, OFFICE) == {**given, "working_seconds": 8 * 3600}
    for broken in ({}, {"closed_at": None}, {"closed_at": "soon"}, {"found_at": "2026-03-10T08:00"}):
        metrics = {**times, **broken} if broken else {}
        assert closure.derived(metrics, OFFICE) == metrics
    for code, rule in RULES.items():
        assert code == "ic-closure" or rule.derived(given, OFFICE) == given


DATA_TARGET = "Enter the target of data accuracy as a percentage above 0, at most 100"
DATA_WEIGHT = "Enter a whole number from 0 to 100 for Weight of data accuracy"
DATA = "Enter the data accuracy as a percentage from 0 to 100"
TICK = "Answer Submitted on the next day with yes or no"


@pytest.mark.parametrize(
    ("code", "change", "field", "words"),
    [
        ("submit", {"cutoff": None}, "cutoff", "Enter the cutoff as hh:mm"),
        ("submit", {"cutoff": "5pm"}, "cutoff", "Enter the cutoff as hh:mm"),
        ("submit", {"cutoff": 17}, "cutoff", "Enter the cutoff as hh:mm"),
        ("submit", {"weekday_cutoffs": {"4": "x"}}, "weekday_cutoffs.4", "Enter the cutoff of the weekday as hh:mm"),
        ("submit", {"weekday_cutoffs": {"7": "16:00"}}, "weekday_cutoffs.7", "There is no field of this name"),
        ("submit", {"weekday_cutoffs": {4: "16:00"}}, "weekday_cutoffs.4", "There is no field of this name"),
        ("submit", {"weekday_cutoffs": "16:00"}, "weekday_cutoffs", "Enter the cutoff of the weekday as hh:mm"),
        ("submit", {"weekday_cutoffs": {"4": None}}, None, ""),
        ("submit", {"weekday_cutoffs": None}, None, ""),
        ("accuracy", {"data_weight": 51}, "data_weight", "The weights must add up to 100; they add up to 101"),
        ("accuracy", {"data_weight": "50"}, "data_weight", DATA_WEIGHT),
        ("accuracy", {"response_weight": 100, "data_weight": 0}, None, ""),
        ("accuracy", {"data_target": 0}, "data_target", DATA_TARGET),
        ("accuracy", {"data_target": None}, "data_target", DATA_TARGET),
        ("accuracy", {"data_target": 101}, "data_target", DATA_TARGET),
        ("accuracy", {"data_target": 97.555}, "data_target", "Give at most two decimals for Target of data accuracy"),
        ("accuracy", {"data_target": float("nan")}, "data_target", DATA_TARGET),
        ("acr", {"frt_weight": 21}, "obedience_weight", "The weights must add up to 100; they add up to 101"),
        ("acr", {"frt_weight": -1}, "frt_weight", "Enter a whole number from 0 to 100 for Weight of FRT"),
        ("acr", {"pass_mark": 100.5}, "pass_mark", "Enter the pass mark as a number of points from 0 to 100"),
        ("acr", {"pass_mark": 0}, None, ""),
        ("ic-completion", {"target": 0}, "target", "Enter the target as a percentage above 0, at most 100"),
        ("ic-closure", {"target": 0}, "target", "Enter the target in whole working minutes, 1 or more"),
        ("ic-closure", {"target": None}, "target", "Enter the target in whole working minutes, 1 or more"),
        ("ic-closure", {"target": 6_000_000}, "target", "Enter at most 5270400 for Target from find to close"),
    ],
)  # fmt: skip
def test_parameters(code: str, change: dict[str, Any], field: str | None, words: str) -> None:
    good: dict[str, dict[str, Any]] = {"submit": {"cutoff": "17:00"}, "accuracy": TARGETS, "ic-closure": {"target": 60}}
    assert RULES[code].validate_parameters(good.get(code, {})) == {}
    assert RULES[code].validate_parameters(good.get(code, {}) | change) == ({field: words} if field else {})


FOUND = "Enter when it was found as a real date and time, such as 2026-11-19 09:30"
CLOSED = "Enter when it was closed as a real date and time, such as 2026-11-19 16:30"


@pytest.mark.parametrize(
    ("code", "metrics", "problems"),
    [
        ("submit", {"submit_time": "09:00"}, {}),
        ("submit", {"submit_time": "09:00", "next_day": True, "date": "2026-03-09"}, {}),
        ("submit", {"next_day": True}, {"submit_time": "Enter the submit time as hh:mm"}),
        ("submit", {"submit_time": "9:00"}, {"submit_time": "Enter the submit time as hh:mm"}),
        ("submit", {"submit_time": "09:00", "next_day": "yes"}, {"next_day": TICK}),
        ("accuracy", {"response_accuracy": 0}, {}),
        ("accuracy", {}, {"response_accuracy": "Enter the response accuracy, the data accuracy or both"}),
        ("accuracy", {"data_accuracy": 100.5}, {"data_accuracy": DATA}),
        ("accuracy", {"data_accuracy": True}, {"data_accuracy": DATA}),
        ("acr", {"backlog": 1}, {}),
        ("acr", {}, {"frt": "Choose at least one rating"}),
        ("acr", {"backlog": 0}, {"backlog": "Choose a rating from 1 to 5 for Backlog"}),
        ("acr", {"backlog": 4.0}, {"backlog": "Choose a rating from 1 to 5 for Backlog"}),
        ("ic-completion", {"completion": 100}, {}),
        ("ic-completion", {}, {"completion": "Enter the completion as a percentage from 0 to 100"}),
        ("ic-closure", {"found_at": "2026-03-09T09:00", "closed_at": "2026-03-09T09:00"}, {}),
        ("ic-closure", {"found_at": "2026-03-09T09:00", "closed_at": "2026-03-09T09:00", "working_seconds": 0}, {}),
        ("ic-closure", {}, {"found_at": FOUND, "closed_at": CLOSED}),
        (
            "ic-closure",
            {"found_at": "2026-03-09 09:00", "closed_at": "2026-03-09T24:00"},
            {"found_at": FOUND, "closed_at": CLOSED},
        ),
        (
            "ic-closure",
            {"found_at": "2026-03-09T09:00", "closed_at": "2026-03-09T08:59"},
            {"closed_at": "Enter a close time that is not before the find time"},
        ),
    ],
)  # fmt: skip
def test_metrics(code: str, metrics: dict[str, Any], problems: dict[str, str]) -> None:
    assert RULES[code].validate_metrics(metrics) == problems
