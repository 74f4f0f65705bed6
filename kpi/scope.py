"""Which items a change can touch: those of the types whose versions differ on their date, and those whose time or day
is measured on calendars that differ there. Found by comparing the basis before and after, not by what was edited.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Q, QuerySet

from kpi import months
from kpi.basis import Loaded
from kpi.engine.rules import MONTH_RULES, RULES
from kpi.engine.working_time import Calendar
from kpi.models import KpiItem, Span, TypeVersion
from kpi.types import valid

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reach:
    """Dates [first, until) of a type or of a department's calendar; None is without an end."""

    of: int
    first: date | None
    until: date | None

    def as_json(self) -> list[Any]:
        return [self.of, *(day.isoformat() if day else None for day in (self.first, self.until))]

    @classmethod
    def from_json(cls, data: list[Any]) -> "Reach":
        first, until = (date.fromisoformat(day) if day else None for day in data[1:])
        return cls(data[0], first, until)


@dataclass(frozen=True)
class Scope:
    """Where scores can be different: by type id, and by the department whose calendar is different."""

    types: list[Reach] = field(default_factory=list)
    calendars: list[Reach] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {name: [reach.as_json() for reach in getattr(self, name)] for name in ("types", "calendars")}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Scope":
        return cls(*([Reach.from_json(one) for one in data.get(name, [])] for name in ("types", "calendars")))

    @property
    def remeasures(self) -> bool:
        """Whether stopped clocks have to be counted anew."""
        return bool(self.calendars)


def between(before: Loaded, after: Loaded) -> Scope:
    """What differs between two bases of the same departments."""
    types = sorted({version.type_id for loaded in (before, after) for version in loaded.rows.versions})
    return Scope(
        types=[reach for type_id in types for reach in _of_type(type_id, before, after)],
        calendars=[
            Reach(department.pk, first, until)
            for department in sorted(before.departments, key=lambda one: one.pk)
            for first, until in _days_apart(before.calendar(department), after.calendar(department))
        ],
    )


def items(scope: Scope) -> QuerySet[KpiItem]:
    """The items in it; a few too many at the edges of a day, never one too few."""
    wanted = Q(pk__in=[])
    for reach in scope.types:
        wanted |= Q(type_id=reach.of) & _dated(reach)
    for first, until, departments in _by_dates(scope.calendars):
        wanted |= _on_calendars(Reach(0, first, until), departments)
    return KpiItem.objects.filter(wanted)


def _of_type(type_id: int, before: Loaded, after: Loaded) -> Iterator[Reach]:
    old, new = ([row for row in loaded.rows.versions if row.type_id == type_id] for loaded in (before, after))
    edges = sorted({row.valid_from for row in (*old, *new)})
    apart = [
        (first, until)
        for first, until in pairwise([None, *edges, None])
        if _differs(valid(old, on=first or date.min), valid(new, on=first or date.min))
    ]
    yield from (Reach(type_id, first, until) for first, until in _joined(apart))


def _differs(old: TypeVersion | None, new: TypeVersion | None) -> bool:
    """Whether an item would be judged by something else. Group, weight and pass mark only matter on reading."""
    if old is None or new is None:
        return old is not new
    return (old.pk, old.parameters) != (new.pk, new.parameters)


def _days_apart(old: Calendar, new: Calendar) -> list[tuple[date | None, date | None]]:
    """The ranges of local dates on which two calendars have other hours, other special days or other names for them."""
    edges = sorted({one.valid_from for calendar in (old, new) for one in calendar.hours if one.valid_from})
    apart = [
        (first, until)
        for first, until in pairwise([None, *edges, None])
        if _week_on(old, first) != _week_on(new, first)
    ]
    special = {day for calendar in (old, new) for day in (*calendar.replaced, *calendar.holidays)}
    single = [(day, day + DAY) for day in sorted(special) if _special(old, day) != _special(new, day)]
    return _joined(apart) + [(first, until) for first, until in _joined(single)]


def _week_on(calendar: Calendar, day: date | None) -> dict[int, Any]:
    valid_then = [one for one in calendar.hours if one.valid_from is None or (day and one.valid_from <= day)]
    week = valid_then[-1].week if valid_then else {}
    return {weekday: tuple(windows) for weekday, windows in week.items() if windows}


def _special(calendar: Calendar, day: date) -> tuple[Any, Any]:
    return calendar.replaced.get(day), calendar.holidays.get(day)


def _joined(ranges: Iterable[tuple[date | None, date | None]]) -> list[tuple[date | None, date | None]]:
    """Neighbouring ranges as one."""
    found: list[tuple[date | None, date | None]] = []
    for first, until in ranges:
        if found and found[-1][1] == first and first is not None:
            found[-1] = (found[-1][0], until)
        else:
            found.append((first, until))
    return found


def _by_dates(reaches: Iterable[Reach]) -> Iterator[tuple[date | None, date | None, list[int]]]:
    """Departments that share a range are asked for at once."""
    found: dict[tuple[date | None, date | None], list[int]] = {}
    for reach in reaches:
        found.setdefault((reach.first, reach.until), []).append(reach.of)
    for (first, until), departments in found.items():
        yield first, until, departments


def _dated(reach: Reach, name: str = "date") -> Q:
    found = Q()
    if reach.first:
        found &= Q(**{f"{name}__gte": reach.first})
    if reach.until:
        found &= Q(**{f"{name}__lt": reach.until})
    return found


def _on_calendars(reach: Reach, departments: list[int]) -> Q:
    """Dated then, timed then by a clock or by typed instants, or part of a month whose working time is different."""
    spans = Span.objects.filter(department__in=departments)
    # Wherever the department is, a local day lies within a day of the UTC one, and a night shift ends on the next.
    if reach.first:
        spans = spans.filter(Q(stop=None) | Q(stop__gt=_midnight(reach.first) - DAY))
    if reach.until:
        spans = spans.filter(start__lt=_midnight(reach.until) + 2 * DAY)
    there = Q(department__in=departments)
    by_month = Reach(0, months.month_of(reach.first) if reach.first else None, reach.until)
    units = [code for code, rule in MONTH_RULES.items() if rule.subject == "unit"]
    return (
        (there & _dated(reach))
        | Q(pk__in=spans.values("clock__item"))
        | (there & Q(type__rule__in=_with_instants()))
        | (there & Q(type__rule__in=units) & _dated(by_month))
    )


def _with_instants() -> list[str]:
    """Rules that measure between typed instants: the item's date says nothing about them."""
    return [
        code
        for code, rule in RULES.items()
        if code not in MONTH_RULES and any(metric.kind == "instant" for metric in rule.metrics)
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
