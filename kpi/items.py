"""The items behind a number, for the pages that list them; reports themselves read cells only."""

from datetime import date

from django.db.models import QuerySet

from accounts.models import User
from kpi.models import Breach, KpiItem


def items_of(owner: User, month: date) -> QuerySet[KpiItem]:
    """The items behind a person's number, counted and not, newest first."""
    return KpiItem.objects.filter(owner=owner, month=month).select_related("type", "department__country", "version")


def left_out(owner: User, month: date, *, most: int = 50) -> list[KpiItem]:
    """What was not counted and why, newest first; at most `most`."""
    return list(items_of(owner, month).exclude(not_counted="")[:most])


def reported_by(reporter: User, month: date, *, most: int = 50) -> list[KpiItem]:
    """The uptime that a person reported: of a unit, so in nobody's score. Newest first; at most `most`."""
    found = KpiItem.objects.filter(reporter=reporter, unit__isnull=False, month=month)
    return list(found.select_related("type", "unit", "reporter", "department__country")[:most])


def breaches_before_reassignment(owner: User, month: date) -> int:
    """Targets that `owner` passed on work of `month` which somebody else has now; outside every score."""
    return Breach.objects.filter(owner=owner, item__month=month).count()
