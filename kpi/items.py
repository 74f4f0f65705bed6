"""The items behind a number, for the pages that list them; reports themselves read cells only."""

from datetime import date

from django.db.models import QuerySet

from accounts.models import User
from kpi.models import Breach, KpiItem, KpiType


def items_of(owner: User, month: date, type_: KpiType | None = None) -> QuerySet[KpiItem]:
    """The items behind a person's number, counted and not, newest first."""
    items = KpiItem.objects.filter(owner=owner, month=month).select_related("type", "department__country", "version")
    return items.filter(type=type_) if type_ else items


def left_out(owner: User, month: date, *, most: int = 50) -> list[KpiItem]:
    """What was not counted and why, newest first; at most `most`."""
    return list(items_of(owner, month).exclude(not_counted="")[:most])


def breaches_before_reassignment(owner: User, month: date) -> int:
    """Targets that `owner` passed on work of `month` which somebody else has now; outside every score."""
    return Breach.objects.filter(owner=owner, item__month=month).count()
