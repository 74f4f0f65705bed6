"""Working time the slow way, from its definition alone: every minute of a span, in or out of a window.

An edge is the first minute at which the wall clock of the zone shows the edge's local time or a later one: that one
sentence moves an edge inside a gap to the gap's end and makes an ambiguous edge its first occurrence.
Shares no code with the engine beyond the names of its input.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from kpi.engine.working_time import Hours, Window

MINUTE = timedelta(minutes=1)
MARGIN = timedelta(days=3)


class Oracle:
    """Minutes of [start - 3 days, stop + 3 days): zone offsets, windows and instants must be whole minutes."""

    def __init__(
        self,
        zone: str,
        hours: Sequence[Hours],
        replaced: Mapping[date, Sequence[Window]],
        holidays: Mapping[date, str],
        start: datetime,
        stop: datetime,
    ) -> None:
        self.first = (start - MARGIN).astimezone(UTC)
        count = (stop + MARGIN - self.first) // MINUTE
        there = ZoneInfo(zone)
        local = [(self.first + MINUTE * n).astimezone(there).replace(tzinfo=None) for n in range(count)]
        self.reached = list(accumulate(local, max))
        self.hours, self.replaced, self.holidays = hours, replaced, holidays
        self.working = [False] * count
        self.started: dict[date, list[range]] = {}
        for n in range((local[-1].date() - local[0].date()).days - 1):
            self._open(local[0].date() + timedelta(days=n + 1))

    def windows(self, day: date) -> Sequence[Window]:
        if day in self.replaced:
            return self.replaced[day]
        if day in self.holidays:
            return ()
        valid = [one for one in self.hours if one.valid_from is None or one.valid_from <= day]
        latest = max(valid, key=lambda one: one.valid_from or date.min, default=Hours())
        return latest.week.get(day.weekday(), ())

    def _open(self, day: date) -> None:
        for begin, end in self.windows(day):
            last = day if end > begin else day + timedelta(days=1)
            minutes = range(self._minute(day, begin), self._minute(last, end))
            if minutes:
                self.started.setdefault(day, []).append(minutes)
            for minute in minutes:
                self.working[minute] = True

    def _minute(self, day: date, at: time) -> int:
        return bisect_left(self.reached, datetime.combine(day, at))

    def place(self, at: datetime) -> int:
        return (at - self.first) // MINUTE

    def elapsed(self, start: datetime, stop: datetime) -> timedelta:
        return MINUTE * sum(self.working[self.place(start) : self.place(stop)])

    def due(self, start: datetime, stop: datetime, target: timedelta) -> datetime | None:
        """The first minute at which the target is worked; None when it is not before `stop`."""
        left = target // MINUTE
        for place in range(self.place(start), self.place(stop)):
            if not left:
                return self.first + MINUTE * place
            left -= self.working[place]
        return stop if not left else None
