"""Item -> score -> cell: plain facts into the engine's rule, the result onto the row, the month's cell rebuilt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kpi.engine.rules import RULES
from kpi.engine.score import Score
from kpi.engine.working_time import Calendar
from kpi.models import Clock, ClockKind, KpiItem, NotCounted, TypeVersion, WorkState


@dataclass(frozen=True)
class Outcome:
    """What an item is worth: its score, and why it is not counted (empty when it is)."""

    score: Score
    not_counted: str


def facts(item: KpiItem, clocks: Mapping[str, Clock]) -> dict[str, Any]:
    """The metrics of `item` as its rule wants them: typed ones, then the clocks', then corrections, which win."""
    metrics: dict[str, Any] = {**item.metrics, "priority": item.priority}
    for kind in ClockKind:
        clock = clocks.get(kind)
        if clock is not None:
            metrics[f"{kind}_seconds"] = clock.value_seconds
    if item.pk:
        metrics.update({override.metric: override.value for override in item.overrides.all()})
    return metrics


def outcome(item: KpiItem, clocks: Mapping[str, Clock], off_day: str, version: TypeVersion | None) -> Outcome:
    """What `item` is worth now; `off_day` names the day off it is dated on, if any. Reads only; the ledger writes."""
    parameters = version.parameters if version else {}
    score = RULES[item.type.rule].score(parameters, facts(item, clocks))
    return Outcome(score=score, not_counted=why_not_counted(item, score, off_day))


def off_day_name(calendar: Calendar, day: date, instants: Iterable[datetime] = ()) -> str:
    """The name of the day off that `day` is ("weekend" or the holiday's), empty on a working day.

    Empty too when one of `instants`, at which the work was begun or ended, lies in the tail of a night shift that
    started the day before (domain section 5).
    """
    off = calendar.off_day(day)
    return "" if off is None or calendar.counts_on(day, instants) else off.name or off.kind


def why_not_counted(item: KpiItem, score: Score, off_day: str) -> str:
    """The reason, in the order in which people would name it (domain section 7); empty when the item counts."""
    ended = {
        WorkState.REJECTED: NotCounted.REJECTED,
        WorkState.WITHDRAWN: NotCounted.WITHDRAWN,
        WorkState.MERGED: NotCounted.MERGED,
        WorkState.OPEN: NotCounted.PENDING,
    }.get(WorkState(item.state))
    if ended is not None:
        return ended
    if item.owner_id is None:
        return NotCounted.NO_OWNER
    if off_day and not item.count_off_day:
        return NotCounted.OFF_DAY
    if score.value is None:
        return NotCounted.METRICS_MISSING
    return ""
