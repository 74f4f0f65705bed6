"""Frames of months from the database: everything a report reads, in a constant number of queries."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum

from accounts.models import Department, User
from kpi import calendars
from kpi.cells import active_part
from kpi.engine.rules import MONTH_RULES
from kpi.engine.rules.base import Bounds
from kpi.engine.working_time import Calendar
from kpi.frame import (
    CellFacts,
    CountryFacts,
    DepartmentFacts,
    Frame,
    GroupFacts,
    OwnerFacts,
    TypeFacts,
    UnitFacts,
    expected_owners,
)
from kpi.locks import snapshots
from kpi.models import Cell, DepartmentType, TypeVersion, UptimeUnit
from kpi.months import is_over, last_day

__all__ = ["CELL_COLUMNS", "Frame", "Rows", "live", "load"]

CELL_COLUMNS = (
    "department_id", "type_id", "subject", "counted", "passed", "scored", "total", "parts", "amounts", "not_counted",
    "pending_breached",
)  # fmt: skip


def load(
    months: Iterable[date],
    *,
    as_of: datetime,
    departments: Collection[int] | None = None,
    owner: int | None = None,
    added_up: Collection[date] = (),
) -> dict[date, Frame]:
    """The frame of each month, of all departments or of some, or of one owner in all departments.

    A locked month is read from its snapshot. At most eleven queries for any number of months, cells and items; none of
    them reads an item. Of months in `added_up` only the scores of places can be told: people's cells come as one.
    """
    wanted = set(months)
    held = snapshots(wanted) if wanted else {}
    locked = {month: frame.only(departments=departments, owner=owner) for month, frame in held.items()}
    return locked | live(wanted - locked.keys(), as_of=as_of, departments=departments, owner=owner, added_up=added_up)


def live(
    months: Iterable[date],
    *,
    as_of: datetime,
    departments: Collection[int] | None = None,
    owner: int | None = None,
    added_up: Collection[date] = (),
    tried: Callable[["Rows"], "Rows"] = lambda rows: rows,
) -> dict[date, Frame]:
    """The same from the cells as they are now, locked or not; `tried` changes what was read, to see what would be."""
    wanted = sorted(set(months))
    if not wanted:
        return {}
    source = tried(_read(wanted, departments, owner, set(added_up) & set(wanted)))
    return {month: _frame(month, source, as_of) for month in wanted}


class Rows(NamedTuple):
    """What was read for all the months together."""

    cells: dict[date, list[CellFacts]]
    versions: list[TypeVersion]
    map: list[DepartmentType]
    departments: list[Department]
    owners: dict[int, OwnerFacts]
    units: list[tuple[UptimeUnit, Calendar]]
    owner: int | None


def _read(
    months: list[date], departments: Collection[int] | None, owner: int | None, added_up: Collection[date]
) -> Rows:
    cells = _cells(months, departments, owner, added_up)
    versions = list(TypeVersion.objects.select_related("type", "group").order_by("type_id", "-valid_from"))
    places = _departments(cells, departments)
    ids = [place.pk for place in places]
    offers = DepartmentType.objects.filter(department__in=ids, valid_from__lte=last_day(months[-1]))
    return Rows(
        cells=cells,
        versions=versions,
        map=[] if owner else list(offers.order_by("valid_from")),
        departments=places,
        owners=_owners(months, cells, versions, owner),
        units=[] if owner else _units(places, versions),
        owner=owner,
    )


def _cells(
    months: list[date], departments: Collection[int] | None, owner: int | None, added_up: Collection[date]
) -> dict[date, list[CellFacts]]:
    rows = Cell.objects.filter(month__in=months)
    if departments is not None:
        rows = rows.filter(department__in=departments)
    if owner is not None:
        rows = rows.filter(owner=owner)
    found: dict[date, list[CellFacts]] = {month: [] for month in months}
    if added_up:
        decided_by_month = Q(type__rule__in=MONTH_RULES)
        for month, cell in _sums(rows.filter(~decided_by_month, month__in=added_up)):
            found[month].append(cell)
        rows = rows.filter(decided_by_month | ~Q(month__in=added_up))
    ordered = rows.order_by("department_id", "type_id", "subject")
    for month, *columns in ordered.values_list("month", *CELL_COLUMNS):
        cell = CellFacts(*columns)
        if cell.counted or cell.not_counted:
            found[month].append(cell)
    return found


def _sums(rows: QuerySet[Cell]) -> Iterator[tuple[date, CellFacts]]:
    """The cells of a department and a type added up by the database, without what it cannot add: parts, reasons."""
    sums = rows.filter(counted__gt=0).order_by().values_list("month", "department_id", "type_id")
    numbers = (Sum("counted"), Sum("passed"), Sum("scored"), Sum("total"))
    for month, department, type_, counted, passed, scored, total in sums.annotate(*numbers):
        yield month, CellFacts(department, type_, "all", counted, passed, scored, int(total), {}, {}, {}, 0)


def _departments(cells: dict[date, list[CellFacts]], departments: Collection[int] | None) -> list[Department]:
    """Those that work and those that did in one of the months, by country and name."""
    used = {cell.department for of_month in cells.values() for cell in of_month}
    rows = Department.objects.filter(Q(active=True) | Q(pk__in=used)).select_related("country")
    if departments is not None:
        rows = rows.filter(pk__in=departments)
    return list(rows)


def _owners(
    months: list[date], cells: dict[date, list[CellFacts]], versions: list[TypeVersion], owner: int | None
) -> dict[int, OwnerFacts]:
    ids = {cell.owner for of_month in cells.values() for cell in of_month if cell.owner is not None}
    if owner is None:
        for month in months:
            for version in _valid(versions, last_day(month)):
                ids |= expected_owners(_type(version), month)
    else:
        ids = {owner}
    rows = User.objects.filter(pk__in=ids).order_by("name", "pk").values_list("pk", "name", "department_id")
    return {pk: OwnerFacts(pk, name, department) for pk, name, department in rows}


def _units(places: list[Department], versions: list[TypeVersion]) -> list[tuple[UptimeUnit, Calendar]]:
    """The units of these departments, each with its calendar; at most three queries, none without the rule."""
    if not any(version.type.rule == "uptime" for version in versions):
        return []
    by_id = {place.pk: place for place in places}
    units = list(UptimeUnit.objects.filter(department__in=by_id).order_by("name", "pk"))
    found = calendars.for_departments({by_id[unit.department_id] for unit in units}) if units else {}
    return [(unit, found[unit.department_id]) for unit in units]


def _frame(month: date, rows: Rows, as_of: datetime) -> Frame:
    cells, last = rows.cells[month], last_day(month)
    worked, reported = {cell.department for cell in cells}, {cell.subject for cell in cells}
    places = [place for place in rows.departments if place.active or place.pk in worked]
    types = [_type(version) for version in _valid(rows.versions, last)]
    known = {one.id for one in types}
    groups = {version.group_id: version.group for version in _valid(rows.versions, last)}
    people = {cell.owner for cell in cells} | {pk for one in types for pk in expected_owners(one, month)}
    return Frame(
        month=month,
        countries=_countries(places, month, as_of),
        departments=tuple(DepartmentFacts(one.pk, one.code, one.name, one.country_id) for one in places),
        groups=tuple(
            GroupFacts(one.pk, one.name, one.position, one.contributes_to_uptime)
            for one in sorted(groups.values(), key=lambda group: (group.position, group.name))
        ),
        types=tuple(sorted(types, key=lambda one: one.name)),
        owners=tuple(one for one in rows.owners.values() if one.id in people or one.id == rows.owner),
        units=tuple(
            _unit(unit, calendar, month, as_of)
            for unit, calendar in rows.units
            if _active(unit, month, last) or f"n{unit.pk}" in reported
        ),
        cells=tuple(cell for cell in cells if cell.type in known),
        offered=_offered(rows.map, last),
    )


def _countries(places: list[Department], month: date, as_of: datetime) -> tuple[CountryFacts, ...]:
    found = {place.country_id: place.country for place in places}
    return tuple(
        CountryFacts(one.pk, one.code, one.name, is_over(month, zone=one.zone, as_of=as_of))
        for one in sorted(found.values(), key=lambda country: country.name)
    )


def _valid(versions: list[TypeVersion], day: date) -> list[TypeVersion]:
    """Of versions sorted latest first, the one of each type valid on `day`; before its first one, the first."""
    valid: dict[int, TypeVersion] = {}
    for version in versions:
        chosen = valid.get(version.type_id)
        if chosen is None or chosen.valid_from > day:
            valid[version.type_id] = version
    return list(valid.values())


def _type(version: TypeVersion) -> TypeFacts:
    type_ = version.type
    return TypeFacts(
        id=type_.pk,
        code=type_.code,
        name=type_.name,
        rule=type_.rule,
        group=version.group_id,
        weight=version.weight,
        pass_mark=str(version.pass_mark),
        parameters=version.parameters,
    )


def _active(unit: UptimeUnit, first: date, last: date) -> bool:
    return unit.active_from <= last and (unit.active_until is None or unit.active_until >= first)


def _unit(unit: UptimeUnit, calendar: Calendar, month: date, as_of: datetime) -> UnitFacts:
    bounds = active_part(calendar, month, unit)
    return UnitFacts(
        id=unit.pk,
        name=unit.name,
        department=unit.department_id,
        first=max(month, unit.active_from).isoformat(),
        last=min(last_day(month), unit.active_until or last_day(month)).isoformat(),
        window_seconds=window_seconds(bounds, until=max(bounds.start, min(bounds.stop, as_of))),
    )


def window_seconds(bounds: Bounds, *, until: datetime) -> dict[str, int]:
    """The seconds from the beginning of the bounds, by kind of window."""
    return {
        "24x7": (until - bounds.start) // timedelta(seconds=1),
        "working": bounds.calendar.elapsed(bounds.start, until) // timedelta(seconds=1),
    }


def _offered(rows: list[DepartmentType], last: date) -> tuple[tuple[int, int], ...]:
    """The pairs that the map offers on a day; rows come oldest first."""
    latest = {(row.department_id, row.type_id): row for row in rows if row.valid_from <= last}
    return tuple(sorted(pair for pair, row in latest.items() if row.intake or row.self_log))
