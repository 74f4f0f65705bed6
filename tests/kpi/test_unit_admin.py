"""Uptime units in Django admin: added, ended, never taken away from what was reported of them."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from kpi import cells
from kpi.models import UptimeUnit
from tests.cast import Cast
from tests.kpi.months import done, make

pytestmark = pytest.mark.django_db
ADD = "/admin/kpi/uptimeunit/add/"


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def typed(cast: Cast, **fields: object) -> dict[str, object]:
    return {
        "department": cast.department.pk, "name": "Line 1", "code": "line-1", "active_from": "2026-01-01",
        "active_until": "", **fields,
    }  # fmt: skip


def page_of(unit: UptimeUnit, page: str = "change") -> str:
    return reverse(f"admin:kpi_uptimeunit_{page}", args=[unit.pk])


def reported(cast: Cast) -> UptimeUnit:
    """A unit that was down for ten minutes around the last midnight of its life, and ten hours before."""
    unit = UptimeUnit.objects.create(
        department=cast.department, code="line-1", name="Line 1", active_from=date(2026, 1, 1)
    )
    type_ = make("lines", "uptime", cast.group, [cast.department])
    for start in ("2026-10-14T14:00", "2026-10-14T23:55"):
        done(type_, cast.assignee, {"unit": unit.pk, "down_from": start, "downtime_minutes": 10})
    return unit


def test_a_unit_is_added(house: Client, cast: Cast) -> None:
    assert house.post(ADD, typed(cast)).status_code == 302
    unit = UptimeUnit.objects.get()
    assert (unit.department, unit.name, unit.active_until) == (cast.department, "Line 1", None)


def test_a_last_day_before_the_first_is_refused_beside_what_was_typed(house: Client, cast: Cast) -> None:
    page = house.post(ADD, typed(cast, active_until="2025-12-31"))
    assert "The last active day must be on or after the first one." in page.content.decode()
    assert page.context["adminform"].form["name"].value() == "Line 1"
    assert not UptimeUnit.objects.exists()


def test_ending_a_unit_counts_its_months_anew(house: Client, cast: Cast) -> None:
    unit = reported(cast)
    assert unit.cells.get().amounts["24x7"] == 20 * 60
    assert house.post(page_of(unit), typed(cast, active_until="2026-10-14")).status_code == 302
    assert unit.cells.get().amounts["24x7"] == 15 * 60
    assert cells.drift() == []


def test_a_reported_unit_stays_with_its_department_and_is_not_deleted(house: Client, cast: Cast) -> None:
    unit = reported(cast)
    house.post(page_of(unit), typed(cast, department=cast.other_department.pk))
    unit.refresh_from_db()
    assert unit.department == cast.department
    house.post(page_of(unit, "delete"), {"post": "yes"})
    assert UptimeUnit.objects.filter(pk=unit.pk).exists()
