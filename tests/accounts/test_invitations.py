"""People an admin makes an account for: their mail, their domains, and what a typed address is worth."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import SiteSettings, User
from notifications.models import OutgoingMail
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://localhost:8000(/accounts/password/reset/key/\S+)")


@pytest.fixture
def house(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.admin)
    return client


def invite(house: Client, cast: Cast, **fields: Any) -> Any:
    form = {"email": "nia@example.org", "name": "Nia New", "role": "agent", "department": cast.department.pk}
    return house.post("/admin/accounts/user/add/", {**form, **fields})


def test_the_invitation_lets_one_choose_a_password_and_proves_the_address(house: Client, cast: Cast) -> None:
    invite(house, cast)
    mail = OutgoingMail.objects.get(recipient="nia@example.org")
    assert (mail.subject, mail.recipient_name, mail.limited) == ("Your account for KPI Web", "Nia New", False)
    assert "Google" not in mail.text
    path = LINK.search(mail.text)
    assert path is not None
    nia = Client()
    form = nia.get(path[1], follow=True)
    nia.post(form.request["PATH_INFO"], {"password1": "a phrase of her own"})
    answer = nia.post("/accounts/login/", {"login": "nia@example.org", "password": "a phrase of her own"})
    assert answer["Location"] == "/profile/"
    user = User.objects.get(email="nia@example.org")
    assert (user.is_vouched_for, EmailAddress.objects.get(user=user).verified) == (True, True)


@pytest.mark.parametrize(
    ("ways", "names"),
    [
        ({}, {"Google", "Or choose a password"}),
        ({"password_sign_in": False}, {"Google"}),
        ({"password_sign_in": False, "login_codes": True}, {"Google"}),
    ],
)
def test_the_invitation_names_the_ways_the_site_has(
    house: Client, cast: Cast, google: Any, ways: dict[str, Any], names: set[str]
) -> None:
    SiteSettings.objects.create(pk=1, **ways)
    invite(house, cast)
    text = OutgoingMail.objects.get(recipient="nia@example.org").text
    assert {name for name in ("Google", "Or choose a password") if name in text} == names
    assert "http://localhost:8000/accounts/login/" in text


def test_an_invitation_is_sent_again_and_not_to_who_is_switched_off(house: Client, cast: Cast) -> None:
    chosen = {"action": "invite", "_selected_action": [cast.mate.pk, cast.gone.pk], "confirmed": "1"}
    house.post("/admin/accounts/user/", chosen)
    assert list(OutgoingMail.objects.values_list("recipient", flat=True)) == [cast.mate.email]


def test_staff_are_of_the_sites_domains(house: Client, cast: Cast) -> None:
    SiteSettings.objects.create(pk=1, staff_domains="kpi.example")
    answer = invite(house, cast)
    assert "Staff of this site have addresses of other domains" in answer.text
    assert invite(house, cast, email="nia@kpi.example").status_code == 302
    assert invite(house, cast, role="customer", department="").status_code == 302
    change = f"/admin/accounts/user/{cast.mate.pk}/change/"
    kept = {"email": cast.mate.email, "role": "agent", "department": cast.department.pk}
    assert house.post(change, {**kept, "name": "Moses M."}).status_code == 302


def test_nobody_becomes_staff_with_an_address_that_is_merely_typed(house: Client, cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, primary=True, verified=False)
    change = f"/admin/accounts/user/{cast.submitter.pk}/change/"
    form = {"email": cast.submitter.email, "name": "Sam", "role": "management"}
    assert "has not shown yet that the address is theirs" in house.post(change, form).text
    EmailAddress.objects.update(verified=True)
    assert house.post(change, form).status_code == 302
    assert User.objects.get(pk=cast.submitter.pk).role == "management"


def test_an_admin_sees_how_a_person_comes_in(house: Client, cast: Cast) -> None:
    page = f"/admin/accounts/user/{cast.mate.pk}/change/"
    assert "an address not verified yet, a password<" in house.get(page).text
    EmailAddress.objects.create(user=cast.mate, email=cast.mate.email, primary=True, verified=True)
    SocialAccount.objects.create(user=cast.mate, provider="google", uid="moses")
    assert "a verified address, a password, Google<" in house.get(page).text


def test_with_another_address_what_hung_on_the_old_one_is_gone(house: Client, cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.mate, email=cast.mate.email, primary=True, verified=True)
    SocialAccount.objects.create(user=cast.mate, provider="google", uid="moses")
    change = f"/admin/accounts/user/{cast.mate.pk}/change/"
    form = {"name": cast.mate.name, "role": "agent", "department": cast.department.pk}
    house.post(change, {**form, "email": "moses@new.example"})
    assert (EmailAddress.objects.count(), SocialAccount.objects.count()) == (0, 0)
    assert User.objects.get(pk=cast.mate.pk).email == "moses@new.example"
