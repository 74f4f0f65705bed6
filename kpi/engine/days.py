"""The days of a calendar: which windows start on a local date, and the working stretches they make on the UTC line."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from kpi.engine.instants import EPOCH_DAY, FIRST, instant_of, local_day, microseconds, midnight_offsets
from kpi.engine.windows import DAY, Hours, Stretch, Window, in_order, stretches

LAST_DAY: Final = date.max.toordinal()
TIMELESS: Final = (((),) * 7, (((0, DAY),),) * 7)
"""Weeks that no clock change disturbs: never and always."""


class Days:
    """Local dates (as ordinals) to windows to instants. A replaced date beats a holiday, a holiday beats the week."""

    def __init__(
        self,
        zone: ZoneInfo,
        hours: Sequence[Hours],
        replaced: Mapping[date, Sequence[Window]],
        holidays: Mapping[date, str],
    ) -> None:
        self.zone = zone
        ordered = list(in_order(hours))
        self._valid_from = [first for first, _ in ordered]
        self._weeks = [week for _, week in ordered]
        self._special: dict[int, tuple[Stretch, ...]] = {day.toordinal(): () for day in holidays}
        self._special |= {day.toordinal(): stretches(windows, str(day)) for day, windows in replaced.items()}
        self._special_days = sorted(self._special)

    def last_change(self) -> int:
        """The ordinal after which only the week and the zone decide; 1 when nothing else ever does."""
        return max([1, *self._valid_from, *self._special])

    def starting_on(self, day: int) -> tuple[Stretch, ...]:
        """The windows that start on the day, in local microseconds since its midnight."""
        special = self._special.get(day)
        if special is not None:
            return special
        version = bisect_right(self._valid_from, day) - 1
        return self._weeks[version][(day - 1) % 7] if version >= 0 else ()

    def working(self, day: int) -> list[Stretch]:
        """The instants of the windows that start on the day. What a clock change leaves empty vanishes."""
        midnight = (day - EPOCH_DAY) * DAY
        edges = ((midnight + start, midnight + end) for start, end in self.starting_on(day))
        found = ((instant_of(self.zone, start), instant_of(self.zone, end)) for start, end in edges)
        return [(start, end) for start, end in found if start < end]

    def lay(self, low: int, high: int) -> Iterator[Stretch]:
        """The working stretches in [low, high), in order, disjoint, joined where they touch or overlap."""
        running: Stretch | None = None
        for start, end in self._windows_around(low, high):
            start, end = max(start, low), min(end, high)
            if start >= end:
                continue
            if running and start <= running[1]:
                running = running[0], max(end, running[1])
                continue
            if running:
                yield running
            running = start, end
        if running:
            yield running

    def pattern(self, low: int, high: int) -> int | None:
        """Which weekly hours alone make the stretches in [low, high), where clocks and dates disturb them nowhere.

        Spans of whole weeks with the same pattern hold the same working time, whatever the offset.
        """
        first, last = self._reaching(low, high)
        if first < 1 or last > LAST_DAY - 2:
            return None
        version = bisect_right(self._valid_from, first)
        disturbed = bisect_right(self._special_days, first - 1) != bisect_right(self._special_days, last)
        if disturbed or version != bisect_right(self._valid_from, last):
            return None
        timeless = not version or self._weeks[version - 1] in TIMELESS
        return version if timeless or len(set(midnight_offsets(self.zone, first, last + 2))) == 1 else None

    def _reaching(self, low: int, high: int) -> tuple[int, int]:
        # A window lasts at most 24 hours, so one that reaches low started on its local day or on the day before.
        return local_day(self.zone, max(low, FIRST)) - 1, local_day(self.zone, high) + 1

    def _windows_around(self, low: int, high: int) -> Iterator[Stretch]:
        first, last = self._reaching(low, high)
        first, last = max(first, 1), min(last, LAST_DAY)
        # No zone ever changed its offset and back within two days, so equal midnights mean a steady offset between.
        offsets = midnight_offsets(self.zone, first, last + 2)
        for place, day in enumerate(range(first, last + 1)):
            if not offsets[place] == offsets[place + 1] == offsets[place + 2]:
                yield from self.working(day)
                continue
            midnight = (day - EPOCH_DAY) * DAY - microseconds(offsets[place])
            for start, end in self.starting_on(day):
                yield midnight + start, midnight + end
