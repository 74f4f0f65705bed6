"""Switching a department off and on in Django admin: what it means for its tickets is said, then it is done."""

import pytest
from django.test import Client

from accounts.models import SettingsChange
from intake import offers
from tests.cast import START, Cast, make_ticket, minutes
from tickets import conversation
from tickets.states import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def page_of(cast: Cast, page: str = "active") -> str:
    return f"/admin/accounts/department/{cast.department.pk}/{page}/"


def test_before_it_is_switched_off_the_open_tickets_are_counted(house: Client, cast: Cast) -> None:
    make_ticket(cast)
    make_ticket(cast, status=Status.PROGRESS)
    make_ticket(cast, status=Status.CLOSED)
    make_ticket(cast, department=cast.other_department)
    page = house.get(page_of(cast)).content.decode()
    assert "2 tickets are open here" in page
    assert "1 of them has nobody yet." in page
    assert "Its 3 agents can still sign in and log work." in page
    cast.department.refresh_from_db()
    assert cast.department.active


def test_switched_off_it_is_no_longer_offered_and_its_tickets_run_on(house: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    SettingsChange.objects.all().delete()
    house.post(page_of(cast), {"to": "off"})
    assert offers.departments() == [cast.other_department]
    conversation.reply(ticket.pk, actor=cast.assignee, at=START + minutes(9), body="Still here.")
    assert ticket.events.filter(body="Still here.").count() == 1
    written = SettingsChange.objects.filter(content_type__model="department").get()
    assert (written.actor, written.changes) == (cast.admin, {"active": [True, False]})


def test_switched_on_it_is_offered_again(house: Client, cast: Cast) -> None:
    house.post(page_of(cast), {"to": "off"})
    assert "What activating does" in house.get(page_of(cast)).content.decode()
    house.post(page_of(cast), {"to": "on"})
    assert cast.department in offers.departments()


def test_the_same_twice_is_done_once(house: Client, cast: Cast) -> None:
    SettingsChange.objects.all().delete()
    for _time in range(2):
        house.post(page_of(cast), {"to": "off"})
    assert SettingsChange.objects.filter(content_type__model="department").count() == 1


def test_a_department_where_work_is_recorded_keeps_its_country(house: Client, cast: Cast) -> None:
    assert "country" in house.get(page_of(cast, "change")).context["adminform"].form.fields
    make_ticket(cast)
    assert "country" not in house.get(page_of(cast, "change")).context["adminform"].form.fields
