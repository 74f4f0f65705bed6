"""What the pages of a month share: who reads, which month, and what stands around its numbers."""

from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest

from accounts.models import User
from kpi import changes, locks, months
from kpi.frame import Frame
from kpi.readers import Reader, reader


def reader_of(request: HttpRequest) -> Reader:
    """What the viewer may read; Http404 for those who do not work here."""
    found = reader(cast(User, request.user))
    if found is None:
        raise Http404
    return found


def present_month(viewer: User, as_of: datetime) -> date:
    """The month it is where the viewer works, else where their account says they are."""
    zone = viewer.department.country.zone if viewer.department else viewer.zone or "UTC"
    return months.month_of(as_of.astimezone(ZoneInfo(zone)).date())


def around(month: date, frame: Frame) -> dict[str, Any]:
    """The month, its neighbours, and whether it is still running, locked (by whom) or being recalculated.

    One query, two for a locked month.
    """
    return {
        "nav": "performance",
        "month": month,
        "previous": months.step(month, -1),
        "next": months.step(month, 1),
        "so_far": any(not country.over for country in frame.countries),
        "lock": locks.holding(month) if frame.locked else None,
        "recalculating": changes.running(),
    }
