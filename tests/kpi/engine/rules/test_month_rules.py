"""project, ic-findings and uptime: what cells keep, months worked out by hand, validation."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kpi.engine.rules import MONTH_RULES
from kpi.engine.rules.base import Bounds, Month
from kpi.engine.rules.project import owners_with_target
from kpi.engine.score import FULL, Part
from tests.kpi.engine.rules.chosen import CALENDARS

MARCH = date(2026, 3, 1)
OWN = [
    {"owner": 7, "from": "2026-06", "value": 3},
    {"owner": 7, "from": "2026-02", "value": 20},
    {"owner": 7, "from": "2026-04", "value": None},
    {"owner": 8, "from": "2026-03", "value": 5},
]
UPTIME = MONTH_RULES["uptime"]


def value(code: str, parameters: dict[str, Any], total: int, items: int = 1, **more: Any) -> int | None:
    given: dict[str, Any] = {"subject": "u7", "month": MARCH, "over": True} | more
    month = Month(amounts={"sum": total}, items=items, **given)
    return MONTH_RULES[code].score_month(parameters, month).value


def test_project_is_a_share_of_the_target() -> None:
    assert value("project", {"target": 10}, 7) == 700_000
    assert value("project", {"target": 10}, 10) == FULL
    assert value("project", {"target": 10}, 11) == FULL
    assert value("project", {"target": 7}, 1) == 142_857
    assert value("project", {"target": 10}, 0) == 0, "a zero was logged"
    assert value("project", {"target": 10}, 0, items=0) is None
    assert value("project", {}, 7) is None


def test_an_own_target_holds_from_its_month_until_another_begins_or_it_is_ended() -> None:
    parameters = {"target": 10, "owner_targets": OWN}
    by_month = {n: value("project", parameters, 2, month=date(2026, n, 1)) for n in (1, 2, 3, 4, 5, 6, 12)}
    assert by_month == {1: 200_000, 2: 100_000, 3: 100_000, 4: 200_000, 5: 200_000, 6: 666_667, 12: 666_667}
    assert value("project", parameters, 2, subject="u8") == 400_000
    assert value("project", parameters, 2, subject="u9") == 200_000


def test_an_own_target_without_work_is_no_data_and_then_nothing() -> None:
    parameters = {"target": 10, "owner_targets": OWN}
    assert value("project", parameters, 0, items=0, over=False) is None
    assert value("project", parameters, 0, items=0, over=True) == 0
    assert value("project", parameters, 0, items=0, over=True, month=date(2026, 4, 1)) is None, "ended"
    assert value("project", parameters, 0, items=0, over=True, subject="u9") is None


def test_the_people_with_an_own_target_are_known() -> None:
    parameters = {"owner_targets": OWN}
    found = {n: owners_with_target(parameters, date(2026, n, 1)) for n in (1, 2, 3, 4, 6)}
    assert found == {1: set(), 2: {7}, 3: {7, 8}, 4: {8}, 6: {7, 8}}
    assert owners_with_target({}, MARCH) == owners_with_target({"owner_targets": None}, MARCH) == set()


def test_findings_above_what_is_allowed_cost_in_proportion() -> None:
    assert value("ic-findings", {"allowed": 2}, 0) == FULL
    assert value("ic-findings", {"allowed": 2}, 2) == FULL
    assert value("ic-findings", {"allowed": 2}, 3) == 666_667
    assert value("ic-findings", {"allowed": 0}, 0) == FULL
    assert value("ic-findings", {"allowed": 0}, 1) == 0
    assert value("ic-findings", {"allowed": 2}, 0, items=0) is None


@pytest.mark.parametrize("window", ["24x7", "working"])
def test_uptime_is_a_hit_at_the_threshold_and_a_miss_a_second_below(window: str) -> None:
    def found(down: int, threshold: float) -> tuple[int | None, float | None, bool | None]:
        amounts, seconds = {"24x7": 0, "working": 0, window: down}, {"24x7": 1, "working": 1, window: 720_000}
        month = Month("n1", MARCH, amounts, 1, True, seconds)
        score = UPTIME.score_month({"threshold": threshold, "window": window}, month)
        return score.value, score.parts[0].measured, score.parts[0].met

    assert found(3600, 99.5) == (FULL, 99.5, True)
    assert found(3601, 99.5) == (0, 99.499, False), "99.49986 is cut, not rounded to 99.5"
    assert found(0, 100) == (FULL, 100.0, True)
    assert found(1, 100) == (0, 99.999, False)
    assert found(900_000, 50) == (0, 0.0, False), "more downtime than window"


def test_a_unit_that_was_not_reported_has_no_data() -> None:
    month = Month("n1", MARCH, {"24x7": 0, "working": 0}, 0, True, {"24x7": 2_678_400, "working": 604_800})
    assert UPTIME.score_month({}, month).value is None


def test_a_report_that_is_not_complete_adds_nothing() -> None:
    bounds = Bounds(CALENDARS["Jakarta office"], datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    whole = {"unit": 1, "down_from": "2026-03-09T09:00", "downtime_minutes": 60}
    for missing in ({"down_from": None}, {"downtime_minutes": None}, {"downtime_minutes": 0}):
        assert UPTIME.amounts([whole | missing], bounds) == {"24x7": 0, "working": 0}
    assert UPTIME.amounts([whole, whole | {"down_from": None}], bounds) == {"24x7": 3600, "working": 3600}


def test_an_item_has_its_measure_and_no_points() -> None:
    score = MONTH_RULES["project"].score({"target": 10}, {"count": 3})
    assert (score.value, score.passed) == (None, None)
    assert score.parts == (Part("count", 3, None, 100, None, None, "count"),)
    assert score.sentence % score.values == "3 counted. The score is of the whole month."
    assert UPTIME.score({}, {"unit": 1, "downtime_minutes": 90}).parts[0].measured == 5400


FIRST = "Enter the first month as yyyy-mm"
SINGLE = "Enter the target as a whole number, 1 or more, or leave it empty to end an earlier one"
TWICE = "This person has another target from the same month"
UNKNOWN = "There is no field of this name"
ROWS = "Give a person, a first month and a target per row"
ALLOWED = "Enter the most findings allowed per month as a whole number, 0 or more"


@pytest.mark.parametrize(
    ("code", "change", "field", "words"),
    [
        ("project", {"target": 0}, "target", "Enter the target per month as a whole number, 1 or more"),
        ("project", {"target": None}, "target", "Enter the target per month as a whole number, 1 or more"),
        ("project", {"owner_targets": OWN}, None, ""),
        ("project", {"owner_targets": None}, None, ""),
        ("project", {"owner_targets": {}}, "owner_targets", ROWS),
        ("project", {"owner_targets": [7]}, "owner_targets", ROWS),
        ("project", {"owner_targets": [OWN[0] | {"owner": None}]}, "owner_targets.0.owner", "Choose the person"),
        ("project", {"owner_targets": [OWN[0] | {"owner": True}]}, "owner_targets.0.owner", "Choose the person"),
        ("project", {"owner_targets": [OWN[1], OWN[0] | {"from": "March"}]}, "owner_targets.1.from", FIRST),
        ("project", {"owner_targets": [OWN[0] | {"from": "2026-13"}]}, "owner_targets.0.from", FIRST),
        ("project", {"owner_targets": [OWN[0] | {"value": 0}]}, "owner_targets.0.value", SINGLE),
        ("project", {"owner_targets": [OWN[0] | {"note": "x"}]}, "owner_targets.0.note", UNKNOWN),
        ("project", {"owner_targets": [OWN[0], OWN[1], OWN[0] | {"value": 9}]}, "owner_targets.2.from", TWICE),
        ("ic-findings", {"allowed": -1}, "allowed", ALLOWED),
        ("ic-findings", {"allowed": 0}, None, ""),
        ("uptime", {}, None, ""),
        ("uptime", {"threshold": 0}, "threshold", "Enter the threshold as a percentage above 0, at most 100"),
        ("uptime", {"window": "always"}, "window", "Choose the window from the list"),
    ],
)  # fmt: skip
def test_parameters(code: str, change: dict[str, Any], field: str | None, words: str) -> None:
    good: dict[str, dict[str, Any]] = {"project": {"target": 10}, "ic-findings": {"allowed": 2}, "uptime": {}}
    assert MONTH_RULES[code].validate_parameters(good[code]) == {}
    assert MONTH_RULES[code].validate_parameters(good[code] | change) == ({field: words} if field else {})


def down(start: str | None, minutes: int | None, day: str | None = None) -> dict[str, Any]:
    return {"unit": 1, "down_from": start, "downtime_minutes": minutes, "date": day}


BEGAN = {"down_from": "Enter when the downtime began"}
OUTSIDE = {"down_from": "Enter a downtime that lies in the month of the Ticket Date"}
MINUTES = {"downtime_minutes": "Enter the downtime in whole minutes, 0 for none"}


@pytest.mark.parametrize(
    ("metrics", "problems", "counts"),
    [
        (down(None, 0), {}, True),
        (down("2026-03-09T09:00", 0), {}, True),
        (down("2026-03-09T09:00", 5), {}, True),
        (down(None, 5), BEGAN, False),
        (down(None, None), MINUTES, False),
        (down("2026-03-09T09:00", -5), MINUTES, True),
        (down("2026-03-31T23:59", 60, "2026-03-09"), {}, True),
        (down("2026-02-28T23:30", 60, "2026-03-09"), {}, True),
        (down("2026-02-28T23:00", 60, "2026-03-09"), OUTSIDE, True),
        (down("2026-04-01T00:00", 60, "2026-03-09"), OUTSIDE, True),
        (down("2025-03-09T09:00", 60, "2026-03-09"), OUTSIDE, True),
        ({"downtime_minutes": 0}, {"unit": "Choose a unit from the list"}, False),
    ],
)
def test_metrics_of_uptime(metrics: dict[str, Any], problems: dict[str, str], counts: bool) -> None:
    assert UPTIME.validate_metrics(metrics) == problems
    assert UPTIME.has_data(metrics) is counts


def test_counts_are_whole_and_zero_is_one() -> None:
    for code, name, words in (
        ("project", "count", "Enter the count as a whole number, 0 or more"),
        ("ic-findings", "findings", "Enter the number of findings as a whole number, 0 or more"),
    ):
        rule = MONTH_RULES[code]
        assert rule.validate_metrics({name: 0}) == {}
        assert rule.has_data({name: 0})
        for wrong in (None, -1, 1.5, "3", True):
            assert rule.validate_metrics({name: wrong}) == {name: words}
        assert rule.validate_metrics({name: 1_000_000}) == {}
        assert "at most 1000000" in rule.validate_metrics({name: 1_000_001})[name]
