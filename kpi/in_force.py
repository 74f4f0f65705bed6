"""What holds in a country at a moment: its hours, its special days of the year to come, its departments.

For the page of the country: few rows of each, whatever there is.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from accounts.models import Country, Department
from kpi.models import ReplacedDay, WorkingHours
from kpi.plan_words import week_in_words, windows_in_words

SHOWN = 20
AHEAD = timedelta(days=365)


@dataclass(frozen=True)
class Week:
    """A row of hours in words: {weekday: windows}."""

    row: WorkingHours
    lines: dict[str, str]


@dataclass(frozen=True)
class Day:
    """A special day and what is worked on it, "" for nothing."""

    row: ReplacedDay
    windows: str


@dataclass(frozen=True)
class InForce:
    """`wall` is the local time there, without a zone; `now` is None while nothing says when work is done.

    `more_...` says whether only the first rows are here.
    """

    wall: datetime
    now: Week | None
    later: list[WorkingHours]
    days: list[Day]
    more_days: bool
    departments: list[Department]
    more_departments: bool

    @property
    def today(self) -> date:
        return self.wall.date()


def in_force(country: Country, *, as_of: datetime) -> InForce:
    """Three queries. A department among them says with `own_hours` whether it overrides those of the country."""
    local = as_of.astimezone(ZoneInfo(country.zone))
    now, later = _weeks(country, local.date())
    ahead = ReplacedDay.objects.filter(country=country, date__gte=local.date(), date__lt=local.date() + AHEAD)
    days = [Day(row, windows_in_words(row.windows) if row.windows else "") for row in ahead[: SHOWN + 1]]
    own_hours = Exists(WorkingHours.objects.filter(department=OuterRef("pk")))
    places: Any = Department.objects.filter(country=country).order_by("-active", "name").annotate(own_hours=own_hours)
    departments = list(places[: SHOWN + 1])
    return InForce(
        wall=local.replace(tzinfo=None),
        now=Week(now, week_in_words(now.week)) if now else None,
        later=later,
        days=days[:SHOWN],
        more_days=len(days) > SHOWN,
        departments=departments[:SHOWN],
        more_departments=len(departments) > SHOWN,
    )


def _weeks(country: Country, today: date) -> tuple[WorkingHours | None, list[WorkingHours]]:
    """The row valid today, and those that are valid later. The first row also covers all days before it."""
    rows = list(WorkingHours.objects.filter(country=country).order_by("valid_from"))
    begun = [row for row in rows if row.valid_from <= today] or rows[:1]
    return (begun[-1], rows[len(begun) :][:SHOWN]) if begun else (None, [])
