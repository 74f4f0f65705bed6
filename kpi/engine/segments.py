"""A span told as consecutive segments: the strip of working, off, holiday and waiting time that explains a clock."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal

from kpi.engine.days import LAST_DAY, Days
from kpi.engine.instants import END, EPOCH_DAY, instant_of, local_day, to_datetime, to_microseconds
from kpi.engine.windows import DAY

Kind = Literal["working", "off", "holiday", "waiting"]


@dataclass(frozen=True)
class Segment:
    """[start, stop) in UTC of one kind; `name` is the holiday's. A calendar never says "waiting", a clock does."""

    kind: Kind
    start: datetime
    stop: datetime
    name: str = ""


def segments(
    days: Days,
    working: Iterable[tuple[datetime, datetime]],
    start: datetime,
    stop: datetime,
    holiday: Callable[[int], str | None],
) -> list[Segment]:
    """Fill the time between the working intervals of [start, stop): cut at local midnights, holidays named."""
    found: list[Segment] = []
    reached = start
    for low, high in working:
        found += _idle(days, reached, low, holiday)
        found.append(Segment("working", low, high))
        reached = high
    return joined([*found, *_idle(days, reached, stop, holiday)])


def joined(found: Iterable[Segment]) -> list[Segment]:
    """Neighbours of the same kind and name that touch become one."""
    result: list[Segment] = []
    for segment in found:
        last = result[-1] if result else None
        if last and (last.kind, last.name, last.stop) == (segment.kind, segment.name, segment.start):
            result[-1] = replace(last, stop=segment.stop)
        else:
            result.append(segment)
    return result


def _idle(days: Days, start: datetime, stop: datetime, holiday: Callable[[int], str | None]) -> Iterator[Segment]:
    while start < stop:
        day = local_day(days.zone, to_microseconds(start))
        end = min(_midnight_after(days, day, start), stop)
        name = holiday(day)
        yield Segment("off" if name is None else "holiday", start, end, name or "")
        start = end


def _midnight_after(days: Days, day: int, start: datetime) -> datetime:
    """The end of the local day on which `start` lies; the last instant there is, on the last day there is."""
    midnight = END if day == LAST_DAY else instant_of(days.zone, (day + 1 - EPOCH_DAY) * DAY)
    if to_datetime(midnight) > start:
        return to_datetime(midnight)
    # The clocks go back over midnight: the next day's first midnight has passed, its second is meant.
    local = start.astimezone(days.zone)
    return start + timedelta(days=1) - (local.replace(tzinfo=None) - datetime.combine(local.date(), time()))
