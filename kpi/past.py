"""Whether row writes reach back to a date up to today: what may be saved directly, and what is a change of the past."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.models import Country
from kpi import plans
from kpi.models import KpiItem
from kpi.plans import Write


def is_past(writes: Sequence[Write], *, at: datetime) -> bool:
    """Whether the writes have an effect on recorded work of a date up to today.

    What nothing was ever recorded under (a new type, the first hours of a country) has no past.
    """
    return any(
        KpiItem.objects.filter(_under(write)).exists() and _since(write) <= _today(write, at) for write in writes
    )


def _under(write: Write) -> Q:
    """The items that were recorded under whatever the row is about."""
    found = Q(pk__in=[])
    for row in (write.before, write.after):
        if row is None:
            continue
        key = {name: row[name] for name in ("type_id", "department_id", "country_id") if row.get(name)}
        found |= Q(**key)
    return found


def _since(write: Write) -> date:
    """The first date on which something is different."""
    rows = [row for row in (write.before, write.after) if row]
    first = min(date.fromisoformat(row.get("valid_from") or row["date"]) for row in rows)
    # The first row of a series covers all dates before it as well.
    return first if write.model == "replacedday" or _has_earlier(write, first) else date.min


def _has_earlier(write: Write, first: date) -> bool:
    names = ("type_id",) if write.model == "typeversion" else ("country_id", "department_id", "type_id")
    key = {name: value for name, value in write.either.items() if name in names}
    own = plans.MODELS[write.model]._default_manager.filter(valid_from__lt=first, **key)
    if write.either.get("department_id"):
        return True  # before its first row a department has its country's hours, and no types
    return own.exclude(pk=write.pk).exists()


def _today(write: Write, at: datetime) -> date:
    """The local date where the row is in force: for types, the latest there is."""
    row = write.either
    places = Country.objects.all()
    if row.get("country_id"):
        places = places.filter(pk=row["country_id"])
    elif row.get("department_id"):
        places = places.filter(departments=row["department_id"])
    return max((at.astimezone(ZoneInfo(place.zone)).date() for place in places), default=at.date())
