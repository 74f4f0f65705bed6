"""Months of work for the tests of frames, reports and their pages: types of every kind of rule, entered in bulk."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Country, Department, User
from accounts.policies import apply_preset
from kpi import ledger
from kpi.models import DepartmentType, KpiGroup, KpiItem, KpiType, TypeVersion, UptimeUnit, WorkingHours, WorkState
from tests.cast import OFFICE_HOURS, SINCE, START, Cast

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
FIRST_DAY = date(2026, 10, 5)
RUNNING = datetime.fromisoformat("2026-10-16T06:00:00+00:00")  # half of October in Nairobi
OVER = datetime.fromisoformat("2026-11-10T06:00:00+00:00")
MINUTE = {"response_seconds": 60, "resolution_seconds": 60}  # both targets met
EVER = {"response_seconds": 10**6, "resolution_seconds": 10**6}  # both missed


def make(
    code: str,
    rule: str,
    group: KpiGroup,
    departments: Iterable[Department],
    *,
    weight: int = 1,
    pass_mark: object = 95,
    **parameters: Any,
) -> KpiType:
    """A type of any rule, offered by these departments since the beginning of the year."""
    type_ = KpiType.objects.create(code=code, name=code.title(), rule=rule)
    TypeVersion.objects.create(
        type=type_, valid_from=SINCE, group=group, weight=weight, pass_mark=pass_mark, parameters=parameters
    )
    for department in departments:
        DepartmentType.objects.create(department=department, type=type_, valid_from=SINCE)
    return type_


def done(
    type_: KpiType,
    owner: User | None,
    metrics: dict[str, Any],
    *,
    number: int = 1,
    day: date = FIRST_DAY,
    department: Department | None = None,
    state: WorkState = WorkState.DONE,
    at: datetime = START,
) -> list[KpiItem]:
    """`number` equal pieces of typed work of a day, in the owner's department unless another is given."""
    place = department or (owner.department if owner else None)
    assert place is not None
    reporter = owner if type_.rule == "uptime" else None
    facts = ledger.Facts(
        type_,
        place,
        day,
        owner=None if reporter else owner,
        reporter=reporter,
        state=state,
        metrics=metrics,
        source=KpiItem.Source.TYPED,
    )
    with transaction.atomic():
        return ledger.enter([facts] * number, at=at)


def second_country(cast: Cast) -> Department:
    """Indonesia with one department that offers the cast's types."""
    country = Country.objects.create(code="ID", name="Indonesia", zone="Asia/Jakarta")
    WorkingHours.objects.create(country=country, valid_from=SINCE, week=OFFICE_HOURS)
    department = Department(country=country, code="id-care", name="Customer Care")
    apply_preset(department, "kpi-web")
    department.save()
    for type_ in (cast.request, cast.issue):
        DepartmentType.objects.create(department=department, type=type_, valid_from=SINCE)
    return department


def unit(department: Department, code: str, **fields: Any) -> UptimeUnit:
    """A unit, active since the beginning of the year."""
    return UptimeUnit.objects.create(
        department=department, code=code, name=code.title(), **{"active_from": SINCE, **fields}
    )
