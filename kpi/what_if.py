"""What if the targets of a type had been others in a real month: judged in memory, nothing is saved.

The same rescoring and the same means as the preview of a change of the past.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from accounts.models import Department, User
from kpi import cells, months, outlook, rescoring, types
from kpi.basis import Loaded, Rows
from kpi.cells import CellKey
from kpi.engine.rules import MONTH_RULES
from kpi.frame import Frame
from kpi.levels import DepartmentMonth, OwnerMonth
from kpi.models import KpiItem, KpiType, TypeVersion
from kpi.reports import countries
from kpi.rescoring import Outcome

MOST = 5000  # items of one type and month that a page may judge
ALWAYS = date(1970, 1, 1)


@dataclass(frozen=True)
class Wish:
    """Other parameters, weight and pass mark of a type, for a whole month."""

    type: KpiType
    month: date
    parameters: dict[str, Any]
    weight: int
    pass_mark: Decimal


@dataclass(frozen=True)
class Line:
    """Somewhere or somebody: the overall score and the type's, each before and after; `level` as in outlook."""

    level: str
    name: str
    counted: int
    before: Fraction | None
    after: Fraction | None
    type_before: Fraction | None
    type_after: Fraction | None
    passes_before: bool | None
    passes_after: bool | None
    place: str = ""

    @property
    def moves(self) -> bool:
        return (self.before, self.type_before, self.passes_before) != (self.after, self.type_after, self.passes_after)


@dataclass(frozen=True)
class Board:
    """The month as it would be: places, people, and the items whose verdict or points turn."""

    places: list[Line]
    people: list[Line]
    flips: list[Outcome]
    items: int


def valid_in(type_: KpiType, month: date) -> TypeVersion | None:
    """The version by which the month is read: that of its last day."""
    return types.version_on(type_, on=months.last_day(month))


def items_in(type_: KpiType, month: date) -> int:
    """How many items would be judged; none where the month decides, since its score follows from the sums."""
    return 0 if type_.rule in MONTH_RULES else KpiItem.objects.filter(type=type_, month=month).count()


def board(wish: Wish, *, at: datetime) -> Board:
    """The month under the wish. A constant number of queries for each thousand items."""
    basis = _basis(wish)
    outcomes = list(_judged(wish, basis, at)) if wish.type.rule not in MONTH_RULES else []
    moved = [one for one in outcomes if one.before != one.after]
    owners = User.objects.in_bulk({one.work.item.owner_id for one in moved if one.work.item.owner_id})
    for one in moved:
        one.work.item.owner = owners.get(one.work.item.owner_id or 0)
    before, after = outlook.both([wish.month], _cells(wish, outcomes, basis), basis, at=at)
    old, new = before[wish.month], after[wish.month]
    return Board(
        places=list(_places(old, new, wish.type.pk)),
        people=list(_people(old, new, wish.type.pk)),
        flips=sorted(moved, key=lambda one: (one.work.item.date, one.work.item.pk), reverse=True),
        items=len(outcomes),
    )


def _basis(wish: Wish) -> Loaded:
    """All rows as stored, but for one version of the type that holds for ever."""
    rows = Rows.stored()
    valid = types.valid([row for row in rows.versions if row.type_id == wish.type.pk], on=months.last_day(wish.month))
    if valid is None:
        return Loaded(rows, list(Department.objects.select_related("country")))
    wished = TypeVersion(
        pk=valid.pk,
        type=valid.type,
        group=valid.group,
        valid_from=ALWAYS,
        parameters=wish.parameters,
        weight=wish.weight,
        pass_mark=wish.pass_mark,
    )
    others = [row for row in rows.versions if row.type_id != wish.type.pk]
    return Loaded(replace(rows, versions=[*others, wished]), list(Department.objects.select_related("country")))


def _judged(wish: Wish, basis: Loaded, at: datetime) -> Iterator[Outcome]:
    ids = list(KpiItem.objects.filter(type=wish.type, month=wish.month).values_list("pk", flat=True))
    for work in rescoring.Loader().works(ids):
        yield rescoring.judge(work, basis, at=at, remeasure=False)


def _cells(wish: Wish, outcomes: Iterable[Outcome], basis: Loaded) -> dict[outlook.CellOf, dict[str, Any]]:
    """The cells of the type, made of the items as they would be."""
    by_cell: dict[CellKey, list[KpiItem]] = defaultdict(list)
    for outcome in outcomes:
        by_cell[cells.key_of(outcome.work.item)].append(outcome.work.item)
    found = {}
    for key, items in by_cell.items():
        blank = cells.blank(key)
        blank.type = wish.type
        found[outlook.cell_of(blank)] = rescoring.contents(blank, items, basis)
    return found


def _places(old: Frame, new: Frame, type_id: int) -> Iterator[Line]:
    """Countries, each followed by its departments; those that have the type or move."""
    for before, after in zip(countries(old), countries(new), strict=True):
        lines = [
            _line("department", f"{before.name} / {one.name}", one, other, type_id)
            for one, other in zip(before.departments, after.departments, strict=True)
        ]
        shown = [line for line in lines if line is not None]
        if shown:
            counted = sum(line.counted for line in shown)
            yield Line("country", before.name, counted, before.score, after.score, None, None, None, None)
            yield from shown


def _people(old: Frame, new: Frame, type_id: int) -> Iterator[Line]:
    """Everybody who has work of the type, within a department."""
    for before, after in zip(countries(old), countries(new), strict=True):
        for one, other in zip(before.departments, after.departments, strict=True):
            known = {owner.id: owner for owner in other.owners}
            for owner in one.owners:
                line = _line("owner", owner.name, owner, known[owner.id], type_id) if owner.id in known else None
                if line is not None:
                    yield replace(line, place=one.name)


def _line(
    level: str, name: str, old: DepartmentMonth | OwnerMonth, new: DepartmentMonth | OwnerMonth, type_id: int
) -> Line | None:
    before, after = (next((row for row in one.types if row.type.id == type_id), None) for one in (old, new))
    if before is None or after is None:
        return None
    return Line(
        level,
        name,
        before.counted,
        old.score,
        new.score,
        before.score,
        after.score,
        before.passes,
        after.passes,
    )
