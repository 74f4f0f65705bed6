"""Clocks: working time over spans of several calendars. One function serves countdown, verdict and score.

Source of the rules: the domain page, section 4.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kpi.engine.instants import to_datetime, to_microseconds
from kpi.engine.segments import Segment, joined
from kpi.engine.working_time import Calendar


@dataclass(frozen=True)
class Span:
    """A stretch during which a clock runs on one calendar; open without a stop. A clock's spans do not overlap."""

    calendar: Calendar
    start: datetime
    stop: datetime | None = None


@dataclass(frozen=True)
class ClockState:
    """What a clock says at an instant.

    `met` is the verdict, or what it would be if the clock stopped now; None without a target or before the first
    span. `left` is what remains of the target, negative once it is breached. `due` is None while paused.
    """

    elapsed: timedelta
    target: timedelta | None
    due: datetime | None
    running: bool
    met: bool | None
    breached: bool
    left: timedelta | None


def elapsed(spans: Iterable[Span], *, as_of: datetime) -> timedelta:
    """Working time of all spans, an open one counted to `as_of`. Exact, never negative."""
    return sum((span.calendar.elapsed(span.start, span.stop or as_of) for span in spans), timedelta())


def due(spans: Iterable[Span], target: timedelta | None) -> datetime | None:
    """The earliest UTC instant at which the elapsed time equals the target; it may lie inside a closed span.

    None without a target, without spans, while paused before the target is reached, or when there is not so much
    working time ahead.
    """
    if target is None:
        return None
    left = target
    for span in _in_order(spans):
        here = None if span.stop is None else span.calendar.elapsed(span.start, span.stop)
        if here is None or left <= here:
            return span.calendar.due(span.start, left)
        left -= here
    return None


def timeline(spans: Iterable[Span], *, as_of: datetime) -> list[Segment]:
    """All spans as segments in order, with the time between them as "waiting". An open span reaches to `as_of`."""
    return joined(_told(_in_order(spans), as_of))


def met(elapsed: timedelta, target: timedelta) -> bool:
    """60:00 of 60 passes, 60:01 fails."""
    return elapsed <= target


def state(spans: Sequence[Span], target: timedelta | None, as_of: datetime) -> ClockState:
    """The countdown, the verdict and the value of a clock at `as_of`."""
    gone = elapsed(spans, as_of=as_of)
    verdict = met(gone, target) if target is not None and spans else None
    return ClockState(
        elapsed=gone,
        target=target,
        due=due(spans, target),
        running=any(span.stop is None for span in spans),
        met=verdict,
        breached=verdict is False,
        left=target - gone if target is not None else None,
    )


def _in_order(spans: Iterable[Span]) -> list[Span]:
    return sorted(spans, key=lambda span: (span.start, span.stop is None, span.stop or span.start))


def _told(spans: Iterable[Span], as_of: datetime) -> Iterator[Segment]:
    reached: datetime | None = None
    for span in spans:
        start, stop = (to_datetime(to_microseconds(at)) for at in (span.start, span.stop or as_of))
        if reached is not None and reached < start:
            yield Segment("waiting", reached, start)
        yield from span.calendar.segments(start, stop)
        reached = max(stop, reached or stop, start)
