"""Months in addresses: /performance/2026-10/. Use it as <month:month> after importing this module."""

from datetime import date

from django.urls import register_converter

from kpi import months


class MonthInPath:
    """A month is the date of its first day in views and "2026-10" in an address; what is no month is no address."""

    regex = months.MONTH.pattern.replace("(", "(?:")

    def to_python(self, value: str) -> date:
        month = months.read(value)
        if month is None:
            raise ValueError(value)
        return month

    def to_url(self, value: date) -> str:
        return months.written(value)


register_converter(MonthInPath, "month")
