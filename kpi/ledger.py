"""The only door through which upper floors write into the ledger: items, their clocks, their scores.

`post` opens a piece of work; `posting` changes it: clocks and facts are changed in memory and settled once at the
end (clocks re-dated, item scored, cells rebuilt). `enter` takes finished work without clocks, one piece or thousands.
All run inside the caller's transaction, after the caller locked whatever the item belongs to; the lock order is items
by id, then cells by key (domain section 2). Instants are aware UTC datetimes in whole seconds.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch

from accounts.models import Department, User
from kpi import calendars, cells, locks, scoring
from kpi.basis import Basis, Stored
from kpi.engine import clock as engine
from kpi.engine.rules import RULES
from kpi.models import Breach, Clock, ClockKind, ItemImport, KpiItem, KpiType, Span, WorkState
from kpi.scoring import Work, target_of
from kpi.types import version_on

BATCH = 1000
together = cells.once  # one transaction for many items, whose cells are rebuilt once at its end


@dataclass(frozen=True)
class Facts:
    """What the upper floor knows about a piece of work; the item follows it.

    `metrics` are what was typed, by the names of the type's rule; None leaves them as they are. Reported uptime has a
    `reporter` and no owner.
    """

    type: KpiType
    department: Department
    date: dt.date
    priority: str = "normal"
    owner: User | None = None
    count_off_day: bool = False
    state: WorkState = WorkState.OPEN
    metrics: Mapping[str, Any] | None = None
    reporter: User | None = None
    source: str = KpiItem.Source.CLOCK
    external_id: str = ""
    file: ItemImport | None = None


def draft(facts: Facts) -> KpiItem:
    """The item these facts would make, not saved: for entering it, or for showing what it would score."""
    item = KpiItem(source=facts.source, external_id=facts.external_id, file=facts.file)
    _follow(item, facts)
    return item


def post(facts: Facts) -> KpiItem:
    """Open a piece of work. It enters its cell with the first posting, which has to follow in the same transaction."""
    item = draft(facts)
    item.save()
    return item


def enter(work: Iterable[Facts], *, at: datetime, basis: Basis | None = None) -> list[KpiItem]:
    """Write finished pieces of work without clocks, scored, and rebuild their cells once. All or nothing."""
    items = judged(work, basis or Stored(), at=at)
    KpiItem.objects.bulk_create(items, batch_size=BATCH)
    cells.rebuild({cells.key_of(item) for item in items})
    locks.note([locks.Moved(item.pk, None, locks.told(item)) for item in items], at=at)
    return items


def judged(work: Iterable[Facts], basis: Basis, *, at: datetime) -> list[KpiItem]:
    """The items that `enter` would write, scored in memory."""
    items = [draft(facts) for facts in work]
    for item in items:
        scoring.settle(Work(item), basis, at=at)
    return items


@contextmanager
def posting(item_id: int, *, at: datetime) -> Iterator["Posting"]:
    """Change one item; nothing is read or locked until the first change, and all of it is settled at the end."""
    change = Posting(item_id, at)
    yield change
    change.settle()


class Posting:
    """The changes that one event makes to one item. Use it through `posting`."""

    def __init__(self, item_id: int, at: datetime) -> None:
        self._item_id = item_id
        self._at = at
        self._work: Work | None = None
        self._basis: Basis = Stored()
        self._remeasure = False

    def follow(self, facts: Facts) -> None:
        """Take over what the upper floor knows now."""
        _follow(self._item(), facts)

    def start(self, kind: ClockKind, department: Department) -> None:
        """Run on the calendar of `department`. A clock that runs already is left alone."""
        clock = self._clock(kind)
        clock.stopped_at = None
        if self._open_span(kind) is None:
            self._add_span(kind, department)

    def restart(self, kind: ClockKind, department: Department) -> None:
        """Measure anew (another assignee): earlier spans stay as an earlier run. Not once it has a value."""
        clock = self._clock(kind)
        if clock.value_seconds is not None:
            return
        if self._spans(kind):
            self._keep_breach(kind)
            self.pause(kind)
            clock.run += 1
            clock.breached_at = None
        clock.stopped_at = None
        self._add_span(kind, department)

    def pause(self, kind: ClockKind) -> None:
        """Close the open span, if there is one; the time until `start` does not count."""
        self._clock(kind)
        span = self._open_span(kind)
        if span is not None:
            span.stop = max(self._at, span.start)
            span.save()

    def stop(self, kind: ClockKind, *, like: ClockKind | None = None) -> None:
        """Stop and keep the value. `like`: the value is that other clock's time (close without chat), marked so.

        A response that has a value keeps it: it survives re-opening (domain section 4).
        """
        clock = self._clock(kind)
        if kind == ClockKind.RESPONSE and clock.value_seconds is not None:
            return
        self.pause(kind)
        clock.stopped_at = self._at
        clock.own_seconds = self._elapsed(kind)
        clock.value_seconds = clock.own_seconds if like is None else self._elapsed(like)
        clock.borrowed = like is not None

    def fill(self, kind: ClockKind, department: Department, *, start: datetime, stop: datetime) -> None:
        """Write down a measurement of the past that was missed, as a run of its own. Not where there is a value."""
        clock = self._clock(kind)
        if clock.value_seconds is not None:
            return
        self.pause(kind)
        clock.run += bool(self._spans(kind))
        self._add_span(kind, department, start=start, stop=stop)
        clock.stopped_at, clock.borrowed = stop, False
        clock.own_seconds = clock.value_seconds = self._elapsed(kind)
        clock.target_seconds = target_seconds(self._item(), kind)
        clock.breached_at = self._late(kind, stop)

    def drop(self, kind: ClockKind) -> None:
        """End a measurement without a value: nobody responded, so that part has no data."""
        clock = self._loaded().clocks.get(kind)
        if clock is not None and clock.value_seconds is None:
            self.pause(kind)
            clock.stopped_at = self._at

    def hand_over(self, kind: ClockKind) -> None:
        """End a measurement because the work leaves its owner; a target already passed stays theirs."""
        self._clock(kind)
        if self._spans(kind):
            self._keep_breach(kind)
        self.drop(kind)

    def touch(self) -> None:
        """Judge the item again from what is stored."""
        self._item()

    def remeasure(self) -> None:
        """Count stopped clocks anew as well: only behind a confirmed change of the past (domain section 7)."""
        self._item()
        self._remeasure = True

    def settle(self) -> None:
        """Re-date the clocks, score the item, rebuild the cells it left and entered."""
        work = self._work
        if work is None:
            return
        work.corrections = corrections_of(work.item)
        scoring.settle(work, self._basis, at=self._at, remeasure=self._remeasure)
        for clock in work.clocks.values():
            clock.save()
        work.item.save()
        cells.rebuild([self._left, cells.key_of(work.item)])
        locks.note([locks.Moved(work.item.pk, self._before, locks.told(work.item))], at=self._at)

    def _item(self) -> KpiItem:
        if self._work is None:
            # Lock, then read: rows joined to a lock that had to wait would be those from before the wait.
            KpiItem.objects.select_for_update().values_list("pk").get(pk=self._item_id)
            item = KpiItem.objects.select_related("type", "department__country").get(pk=self._item_id)
            self._left = cells.key_of(item)
            spans = Prefetch("spans", Span.objects.select_related("department__country"))
            clocks = {clock.kind: clock for clock in item.clocks.prefetch_related(spans)}
            self._work = Work(item, clocks, {kind: list(clock.spans.all()) for kind, clock in clocks.items()})
            # What was just posted is in no cell yet.
            self._before = locks.told(item) if clocks or item.result else None
        return self._work.item

    def _loaded(self) -> Work:
        self._item()
        assert self._work is not None  # noqa: S101  # tells the type checker what _item does
        return self._work

    def _clock(self, kind: ClockKind) -> Clock:
        work = self._loaded()
        if kind not in work.clocks:
            work.clocks[kind] = Clock.objects.create(item=work.item, kind=kind)
            work.spans[kind] = []
        return work.clocks[kind]

    def _spans(self, kind: ClockKind) -> list[Span]:
        self._clock(kind)
        return self._loaded().spans[kind]

    def _open_span(self, kind: ClockKind) -> Span | None:
        return next((span for span in self._spans(kind) if span.stop is None), None)

    def _add_span(self, kind: ClockKind, department: Department, **bounds: datetime) -> None:
        clock = self._clock(kind)
        known = {"start": self._at, **bounds}
        self._spans(kind).append(Span.objects.create(clock=clock, department=department, run=clock.run, **known))

    def _keep_breach(self, kind: ClockKind) -> None:
        """The owner as the ledger knows them now, so this comes before `follow`."""
        work, clock = self._loaded(), self._clock(kind)
        at = clock.breached_at or self._late(kind, self._at)
        if at is not None and clock.value_seconds is None:
            known = {"owner": work.item.owner, "at": at}
            Breach.objects.get_or_create(item=work.item, kind=kind, run=clock.run, defaults=known)

    def _late(self, kind: ClockKind, at: datetime) -> datetime | None:
        """When the target was passed, by `at`."""
        seconds = self._clock(kind).target_seconds
        target = None if seconds is None else timedelta(seconds=seconds)
        now = engine.state(self._loaded().engine_spans(kind, self._basis), target, at)
        return now.due if now.breached else None

    def _elapsed(self, kind: ClockKind) -> int:
        self._clock(kind)
        spans = self._loaded().engine_spans(kind, self._basis)
        return int(engine.elapsed(spans, as_of=self._at).total_seconds())


def remove(item_id: int, *, at: datetime) -> None:
    """Take an item out of the ledger with its clocks (only a pending ticket is ever deleted)."""
    KpiItem.objects.select_for_update().values_list("pk").get(pk=item_id)
    item = KpiItem.objects.select_related("type").get(pk=item_id)
    key, before = cells.key_of(item), locks.told(item)
    item.delete()
    cells.rebuild([key])
    locks.note([locks.Moved(item_id, before, None)], at=at)


def spans_of_all(runs: dict[int, int]) -> dict[int, list[engine.Span]]:
    """The same of many clocks: {clock id: run} becomes {clock id: spans}. Three queries, none for no clocks."""
    found: dict[int, list[engine.Span]] = {pk: [] for pk in runs}
    rows = Span.objects.filter(clock__in=found).select_related("department__country") if runs else []
    current = [row for row in rows if row.run == runs[row.clock_id]]
    by_department = calendars.for_departments({row.department for row in current}) if current else {}
    for row in current:
        found[row.clock_id].append(engine.Span(by_department[row.department_id], row.start, row.stop))
    return found


def target_seconds(item: KpiItem, kind: str) -> int | None:
    """The target of a clock by the type version valid on the item's date, None where its rule has none."""
    return target_of(item, kind, version_on(item.type, on=item.date))


def corrections_of(item: KpiItem) -> dict[str, Any]:
    """What was corrected by hand, {metric: value}."""
    return {override.metric: override.value for override in item.overrides.all()}


def _follow(item: KpiItem, facts: Facts) -> None:
    item.type, item.department, item.country_id = facts.type, facts.department, facts.department.country_id
    item.date, item.month = facts.date, facts.date.replace(day=1)
    item.priority, item.owner, item.count_off_day = facts.priority, facts.owner, facts.count_off_day
    item.state = facts.state
    item.reporter = facts.reporter or item.reporter
    typed = item.metrics if facts.metrics is None else facts.metrics
    names = {metric.name for metric in RULES[facts.type.rule].metrics}
    item.metrics = {name: value for name, value in typed.items() if name in names and value is not None}
    item.unit_id = item.metrics.get("unit")
