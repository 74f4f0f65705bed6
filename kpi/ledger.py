"""The only door through which upper floors write into the ledger: items, their clocks, their scores.

`post` opens a piece of work; `posting` changes it: clocks and facts are changed in memory and settled once at the
end (clocks re-dated, item scored, cells rebuilt). Both run inside the caller's transaction, after the caller locked
whatever the item belongs to; the lock order is items by id, then cells by key (domain section 2). Instants are aware
UTC datetimes in whole seconds.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Department, User
from kpi import calendars, cells, scoring
from kpi.engine import clock as engine
from kpi.engine.rules import RULES, rr
from kpi.engine.working_time import Calendar
from kpi.models import Breach, Clock, ClockKind, KpiItem, KpiType, Span, TypeVersion, WorkState
from kpi.types import version_on


@dataclass(frozen=True)
class Facts:
    """What the upper floor knows about a piece of work; the item follows it."""

    type: KpiType
    department: Department
    date: dt.date
    priority: str
    owner: User | None = None
    count_off_day: bool = False
    state: WorkState = WorkState.OPEN


def post(facts: Facts) -> KpiItem:
    """Open a piece of work. It enters its cell with the first posting, which has to follow in the same transaction."""
    item = KpiItem(source=KpiItem.Source.CLOCK)
    _follow(item, facts)
    item.save()
    return item


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
        self._loaded: KpiItem | None = None
        self._clocks: dict[str, Clock] = {}
        self._spans: dict[str, list[Span]] = {}
        self._calendars: dict[int, Calendar] = {}

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
        if self._spans[kind]:
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

    def drop(self, kind: ClockKind) -> None:
        """End a measurement without a value: nobody responded, so that part has no data."""
        self._item()
        clock = self._clocks.get(kind)
        if clock is not None and clock.value_seconds is None:
            self.pause(kind)
            clock.stopped_at = self._at

    def hand_over(self, kind: ClockKind) -> None:
        """End a measurement because the work leaves its owner; a target already passed stays theirs."""
        self._clock(kind)
        if self._spans[kind]:
            self._keep_breach(kind)
        self.drop(kind)

    def touch(self) -> None:
        """Judge the item again from what is stored."""
        self._item()

    def settle(self) -> None:
        """Re-date the clocks, score the item, rebuild the cells it left and entered."""
        item = self._loaded
        if item is None:
            return
        version = version_on(item.type, on=item.date)
        self._redate(item, version)
        spans = [span for of_clock in self._spans.values() for span in of_clock]
        instants = [at for span in spans for at in (span.start, span.stop) if at is not None]
        off_day = scoring.off_day_name(self._calendar(item.department), item.date, instants)
        verdict = scoring.outcome(item, self._clocks, off_day, version)
        item.version, item.not_counted, item.off_day = version, verdict.not_counted, off_day
        item.breached = any(clock.breached_at is not None for clock in self._clocks.values())
        if item.state != WorkState.OPEN:
            item.value, item.passed, item.result = verdict.score.value, verdict.score.passed, verdict.score.as_json()
        item.save()
        cells.rebuild([self._left, cells.key_of(item)])

    def _item(self) -> KpiItem:
        if self._loaded is None:
            # Lock, then read: rows joined to a lock that had to wait would be those from before the wait.
            KpiItem.objects.select_for_update().values_list("pk").get(pk=self._item_id)
            item = KpiItem.objects.select_related("type", "department__country").get(pk=self._item_id)
            self._left = cells.key_of(item)
            self._clocks = {clock.kind: clock for clock in item.clocks.prefetch_related("spans__department__country")}
            self._spans = {kind: list(clock.spans.all()) for kind, clock in self._clocks.items()}
            self._loaded = item
        return self._loaded

    def _clock(self, kind: ClockKind) -> Clock:
        item = self._item()
        if kind not in self._clocks:
            self._clocks[kind] = Clock.objects.create(item=item, kind=kind)
            self._spans[kind] = []
        return self._clocks[kind]

    def _open_span(self, kind: ClockKind) -> Span | None:
        return next((span for span in self._spans[kind] if span.stop is None), None)

    def _add_span(self, kind: ClockKind, department: Department) -> None:
        clock = self._clock(kind)
        span = Span.objects.create(clock=clock, department=department, run=clock.run, start=self._at)
        self._spans[kind].append(span)

    def _keep_breach(self, kind: ClockKind) -> None:
        """The owner as the ledger knows them now, so this comes before `follow`."""
        item, clock = self._item(), self._clock(kind)
        target = None if clock.target_seconds is None else timedelta(seconds=clock.target_seconds)
        now = engine.state(self._engine_spans(kind), target, self._at)
        at = clock.breached_at or (now.due if now.breached else None)
        if at is not None and clock.value_seconds is None:
            known = {"owner": item.owner, "at": at}
            Breach.objects.get_or_create(item=item, kind=kind, run=clock.run, defaults=known)

    def _calendar(self, department: Department) -> Calendar:
        if department.pk not in self._calendars:
            self._calendars[department.pk] = calendars.for_department(department)
        return self._calendars[department.pk]

    def _engine_spans(self, kind: str) -> list[engine.Span]:
        run = self._clocks[kind].run
        spans = [span for span in self._spans[kind] if span.run == run]
        return [engine.Span(self._calendar(span.department), span.start, span.stop) for span in spans]

    def _elapsed(self, kind: ClockKind) -> int:
        self._clock(kind)
        return int(engine.elapsed(self._engine_spans(kind), as_of=self._at).total_seconds())

    def _redate(self, item: KpiItem, version: TypeVersion | None) -> None:
        """Targets and dues by the version of the item's date. A breach, once it happened, stays (domain section 4)."""
        for kind, clock in self._clocks.items():
            clock.target_seconds = target_of(item, kind, version)
            target = None if clock.target_seconds is None else timedelta(seconds=clock.target_seconds)
            now = engine.state(self._engine_spans(kind), target, self._at)
            clock.due_at = now.due
            # Past its due is not yet late: outside working hours nothing elapses.
            if now.breached and clock.breached_at is None and clock.stopped_at in (None, self._at):
                clock.breached_at = clock.due_at
            clock.save()


def remove(item_id: int) -> None:
    """Take an item out of the ledger with its clocks (only a pending ticket is ever deleted)."""
    item = KpiItem.objects.select_for_update().get(pk=item_id)
    key = cells.key_of(item)
    item.delete()
    cells.rebuild([key])


def spans_of(clock: Clock, *, run: int | None = None) -> list[engine.Span]:
    """The spans of a clock's current run (or of `run`) with their engine calendars, oldest first."""
    return spans_of_all({clock.pk: run or clock.run})[clock.pk]


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


def target_of(item: KpiItem, kind: str, version: TypeVersion | None) -> int | None:
    """The same with the version at hand."""
    if version is None or not any(metric.clock == kind for metric in RULES[item.type.rule].metrics):
        return None
    return rr.target_seconds(kind, version.parameters, item.priority)


def _follow(item: KpiItem, facts: Facts) -> None:
    item.type, item.department, item.country_id = facts.type, facts.department, facts.department.country_id
    item.date, item.month = facts.date, facts.date.replace(day=1)
    item.priority, item.owner, item.count_off_day = facts.priority, facts.owner, facts.count_off_day
    item.state = facts.state
