"""Months as the product names them: the date of their first day. Stepping, reading from an address, their instants."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
EARLIEST, LATEST = 2000, 2100  # years a page accepts


def month_of(day: date) -> date:
    """The month that `day` lies in."""
    return day.replace(day=1)


def step(month: date, by: int) -> date:
    """The month `by` months after `month`."""
    index = month.year * 12 + month.month - 1 + by
    return date(index // 12, index % 12 + 1, 1)


def last_day(month: date) -> date:
    """The last day of the month that `month` lies in."""
    return step(month, 1) - timedelta(days=1)


def read(text: str) -> date | None:
    """ "2026-10" as its first day; None for anything else."""
    written_so = MONTH.fullmatch(text)
    year, number = (int(part) for part in written_so.groups()) if written_so else (0, 0)
    return date(year, number, 1) if EARLIEST <= year <= LATEST and 1 <= number <= 12 else None


def written(month: date) -> str:
    """As `read` takes it: "2026-10"."""
    return f"{month:%Y-%m}"


def midnight(day: date, zone: str) -> datetime:
    """The instant at which the local day begins, in UTC."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def is_over(month: date, *, zone: str, as_of: datetime) -> bool:
    """Whether the month has ended in `zone`."""
    return as_of >= midnight(step(month, 1), zone)
