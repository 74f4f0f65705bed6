"""Instants as whole microseconds since 1970 UTC, and the step from a local time of a zone to its instant."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from kpi.engine.windows import DAY, SECOND, CalendarError

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
FIRST: Final = (date.min.toordinal() - EPOCH_DAY) * DAY
"""The first instant a datetime can hold in UTC: the beginning of year 1."""
END: Final = (date.max.toordinal() + 1 - EPOCH_DAY) * DAY
"""The first instant no datetime can hold: the end of year 9999."""


def to_microseconds(at: datetime) -> int:
    """Microseconds since 1970 UTC of an aware datetime, kept inside years 1-9999. ValueError when naive."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"{at!r} carries no zone; working time needs aware datetimes.")
    return min(max(microseconds(at - EPOCH), FIRST), END)


def to_datetime(instant: int) -> datetime:
    """The UTC datetime of an instant; the end of year 9999 becomes its last microsecond."""
    return EPOCH + timedelta(microseconds=min(instant, END - 1))


def microseconds(delta: timedelta | None) -> int:
    """A timedelta as an exact integer; a zone without an offset has none."""
    if delta is None:
        return 0
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds


def load_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. CalendarError when there is none of this name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, malformed, or the name of a directory
        raise CalendarError(f"{name!r} is not a known time zone; use an IANA name such as Asia/Jakarta.") from None


def local_day(zone: tzinfo, instant: int) -> int:
    """The ordinal of the local date at an instant, kept inside years 1-9999."""
    try:
        return to_datetime(instant).astimezone(zone).toordinal()
    except OverflowError:
        return 1 if instant < 0 else date.max.toordinal()


def midnight_offsets(zone: tzinfo, first: int, last: int) -> list[timedelta | None]:
    """The UTC offset at each local midnight of the ordinals first ... last, before the change where it is ambiguous.

    Days after year 9999 repeat its last offset.
    """
    inside = min(last, date.max.toordinal())
    offsets = [zone.utcoffset(datetime.fromordinal(day)) for day in range(first, inside + 1)]
    return offsets + offsets[-1:] * (last - inside)


def instant_of(zone: tzinfo, local: int) -> int:
    """The instant of a local time (microseconds since local 1970). Source: domain page, section 5, window edges.

    A time inside a daylight-saving gap moves to the gap's end; an ambiguous time is its first occurrence.
    """
    inside = min(max(local, FIRST), END - 1)
    naive = datetime(1970, 1, 1) + timedelta(microseconds=inside)  # noqa: DTZ001 - a local wall time has no zone yet
    before, after = _offset(zone, naive), _offset(zone, naive.replace(fold=1))
    if after <= before:
        return local - microseconds(before)
    return _change_between(zone, local - microseconds(after), local - microseconds(before))


def at_local(zone: str, wall: datetime) -> datetime:
    """The UTC instant of a naive wall time in the zone of an IANA name, moved and chosen as `instant_of` does."""
    return to_datetime(instant_of(load_zone(zone), microseconds(wall - datetime(1970, 1, 1))))  # noqa: DTZ001


def _offset(zone: tzinfo, naive: datetime) -> timedelta:
    return zone.utcoffset(naive) or timedelta()


def _change_between(zone: tzinfo, low: int, high: int) -> int:
    """The instant in (low, high] at which the zone changes its offset, to the second, as zone data is."""
    low, high = low // SECOND, -(-high // SECOND)
    old = _offset_since(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset_since(zone, middle) == old:
            low = middle
        else:
            high = middle
    return high * SECOND


def _offset_since(zone: tzinfo, seconds: int) -> timedelta | None:
    return (EPOCH + timedelta(seconds=seconds)).astimezone(zone).utcoffset()
