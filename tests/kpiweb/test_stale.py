"""Every form of the admin says when somebody else saved while it was open, once, and keeps what was typed."""

import re
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import Country, Department
from kpi.models import Change, TypeVersion
from kpiweb.stale import SEEN, RefusesStaleForms
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def opened(house: Client, address: str) -> dict[str, Any]:
    """What a browser would send back of the form as it was opened."""
    answer = house.get(address)
    form = answer.context["adminform"].form
    found = re.search(rf'name="{SEEN}" value="(\w+)"', answer.content.decode())
    assert found, "the page does not remember what it showed"
    values = {name: form[name].value() for name in form.fields}
    typed = {
        name: [getattr(one, "pk", one) for one in value] if isinstance(value, list) else value
        for name, value in values.items()
        if value not in (None, False)
    }
    return {**typed, SEEN: found[1]}


def test_what_is_no_number_at_all_is_refused_also_in_an_overtaken_form(house: Client, cast: Cast) -> None:
    row = TypeVersion.objects.create(
        type=cast.issue, valid_from=date(2190, 1, 1), group=cast.group, parameters={"response_target": 30}
    )
    address = f"/admin/kpi/typeversion/{row.pk}/change/"
    form = opened(house, address)
    TypeVersion.objects.filter(pk=row.pk).update(weight=3)
    answer = house.post(address, form | {"pass_mark": "sNaN"})
    assert answer.context["adminform"].form.errors["pass_mark"] == ["Enter a number, such as 95 or 92.5."]


def test_every_admin_of_the_house_has_it() -> None:
    without = [m._meta.label for m, one in admin.site._registry.items() if not isinstance(one, RefusesStaleForms)]
    assert without == []


def test_an_overtaken_form_is_refused_once_with_what_differs(house: Client, cast: Cast) -> None:
    address = f"/admin/accounts/country/{cast.country.pk}/change/"
    form = opened(house, address) | {"name": "Kenya (mine)"}
    Country.objects.filter(pk=cast.country.pk).update(name="Kenia (theirs)")
    answer = house.post(address, form)
    assert answer.context["adminform"].form.non_field_errors() == [
        "Somebody else saved this while you had it open. Save again to keep what you typed.",
        "Name is now stored as: Kenia (theirs)",
    ]
    page = answer.content.decode()
    assert 'value="Kenya (mine)"' in page, "what was typed stays"
    assert Country.objects.get(pk=cast.country.pk).name == "Kenia (theirs)"
    again = re.search(rf'name="{SEEN}" value="(\w+)"', page)
    assert again
    assert house.post(address, form | {SEEN: again[1]}).status_code == 302
    assert Country.objects.get(pk=cast.country.pk).name == "Kenya (mine)"


def test_a_form_that_nobody_overtook_is_saved(house: Client, cast: Cast) -> None:
    for address in (
        f"/admin/accounts/country/{cast.country.pk}/change/",
        f"/admin/accounts/department/{cast.department.pk}/change/",
        f"/admin/accounts/user/{cast.mate.pk}/change/",
        "/admin/accounts/sitesettings/1/change/",
    ):
        assert house.post(address, opened(house, address)).status_code == 302, address
    assert not Change.objects.exists()


def test_a_form_refused_for_another_reason_still_knows_what_it_saw(house: Client, cast: Cast) -> None:
    address = f"/admin/accounts/department/{cast.department.pk}/change/"
    form = opened(house, address)
    wrong = house.post(address, form | {"name": ""}).content.decode()
    assert f'name="{SEEN}" value="{form[SEEN]}"' in wrong
    Department.objects.get(pk=cast.department.pk).leads.set([cast.mate])
    said = house.post(address, form).context["adminform"].form.non_field_errors()
    assert said == [
        "Somebody else saved this while you had it open. Save again to keep what you typed.",
        f"Leads is now stored as: {cast.mate}",
    ]
