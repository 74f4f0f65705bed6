"""Working hours as people write them: windows of local time per weekday, valid from a date, and their validation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from itertools import pairwise
from typing import Final

Window = tuple[time, time]
"""(from, to) in local time. An end not after its start runs past midnight; 00:00-00:00 is the whole day."""

Week = Mapping[int, Sequence[Window]]
"""Weekday (0 = Monday) to the windows that start on it. A weekday left out has none."""

Stretch = tuple[int, int]
"""(from, to) in microseconds; of a window: since the local midnight it starts after, `to` at most 48 hours."""

SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class CalendarError(ValueError):
    """The hours, days or zone of a calendar cannot be used; the text says why, in words for an admin."""


@dataclass(frozen=True)
class Hours:
    """The weekly hours from a local date on (None: since ever) until the next Hours of the calendar."""

    valid_from: date | None = None
    week: Week = field(default_factory=dict)


def stretches(windows: Sequence[Window], where: str) -> tuple[Stretch, ...]:
    """The windows as sorted stretches. `where` names the day in messages. CalendarError when two overlap."""
    found = sorted((_stretch(window, where), window) for window in windows)
    for ((_, end), one), ((start, _), other) in pairwise(found):
        if start < end:
            raise CalendarError(f"{where}: {_words(one)} and {_words(other)} overlap.")
    return tuple(stretch for stretch, _ in found)


def week_stretches(week: Week) -> tuple[tuple[Stretch, ...], ...]:
    """Seven tuples of stretches, Monday first. CalendarError for a weekday other than 0-6 or an overlap."""
    for weekday in week:
        if weekday not in range(7):
            raise CalendarError(f"{weekday!r} is not a weekday: use 0 (Monday) to 6 (Sunday).")
    return tuple(stretches(week.get(weekday, ()), name) for weekday, name in enumerate(WEEKDAYS))


def in_order(hours: Sequence[Hours]) -> Iterator[tuple[int, tuple[tuple[Stretch, ...], ...]]]:
    """(ordinal of the first day, week) per Hours, earliest first. CalendarError when two begin on the same day."""
    known: set[int] = set()
    for one in sorted(hours, key=_first_day):
        if _first_day(one) in known:
            raise CalendarError(f"Two sets of hours are valid from {one.valid_from or 'the beginning'}.")
        known.add(_first_day(one))
        yield _first_day(one), week_stretches(one.week)


def _first_day(hours: Hours) -> int:
    return hours.valid_from.toordinal() if hours.valid_from else 0


def _stretch(window: Window, where: str) -> Stretch:
    start, end = (_since_midnight(edge, where) for edge in window)
    return start, end if end > start else end + DAY


def _since_midnight(edge: time, where: str) -> int:
    if edge.tzinfo is not None:
        raise CalendarError(f"{where}: {edge} carries a zone; windows are local times of the calendar's zone.")
    return (edge.hour * 3600 + edge.minute * 60 + edge.second) * SECOND + edge.microsecond


def _words(window: Window) -> str:
    return "-".join(edge.isoformat("minutes" if not edge.second else "auto") for edge in window)
