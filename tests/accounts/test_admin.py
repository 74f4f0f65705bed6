"""People and departments in Django admin."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import SiteSettings, User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NEW = {"email": "Nia.New@Example.org", "name": "Nia New", "role": "agent"}


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    """The admin, signed in."""
    client.force_login(cast.admin)
    return client


def person(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {**NEW, "department": cast.department.pk, "new_password": "an uncommon long one", **fields}


def test_a_new_person_gets_a_password_and_a_casefolded_address(house: Client, cast: Cast) -> None:
    assert house.post("/admin/accounts/user/add/", person(cast)).status_code == 302
    user = User.objects.get(email="nia.new@example.org")
    assert user.check_password("an uncommon long one")
    assert (user.role, user.department) == ("agent", cast.department)


def test_the_form_of_a_new_person_says_what_adding_does_and_that_of_another_what_changing_does(
    house: Client, cast: Cast
) -> None:
    """Nobody who is only being added has a session to lose or a present password to keep."""
    told = []
    for page in ("add", f"{cast.mate.pk}/change"):
        form = house.get(f"/admin/accounts/user/{page}/").context["adminform"].form
        told.append([str(form.fields[name].help_text) for name in ("email", "role", "department", "new_password")])
    new, other = told
    assert new[1:3] == ["What they may see and do. An agent needs a department.", "Whose tickets they work on."]
    assert new[0].startswith("An invitation goes there")
    assert new[3].startswith("Only if you tell them one yourself")
    assert other[1] == "A new role signs the person out everywhere; tickets they have stay theirs."
    assert other[3].startswith("Leave empty to keep the present one.")


def test_an_empty_password_keeps_the_present_one(house: Client, cast: Cast) -> None:
    before = cast.mate.password
    form = person(cast, email=cast.mate.email, name="Moses M.", new_password="")
    assert house.post(f"/admin/accounts/user/{cast.mate.pk}/change/", form).status_code == 302
    cast.mate.refresh_from_db()
    assert (cast.mate.name, cast.mate.password) == ("Moses M.", before)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "SAM.SUBMITTER@example.org"),
        ("email", "no address"),
        ("new_password", "short"),
        ("department", ""),
        ("zone", "Mars/Olympus"),
    ],
)
def test_a_wrong_field_is_refused_beside_it(house: Client, cast: Cast, field: str, value: str) -> None:
    people = User.objects.count()
    answer = house.post("/admin/accounts/user/add/", person(cast, **{field: value}))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert User.objects.count() == people


def test_nobody_takes_the_admin_away_from_themselves(house: Client, cast: Cast) -> None:
    address = f"/admin/accounts/user/{cast.admin.pk}/change/"
    own = {"email": cast.admin.email, "name": "Ada A.", "role": "customer"}
    answer = house.post(address, own)
    said = "This is your own account. Ask another admin to change your role."
    assert answer.context["adminform"].form.errors == {"role": [said]}
    assert house.post(address, own | {"role": "admin"}).status_code == 302
    kept = User.objects.get(pk=cast.admin.pk)
    assert (kept.role, kept.name) == ("admin", "Ada A.")


def test_people_are_deactivated_never_deleted(house: Client, cast: Cast) -> None:
    assert house.post(f"/admin/accounts/user/{cast.mate.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "deactivate", "_selected_action": [cast.mate.pk, cast.admin.pk], "confirmed": "1"}
    house.post("/admin/accounts/user/", chosen)
    assert dict(User.objects.filter(pk__in=chosen["_selected_action"]).values_list("name", "is_active")) == {
        "Moses Mate": False,
        "Ada Admin": True,
    }


SETTINGS = "/admin/accounts/sitesettings/"


def settings_form(house: Client, **fields: Any) -> dict[str, Any]:
    """What the form of the site settings shows, with `fields` typed over it."""
    initial = house.get(f"{SETTINGS}1/change/").context["adminform"].form.initial
    return {name: value for name, value in initial.items() if value not in (None, False)} | fields


def test_the_list_of_settings_is_their_form_and_shows_the_defaults(house: Client) -> None:
    answer = house.get(SETTINGS, follow=True)
    assert answer.redirect_chain == [(f"{SETTINGS}1/change/", 302)]
    assert answer.context["adminform"].form.initial["edit_window"] == 7
    assert SiteSettings.objects.count() == 0


def test_there_is_one_row_of_site_settings(house: Client) -> None:
    for prefix in ("HELP", "DESK"):
        answer = house.post(f"{SETTINGS}1/change/", settings_form(house, number_prefix=prefix), follow=True)
        assert answer.redirect_chain == [(f"{SETTINGS}1/change/", 302)]
        assert "The site settings were saved." in answer.content.decode()
    assert [row.number_prefix for row in SiteSettings.objects.all()] == ["DESK"]
    assert house.post(f"{SETTINGS}add/", settings_form(house)).status_code == 403
    assert house.post(f"{SETTINGS}1/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("number_prefix", "kpi-", "Use capital letters and digits, such as KPI."),
        ("mail_sender_name", "Acme\u2028Bcc: x", "Write the name on one line, without control characters."),
        ("lookups_per_hour", "0", "Enter 1 or more."),
        ("edit_window", "999", "Enter 366 or less."),
    ],
)
def test_wrong_site_settings_are_refused_beside_the_field(house: Client, field: str, value: str, sentence: str) -> None:
    answer = house.post(f"{SETTINGS}1/change/", settings_form(house, **{field: value}))
    assert answer.context["adminform"].form.errors == {field: [sentence]}
    assert SiteSettings.objects.count() == 0


def test_every_setting_stands_in_one_section_and_is_explained(house: Client) -> None:
    shown = [
        name for _title, section in admin.site.get_model_admin(SiteSettings).fieldsets for name in section["fields"]
    ]
    columns = [column for column in SiteSettings._meta.concrete_fields if not column.primary_key]
    assert sorted(shown) == sorted(column.name for column in columns)
    assert [column.name for column in columns if not column.help_text and not column.choices] == []


def offered(house: Client, person: User) -> list[str]:
    page = house.get(f"/admin/accounts/user/{person.pk}/change/").content.decode()
    return re.findall(r'<button class="button" name="action" value="(\w+)">', page)


def test_switching_a_person_off_is_asked_about_on_their_page(house: Client, cast: Cast) -> None:
    """The form has no tick for it: one click too many would sign somebody out in the middle of their work."""
    form = person(cast, email=cast.mate.email, name=cast.mate.name, new_password="") | {"is_active": ""}
    house.post(f"/admin/accounts/user/{cast.mate.pk}/change/", form)
    cast.mate.refresh_from_db()
    assert cast.mate.is_active
    assert offered(house, cast.mate) == ["invite", "deactivate"]
    asked = house.post("/admin/accounts/user/", {"action": "deactivate", "_selected_action": cast.mate.pk})
    assert "They are signed out everywhere at once" in asked.content.decode()
    User.objects.filter(pk=cast.mate.pk).update(is_active=False)
    assert offered(house, cast.mate) == ["activate"]


def test_the_second_step_can_be_taken_off_where_there_is_one(house: Client, cast: Cast) -> None:
    Authenticator.objects.create(user=cast.mate, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert offered(house, cast.mate) == ["invite", "forget_second_step", "deactivate"]


def test_management_is_offered_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    assert offered(client, cast.mate) == []


def test_the_page_of_a_person_reads_its_row_once(house: Client, cast: Cast) -> None:
    page = f"/admin/accounts/user/{cast.mate.pk}/change/"
    house.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert "Deactivate…" in house.get(page).content.decode()
    of_the_row = [one["sql"] for one in asked if f'"accounts_user"."id" = {cast.mate.pk}' in one["sql"]]
    assert len(of_the_row) == 1, of_the_row
