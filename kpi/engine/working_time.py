"""Working time of one calendar: local windows in, UTC instants out. The algebra is told in docs/engine.md.

Source of the rules: the domain page, section 5. Windows are half-open [from, to); their union counts once; a window
belongs to the day it starts on, so a holiday removes the shifts that start on it; everything is computed on instants.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from kpi.engine.blocks import Blocks
from kpi.engine.days import Days
from kpi.engine.instants import EPOCH_DAY, load_zone, local_day, microseconds, to_datetime, to_microseconds
from kpi.engine.segments import Segment, segments
from kpi.engine.windows import DAY, CalendarError, Hours, Week, Window

__all__ = ["Calendar", "CalendarError", "Hours", "OffDay", "Segment", "Week", "Window"]

RULES_ONLY: Final = date(2100, 1, 1).toordinal()
"""From here on no zone has clock changes listed one by one (the last, Morocco's, are in 2087): only yearly rules."""


@dataclass(frozen=True)
class OffDay:
    """A local date on which no window starts, and the holiday's name where it is one ("" without a name)."""

    kind: Literal["weekend", "holiday"]
    name: str = ""


@dataclass(frozen=True, eq=False)
class Calendar:
    """Zone, weekly hours by date, replaced days and holidays. Immutable, hashable, made to be kept in a cache.

    `replaced` gives a date its own windows (none: a day off) and beats `holidays`, which beat the week. Before the
    first `valid_from` there are no hours. Raises CalendarError for an unknown zone, overlapping windows, hours given
    twice for one day. `elapsed`, `due` and the others take O(log n) of the days covered once the days were laid;
    laying is done once per three weeks touched.
    """

    zone: str
    hours: Sequence[Hours] = ()
    replaced: Mapping[date, Sequence[Window]] = field(default_factory=dict)
    holidays: Mapping[date, str] = field(default_factory=dict)
    version: str = ""
    name: str = ""
    _days: Days = field(init=False, repr=False)
    _blocks: Blocks = field(init=False, repr=False)
    _content: tuple[object, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        replaced = {day: tuple(windows) for day, windows in self.replaced.items()}
        days = Days(load_zone(self.zone), self.hours, replaced, self.holidays)
        settled = (max(RULES_ONLY, days.last_change() + 3) - EPOCH_DAY) * DAY
        keep = {
            "hours": tuple(self.hours),
            "replaced": MappingProxyType(replaced),
            "holidays": MappingProxyType(dict(self.holidays)),
            "_days": days,
            "_blocks": Blocks(days, settled),
        }
        for attribute, value in keep.items():
            object.__setattr__(self, attribute, value)
        object.__setattr__(self, "_content", self._contents())

    def elapsed(self, start: datetime, stop: datetime) -> timedelta:
        """Working time in [start, stop), exact, in real seconds; 0 when stop is not after start."""
        low, high = to_microseconds(start), to_microseconds(stop)
        return timedelta(microseconds=self._blocks.between(low, high)) if low < high else timedelta()

    def due(self, start: datetime, target: timedelta) -> datetime | None:
        """The earliest UTC instant at which `elapsed(start, instant)` equals the target: start itself for 0.

        None when there is not so much working time before the end of year 9999. ValueError for a negative target.
        """
        if target < timedelta():
            raise ValueError("A target cannot be negative.")
        instant: int | None = to_microseconds(start)
        if target and instant is not None:
            instant = self._blocks.reached(instant, microseconds(target))
        return to_datetime(instant) if instant is not None else None

    def intervals(self, start: datetime, stop: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The working intervals inside [start, stop), UTC, in order, joined where they touch."""
        running: tuple[int, int] | None = None
        for low, high in self._blocks.stretches(to_microseconds(start), to_microseconds(stop)):
            if running and low == running[1]:
                running = running[0], high
                continue
            if running:
                yield to_datetime(running[0]), to_datetime(running[1])
            running = low, high
        if running:
            yield to_datetime(running[0]), to_datetime(running[1])

    def is_working(self, at: datetime) -> bool:
        """Whether the instant lies inside a window: its beginning does, its end does not."""
        instant = to_microseconds(at)
        return self._blocks.between(instant, instant + 1) == 1

    def next_opening(self, at: datetime) -> datetime | None:
        """The first working instant from `at` on: `at` itself while working; None without any ahead."""
        instant = self._next(to_microseconds(at), idle=False)
        return to_datetime(instant) if instant is not None else None

    def closing(self, at: datetime) -> datetime | None:
        """The end of the interval running at `at`; None outside working time, or when it never ends."""
        if not self.is_working(at):
            return None
        instant = self._next(to_microseconds(at), idle=True)
        return to_datetime(instant) if instant is not None else None

    def off_day(self, day: date) -> OffDay | None:
        """Why no window starts on the local date, or None when one does."""
        if self._days.working(day.toordinal()):
            return None
        if day in self.holidays or day in self.replaced:
            return OffDay("holiday", self.holidays.get(day, ""))
        return OffDay("weekend")

    def counts_on(self, day: date, instants: Iterable[datetime]) -> bool:
        """Whether work dated `day` is work of a working day.

        It is unless the day is off; on a day off it still is when one of the instants lies on that local date inside
        a window started the day before: the tail of a night shift.
        """
        ordinal = day.toordinal()
        if self._days.working(ordinal):
            return True
        tails = self._days.working(ordinal - 1) if ordinal > 1 else []
        found = [to_microseconds(at) for at in instants]
        return any(
            start <= at < end for start, end in tails for at in found if local_day(self._days.zone, at) == ordinal
        )

    def segments(self, start: datetime, stop: datetime) -> list[Segment]:
        """[start, stop) without gaps as working, off and holiday time, for the strip that explains a clock."""
        low, high = to_datetime(to_microseconds(start)), to_datetime(to_microseconds(stop))
        return segments(self._days, self.intervals(low, high), low, high, self._off)

    def _off(self, day: int) -> str | None:
        """The holiday's name when the day (ordinal) is off as a holiday, else None."""
        off = self.off_day(date.fromordinal(day))
        return off.name if off and off.kind == "holiday" else None

    def _next(self, instant: int, *, idle: bool) -> int | None:
        reached = self._blocks.reached(instant, 1, idle=idle)
        return reached - 1 if reached is not None else None

    def _contents(self) -> tuple[object, ...]:
        weeks = (
            (one.valid_from, tuple((day, tuple(one.week[day])) for day in sorted(one.week) if one.week[day]))
            for one in self.hours
        )
        replaced, holidays = sorted(self.replaced.items()), sorted(self.holidays.items())
        return self.zone, tuple(weeks), tuple(replaced), tuple(holidays), self.version, self.name

    def __eq__(self, other: object) -> bool:
        return self._content == other._content if isinstance(other, Calendar) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._content)

    def __reduce__(self) -> tuple[type["Calendar"], tuple[object, ...]]:
        plain = self.zone, self.hours, dict(self.replaced), dict(self.holidays), self.version, self.name
        return Calendar, plain
