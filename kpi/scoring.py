"""Item -> score: plain facts into the engine's rule, the result onto the rows in memory. The ledger saves them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kpi.basis import Basis
from kpi.engine import clock as engine
from kpi.engine.rules import RULES, rr
from kpi.engine.score import Score
from kpi.engine.working_time import Calendar
from kpi.models import Clock, ClockKind, KpiItem, NotCounted, Span, TypeVersion, WorkState

UNSCORED = Score(value=None, passed=None)  # of a type that has no version at all


@dataclass
class Work:
    """One item with what it is judged by: its clocks and their spans by kind, and the corrections {metric: value}."""

    item: KpiItem
    clocks: dict[str, Clock] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    corrections: dict[str, Any] = field(default_factory=dict)

    def engine_spans(self, kind: str, basis: Basis) -> list[engine.Span]:
        """The spans of a clock's current run on their calendars."""
        run = self.clocks[kind].run
        spans = [span for span in self.spans[kind] if span.run == run]
        return [engine.Span(basis.calendar(span.department), span.start, span.stop) for span in spans]


def settle(work: Work, basis: Basis, *, at: datetime, remeasure: bool = False) -> None:
    """Judge `work` at `at`: clocks re-dated, score, reason, breach, all on the rows in memory; nothing is saved.

    `remeasure` counts stopped clocks anew on the calendars of `basis`; else a stopped clock keeps its value, which
    changes only through a confirmed apply (domain section 4). An open item keeps its last verdict.
    """
    item = work.item
    version = basis.version_on(item.type, item.date)
    if remeasure:
        _measure_again(work, basis)
    _redate(work, version, basis, at)
    calendar, rule = basis.calendar(item.department), RULES[item.type.rule]
    metrics = rule.derived(facts(work), calendar)
    score = rule.score(version.parameters, metrics) if version else UNSCORED
    item.version = version
    item.off_day = off_day_name(calendar, item.date, _instants(work, calendar))
    has_data = rule.has_data(metrics) if rule.month_rule else score.value is not None
    item.not_counted = why_not_counted(item, has_data=has_data)
    item.breached = any(clock.breached_at is not None for clock in work.clocks.values())
    if item.state != WorkState.OPEN:
        item.value, item.passed = score.value, score.passed
        item.result = score.as_json() | {"facts": metrics}


def facts(work: Work) -> dict[str, Any]:
    """The metrics of an item as its rule wants them: typed ones, then the clocks', then corrections, which win.

    What the piece of work knows by itself, its priority and date, is among them.
    """
    item = work.item
    metrics: dict[str, Any] = {**item.metrics, "priority": item.priority, "date": item.date.isoformat()}
    for kind in ClockKind:
        clock = work.clocks.get(kind)
        if clock is not None:
            metrics[f"{kind}_seconds"] = clock.value_seconds
    return metrics | work.corrections


def off_day_name(calendar: Calendar, day: date, instants: Iterable[datetime] = ()) -> str:
    """The name of the day off that `day` is ("weekend" or the holiday's), empty on a working day.

    Empty too when one of `instants`, at which the work was begun or ended, lies in the tail of a night shift that
    started the day before (domain section 5).
    """
    off = calendar.off_day(day)
    return "" if off is None or calendar.counts_on(day, instants) else off.name or off.kind


def why_not_counted(item: KpiItem, *, has_data: bool) -> str:
    """The reason, in the order in which people would name it (domain section 7); empty when the item counts."""
    ended = {
        WorkState.REJECTED: NotCounted.REJECTED,
        WorkState.WITHDRAWN: NotCounted.WITHDRAWN,
        WorkState.MERGED: NotCounted.MERGED,
        WorkState.OPEN: NotCounted.PENDING,
    }.get(WorkState(item.state))
    if ended is not None:
        return ended
    if item.owner_id is None and item.type.rule != "uptime":
        return NotCounted.NO_OWNER
    if item.off_day and not item.count_off_day:
        return NotCounted.OFF_DAY
    return "" if has_data else NotCounted.METRICS_MISSING


def target_of(item: KpiItem, kind: str, version: TypeVersion | None) -> int | None:
    """The target of a clock in seconds, None where the rule has none."""
    if version is None or not any(metric.clock == kind for metric in RULES[item.type.rule].metrics):
        return None
    return rr.target_seconds(kind, version.parameters, item.priority)


def _measure_again(work: Work, basis: Basis) -> None:
    """What stopped clocks would have measured on these calendars; a part without data stays without."""
    for kind, clock in work.clocks.items():
        if clock.stopped_at is None or clock.value_seconds is None:
            continue
        clock.own_seconds = _seconds(work.engine_spans(kind, basis), clock.stopped_at)
        source = ClockKind.RESOLUTION if clock.borrowed else kind
        clock.value_seconds = _seconds(work.engine_spans(source, basis), clock.stopped_at)


def _seconds(spans: Iterable[engine.Span], until: datetime) -> int:
    """Elapsed up to `until`, whatever the spans did later: a response that was borrowed survives re-opening."""
    then = [
        engine.Span(span.calendar, span.start, min(span.stop or until, until)) for span in spans if span.start <= until
    ]
    return int(engine.elapsed(then, as_of=until).total_seconds())


def _redate(work: Work, version: TypeVersion | None, basis: Basis, at: datetime) -> None:
    """Targets and dues by the version of the item's date. A breach, once it happened, stays (domain section 4)."""
    for kind, clock in work.clocks.items():
        clock.target_seconds = target_of(work.item, kind, version)
        target = None if clock.target_seconds is None else timedelta(seconds=clock.target_seconds)
        now = engine.state(work.engine_spans(kind, basis), target, at)
        clock.due_at = now.due
        # Past its due is not yet late: outside working hours nothing elapses.
        if now.breached and clock.breached_at is None and clock.stopped_at in (None, at):
            clock.breached_at = clock.due_at


def _instants(work: Work, calendar: Calendar) -> list[datetime]:
    """When the work was begun, ended or stamped: what can lie in the tail of a night shift."""
    found = [at for spans in work.spans.values() for span in spans for at in (span.start, span.stop) if at is not None]
    zone = ZoneInfo(calendar.zone)
    for metric in RULES[work.item.type.rule].metrics:
        typed = work.item.metrics.get(metric.name)
        if not typed:
            continue
        if metric.kind == "instant":
            found.append(datetime.fromisoformat(typed).replace(tzinfo=zone))
        elif metric.kind == "time":
            found.append(datetime.combine(work.item.date, time.fromisoformat(typed), tzinfo=zone))
    return found
