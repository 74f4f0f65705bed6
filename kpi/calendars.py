"""Rows of hours and special days become engine calendars, kept in memory by their version."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from accounts.models import Department
from kpi.engine.working_time import Calendar, Hours
from kpi.models import ReplacedDay, WorkingHours
from kpi.weeks import week_from_json, windows_from_json

HoursRow = tuple[date | None, str]
DayRow = tuple[date, str, str]


def for_departments(departments: Iterable[Department]) -> dict[int, Calendar]:
    """The calendar of each department by its id; two queries for any number of them.

    A department's own hours replace its country's from the date they start on; special days are the country's.
    """
    wanted = {department.pk: department for department in departments}
    countries = {department.country_id for department in wanted.values()}
    hours = WorkingHours.objects.filter(country__in=countries) | WorkingHours.objects.filter(
        department__in=list(wanted)
    )
    return made_of(wanted.values(), hours, ReplacedDay.objects.filter(country__in=countries))


def made_of(
    departments: Iterable[Department], hours: Iterable[WorkingHours], days: Iterable[ReplacedDay]
) -> dict[int, Calendar]:
    """The same of rows at hand, which need not be stored: how a change is tried before it is made."""
    rows: dict[tuple[str, int], list[HoursRow]] = {}
    for row in sorted(hours, key=lambda row: row.valid_from):
        key = ("country", row.country_id) if row.country_id else ("department", row.department_id or 0)
        rows.setdefault(key, []).append((row.valid_from, _frozen(row.week)))
    special: dict[int, list[DayRow]] = {}
    for day in sorted(days, key=lambda day: day.date):
        special.setdefault(day.country_id, []).append((day.date, day.name, _frozen(day.windows)))
    return {
        department.pk: _calendar(
            department.country.zone,
            str(department),
            _combined(rows.get(("country", department.country_id), []), rows.get(("department", department.pk), [])),
            tuple(special.get(department.country_id, [])),
        )
        for department in departments
    }


def for_department(department: Department) -> Calendar:
    """The calendar of one department."""
    return for_departments([department])[department.pk]


def _combined(country: list[HoursRow], department: list[HoursRow]) -> tuple[HoursRow, ...]:
    """The country's hours until the department's own begin. The first row also covers all days before it."""
    if not department:
        rows = country
    else:
        own_from = department[0][0]
        rows = [
            row for row in country if row[0] is not None and own_from is not None and row[0] < own_from
        ] + department
    return ((None, rows[0][1]), *rows[1:]) if rows else ()


@lru_cache(maxsize=512)
def _calendar(zone: str, name: str, hours: tuple[HoursRow, ...], days: tuple[DayRow, ...]) -> Calendar:
    """Equal rows give the same object, so its sums of working time are kept until a row changes."""
    return Calendar(
        zone=zone,
        name=name,
        hours=[Hours(valid_from=since, week=week_from_json(json.loads(week))) for since, week in hours],
        replaced={day: windows_from_json(json.loads(windows)) for day, _name, windows in days if windows != "[]"},
        holidays={day: label for day, label, windows in days if windows == "[]"},
        version=hashlib.sha256(repr((zone, hours, days)).encode()).hexdigest()[:12],
    )


def _frozen(value: object) -> str:
    return json.dumps(value, sort_keys=True)
