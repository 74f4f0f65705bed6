"""The department-type map of a country as a grid: types by group, departments beside each other, as of a month.

What is ticked otherwise than shown becomes rows valid from that month; later rows of the same pair stay as they are.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from accounts.models import Country, Department
from kpi import plans
from kpi.models import DepartmentType, KpiGroup, KpiType
from kpi.plans import Write
from kpi.types import by_group

DEPARTMENTS_A_PAGE = 8
TYPES_A_PAGE = 40
T = TypeVar("T")
Key = tuple[int, int]  # department, type


@dataclass(frozen=True)
class Offered:
    """Where a department offers a type."""

    intake: bool = False
    self_log: bool = False


@dataclass(frozen=True)
class Cell:
    """A department and a type: what holds in the month, and the rows that change it later."""

    department: Department
    type: KpiType
    offered: Offered
    row: DepartmentType | None
    later: list[DepartmentType]

    @property
    def key(self) -> Key:
        return (self.department.pk, self.type.pk)


@dataclass(frozen=True)
class Grid:
    """One page of the map; `parts` counts its pages by departments and by types."""

    country: Country
    month: date
    departments: list[Department]
    groups: list[tuple[KpiGroup, list[tuple[KpiType, list[Cell]]]]]
    parts: tuple[int, int]
    cells: dict[Key, Cell] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """What two equal grids have in common: a form that was overtaken meanwhile carries another one."""
        shown = [(key, cell.offered.intake, cell.offered.self_log) for key, cell in sorted(self.cells.items())]
        return hashlib.sha256(repr((self.month, shown)).encode()).hexdigest()[:16]


def grid(country: Country, *, month: date, columns: int = 1, rows: int = 1) -> Grid:
    """The map as of `month`; `columns` and `rows` number its pages. Four queries."""
    places = Department.objects.filter(country=country).order_by("-active", "name")
    known = [pair for pair in by_group(KpiType.objects.all(), on=month) if pair[1]]
    types = [(group, type_) for group, members in known for type_ in members]
    everywhere = list(places)
    departments = _page(everywhere, columns, DEPARTMENTS_A_PAGE)
    shown = _page(types, rows, TYPES_A_PAGE)
    cells = _cells(departments, [type_ for _group, type_ in shown], month)
    groups: dict[KpiGroup, list[tuple[KpiType, list[Cell]]]] = {}
    for group, type_ in shown:
        groups.setdefault(group, []).append((type_, [cells[place.pk, type_.pk] for place in departments]))
    parts = (_pages(everywhere, DEPARTMENTS_A_PAGE), _pages(types, TYPES_A_PAGE))
    return Grid(country, month, departments, list(groups.items()), parts, cells)


def wishes(shown: Grid, intake: Iterable[str], self_log: Iterable[str]) -> dict[Key, Offered]:
    """Each cell as it was ticked. ValueError for a tick that is none of this grid's."""
    ticked = [{_key(text) for text in texts} for texts in (intake, self_log)]
    if not ticked[0] | ticked[1] <= set(shown.cells):
        raise ValueError("a tick beside the grid")
    return {key: Offered(key in ticked[0], key in ticked[1]) for key in shown.cells}


def writes(shown: Grid, wanted: dict[Key, Offered]) -> list[Write]:
    """The rows to save so that what is wanted holds from the month of the grid on."""
    return list(_writes(shown, wanted))


def _writes(shown: Grid, wanted: dict[Key, Offered]) -> Iterator[Write]:
    for key, cell in shown.cells.items():
        if wanted[key] == cell.offered:
            continue
        own = cell.row if cell.row is not None and cell.row.valid_from == shown.month else None
        row = DepartmentType(
            pk=own.pk if own else None,
            department=cell.department,
            type=cell.type,
            valid_from=shown.month,
            intake=wanted[key].intake,
            self_log=wanted[key].self_log,
        )
        before = plans.columns_of(own) if own else None
        yield Write(plans.name_of(row), row.pk, before, plans.columns_of(row))


def _cells(departments: list[Department], types: list[KpiType], month: date) -> dict[Key, Cell]:
    rows: dict[Key, list[DepartmentType]] = {}
    stored = DepartmentType.objects.filter(department__in=departments, type__in=types).order_by("valid_from")
    for row in stored:
        rows.setdefault((row.department_id, row.type_id), []).append(row)
    return {
        (place.pk, type_.pk): _cell(place, type_, rows.get((place.pk, type_.pk), []), month)
        for place in departments
        for type_ in types
    }


def _cell(place: Department, type_: KpiType, rows: list[DepartmentType], month: date) -> Cell:
    begun = [row for row in rows if row.valid_from <= month]
    row = begun[-1] if begun else None
    offered = Offered(row.intake, row.self_log) if row else Offered()
    return Cell(place, type_, offered, row, rows[len(begun) :])


def _key(text: str) -> Key:
    """ "3-17" as department and type. ValueError for anything else."""
    place, type_ = text.split("-")
    if not all(part.isascii() and part.isdigit() and len(part) < 20 for part in (place, type_)):
        raise ValueError(text[:40])
    return (int(place), int(type_))


def _page(things: list[T], number: int, size: int) -> list[T]:
    return things[(number - 1) * size : number * size]


def _pages(things: Sequence[object], size: int) -> int:
    return max(1, -(-len(things) // size))
