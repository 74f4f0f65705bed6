"""The inputs of the golden scores, chosen by hand: every rule with its plain cases and every edge.

What the rules make of them is written to golden/ by `make goldens`; a change of a score is then a line of a diff.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Final

from kpi.engine.working_time import Calendar, Hours

OFFICE_DAY: Final = ((time(8), time(12)), (time(13), time(17)))
OFFICE: Final = dict.fromkeys(range(5), OFFICE_DAY)
CALENDARS: Final = {
    "Jakarta office": Calendar("Asia/Jakarta", (Hours(None, OFFICE),), holidays={date(2026, 3, 19): "Nyepi"}),
    "New York office": Calendar("America/New_York", (Hours(None, OFFICE),)),
    "Berlin nights": Calendar("Europe/Berlin", (Hours(None, dict.fromkeys(range(7), ((time(22), time(6)),))),)),
    "never open": Calendar("Asia/Jakarta"),
}


@dataclass(frozen=True)
class Item:
    """One piece of work."""

    case: str
    metrics: Mapping[str, Any]
    parameters: Mapping[str, Any]
    calendar: str = "Jakarta office"


@dataclass(frozen=True)
class Subject:
    """One subject's month. `days`: the part of it in which it was active, first and last, where not all of it."""

    case: str
    items: Sequence[Mapping[str, Any]]
    parameters: Mapping[str, Any]
    subject: str = "u7"
    month: date = date(2026, 3, 1)
    over: bool = True
    calendar: str = "Jakarta office"
    days: tuple[int, int] | None = None


@dataclass(frozen=True)
class Chosen:
    items: Sequence[Item]
    months: Sequence[Subject] = field(default=())


RR: Final = {"response_target": 60, "resolution_target": 480}
RR_UNEVEN: Final = RR | {"response_weight": 30, "resolution_weight": 70}
RR_FAST: Final = RR | {"priority_targets": {"emergency": {"response_target": 15}, "low": {"resolution_target": 960}}}


def rr(
    case: str,
    response: int | None,
    resolution: int | None,
    parameters: Mapping[str, Any] = RR,
    priority: str = "normal",
) -> Item:
    facts = {"response_seconds": response, "resolution_seconds": resolution, "priority": priority}
    return Item(case, facts, parameters)


RESPONSE_RESOLUTION: Final = Chosen(
    [
        rr("both within", 1800, 14_400),
        rr("both exactly at the target, 60:00 of 60", 3600, 28_800),
        rr("response a second late, 60:01 of 60", 3601, 28_800),
        rr("resolution a second late", 3600, 28_801),
        rr("both late", 3601, 28_801),
        rr("outside working hours nothing elapses", 0, 0),
        rr("no response", None, 28_800),
        rr("no response, resolution late", None, 28_801),
        rr("no resolution", 3600, None),
        rr("neither", None, None),
        rr("weights 30 and 70, response met", 0, 99_999, RR_UNEVEN),
        rr("weights 30 and 70, resolution met", 99_999, 0, RR_UNEVEN),
        rr("weights 30 and 70, only resolution has data", None, 0, RR_UNEVEN),
        rr("all weight on response, which has no data", None, 0, RR | {"response_weight": 100, "resolution_weight": 0}),
        rr(
            "all weight on response, resolution late", 60, 99_999, RR | {"response_weight": 100, "resolution_weight": 0}
        ),
        rr("a priority's own response target, at it", 900, 28_800, RR_FAST, "emergency"),
        rr("a priority's own response target, a second over", 901, 28_800, RR_FAST, "emergency"),
        rr("a priority's own resolution target", 3600, 57_600, RR_FAST, "low"),
        rr("a priority without targets of its own", 901, 28_800, RR_FAST, "high"),
        rr("no targets at all", 60, 60, {}),
        rr("a response target only", 60, 60, {"response_target": 1}),
    ]
)

CUTOFF: Final = {"cutoff": "17:00"}
FRIDAYS: Final = CUTOFF | {"weekday_cutoffs": {"4": "15:30", "5": None}}
MONDAY: Final = "2026-03-09"
FRIDAY: Final = "2026-03-13"


def submit(
    case: str, at: str | None, day: str | None = MONDAY, parameters: Mapping[str, Any] = CUTOFF, **more: Any
) -> Item:
    return Item(case, {"submit_time": at, "date": day} | more, parameters)


SUBMIT: Final = Chosen(
    [
        submit("in the morning", "09:15"),
        submit("a minute before the cutoff", "16:59"),
        submit("at the cutoff is late", "17:00"),
        submit("a minute after the cutoff", "17:01"),
        submit("at midnight of the day itself", "00:00"),
        submit("the next day, early, is late by definition", "00:00", next_day=True),
        submit("the next day, late", "23:59", next_day=True),
        submit("not the next day", "16:59", next_day=False),
        submit("no time", None),
        submit("no time, only the tick", None, next_day=True),
        submit("Friday before its own cutoff", "15:29", FRIDAY, FRIDAYS),
        submit("Friday at its own cutoff", "15:30", FRIDAY, FRIDAYS),
        submit("Monday has no cutoff of its own", "16:59", MONDAY, FRIDAYS),
        submit("Saturday's own cutoff was emptied", "16:59", "2026-03-14", FRIDAYS),
        submit("no date: the general cutoff", "16:59", None, FRIDAYS),
        submit("a cutoff at midnight is never met", "00:00", MONDAY, {"cutoff": "00:00"}),
        submit("no cutoff", "09:00", MONDAY, {}),
    ]
)

ACCURACY_TARGETS: Final = {"response_target": 95, "data_target": 98}
COARSE: Final = {"response_target": 64, "data_target": 90}


def accuracy(
    case: str, response: float | None, data: float | None, parameters: Mapping[str, Any] = ACCURACY_TARGETS
) -> Item:
    return Item(case, {"response_accuracy": response, "data_accuracy": data}, parameters)


ACCURACY: Final = Chosen(
    [
        accuracy("both at the target", 95, 98),
        accuracy("both above: no more than 100", 100, 100),
        accuracy("response a hundredth below", 94.99, 98),
        accuracy("half of both", 47.5, 49),
        accuracy("nothing right", 0, 0),
        accuracy("no response accuracy", None, 90),
        accuracy("no data accuracy", 95, None),
        accuracy("neither", None, None),
        accuracy("rounded once: 312.5 and 222.2 rounded before the mean would give 268", 0.02, 0.02, COARSE),
        accuracy(
            "a decimal that binary numbers cannot hold", 33.1, 33.1, {"response_target": 66.2, "data_target": 33.1}
        ),
        accuracy("weights 80 and 20", 50, 98, ACCURACY_TARGETS | {"response_weight": 80, "data_weight": 20}),
        accuracy("half a unit is rounded up", 0.02, None, COARSE),
        accuracy("no weight on what has data", 95, None, ACCURACY_TARGETS | {"response_weight": 0, "data_weight": 100}),
        accuracy("no targets", 95, 98, {}),
    ]
)

SIX: Final = ("frt", "attendance", "finding", "backlog", "teamwork", "obedience")
EVEN: Final = {f"{name}_weight": weight for name, weight in zip(SIX, (17, 17, 17, 17, 16, 16), strict=True)}


def acr(case: str, *ratings: int | None, parameters: Mapping[str, Any] | None = None) -> Item:
    return Item(case, dict(zip(SIX, ratings, strict=True)), parameters or {})


ACR: Final = Chosen(
    [
        acr("all best", 5, 5, 5, 5, 5, 5),
        acr("all worst", 1, 1, 1, 1, 1, 1),
        acr("all fours are at the pass mark of 80", 4, 4, 4, 4, 4, 4),
        acr("one three is below it", 4, 4, 3, 4, 4, 4),
        acr("mixed, each weight", 5, 4, 3, 2, 1, 5),
        acr("one missing: the others carry its weight", 5, None, 4, 4, 4, 4),
        acr("only FRT", 3, None, None, None, None, None),
        acr("only obedience", None, None, None, None, None, 4),
        acr("none", None, None, None, None, None, None),
        acr("even weights", 5, 4, 3, 5, 4, 3, parameters=EVEN),
        acr("only the two of weight 20 and 15", 5, 4, None, None, None, None),
        acr("a pass mark of 100", 5, 5, 5, 5, 5, 4, parameters={"pass_mark": 100}),
        acr("a pass mark of 0", 1, 1, 1, 1, 1, 1, parameters={"pass_mark": 0}),
        acr("a pass mark is compared as it is displayed, 80.0", 4, 4, 4, 4, 4, 4, parameters={"pass_mark": 80.04}),
        acr("a pass mark that is displayed as 80.1", 4, 4, 4, 4, 4, 4, parameters={"pass_mark": 80.05}),
        acr("a rating without weight only", 5, *[None] * 5, parameters={"frt_weight": 0, "attendance_weight": 35}),
    ]
)

COMPLETION: Final = Chosen(
    [
        Item("all of it", {"completion": 100}, {}),
        Item("half of it", {"completion": 50}, {}),
        Item("none of it", {"completion": 0}, {}),
        Item("at a target of 90", {"completion": 90}, {"target": 90}),
        Item("a hundredth below a target of 90", {"completion": 89.99}, {"target": 90}),
        Item("above the target: no more than 100", {"completion": 97.5}, {"target": 90}),
        Item("a third, rounded half up", {"completion": 33.33}, {"target": 99.99}),
        Item("two thirds of the way", {"completion": 60}, {"target": 90}),
        Item("missing", {}, {"target": 90}),
    ]
)


def closure(
    case: str, found: str | None, closed: str | None, minutes: int = 480, place: str = "Jakarta office"
) -> Item:
    return Item(case, {"found_at": found, "closed_at": closed}, {"target": minutes}, place)


CLOSURE: Final = Chosen(
    [
        closure("within a day", "2026-03-09T09:00", "2026-03-09T11:00"),
        closure("exactly at the target, over the lunch break", "2026-03-09T08:00", "2026-03-09T17:00"),
        closure("a minute over", "2026-03-09T08:00", "2026-03-10T08:01"),
        closure("over night nothing counts", "2026-03-09T17:00", "2026-03-10T08:00", 1),
        closure("over a weekend", "2026-03-13T16:00", "2026-03-16T09:00", 120),
        closure("over a holiday", "2026-03-18T16:00", "2026-03-20T09:00", 120),
        closure("found and closed at once", "2026-03-09T09:00", "2026-03-09T09:00"),
        closure("closed before it was found", "2026-03-09T09:00", "2026-03-09T08:59"),
        closure("not closed", "2026-03-09T09:00", None),
        closure("not found", None, "2026-03-09T09:00"),
        closure("a night that loses an hour", "2026-03-28T22:00", "2026-03-29T06:00", 420, "Berlin nights"),
        closure("a night that gains an hour", "2026-10-24T22:00", "2026-10-25T06:00", 480, "Berlin nights"),
        closure("found in the hour that never was", "2026-03-29T02:30", "2026-03-29T04:00", 60, "Berlin nights"),
        closure("no working time at all", "2026-03-09T09:00", "2026-04-09T09:00", 1, "never open"),
        Item("no target", {"found_at": "2026-03-09T09:00", "closed_at": "2026-03-09T10:00"}, {}),
    ]
)

PROJECT: Final = {"target": 10}
OWN: Final = [
    {"owner": 7, "from": "2026-02", "value": 20},
    {"owner": 7, "from": "2026-04", "value": None},
    {"owner": 8, "from": "2026-04", "value": 5},
    {"owner": 7, "from": "2026-06", "value": 3},
]
PROJECT_OWN: Final = PROJECT | {"owner_targets": OWN}


def project(case: str, *counts: int, own: bool = False, **more: Any) -> Subject:
    return Subject(case, [{"count": count} for count in counts], PROJECT_OWN if own else PROJECT, **more)


PROJECTS: Final = Chosen(
    [
        Item("one item has no points", {"count": 3}, PROJECT),
        Item("zero is a count", {"count": 0}, PROJECT),
        Item("no count", {}, PROJECT),
    ],
    [
        project("at the target", 4, 6),
        project("above it: no more than 100", 11),
        project("below it", 3, 4),
        project("zero was logged", 0),
        project("so far", 3, over=False),
        project("nothing logged", over=True),
        project("nothing logged yet", over=False),
        project("a seventh, rounded half up", 1, own=True, month=date(2026, 6, 1), subject="u9"),
        project("an own target", 10, own=True),
        project("an own target and nothing logged, the month over", own=True),
        project("an own target and nothing logged, the month runs", own=True, over=False),
        project("before the own target begins", 5, own=True, month=date(2026, 1, 1)),
        project("in the month in which it begins", 5, own=True, month=date(2026, 2, 1)),
        project("an own target that was ended", 5, own=True, month=date(2026, 4, 1)),
        project("ended, and nothing logged", own=True, month=date(2026, 5, 1)),
        project("begun again", 2, own=True, month=date(2026, 6, 1)),
        project("somebody else's target", 5, own=True, subject="u9"),
        Subject("no target", [{"count": 3}], {}),
    ],
)


def findings(case: str, *counts: int, allowed: int = 2, **more: Any) -> Subject:
    return Subject(case, [{"findings": count} for count in counts], {"allowed": allowed}, **more)


FINDINGS: Final = Chosen(
    [
        Item("one item has no points", {"findings": 2}, {"allowed": 2}),
        Item("one finding", {"findings": 1}, {"allowed": 2}),
        Item("no number", {}, {"allowed": 2}),
    ],
    [
        findings("zero is a value", 0),
        findings("at what is allowed", 1, 1),
        findings("one more", 1, 2),
        findings("ten times as many", 20),
        findings("so far", 1, over=False),
        findings("none allowed, none found", 0, 0, allowed=0),
        findings("none allowed, one found", 0, 1, allowed=0),
        findings("nothing logged"),
        findings("nothing logged yet", over=False),
        findings("two of seven, rounded half up", 7),
        Subject("no limit", [{"findings": 3}], {}),
    ],
)


def down(start: str | None, minutes: int) -> dict[str, Any]:
    return {"unit": 3, "down_from": start, "downtime_minutes": minutes}


def uptime(case: str, *items: Mapping[str, Any], parameters: Mapping[str, Any] | None = None, **more: Any) -> Subject:
    return Subject(case, items, parameters or {}, subject="n3", **more)


WORKING: Final = {"window": "working"}
NEW_YORK: Final = {"calendar": "New York office"}

UPTIMES: Final = Chosen(
    [
        Item("one item has no points", down("2026-03-09T09:00", 90), {}),
        Item("reported, no downtime", down(None, 0), {}),
        Item("nothing given", {"unit": 3}, {}),
    ],
    [
        uptime("reported, no downtime", down(None, 0)),
        uptime("not reported"),
        uptime("not reported yet", over=False),
        uptime("at the threshold: 223.2 minutes of 744 hours are allowed", down("2026-03-09T09:00", 223)),
        uptime("a minute over", down("2026-03-09T09:00", 224)),
        uptime("exactly at a threshold of 99 %", down("2026-04-09T00:00", 432), parameters={"threshold": 99},
               month=date(2026, 4, 1)),
        uptime("445.8 minutes are allowed in a month that lost an hour", down("2026-03-20T10:00", 445),
               parameters={"threshold": 99}, **NEW_YORK),
        uptime("446 minutes are too many in it", down("2026-03-20T10:00", 446),
               parameters={"threshold": 99}, **NEW_YORK),
        uptime("over the hour that never was", down("2026-03-08T01:30", 60), **NEW_YORK),
        uptime("in a month that gained an hour", down("2026-11-01T00:30", 120), month=date(2026, 11, 1), **NEW_YORK),
        uptime("what overlaps counts once", down("2026-03-09T09:00", 120), down("2026-03-09T10:00", 120)),
        uptime("one inside another", down("2026-03-09T09:00", 180), down("2026-03-09T10:00", 30)),
        uptime("two that touch", down("2026-03-09T09:00", 60), down("2026-03-09T10:00", 60)),
        uptime("begun in the month before", down("2026-02-28T23:00", 120)),
        uptime("ends in the month after", down("2026-03-31T23:00", 120)),
        uptime("wholly outside the month", down("2026-02-10T09:00", 500)),
        uptime("down all the time", down("2026-02-01T00:00", 100_000)),
        uptime("so far", down("2026-03-02T09:00", 60), over=False, days=(1, 9)),
        uptime("active for half of the month", down("2026-03-20T09:00", 120), days=(16, 31)),
        uptime("down before it was active", down("2026-03-10T09:00", 120), days=(16, 31)),
        uptime("working hours: over the lunch break", down("2026-03-09T11:30", 120), parameters=WORKING),
        uptime("working hours: at night nothing counts", down("2026-03-09T18:00", 600), parameters=WORKING),
        uptime("working hours: on a holiday nothing counts", down("2026-03-19T08:00", 540), parameters=WORKING),
        uptime("working hours: a calendar without any", down("2026-03-09T09:00", 60), parameters=WORKING,
               calendar="never open"),
        uptime("a threshold of 100 %", down("2026-03-09T09:00", 1), parameters={"threshold": 100}),
        uptime("cut, not rounded: what is displayed below the threshold is below it", down("2026-03-09T09:00", 1),
               parameters={"threshold": 99.998}),
    ],
)  # fmt: skip

CHOSEN: Final[Mapping[str, Chosen]] = {
    "rr": RESPONSE_RESOLUTION,
    "submit": SUBMIT,
    "accuracy": ACCURACY,
    "acr": ACR,
    "project": PROJECTS,
    "ic-completion": COMPLETION,
    "ic-closure": CLOSURE,
    "ic-findings": FINDINGS,
    "uptime": UPTIMES,
}
