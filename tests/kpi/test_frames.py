"""Frames: everything a report reads, in few queries, as JSON and back."""

import json
from datetime import date
from typing import Any

from kpi import reports
from kpi.frame import Frame
from kpi.frames import load
from kpi.models import Cell, DepartmentType, TypeVersion
from kpi.months import step
from tests.cast import Cast
from tests.kpi.months import EVER, MINUTE, NOVEMBER, OCTOBER, OVER, RUNNING, done, make, second_country, unit

DAY = 24 * 3600


def everything(cast: Cast) -> None:
    """Work of every kind of rule in October, in two countries."""
    places = [cast.department, cast.other_department]
    own = [{"owner": cast.mate.pk, "from": "2026-09", "value": 4}]
    projects = make("projects", "project", cast.group, places, target=2, owner_targets=own)
    servers = make("servers", "uptime", cast.group, places, threshold=99.5, window="24x7")
    done(cast.issue, cast.assignee, MINUTE, number=2)
    done(cast.request, cast.assignee, EVER, department=second_country(cast))
    done(projects, cast.lead, {"count": 3})
    done(servers, cast.lead, {"unit": unit(cast.department, "mail").pk, "downtime_minutes": 0})
    unit(cast.department, "branch", active_from=date(2026, 10, 11), active_until=date(2026, 10, 12))


def test_json_gives_the_frame_back(cast: Cast) -> None:
    everything(cast)
    frame = load([OCTOBER], as_of=OVER)[OCTOBER]
    assert {len(frame.cells), len(frame.countries), len(frame.units)} == {4, 2}
    assert Frame.from_json(json.loads(json.dumps(frame.as_json()))) == frame


def test_a_frame_says_how_far_the_month_has_come(cast: Cast) -> None:
    everything(cast)
    frames = load([OCTOBER, NOVEMBER], as_of=RUNNING)
    assert {one.name: one.over for one in frames[OCTOBER].countries} == {"Indonesia": False, "Kenya": False}
    seconds = {one.name: one.window_seconds for one in frames[OCTOBER].units}
    assert seconds["Mail"] == {"24x7": 15 * DAY + 9 * 3600, "working": 11 * 9 * 3600 + 3600}
    assert seconds["Branch"] == {"24x7": 2 * DAY, "working": 9 * 3600}
    over = load([OCTOBER, NOVEMBER], as_of=OVER)
    assert {one.over for one in over[OCTOBER].countries} == {True}
    assert {one.over for one in over[NOVEMBER].countries} == {False}
    assert {one.name: one.window_seconds["24x7"] for one in over[OCTOBER].units} == {
        "Mail": 31 * DAY,
        "Branch": 2 * DAY,
    }
    assert [one.name for one in over[NOVEMBER].units] == ["Mail"]


def test_a_frame_has_the_versions_and_the_map_of_its_last_day(cast: Cast) -> None:
    version = TypeVersion.objects.get(type=cast.issue)
    TypeVersion.objects.create(
        type=cast.issue, valid_from=date(2026, 10, 31), group=version.group, parameters={}, weight=3, pass_mark=80
    )
    DepartmentType.objects.create(
        department=cast.department, type=cast.issue, valid_from=NOVEMBER, intake=False, self_log=False
    )
    september, october, november = load([step(OCTOBER, -1), OCTOBER, NOVEMBER], as_of=OVER).values()
    assert [one.type_of[cast.issue.pk].weight for one in (september, october, november)] == [1, 3, 3]
    pair = (cast.department.pk, cast.issue.pk)
    assert [pair in one.offered for one in (september, october, november)] == [True, True, False]


def test_the_part_of_some_departments_or_of_a_person(cast: Cast) -> None:
    everything(cast)
    whole = load([OCTOBER], as_of=OVER)[OCTOBER]
    mine = load([OCTOBER], as_of=OVER, owner=cast.assignee.pk)[OCTOBER]
    assert {(cell.type, cell.counted) for cell in mine.cells} == {(cast.issue.pk, 2), (cast.request.pk, 1)}
    assert mine.cells == whole.only(owner=cast.assignee.pk).cells
    theirs = load([OCTOBER], as_of=OVER, departments=[cast.department.pk])[OCTOBER]
    assert theirs.cells == whole.only(departments=[cast.department.pk]).cells
    assert [one.name for one in theirs.countries] == ["Kenya"]
    assert whole.only(departments=[cast.department.pk]).countries == theirs.countries


def test_months_that_are_added_up_give_the_same_scores_of_places(cast: Cast) -> None:
    everything(cast)
    done(cast.issue, cast.mate, EVER)
    whole, added = (load([OCTOBER], as_of=OVER, added_up=months)[OCTOBER] for months in ([], [OCTOBER]))
    assert len(added.cells) == len(whole.cells) - 1
    places = [[(one.name, one.score, one.counted) for one in reports.departments(frame)] for frame in (whole, added)]
    assert places[0] == places[1]
    assert len(places[0]) == 3


def test_the_number_of_queries_is_that_of_one_month_and_one_cell(cast: Cast, django_assert_num_queries: Any) -> None:
    everything(cast)
    months = [step(OCTOBER, -back) for back in range(7)]
    with django_assert_num_queries(9):
        load([OCTOBER], as_of=OVER)
    cell = Cell.objects.filter(owner=cast.assignee)[0]
    Cell.objects.bulk_create(
        Cell(
            department=place, type=cell.type, month=month, subject=f"u{person.pk}", owner=person, counted=1, parts={},
            total=10**6, scored=1,
        )
        for month in months[1:]
        for place in (cast.department, cast.other_department)
        for person in (cast.assignee, cast.mate, cast.lead, cast.other_agent)
    )  # fmt: skip
    with django_assert_num_queries(9):
        frames = load(months, as_of=OVER)
    assert [len(frames[month].cells) for month in months[1:]] == [8] * 6
    with django_assert_num_queries(10):
        frames = load(months, as_of=OVER, added_up=months[1:])
    assert [len(frames[month].cells) for month in months[1:]] == [2] * 6
