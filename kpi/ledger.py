"""The only door through which upper floors write into the ledger: items, their clocks, their scores.

Every function runs inside the caller's transaction, after the caller locked whatever the item belongs to; the lock
order is items by id, then cells by key (domain section 2). Instants are aware UTC datetimes in whole seconds.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Department, User
from kpi import calendars, cells, scoring
from kpi.engine import clock as engine
from kpi.engine.rules import RULES, rr
from kpi.models import Clock, ClockKind, KpiItem, KpiType, Span, WorkState
from kpi.types import version_on


@dataclass(frozen=True)
class Change:
    """What about a piece of work can be changed from above; None leaves it as it is."""

    type: KpiType | None = None
    date: dt.date | None = None
    department: Department | None = None
    owner: User | None = None
    clear_owner: bool = False
    priority: str | None = None
    count_off_day: bool | None = None
    metrics: Mapping[str, Any] | None = None
    state: WorkState | None = None


def post(
    *,
    type: KpiType,
    department: Department,
    date: dt.date,
    priority: str,
    owner: User | None = None,
    count_off_day: bool = False,
) -> KpiItem:
    """Open a piece of work: a pending item in its month's cell, without clocks yet."""
    item = KpiItem(
        type=type,
        department=department,
        country_id=department.country_id,
        date=date,
        month=date.replace(day=1),
        priority=priority,
        owner=owner,
        count_off_day=count_off_day,
    )
    _judge(item, {})
    item.save()
    cells.rebuild([cells.key_of(item)])
    return item


def amend(item_id: int, change: Change, *, at: datetime) -> KpiItem:
    """Apply `change`, re-date the clocks, score again, and rebuild the cells it left and entered."""
    item = _locked(item_id)
    left = cells.key_of(item)
    _apply(item, change)
    return _settle(item, left, at=at)


def start_clock(item_id: int, kind: ClockKind, department: Department, *, at: datetime) -> None:
    """Open a span on the calendar of `department`. A clock that runs already is left alone."""
    item = _locked(item_id)
    clock, _created = Clock.objects.get_or_create(item=item, kind=kind)
    if not clock.spans.filter(stop__isnull=True).exists():
        Span.objects.create(clock=clock, department=department, run=clock.run, start=at)
    clock.stopped_at = None
    clock.save()
    _settle(item, cells.key_of(item), at=at)


def restart_clock(item_id: int, kind: ClockKind, department: Department, *, at: datetime) -> None:
    """Begin the measurement anew (another assignee): earlier spans stay as an earlier run. Not once it was answered."""
    item = _locked(item_id)
    clock, created = Clock.objects.get_or_create(item=item, kind=kind)
    if clock.value_seconds is not None:
        return
    if not created:
        _close_span(clock, at=at)
        clock.run += 1
        clock.breached_at = None
    clock.stopped_at = None
    clock.save()
    Span.objects.create(clock=clock, department=department, run=clock.run, start=at)
    _settle(item, cells.key_of(item), at=at)


def pause_clock(item_id: int, kind: ClockKind, *, at: datetime) -> None:
    """Close the open span, if there is one; the time until `start_clock` does not count."""
    item = _locked(item_id)
    clock = Clock.objects.filter(item=item, kind=kind).first()
    if clock is not None:
        _close_span(clock, at=at)
        _settle(item, cells.key_of(item), at=at)


def stop_clock(item_id: int, kind: ClockKind, *, at: datetime, like: ClockKind | None = None) -> None:
    """Stop and keep the value. `like`: the value is that other clock's elapsed time (close without chat), marked so.

    A response that already has a value keeps it: it survives re-opening (domain section 4).
    """
    item = _locked(item_id)
    clock, _created = Clock.objects.get_or_create(item=item, kind=kind)
    if kind == ClockKind.RESPONSE and clock.value_seconds is not None:
        return
    _close_span(clock, at=at)
    clock.stopped_at = at
    clock.own_seconds = elapsed_seconds(clock, as_of=at)
    clock.value_seconds = clock.own_seconds
    if like is not None:
        other = Clock.objects.filter(item=item, kind=like).first()
        clock.value_seconds = elapsed_seconds(other, as_of=at) if other else None
        clock.borrowed = True
    clock.save()
    _settle(item, cells.key_of(item), at=at)


def drop_clock(item_id: int, kind: ClockKind, *, at: datetime) -> None:
    """End a measurement without a value: nobody responded, so that part has no data."""
    item = _locked(item_id)
    clock = Clock.objects.filter(item=item, kind=kind, value_seconds__isnull=True).first()
    if clock is not None:
        _close_span(clock, at=at)
        clock.stopped_at = at
        clock.save()
        _settle(item, cells.key_of(item), at=at)


def remove(item_id: int) -> None:
    """Take an item out of the ledger with its clocks (only a pending ticket is ever deleted)."""
    item = _locked(item_id)
    key = cells.key_of(item)
    item.delete()
    cells.rebuild([key])


def spans_of(clock: Clock, *, run: int | None = None) -> list[engine.Span]:
    """The spans of a clock's current run (or of `run`) with their engine calendars, oldest first."""
    rows = list(clock.spans.filter(run=run or clock.run).select_related("department__country"))
    by_department = calendars.for_departments({row.department for row in rows})
    return [engine.Span(by_department[row.department_id], row.start, row.stop) for row in rows]


def elapsed_seconds(clock: Clock, *, as_of: datetime) -> int:
    """Working time of the current run in whole seconds."""
    return int(engine.elapsed(spans_of(clock), as_of=as_of).total_seconds())


def target_seconds(item: KpiItem, kind: str) -> int | None:
    """The target of a clock by the type version valid on the item's date, None where its rule has none."""
    version = version_on(item.type, on=item.date)
    if version is None or not any(metric.clock == kind for metric in RULES[item.type.rule].metrics):
        return None
    return rr.target_seconds(kind, version.parameters, item.priority)


def redate(item: KpiItem, clocks: Mapping[str, Clock], *, at: datetime) -> None:
    """Set target and due of the item's clocks anew. A breach, once it happened, stays."""
    for clock in clocks.values():
        clock.target_seconds = target_seconds(item, clock.kind)
        target = None if clock.target_seconds is None else timedelta(seconds=clock.target_seconds)
        clock.due_at = engine.due(spans_of(clock), target)
        if clock.stopped_at is None and clock.due_at is not None and clock.due_at < at and clock.breached_at is None:
            clock.breached_at = clock.due_at
        clock.save()


def rescore(item_id: int, *, at: datetime) -> KpiItem:
    """Judge an item again from what is stored, and rebuild its cell."""
    item = _locked(item_id)
    return _settle(item, cells.key_of(item), at=at)


def _locked(item_id: int) -> KpiItem:
    return KpiItem.objects.select_for_update(of=("self",)).select_related("type", "department__country").get(pk=item_id)


def _apply(item: KpiItem, change: Change) -> None:
    for column in ("type", "owner", "priority", "count_off_day", "state"):
        value = getattr(change, column)
        if value is not None:
            setattr(item, column, value)
    if change.clear_owner:
        item.owner = None
    if change.metrics is not None:
        item.metrics = dict(change.metrics)
    if change.date is not None:
        item.date, item.month = change.date, change.date.replace(day=1)
    if change.department is not None:
        item.department = change.department
        item.country_id = change.department.country_id


def _settle(item: KpiItem, left: cells.CellKey, *, at: datetime) -> KpiItem:
    clocks = {clock.kind: clock for clock in item.clocks.all()}
    redate(item, clocks, at=at)
    _judge(item, clocks)
    item.save()
    cells.rebuild([left, cells.key_of(item)])
    return item


def _judge(item: KpiItem, clocks: Mapping[str, Clock]) -> None:
    verdict = scoring.outcome(item, clocks, item.department)
    item.version = verdict.version
    item.not_counted = verdict.not_counted
    item.off_day = verdict.off_day
    item.breached = any(clock.breached_at is not None for clock in clocks.values())
    if item.state != WorkState.OPEN:
        item.value, item.passed, item.result = verdict.score.value, verdict.score.passed, verdict.score.as_json()


def _close_span(clock: Clock, *, at: datetime) -> None:
    for span in clock.spans.filter(stop__isnull=True):
        span.stop = max(at, span.start)
        span.save()
