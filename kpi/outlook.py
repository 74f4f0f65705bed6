"""What a change comes to: how many items and cells move, and which means of which months with them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Q

from kpi import frames, locks, months, plans, reports
from kpi.basis import Loaded
from kpi.frame import CellFacts, Frame
from kpi.levels import CountryMonth
from kpi.models import Cell, Change, ChangedCell
from kpi.plans import Write

MONTHS = 24  # the latest months whose means are compared
CellOf = tuple[date, int, int, str]
SUMS = frames.CELL_COLUMNS[3:]


@dataclass(frozen=True)
class Shift:
    """A mean that is another one afterwards. `level`: country, department, owner, group or type."""

    month: date
    level: str
    name: str
    before: Fraction | None
    after: Fraction | None

    def as_json(self) -> list[str | None]:
        scores = (None if score is None else str(score) for score in (self.before, self.after))
        return [months.written(self.month), self.level, self.name, *scores]

    @classmethod
    def from_json(cls, data: Sequence[str | None]) -> "Shift":
        month, level, name, *scores = data
        before, after = (None if score is None else Fraction(score) for score in scores)
        return cls(months.read(month or "") or date.min, level or "", name or "", before, after)


def of(change: Change, basis: Loaded, *, at: datetime) -> dict[str, Any]:
    """The summary of a change whose items are all judged."""
    cells = {cell_of(cell): cell.after for cell in change.cells.exclude(after={})}
    writes = plans.read(change.plan)
    found = shifts(_months(writes, cells), cells, basis, writes=writes, at=at)
    locked = locks.locked_among({month for month, *_rest in cells} | {shift.month for shift in found})
    return counts(change) | {
        "shifts": [shift.as_json() for shift in found],
        "locked": [months.written(month) for month in sorted(locked)],
    }


def counts(change: Change) -> dict[str, int]:
    """How many items the change touches, moves, turns and takes in or out, and how many cells are different."""
    items = change.items.all()
    counted_before, counted_after = Q(before_reason=""), Q(after_reason="")
    failed, passed = Q(before_passed=False), Q(before_passed=True)
    return {
        "items": items.count(),
        "moved": items.filter(moves=True).count(),
        "to_pass": items.filter(failed & Q(after_passed=True), counted_before, counted_after).count(),
        "to_fail": items.filter(passed & Q(after_passed=False), counted_before, counted_after).count(),
        "newly_counted": items.filter(~counted_before, counted_after).count(),
        "no_longer_counted": items.filter(counted_before, ~counted_after).count(),
        "cells": change.cells.exclude(after={}).count(),
    }


def cell_of(cell: ChangedCell | Cell) -> CellOf:
    """What names a cell among frames."""
    return cell.month, cell.department_id, cell.type_id, cell.subject


def shifts(
    wanted: Collection[date],
    cells: dict[CellOf, dict[str, Any]],
    basis: Loaded,
    *,
    writes: Sequence[Write] = (),
    at: datetime,
) -> list[Shift]:
    """The means of countries, departments and their types that these cells and this basis change, by month."""
    before, after = both(wanted, cells, basis, writes=writes, at=at)
    found = []
    for month in sorted(before, reverse=True):
        old, new = _means(before[month]), _means(after[month])
        for level, key, name in {**old, **new}:
            scores = old.get((level, key, name)), new.get((level, key, name))
            if scores[0] != scores[1]:
                found.append(Shift(month, level, name, *scores))
    return found


def both(
    wanted: Collection[date],
    cells: dict[CellOf, dict[str, Any]],
    basis: Loaded,
    *,
    writes: Sequence[Write] = (),
    at: datetime,
) -> tuple[dict[date, Frame], dict[date, Frame]]:
    """The frames of these months as they are, and as they would be."""
    return frames.live(wanted, as_of=at), frames.live(wanted, as_of=at, tried=_tried(cells, basis, writes))


def _tried(
    cells: dict[CellOf, dict[str, Any]], basis: Loaded, writes: Sequence[Write]
) -> Callable[[frames.Rows], frames.Rows]:
    def tried(rows: frames.Rows) -> frames.Rows:
        versions = sorted(basis.rows.versions, key=lambda row: row.valid_from, reverse=True)
        offers = sorted(plans.overlaid(rows.map, "departmenttype", writes), key=lambda row: row.valid_from)
        return rows._replace(
            cells={month: list(_cells(month, found, cells)) for month, found in rows.cells.items()},
            versions=sorted(versions, key=lambda row: row.type_id),
            map=offers,
            units=[(unit, basis.calendar(unit.department)) for unit, _calendar in rows.units],
        )

    return tried


def _cells(month: date, stored: Iterable[CellFacts], cells: dict[CellOf, dict[str, Any]]) -> Iterator[CellFacts]:
    own = {key: columns for key, columns in cells.items() if key[0] == month}
    for cell in stored:
        if (month, cell.department, cell.type, cell.subject) not in own:
            yield cell
    for (_month, department, type_, subject), columns in own.items():
        if columns["counted"] or columns["not_counted"]:
            yield CellFacts(department, type_, subject, *(columns[name] for name in SUMS))


def _months(writes: Sequence[Write], cells: Iterable[CellOf]) -> set[date]:
    """Those with cells that move, and those whose means may be read differently."""
    rows = [row for write in writes for row in (write.before, write.after) if row and "valid_from" in row]
    first = min((date.fromisoformat(row["valid_from"]) for row in rows), default=None)
    found = {month for month, *_rest in cells}
    if first is not None:
        later = Cell.objects.filter(month__gte=months.month_of(first)).order_by().values_list("month", flat=True)
        found |= set(later.distinct())
    return set(sorted(found, reverse=True)[:MONTHS])


def _means(frame: Frame) -> dict[tuple[str, Any, str], Fraction | None]:
    """{(level, key, name): score} of a month, countries first and each followed by what it is made of."""
    return {key: score for country in reports.countries(frame) for key, score in _of_country(country)}


def _of_country(country: CountryMonth) -> Iterator[tuple[tuple[str, Any, str], Fraction | None]]:
    yield ("country", country.country.id, country.name), country.score
    for place in country.departments:
        yield ("department", place.department.id, f"{country.name} / {place.name}"), place.score
        for row in place.types:
            yield ("type", (place.department.id, row.type.id), f"{place.name}: {row.name}"), row.score
