"""The admin's house has a place for everything, and its pages are called by what they show."""

import re

import pytest
from django.contrib import admin
from django.test import Client

from kpiweb.admin_sections import EMPTY, SECTIONS
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def test_every_model_of_the_admin_stands_in_one_section() -> None:
    placed = [label for section in SECTIONS for label, _words in section.models]
    assert sorted(placed) == sorted(model._meta.label for model in admin.site._registry)


def test_the_index_says_what_each_list_is_for(house: Client) -> None:
    page = house.get("/admin/").content.decode()
    headings = re.findall(r"<h2 id=\"[a-z]+\">([^<]+)</h2>", page)
    assert headings == [str(section.name) for section in SECTIONS]
    for section in SECTIONS:
        for _label, words in section.models:
            assert f"<p>{words}</p>" in page


def test_what_rows_make_up_together_names_their_list_and_not_their_number(house: Client, cast: Cast) -> None:
    assert ">Department-type map</a>" in house.get("/admin/").content.decode()
    page = house.get("/admin/kpi/departmenttype/").content.decode()
    assert ["<h1>Department-type map</h1>" in page, "4 rows of the department-type map" in page] == [True, True]
    assert "<h1>Working hours</h1>" in house.get("/admin/kpi/workinghours/").content.decode()


def test_only_admins_are_offered_to_import_and_to_add(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    page = client.get("/admin/").content.decode()
    assert "Changes of settings" in page
    assert "Import holidays" not in page
    assert ">Add</a>" not in page


def test_a_list_is_called_by_its_rows_and_a_form_by_its_row(house: Client, cast: Cast) -> None:
    page = house.get("/admin/accounts/user/", {"role__exact": "agent"}).content.decode()
    assert "<h1>Users</h1>" in page
    assert "Role: <strong>Agent</strong>" in page
    assert page.index('id="changelist-filter"') < page.index('id="changelist-form"'), "read before what it filters"
    form = house.get(f"/admin/accounts/department/{cast.department.pk}/change/").content.decode()
    assert "<h1>Kenya / Operations</h1>" in form


def test_what_you_did_last_leads_back_to_it(house: Client, cast: Cast) -> None:
    assert "What you did last" not in house.get("/admin/").content.decode()
    house.post("/admin/kpi/kpigroup/add/", {"name": "Care", "position": "3"})
    page = house.get("/admin/").content.decode()
    assert re.search(r'<a href="/admin/kpi/kpigroup/\d+/change/">Care</a><p>Added, KPI group</p>', page)


def test_an_empty_list_says_where_its_rows_come_from(client: Client, house: Client, cast: Cast) -> None:
    locks = house.get("/admin/kpi/monthlock/").text
    assert "No month was ever locked." in locks
    assert '<a href="/performance/">Open the reports</a>' in locks
    assert "The button above adds the first one." in house.get("/admin/kpi/uptimeunit/").text
    assert 'name="action"' not in house.get("/admin/kpi/uptimeunit/").text
    searched = house.get("/admin/kpi/kpitype/", {"q": "nothing of that name"}).text
    assert "Nothing here is as you asked." in searched
    client.force_login(cast.manager)
    assert "The button above" not in client.get("/admin/kpi/uptimeunit/").text


def test_what_empty_lists_say_is_of_lists_that_there_are() -> None:
    assert set(EMPTY) <= {model._meta.label for model in admin.site._registry}
