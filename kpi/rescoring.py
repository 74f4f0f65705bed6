"""Many items judged again on another basis, cell by cell: to look at (previews, what-if) or to keep (applied changes).

One pass for both, so what a preview shows is what applying does.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from accounts.models import Department
from kpi import cells, locks, scoring
from kpi.basis import Loaded
from kpi.engine.rules import RULES
from kpi.engine.rules.base import Bounds, MonthRule
from kpi.models import Cell, Clock, KpiItem, KpiType, Override, Span, UptimeUnit
from kpi.scoring import Work

BATCH = 500
ITEM_COLUMNS = ("version", "off_day", "not_counted", "breached", "value", "passed", "result")
CLOCK_COLUMNS = ("target_seconds", "due_at", "breached_at", "own_seconds", "value_seconds")
# What makes an item score as it does; the clocks of finished work are in its result.
SEEN = (
    "type_id", "department_id", "owner_id", "unit_id", "date", "priority", "count_off_day", "state", "metrics",
    "not_counted", "value", "passed", "result",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What people see of an item's score."""

    value: int | None
    passed: bool | None
    not_counted: str


@dataclass(frozen=True)
class Outcome:
    """An item judged again: `work` holds the rows as they are now in memory.

    `moves`: its score or what was measured is different, not only its target. `differs`: a row has to be saved. `taken`
    is what its cell took and takes from it.
    """

    work: Work
    before: Verdict
    after: Verdict
    fingerprint: str
    moves: bool
    differs: bool
    taken: locks.Moved


class Loader:
    """Works of many items with few queries: types and departments are read once."""

    def __init__(self) -> None:
        self._types = {type_.pk: type_ for type_ in KpiType.objects.all()}
        self._departments = {one.pk: one for one in Department.objects.select_related("country")}

    def works(self, ids: Collection[int]) -> list[Work]:
        """The items with clocks, spans and corrections, by id. Four queries for each thousand or part of it."""
        ordered = sorted(ids)
        return [work for at in range(0, len(ordered), BATCH) for work in self._works(ordered[at : at + BATCH])]

    def _works(self, ids: Sequence[int]) -> Iterable[Work]:
        works = {item.pk: Work(self.known(item)) for item in KpiItem.objects.filter(pk__in=ids).order_by("pk")}
        clocks = {clock.pk: clock for clock in Clock.objects.filter(item__in=ids)}
        for clock in clocks.values():
            works[clock.item_id].clocks[clock.kind] = clock
            works[clock.item_id].spans[clock.kind] = []
        for span in Span.objects.filter(clock__item__in=ids):
            span.department = self._departments[span.department_id]
            clock = clocks[span.clock_id]
            works[clock.item_id].spans[clock.kind].append(span)
        for override in Override.objects.filter(item__in=ids):
            works[override.item_id].corrections[override.metric] = override.value
        return works.values()

    def known(self, item: KpiItem) -> KpiItem:
        """The item with its type and department at hand."""
        item.type, item.department = self._types[item.type_id], self._departments[item.department_id]
        return item


def judge(work: Work, basis: Loaded, *, at: datetime, remeasure: bool) -> Outcome:
    """Settle one piece of work in memory and tell what became of it."""
    item = work.item
    before, seen, shown, kept, taken = _verdict(item), fingerprint(item), _shown(work), _kept(work), locks.told(item)
    scoring.settle(work, basis, at=at, remeasure=remeasure)
    return Outcome(
        work,
        before,
        _verdict(item),
        seen,
        moves=_shown(work) != shown,
        differs=_kept(work) != kept,
        taken=locks.Moved(item.pk, taken, locks.told(item)),
    )


def fingerprint(item: KpiItem) -> str:
    """The item as it is, in 32 letters."""
    return print_of([getattr(item, column) for column in SEEN])


def print_of(columns: Sequence[Any]) -> str:
    """The fingerprint of the columns SEEN."""
    text = json.dumps(columns, sort_keys=True, default=str)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def keep(outcomes: Sequence[Outcome], *, at: datetime, why: str = "") -> None:
    """Save the rows that differ. Inside the caller's transaction, which has locked the items."""
    works = [outcome.work for outcome in outcomes if outcome.differs]
    # As upserts: the rows are there, and bulk_update spends ten times as long on its CASE for each of them.
    KpiItem.objects.bulk_create(
        [work.item for work in works],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=ITEM_COLUMNS,
    )
    Clock.objects.bulk_create(
        [clock for work in works for clock in work.clocks.values()],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=CLOCK_COLUMNS,
    )
    locks.note([outcome.taken for outcome in outcomes], at=at, why=why)


def contents(blank: Cell, items: Iterable[KpiItem], basis: Loaded) -> dict[str, Any]:
    """The columns of a cell made of items in memory, on the calendars of `basis`."""
    return cells.contents(items, _sums(blank, basis))


def _sums(cell: Cell, basis: Loaded) -> Callable[[list[dict[str, Any]]], dict[str, int]] | None:
    rule = RULES[cell.type.rule]
    if not rule.month_rule:
        return None
    month_rule, bounds = cast(MonthRule, rule), cast(Bounds, None)
    if month_rule.subject == "unit" and cell.unit_id:
        unit = UptimeUnit.objects.select_related("department").get(pk=cell.unit_id)
        bounds = cells.active_part(basis.calendar(unit.department), cell.month, unit)
    return lambda found: month_rule.amounts(found, bounds)


def _verdict(item: KpiItem) -> Verdict:
    return Verdict(item.value, item.passed, item.not_counted)


def _shown(work: Work) -> list[Any]:
    """What people mean by "it moved": score, verdict, reason, time measured, and while it is open when it is due."""
    item = work.item
    parts = [(part["name"], part["measured"], part["points"], part["met"]) for part in item.result.get("parts", ())]
    times = [
        (kind, clock.own_seconds, clock.value_seconds, None if clock.stopped_at else clock.due_at)
        for kind, clock in sorted(work.clocks.items())
    ]
    return [item.value, item.passed, item.not_counted, item.off_day, parts, times]


def _kept(work: Work) -> list[Any]:
    """All columns that judging writes."""
    item = work.item
    clocks = [
        (kind, *(getattr(clock, column) for column in CLOCK_COLUMNS)) for kind, clock in sorted(work.clocks.items())
    ]
    return [
        item.value, item.passed, item.not_counted, item.off_day, item.result, item.version_id, item.breached, clocks,
    ]  # fmt: skip
