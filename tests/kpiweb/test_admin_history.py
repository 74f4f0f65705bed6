"""The History of a row shows what the audit log knows of it: who, when, before and after."""

import re
from html import unescape

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import Department, User
from kpiweb.admin_history import DONE_BY_HAND, TICKETS
from kpiweb.audit import AUDITED, WRITTEN_ELSEWHERE
from tests.cast import START, Cast, make_ticket, minutes

pytestmark = pytest.mark.django_db
PLAIN = {"kpi.Cell", "kpi.Change", "kpi.DriftCheck", "kpi.MonthLock", "tickets.TicketEvent", "accounts.SettingsChange"}


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def history(house: Client, row: Department | User) -> str:
    """The page that the History of a row's form leads to."""
    form = house.get(reverse(f"admin:accounts_{row._meta.model_name}_change", args=[row.pk])).content.decode()
    link = re.search(r'href="([^"]+)" class="historylink"', form)
    assert link
    page: str = house.get(unescape(link[1])).content.decode()
    return page


def test_it_tells_who_changed_what_of_this_row_alone(house: Client, cast: Cast) -> None:
    for row in (cast.department, cast.other_department):
        row.refresh_from_db()
        row.reopen_days = 30
        row.save()
    page = history(house, cast.department)
    assert "History of: <strong>Kenya / Operations</strong>" in page
    assert "14 → 30" in page
    assert "Kenya / Finance" not in page


def test_a_row_and_another_kind_with_the_same_key_are_two(house: Client, cast: Cast) -> None:
    page = history(house, cast.mate)
    assert "History of: <strong>Moses Mate</strong>" in page
    assert page.count('<td class="field-person">') == 1


def test_the_old_address_of_a_history_leads_there(house: Client, cast: Cast) -> None:
    old = reverse("admin:accounts_department_history", args=[cast.department.pk])
    assert house.get(old).url == f"/admin/accounts/settingschange/?of=accounts.department%3A{cast.department.pk}"  # type: ignore[attr-defined]
    ticket = make_ticket(cast, at=START + minutes(1))
    events = house.get(reverse("admin:tickets_pendingticket_history", args=[ticket.pk])).url  # type: ignore[attr-defined]
    assert events == f"/admin/tickets/ticketevent/?q={ticket.pk}"
    assert "Submitted" in house.get(events).content.decode()


def test_who_may_not_look_at_a_row_may_not_look_at_its_history(client: Client, cast: Cast) -> None:
    client.force_login(cast.assignee)
    answer = client.get(reverse("admin:accounts_department_history", args=[cast.department.pk]))
    assert "/login/" in answer.url  # type: ignore[attr-defined]


@pytest.mark.parametrize("odd", ["x", ":", "accounts.department:", "accounts.department:99999999999999999999", "a:b:c"])
def test_an_address_that_names_nothing_shows_nothing(house: Client, odd: str) -> None:
    page = house.get("/admin/accounts/settingschange/", {"of": odd}).content.decode()
    assert "0 changes of settings" in page


def test_every_model_has_a_history_or_is_one() -> None:
    everything = {model._meta.label for model in admin.site._registry}
    assert everything == (set(AUDITED) & everything) | TICKETS | DONE_BY_HAND | PLAIN
    assert set(WRITTEN_ELSEWHERE) >= (TICKETS | DONE_BY_HAND | PLAIN)
