"""Units against their threshold, as the uptime chart shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.engine.score import shown
from kpi.levels import DepartmentMonth, SubjectMonth, TypeMonth


@dataclass(frozen=True)
class UnitRow:
    """A unit under an uptime type. `hit` is None when nobody reported it; the numbers are as people read them."""

    unit: SubjectMonth
    type: TypeMonth
    department: DepartmentMonth
    availability: str
    threshold: str
    hit: bool | None


@dataclass(frozen=True)
class Uptime:
    """The units of one country, or of what a reader may read of it; `query` opens their report."""

    name: str
    query: str
    rows: list[UnitRow]

    @property
    def hits(self) -> int:
        return sum(row.hit is True for row in self.rows)

    @property
    def reported(self) -> int:
        return sum(row.hit is not None for row in self.rows)

    @property
    def misses(self) -> list[UnitRow]:
        return [row for row in self.rows if row.hit is False]


def by_country(departments: Sequence[DepartmentMonth], *, whole: bool = True) -> list[Uptime]:
    """The units of each country that has any, by department, type and name.

    whole: whether the reader may open a country; else the report of the first department is what they may open.
    """
    found: dict[str, list[UnitRow]] = {}
    for one in departments:
        rows = [_row(one, row, unit) for row in one.types if row.of == "unit" for unit in row.subjects]
        if rows:
            found.setdefault(one.country.name, []).extend(rows)
    first = {name: rows[0].department for name, rows in found.items()}
    queries = {name: f"country={one.country.code}" if whole else one.query for name, one in first.items()}
    return [Uptime(name, queries[name], rows) for name, rows in found.items()]


def thresholds(uptimes: Sequence[Uptime]) -> list[str]:
    """The thresholds that units are held to; one where all share it."""
    return sorted({row.threshold for one in uptimes for row in one.rows if row.threshold})


def _row(department: DepartmentMonth, type_: TypeMonth, unit: SubjectMonth) -> UnitRow:
    part = unit.score.parts[0] if unit.score.parts else None
    return UnitRow(
        unit=unit,
        type=type_,
        department=department,
        availability=shown(part.measured, part.unit) if part else "",
        threshold=shown(part.target, part.unit) if part else "",
        hit=part.met if part else None,
    )
