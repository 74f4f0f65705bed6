"""The calendar simulator: a start and a target, or an end, and every interval on the way, by the engine that scores."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from accounts.models import Country, Department
from kpi import calendars
from kpi.engine.segments import Segment
from kpi.engine.working_time import Calendar
from kpi.models import ReplacedDay, WorkingHours

MOST_SHOWN = 300  # intervals; a longer list is unreadable, the sums stay exact
MOST_DAYS = 366 * 3
ORDER = ("working", "off", "holiday")


class Interval(NamedTuple):
    """One stretch of time: its kind, the holiday's name, its seconds, and what has counted by its end."""

    kind: str
    name: str
    start: datetime
    stop: datetime
    seconds: int
    so_far: int


@dataclass(frozen=True)
class Simulation:
    """What a clock would do. `due` is None when the target is never reached, or when an end was given."""

    calendar: Calendar
    start: datetime
    target: timedelta | None
    due: datetime | None
    stop: datetime
    intervals: list[Interval]
    sums: list[tuple[str, str, int]]

    @property
    def worked(self) -> int:
        """Seconds that count."""
        return sum(seconds for kind, _name, seconds in self.sums if kind == "working")

    @property
    def whole(self) -> int:
        """Seconds by the wall clock."""
        return int((self.stop - self.start).total_seconds())

    @property
    def shown(self) -> list[Interval]:
        return self.intervals[:MOST_SHOWN]

    @property
    def bars(self) -> list[tuple[str, str, str]]:
        """(kind, x, width) in percent of the strip."""
        return [
            (one.kind, self._percent(one.start), self._percent(self.start + (one.stop - one.start)))
            for one in self.shown
        ]

    @property
    def is_cut(self) -> bool:
        return len(self.intervals) > MOST_SHOWN

    @property
    def drawn_until(self) -> datetime:
        """Where the strip ends."""
        return self.shown[-1].stop if self.intervals else self.stop

    def _percent(self, at: datetime) -> str:
        return f"{100 * (at - self.start) / (self.drawn_until - self.start):.2f}%"


def for_country(country: Country) -> Calendar:
    """The calendar of a country, as its departments without hours of their own have it."""
    place = Department(pk=0, country=country, name=country.name)
    hours = WorkingHours.objects.filter(country=country)
    return calendars.made_of([place], hours, ReplacedDay.objects.filter(country=country))[0]


def to_target(calendar: Calendar, start: datetime, target: timedelta) -> Simulation:
    """Run from `start` until the target is reached."""
    due = calendar.due(start, target)
    far = start + timedelta(days=MOST_DAYS)
    stop = far if due is None or due > far else due
    return _told(calendar, start, stop, target, due)


def to_end(calendar: Calendar, start: datetime, stop: datetime) -> Simulation:
    """Run from `start` to `stop`, which is later."""
    return _told(calendar, start, stop, None, None)


def _told(
    calendar: Calendar, start: datetime, stop: datetime, target: timedelta | None, due: datetime | None
) -> Simulation:
    found: list[Interval] = []
    sums: Counter[tuple[str, str]] = Counter()
    so_far = 0
    for segment in calendar.segments(start, stop):
        seconds = int((segment.stop - segment.start).total_seconds())
        so_far += seconds if segment.kind == "working" else 0
        sums[segment.kind, segment.name] += seconds
        found.append(_interval(segment, seconds, so_far))
    ordered = sorted(sums.items(), key=lambda one: (ORDER.index(one[0][0]), one[0][1]))
    return Simulation(
        calendar, start, target, due, stop, found, [(kind, name, seconds) for (kind, name), seconds in ordered]
    )


def _interval(segment: Segment, seconds: int, so_far: int) -> Interval:
    return Interval(segment.kind, segment.name, segment.start, segment.stop, seconds, so_far)
