"""Signing in, signing up, new passwords: plain words, no way out of the site, nothing learnt by strangers."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Role, SiteSettings, User
from notifications.models import OutgoingMail
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
NEW = {"name": "Nora Newcomer", "email": "Nora@New.example", "password1": "a long pass phrase"}


def test_empty_form_is_refused_in_our_words() -> None:
    answer = Client().post("/accounts/login/", {})
    assert answer.status_code == 422
    assert "<title>Error: Sign in · KPI Web</title>" in answer.text
    assert answer.text.count("Enter your password") == 2  # in the summary and beside the field
    assert "This field is required" not in answer.text


def test_typed_email_stays_and_password_does_not() -> None:
    answer = Client().post("/accounts/login/", {"login": "nobody@x.example", "password": "wrong-secret"})
    assert answer.status_code == 422
    assert 'value="nobody@x.example"' in answer.text
    assert "wrong-secret" not in answer.text
    assert "That email and password do not belong together" in answer.text


@pytest.mark.parametrize(
    ("next_page", "lands"),
    [
        ("/intake", "/intake"),
        ("https://evil.example/", "/profile/"),
        ("//evil.example/", "/profile/"),
        ("/\\evil.example", "/profile/"),
        ("javascript:alert(1)", "/profile/"),
    ],
)
def test_comes_back_to_our_own_pages_only(cast: Any, next_page: str, lands: str) -> None:
    answer = Client().post("/accounts/login/", {"login": cast.submitter.email, "password": PASSWORD, "next": next_page})
    assert (answer.status_code, answer["Location"]) == (302, lands)


def test_foreign_host_header_is_no_way_out(cast: Any, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    answer = Client(headers={"host": "evil.example"}).post(
        "/accounts/login/",
        {"login": cast.submitter.email, "password": PASSWORD, "next": "http://evil.example/"},
    )
    assert answer["Location"] == "/profile/"


def test_deactivated_person_does_not_get_in(cast: Any) -> None:
    client = Client()
    answer = client.post("/accounts/login/", {"login": cast.gone.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert answer.status_code in {302, 422}


def test_whoever_signs_up_is_a_customer() -> None:
    answer = Client().post("/accounts/signup/", NEW | {"role": "admin", "is_staff": "on", "department": "1"})
    person = User.objects.get()
    assert answer.status_code == 302
    assert (person.email, person.name, person.role, person.is_staff) == (
        "nora@new.example",
        "Nora Newcomer",
        Role.CUSTOMER,
        False,
    )
    assert not EmailAddress.objects.get().verified


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "Eve\r\nBcc: x@y.example", "A\x00B", "x" * 121])
def test_names_that_are_none_are_refused(name: str) -> None:
    answer = Client().post("/accounts/signup/", NEW | {"name": name})
    assert (answer.status_code, User.objects.count(), OutgoingMail.objects.count()) == (422, 0, 0)


@pytest.mark.parametrize(
    ("password", "words"),
    [("short", "Use at least 10 characters"), ("1234567890", "Choose a password that fewer people use")],
)
def test_weak_passwords_are_refused_in_our_words(password: str, words: str) -> None:
    answer = Client().post("/accounts/signup/", NEW | {"password1": password})
    assert answer.status_code == 422
    assert words in answer.text


def test_second_account_with_an_address_is_refused(cast: Any) -> None:
    before = User.objects.count()
    answer = Client().post("/accounts/signup/", NEW | {"email": cast.submitter.email.upper()})
    assert (answer.status_code, User.objects.count()) == (422, before)
    assert "There is already an account with this email" in answer.text


def test_where_addresses_must_be_verified_it_looks_the_same_and_is_told_by_mail(cast: Any) -> None:
    SiteSettings.objects.create(pk=1, email_verification="mandatory")
    before = User.objects.count()
    first = Client().post("/accounts/signup/", NEW)
    second = Client().post("/accounts/signup/", NEW | {"email": cast.submitter.email})
    assert User.objects.count() == before + 1
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    mail = OutgoingMail.objects.get(recipient=cast.submitter.email)
    assert (mail.kind, mail.subject, mail.limited) == ("account", "You already have an account", True)


def test_link_for_a_new_password_comes_from_site_url_and_works_once(cast: Any, settings: Any) -> None:
    settings.SITE_URL = "https://help.example"
    settings.ALLOWED_HOSTS = ["*"]
    Client(headers={"host": "evil.example"}).post("/accounts/password/reset/", {"email": cast.submitter.email})
    mail = OutgoingMail.objects.get()
    assert set(re.findall(r"https?://[^/\s]+", mail.text)) == {"https://help.example"}
    path = re.search(r"https://help\.example(/accounts/password/reset/key/\S+)", mail.text)
    assert path is not None
    client = Client()
    form = client.get(path[1], follow=True)
    answer = client.post(form.request["PATH_INFO"], {"password1": "another long phrase"})
    assert answer["Location"] == "/accounts/password/reset/key/done/"
    cast.submitter.refresh_from_db()
    assert cast.submitter.check_password("another long phrase")
    assert "This link no longer works" in Client().get(path[1], follow=True).text


def test_reset_for_an_unknown_address_answers_the_same(cast: Any) -> None:
    known = Client().post("/accounts/password/reset/", {"email": cast.submitter.email})
    unknown = Client().post("/accounts/password/reset/", {"email": "who@x.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert OutgoingMail.objects.get(recipient="who@x.example").subject == "No account with this email"


def test_nobody_reads_the_links_of_others_in_the_outbox(cast: Any) -> None:
    Client().post("/accounts/password/reset/", {"email": cast.admin.email})
    mail = OutgoingMail.objects.get()
    client = Client()
    client.force_login(cast.manager)
    answer = client.get(f"/admin/notifications/outgoingmail/{mail.pk}/change/")
    assert answer.status_code == 200
    assert "/accounts/password/reset/key/" not in answer.text


def test_address_page_only_sends_the_link_again(cast: Any) -> None:
    client = Client()
    client.force_login(cast.submitter)
    client.get("/accounts/email/")
    client.post("/accounts/email/", {"action_add": "", "email": "other@x.example"})
    client.post("/accounts/email/", {"action_remove": "", "email": cast.submitter.email})
    assert list(EmailAddress.objects.filter(user=cast.submitter).values_list("email", flat=True)) == [
        cast.submitter.email
    ]


def test_account_without_a_password_gets_one_by_mail(cast: Any) -> None:
    cast.submitter.set_unusable_password()
    cast.submitter.save()
    client = Client()
    client.force_login(cast.submitter)
    assert client.get("/accounts/password/change/")["Location"] == "/accounts/password/reset/"


def test_sign_out_asks_first() -> None:
    assert Client().get("/accounts/logout/")["Location"] == "/intake"


def test_too_many_tries_say_what_to_do(cast: Any) -> None:
    answers = [
        Client().post("/accounts/login/", {"login": cast.submitter.email, "password": "wrong one"}) for _ in range(7)
    ]
    assert "Too many tries with this email" in answers[-1].text
    right = Client().post("/accounts/login/", {"login": cast.submitter.email, "password": PASSWORD})
    assert right.status_code == 422
