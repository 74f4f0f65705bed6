"""Cells: recomputed from their items inside the transaction that changed one, so they never drift."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple, cast

from django.db import transaction
from django.db.models import Q, QuerySet

from kpi import calendars, months
from kpi.engine.rules import RULES
from kpi.engine.rules.base import Bounds, MonthRule
from kpi.engine.working_time import Calendar
from kpi.models import Cell, ChangedCell, KpiItem, KpiType, NotCounted, UptimeUnit

MonthSums = Callable[[list[dict[str, Any]]], dict[str, int]]
# What differs from a rebuild: {cell: {column: (stored, rebuilt)}}.
Differences = dict["CellKey", dict[str, tuple[Any, Any]]]
AT_ONCE = 200  # cells locked by one statement: databases bound how long a condition may be
COUNTED = ("not_counted", "breached", "passed", "value", "result")


class CellKey(NamedTuple):
    """What names a cell; `rebuild` locks in the order of these columns with the subject last. 0 stands for none."""

    department_id: int
    type_id: int
    month: date
    owner_id: int
    unit_id: int = 0

    @property
    def subject(self) -> str:
        if self.unit_id:
            return f"n{self.unit_id}"
        return f"u{self.owner_id}" if self.owner_id else "none"


KEY = ("department_id", "type_id", "month", "owner_id", "unit_id")


def key_of(row: KpiItem | Cell | ChangedCell) -> CellKey:
    """The cell an item belongs to, or the key of a cell."""
    return CellKey(row.department_id, row.type_id, row.month, row.owner_id or 0, row.unit_id or 0)


_later: ContextVar[set[CellKey] | None] = ContextVar("cells to rebuild at the end", default=None)


@contextmanager
def once() -> Iterator[None]:
    """One transaction, in which cells are rebuilt once at its end, however many of their items change."""
    waiting: set[CellKey] = set()
    with transaction.atomic():
        token = _later.set(waiting)
        try:
            yield
        finally:
            _later.reset(token)
        rebuild(waiting)


def rebuild(keys: Iterable[CellKey]) -> "Differences":
    """Recompute these cells from their items. Inside the caller's transaction, after the items were written.

    What differed is returned; under the cells' locks nobody can be changing them meanwhile.
    """
    later = _later.get()
    if later is not None:
        later.update(keys)
        return {}
    ordered = sorted(set(keys), key=lambda key: (*key[:3], key.subject))
    differed: Differences = {}
    for first in range(0, len(ordered), AT_ONCE):
        differed |= _rebuild(ordered[first : first + AT_ONCE])
    return differed


def _rebuild(ordered: list[CellKey]) -> "Differences":
    Cell.objects.bulk_create([blank(key) for key in ordered], ignore_conflicts=True)
    wanted = Q()
    for key in ordered:
        wanted |= Q(department_id=key.department_id, type_id=key.type_id, month=key.month, subject=key.subject)
    # A type's rule never changes, so it may be read beside the lock.
    locked = Cell.objects.select_for_update(of=("self",)).select_related("type").filter(wanted)
    differed: Differences = {}
    for cell in list(locked.order_by("department_id", "type_id", "month", "subject")):
        rebuilt = contents(cell_items(cell), month_sums(cell))
        wrong = _wrong(cell, rebuilt)
        if wrong:
            differed[key_of(cell)] = wrong
            for column, value in rebuilt.items():
                setattr(cell, column, value)
            cell.save()
    return differed


def recount(unit: UptimeUnit) -> None:
    """Add up the downtime of a unit anew after its active part was changed. Inside the caller's transaction."""
    rebuild([key_of(cell) for cell in unit.cells.all()])


def cell_items(cell: Cell) -> QuerySet[KpiItem]:
    """The items a cell is made of, counted and not."""
    return KpiItem.objects.filter(
        department_id=cell.department_id,
        type_id=cell.type_id,
        month=cell.month,
        owner_id=cell.owner_id,
        unit_id=cell.unit_id,
    )


def month_sums(cell: Cell) -> MonthSums | None:
    """How the rule of a cell's type adds up its counted items; None where it has no month rule."""
    rule = RULES[cell.type.rule]
    if not rule.month_rule:
        return None
    month_rule = cast(MonthRule, rule)
    # Only rules about units look at the bounds.
    bounds = (
        _bounds_of(cell.unit_id, cell.month) if month_rule.subject == "unit" and cell.unit_id else cast(Bounds, None)
    )
    return lambda found: month_rule.amounts(found, bounds)


def _bounds_of(unit_id: int, month: date) -> Bounds:
    unit = UptimeUnit.objects.select_related("department__country").get(pk=unit_id)
    return active_part(calendars.for_department(unit.department), month, unit)


def active_part(calendar: Calendar, month: date, unit: UptimeUnit) -> Bounds:
    """The month on a calendar, cut to the days on which the unit is active."""
    last = months.last_day(month)
    first, last = max(month, unit.active_from), min(last, unit.active_until or last)
    start = months.midnight(first, calendar.zone)
    return Bounds(calendar, start, max(start, months.midnight(last + timedelta(days=1), calendar.zone)))


def contents(items: Iterable[KpiItem], sums: MonthSums | None = None) -> dict[str, Any]:
    """The columns of a cell made of `items`: integer sums only."""
    counted = passed = scored = total = pending_breached = 0
    parts: dict[str, list[int]] = {}
    not_counted: Counter[str] = Counter()
    facts: list[dict[str, Any]] = []
    for item in items:
        if item.not_counted:
            not_counted[item.not_counted] += 1
            pending_breached += item.not_counted == NotCounted.PENDING and item.breached
            continue
        counted += 1
        passed += bool(item.passed)
        if item.value is not None:
            scored += 1
            total += item.value
        if sums is not None:
            facts.append(item.result["facts"])
        for part in item.result.get("parts", []):
            if part["points"] is not None:
                added = parts.setdefault(part["name"], [0, 0, 0])
                added[0] += part["points"]
                added[1] += 1
                added[2] += bool(part["met"])
    return {
        "counted": counted,
        "passed": passed,
        "scored": scored,
        "total": total,
        "parts": parts,
        "amounts": sums(facts) if sums is not None and facts else {},
        "not_counted": dict(not_counted),
        "pending_breached": pending_breached,
    }


def drift(month: date | None = None) -> list[tuple[CellKey, dict[str, tuple[Any, Any]]]]:
    """Every cell, or every one of a month, that differs from a rebuild: (key, {column: (stored, rebuilt)}), by key.

    Reads only, month by month, and never holds more than the cells of one. While people work, a cell may seem to
    differ because it was read before its items were: `rebuild` knows for sure.
    """
    return sorted(found for of_month in ([month] if month else kept_months()) for found in _drift_of(of_month))


def kept_months() -> list[date]:
    """The months of which there is a cell or an item, oldest first."""
    of_cells, of_items = Cell.objects.order_by(), KpiItem.objects.order_by()
    return sorted(of_cells.values_list("month", flat=True).union(of_items.values_list("month", flat=True)))


def _drift_of(month: date) -> Iterator[tuple[CellKey, dict[str, tuple[Any, Any]]]]:
    stored = {key_of(cell): cell for cell in Cell.objects.filter(month=month).select_related("type")}
    types = {type_.pk: type_ for type_ in KpiType.objects.all()}
    rows = KpiItem.objects.filter(month=month).order_by(*KEY, "id").only(*KEY, *COUNTED)
    for key, items in groupby(rows.iterator(chunk_size=2000), key=key_of):
        empty = blank(key)
        empty.type = types[key.type_id]
        wrong = _wrong(stored.pop(key, None), contents(items, month_sums(empty)))
        if wrong:
            yield key, wrong
    left = ((key, _wrong(cell, contents([]))) for key, cell in stored.items())
    yield from ((key, wrong) for key, wrong in left if wrong)


def blank(key: CellKey) -> Cell:
    """The cell of that key with nothing in it, not saved."""
    return Cell(
        department_id=key.department_id,
        type_id=key.type_id,
        month=key.month,
        subject=key.subject,
        owner_id=key.owner_id or None,
        unit_id=key.unit_id or None,
    )


def _wrong(cell: Cell | None, rebuilt: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {
        column: (getattr(cell, column, None), value)
        for column, value in rebuilt.items()
        if getattr(cell, column, None) != value
    }
