"""The dashboard's words: how numbers moved, what is critical, what the month says in a sentence."""

from typing import Any

import pytest

from kpi import reports, uptime
from kpi.dashboard import Course, courses, lede, watch_list
from kpi.engine.score import SCALE
from kpi.frame import DepartmentFacts, Frame
from kpi.frames import load
from kpi.levels import CountryMonth, DepartmentMonth
from kpi.models import Cell
from tests.cast import Cast, make_ticket
from tests.kpi.months import EVER, MINUTE, OCTOBER, OVER, done, make, unit


class Number:
    """What a mean needs to know of what stands below it."""

    weight = 1

    def __init__(self, score: float | None, name: str = "") -> None:
        self.name, self.score = name, None if score is None else int(score * SCALE)


def course(name: str, *scores: float | None) -> Course:
    """A country with two departments; the second always scores 100."""
    frame: Any = Frame(OCTOBER)
    months = [
        None if score is None else CountryMonth(frame, [Number(2 * score - 100, "North"), Number(100, "South")])  # type: ignore[list-item]
        for score in scores
    ]
    return Course(name, "country=KE", months)


def test_the_change_is_the_difference_of_the_displayed_numbers() -> None:
    assert course("Kenya", 90.04, 90.06).change == 1
    assert course("Kenya", 90.06, 90.04).moved == "0.1"
    assert [course("Kenya", *scores).change for scores in ((None, 90), (90, None))] == [None, None]


@pytest.mark.parametrize(
    ("scores", "falls"),
    [((90, 91), 0), ((91, 90), 1), ((92, 91, 90), 2), ((90, 92, 91), 1), ((92, None, 90), 0), ((90, 90), 0)],
)
def test_falls_in_a_row_are_counted_back_from_now(scores: tuple[float | None, ...], falls: int) -> None:
    assert course("Kenya", *scores).falls == falls


@pytest.mark.parametrize(
    ("moved", "sentence"),
    [
        ([("Kenya", 96, 97)], "Kenya is on target."),
        ([("Kenya", 96, 90)], "Kenya is near its target. It fell by 6.0, most of it in North."),
        ([("Kenya", 90, 70)], "Kenya is below target. It fell by 20.0, most of it in North."),
        ([("Kenya", 96, 97), ("Egypt", 95, 96)], "All 2 are on target."),
        ([("Kenya", 80, 81), ("Egypt", 81, 82)], "None of the 2 is on target."),
        ([("Kenya", 96, 97), ("Egypt", 80, 81)], "Kenya is on target, the others are not."),
        (
            [("Kenya", 96, 97), ("Egypt", 96, 97), ("Portugal", 84, 82, 79)],
            "Kenya and Egypt are on target. Portugal fell for 2 months running, most of it in North.",
        ),
        ([("Kenya", None, None)], ""),
    ],
)
def test_the_month_in_a_sentence(moved: list[tuple[Any, ...]], sentence: str) -> None:
    assert lede([course(*one) for one in moved]) == sentence


def test_courses_follow_a_place_through_months_that_do_not_know_it() -> None:
    kenya: Any = Frame(OCTOBER)
    old, new = (DepartmentMonth(DepartmentFacts(1, "ops", name, 1), kenya, []) for name in ("Old name", "New name"))
    other = DepartmentMonth(DepartmentFacts(2, "fin", "Finance", 1), kenya, [])
    found = courses([[old], [new, other]])
    assert [(one.name, one.query, [month is not None for month in one.months]) for one in found] == [
        ("New name", "department=ops", [True, True]),
        ("Finance", "department=fin", [False, True]),
    ]


def test_red_and_late_are_critical_yellow_and_falling_are_watched(cast: Cast) -> None:
    done(cast.issue, cast.assignee, EVER)
    done(cast.request, cast.assignee, MINUTE)
    done(cast.issue, cast.other_agent, MINUTE, number=9)
    done(cast.issue, cast.other_agent, EVER)
    make_ticket(cast, assignee=cast.assignee)
    Cell.objects.filter(owner=cast.assignee, type=cast.issue).update(pending_breached=1)
    frame = load([OCTOBER], as_of=OVER)[OCTOBER]
    departments = reports.departments(frame)
    falling = Course("Finance", "department=ke-finance", course("", 95, 93, 90).months)
    found = watch_list(departments, [falling])
    assert [(row.what, row.where, row.page, row.query) for row in found.critical] == [
        ("1 open ticket already late", "Kenya, Operations", "items", "department=ke-operations&counted=late"),
        ("Issue", "Kenya, Operations", "items", "department=ke-operations&type=issue"),
        ("Operations", "Kenya", "report", "department=ke-operations"),
    ]
    assert [(row.what, row.why, row.query) for row in found.watch] == [
        ("Finance", "Down 2 months running", "department=ke-finance"),
        ("Finance", "Near target", "department=ke-finance"),
        ("Issue", "Near target", "department=ke-finance&type=issue"),
    ]
    assert found.more == 0


def test_a_long_watch_list_shows_the_worst(cast: Cast) -> None:
    types = [make(f"t{n}", "rr", cast.group, [cast.department], response_target=60) for n in range(12)]
    for type_ in types:
        done(type_, cast.assignee, EVER)
    found = watch_list(reports.departments(load([OCTOBER], as_of=OVER)[OCTOBER]), [])
    assert (len(found.critical), found.more) == (8, 5)


def test_uptime_is_told_by_country_with_what_missed_and_what_nobody_reported(cast: Cast) -> None:
    places = [cast.department, cast.other_department]
    type_ = make("servers", "uptime", cast.group, places, threshold=99.5, window="24x7")
    mail, web = unit(cast.department, "mail"), unit(cast.other_department, "web")
    unit(cast.department, "branch")
    done(type_, cast.lead, {"unit": mail.pk, "downtime_minutes": 0})
    down = {"unit": web.pk, "down_from": "2026-10-05T09:00", "downtime_minutes": 240}
    done(type_, cast.other_agent, down)
    departments = reports.departments(load([OCTOBER], as_of=OVER)[OCTOBER])
    (kenya,), (read,) = uptime.by_country(departments), uptime.by_country(departments[1:], whole=False)
    assert (kenya.query, read.query) == ("country=KE", "department=ke-operations")
    assert (kenya.name, kenya.hits, kenya.reported) == ("Kenya", 1, 2)
    assert [(row.unit.name, row.hit, row.availability, row.threshold) for row in kenya.rows] == [
        ("Web", False, "99.462 %", "99.5 %"),
        ("Branch", None, "", "99.5 %"),
        ("Mail", True, "100 %", "99.5 %"),
    ]
    assert [row.unit.name for row in kenya.misses] == ["Web"]
    assert uptime.thresholds([kenya]) == ["99.5 %"]
