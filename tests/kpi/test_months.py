"""Months are the dates of their first days."""

from datetime import UTC, date, datetime

import pytest

from kpi import months


def test_steps_over_years() -> None:
    december = date(2025, 12, 1)
    assert (months.step(december, 1), months.step(december, -12)) == (date(2026, 1, 1), date(2024, 12, 1))
    assert months.last_day(date(2028, 2, 14)) == date(2028, 2, 29)
    assert months.month_of(date(2026, 11, 19)) == date(2026, 11, 1)


@pytest.mark.parametrize("text", ["", "2026-13", "2026", "1999-12", "2101-01", "2026-1-1", "२०२६-१०"])
def test_what_is_no_month_reads_as_none(text: str) -> None:
    assert months.read(text) is None


def test_reads_what_it_writes() -> None:
    assert months.read(months.written(date(2026, 10, 1))) == date(2026, 10, 1)


def test_a_month_ends_at_its_own_midnight() -> None:
    october = date(2026, 10, 1)
    nairobi_midnight = datetime(2026, 10, 31, 21, tzinfo=UTC)
    assert months.midnight(date(2026, 11, 1), "Africa/Nairobi") == nairobi_midnight
    assert months.is_over(october, zone="Africa/Nairobi", as_of=nairobi_midnight)
    assert not months.is_over(october, zone="UTC", as_of=nairobi_midnight)
