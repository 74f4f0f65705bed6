"""The audit log in Django admin: who, when, before -> after; filters, search and export."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import audit
from accounts.models import Country, Role, SettingsChange, User
from tests.cast import START, Cast

pytestmark = pytest.mark.django_db
LOG = "/admin/accounts/settingschange/"
EXPORT = f"{LOG}export/"


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    """The admin, signed in, before an empty log."""
    client.force_login(cast.admin)
    SettingsChange.objects.all().delete()
    return client


def change_country(client: Client, cast: Cast, **fields: Any) -> None:
    form = {"code": "KE", "name": "Kenya", "zone": "Africa/Nairobi", "date_format": "", **fields}
    assert client.post(f"/admin/accounts/country/{cast.country.pk}/change/", form).status_code == 302


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    text = b"".join(client.get(f"{EXPORT}{query}")).decode("utf-8-sig")  # type: ignore[arg-type]  # a streaming answer
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_an_admins_change_bears_name_address_and_both_values(house: Client, cast: Cast) -> None:
    change_country(house, cast, zone="Africa/Kampala")
    change = SettingsChange.objects.get()
    assert (change.actor, change.remote_addr) == (cast.admin, "127.0.0.1")
    page = house.get(f"{LOG}{change.pk}/change/").content.decode()
    assert "<th scope=row>Time zone</th><td>Africa/Nairobi</td><td>Africa/Kampala</td>" in page
    assert "Time zone: Africa/Nairobi → Africa/Kampala" in house.get(LOG).content.decode()


def test_a_forged_forwarded_address_is_not_believed(house: Client, cast: Cast) -> None:
    path = f"/admin/accounts/country/{cast.country.pk}/change/"
    form = {"code": "KE", "name": "Kenia", "zone": "Africa/Nairobi", "date_format": ""}
    house.post(path, form, headers={"X-Forwarded-For": "203.0.113.9"})
    assert SettingsChange.objects.get().remote_addr == "127.0.0.1"


def test_who_signs_up_has_an_address_and_no_account_yet(client: Client, db: None) -> None:
    form = {"name": "Nia New", "email": "nia@example.org", "password1": "an uncommon long one"}
    assert client.post("/accounts/signup/", form).status_code == 302
    change = SettingsChange.objects.get(content_type__model="user")
    assert (change.actor, change.remote_addr, change.object_repr) == (None, "127.0.0.1", "Nia New")
    assert "an uncommon long one" not in str(change.changes)


def test_every_bulk_action_over_people_leaves_a_row_for_each(house: Client, cast: Cast) -> None:
    crowd = [User(email=f"p{n}@crowd.example", name=f"P{n:04}", role=Role.CUSTOMER) for n in range(1001)]
    keys = [person.pk for person in User.objects.bulk_create(crowd)]
    chosen = {"action": "deactivate", "select_across": "1", "_selected_action": keys[:100], "confirmed": "1"}
    house.post("/admin/accounts/user/?q=%40crowd.example", chosen)
    rows = SettingsChange.objects.filter(actor=cast.admin, changes={"is_active": [True, False]})
    assert rows.count() == 1001
    assert User.objects.filter(pk__in=keys, is_active=True).count() == 0


def test_filters_and_search_narrow_the_list_and_its_export_alike(house: Client, cast: Cast) -> None:
    change_country(house, cast, name="Kenia")
    audit.update(User.objects.filter(pk=cast.mate.pk), actor=cast.lead, at=START, is_active=False)
    cases = {
        "": {"Kenia", "Moses Mate"},
        "?what=accounts.country": {"Kenia"},
        "?how=0": set(),
        "?q=lena": {"Moses Mate"},
        "?q=Kenia": {"Kenia"},
        f"?timestamp__year={START.year}&timestamp__month={START.month}": {"Moses Mate"},
    }
    for query, expected in cases.items():
        listed = house.get(f"{LOG}{query}").context["cl"].result_list
        assert {change.object_repr for change in listed} == expected, query
        assert {row["Which one"] for row in exported(house, query)} == expected, query


def test_the_export_is_safe_to_open(house: Client, cast: Cast) -> None:
    change_country(house, cast, name="=1+1")
    row = exported(house)[0]
    assert (row["Who"], row["How"], row["What"]) == ("Ada Admin", "Changed", "Country")
    assert (row["Which one"], row["Before → after"]) == ("'=1+1", "Name: Kenya → =1+1")


def test_the_export_costs_the_same_number_of_queries_at_any_length(
    house: Client, cast: Cast, django_assert_num_queries: Any
) -> None:
    countries = [Country(code=f"{a}{b}", name=f"{a}{b}", zone="UTC") for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJ"]
    for number in (3, 97):
        audit.create(countries[:number], actor=cast.admin, at=START)
        del countries[:number]
        with django_assert_num_queries(4):
            house.get(EXPORT).getvalue()


def test_management_reads_and_exports_and_nobody_writes(client: Client, cast: Cast) -> None:
    change = SettingsChange.objects.latest("pk")
    client.force_login(cast.manager)
    assert len(exported(client)) == SettingsChange.objects.count()
    for person in (cast.manager, cast.admin):
        client.force_login(person)
        for page in (f"{LOG}add/", f"{LOG}{change.pk}/change/", f"{LOG}{change.pk}/delete/"):
            assert client.post(page, {"post": "yes", "object_repr": "x"}).status_code == 403
    assert SettingsChange.objects.filter(pk=change.pk, object_repr=change.object_repr).exists()


def test_the_libraries_own_list_is_not_offered(house: Client) -> None:
    assert house.get("/admin/auditlog/logentry/").status_code == 404
    assert reverse("admin:accounts_settingschange_changelist") in house.get("/admin/").content.decode()
