"""The years, months and days above a list of the admin, as Django has them, for a price that does not grow.

Django asks which of them have rows, and reads the whole table for it; here all between the first and the last row
are offered, which two look-ups in the index of the column tell.
"""

import calendar
from datetime import date, datetime
from typing import Any

from django import template
from django.contrib.admin.utils import get_fields_from_path
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

register = template.Library()


@register.inclusion_tag("admin/date_hierarchy.html")
def date_steps(cl: Any) -> dict[str, Any]:
    """The next finer step below what is chosen in the address, and the way back."""
    name = cl.date_hierarchy
    bounds = _bounds(cl, name)
    if bounds is None:
        return {"show": False}
    year, month, day = (_chosen(cl, f"{name}__{part}") for part in ("year", "month", "day"))
    if not year and bounds[0].year == bounds[1].year:
        return _months(cl, name, bounds, bounds[0].year)
    if not year:
        years = range(bounds[0].year, bounds[1].year + 1)
        return {"show": True, "back": None, "choices": [_choice(cl, name, str(one), year=one) for one in years]}
    if not month:
        return _months(cl, name, bounds, year) | {"back": _choice(cl, name, _("All dates"))}
    if not day:
        return _days(cl, name, bounds, year, month)
    chosen = date(year, month, day)
    back = _choice(cl, name, formats.date_format(chosen, "YEAR_MONTH_FORMAT"), year=year, month=month)
    return {"show": True, "back": back, "choices": [{"title": formats.date_format(chosen, "MONTH_DAY_FORMAT")}]}


def _months(cl: Any, name: str, bounds: tuple[date, date], year: int) -> dict[str, Any]:
    first, last = bounds[0].replace(day=1), bounds[1]
    months = [one for number in range(1, 13) if first <= (one := date(year, number, 1)) <= last]
    choices = [
        _choice(cl, name, formats.date_format(one, "YEAR_MONTH_FORMAT"), year=year, month=one.month) for one in months
    ]
    return {"show": True, "back": None, "choices": choices}


def _days(cl: Any, name: str, bounds: tuple[date, date], year: int, month: int) -> dict[str, Any]:
    numbers = range(1, calendar.monthrange(year, month)[1] + 1)
    days = [one for number in numbers if bounds[0] <= (one := date(year, month, number)) <= bounds[1]]
    choices = [
        _choice(cl, name, formats.date_format(one, "MONTH_DAY_FORMAT"), year=year, month=month, day=one.day)
        for one in days
    ]
    return {"show": True, "back": _choice(cl, name, str(year), year=year), "choices": choices}


def _bounds(cl: Any, name: str) -> tuple[date, date] | None:
    """The days of the first and the last row of the whole list."""
    if not get_fields_from_path(cl.model, name):
        return None
    rows = cl.root_queryset.exclude(**{name: None}).values_list(name, flat=True)
    ends = [list(rows.order_by(order)[:1]) for order in (name, f"-{name}")]
    return (_day(ends[0][0]), _day(ends[1][0])) if all(ends) else None


def _day(value: Any) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _chosen(cl: Any, name: str) -> int:
    value = cl.params.get(name)
    return int(value[-1] if isinstance(value, list) else value) if value else 0


def _choice(cl: Any, name: str, title: str, **parts: int) -> dict[str, str]:
    link = cl.get_query_string({f"{name}__{part}": value for part, value in parts.items()}, [f"{name}__"])
    return {"link": link, "title": capfirst(title)}
