"""Mailed codes, no passwords, addresses to be verified first, domains: what an admin decides about signing in."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import SiteSettings, User
from notifications.models import OutgoingMail
from tests.cast import PASSWORD, Cast, make_ticket
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
ASK, ENTER = "/accounts/login/code/", "/accounts/login/code/confirm/"
NEW = {"name": "Nora Newcomer", "email": "nora@new.example", "password1": "a long pass phrase"}


def decide(**columns: Any) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults=columns)


def signed_in_as(client: Client) -> User | None:
    return User.objects.filter(pk=client.session.get("_auth_user_id", 0)).first()


def mailed_code(email: str) -> str:
    mail = OutgoingMail.objects.filter(recipient=email).order_by("-pk")[0]
    code = re.search(r"^([A-Z0-9-]{6,})$", mail.text, re.M)
    assert code is not None
    assert code[1] not in mail.subject
    return code[1]


def test_a_mailed_code_signs_in_once_and_proves_the_address(cast: Cast) -> None:
    decide(login_codes=True)
    ticket = make_ticket(cast, anonymous=True, email=cast.submitter.email)
    User.objects.filter(pk=cast.submitter.pk).update(password="!")
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, primary=True, verified=False)
    client = Client()
    assert client.post(ASK, {"email": cast.submitter.email, "next": "/intake"})["Location"] == f"{ENTER}?next=%2Fintake"
    code = mailed_code(cast.submitter.email)
    assert client.post(ENTER, {"code": "WRONG1"}).status_code == 422
    assert client.post(ENTER, {"code": code, "next": "/intake"})["Location"] == "/intake"
    assert (signed_in_as(client), EmailAddress.objects.get().verified) == (cast.submitter, True)
    assert Ticket.objects.get(pk=ticket.pk).submitter == cast.submitter
    assert Client().post(ENTER, {"code": code})["Location"] == "/accounts/login/"


def test_three_wrong_codes_end_the_try(cast: Cast) -> None:
    decide(login_codes=True)
    client = Client()
    client.post(ASK, {"email": cast.submitter.email})
    answers = [client.post(ENTER, {"code": "WRONG1"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 302]
    client.post(ENTER, {"code": mailed_code(cast.submitter.email)})
    assert signed_in_as(client) is None


def test_a_code_ends_the_password_that_a_stranger_had_set_before(cast: Cast) -> None:
    decide(login_codes=True)
    stranger = Client()
    stranger.post("/accounts/signup/", NEW)
    owner = Client()
    owner.post(ASK, {"email": NEW["email"]})
    owner.post(ENTER, {"code": mailed_code(NEW["email"])})
    assert signed_in_as(owner) == User.objects.get(email=NEW["email"])
    assert stranger.get("/accounts/").status_code == 302
    assert Client().post("/accounts/login/", {"login": NEW["email"], "password": NEW["password1"]}).status_code == 422


def test_a_code_leaves_the_password_of_a_proven_account_alone(cast: Cast) -> None:
    decide(login_codes=True)
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, primary=True, verified=True)
    client = Client()
    client.post(ASK, {"email": cast.submitter.email})
    client.post(ENTER, {"code": mailed_code(cast.submitter.email)})
    assert User.objects.get(pk=cast.submitter.pk).check_password(PASSWORD)


def test_a_code_from_an_address_that_the_account_no_longer_has_opens_nothing(cast: Cast) -> None:
    """An admin moved the account to another mailbox while the code was on its way to the old one."""
    decide(login_codes=True)
    old = cast.submitter.email
    ticket = make_ticket(cast, anonymous=True, email="moved@kpiweb.example")
    client, house = Client(), Client()
    client.post(ASK, {"email": old})
    house.force_login(cast.admin)
    form = {"email": "moved@kpiweb.example", "name": cast.submitter.name, "role": "customer", "new_password": ""}
    assert house.post(f"/admin/accounts/user/{cast.submitter.pk}/change/", form).status_code == 302
    answer = client.post(ENTER, {"code": mailed_code(old)})
    assert answer.status_code == 422
    assert "This code went to an address that the account no longer has." in answer.text
    assert (signed_in_as(client), EmailAddress.objects.filter(user=cast.submitter).count()) == (None, 0)
    assert Ticket.objects.get(pk=ticket.pk).submitter is None


def test_codes_are_offered_only_where_an_admin_allows_them(cast: Cast) -> None:
    assert "Mail me a code" not in Client().get("/accounts/login/").text
    assert Client().post(ASK, {"email": cast.submitter.email})["Location"] == "/accounts/login/"
    decide(login_codes=True)
    assert "Mail me a code instead" in Client().get("/accounts/login/").text
    assert OutgoingMail.objects.count() == 0


def test_a_stranger_cannot_use_up_the_hour_of_mails_and_block_a_code(cast: Cast) -> None:
    decide(login_codes=True)
    for _ in range(4):
        make_ticket(cast, anonymous=True, email=cast.submitter.email)
    Client().post(ASK, {"email": cast.submitter.email})
    assert mailed_code(cast.submitter.email)
    assert OutgoingMail.objects.order_by("-pk")[0].limited is False


def test_without_passwords_their_pages_are_gone(cast: Cast) -> None:
    decide(password_sign_in=False, login_codes=True)
    page = Client().get("/accounts/login/").text
    assert ("Password" in page, "make an account" in page, "Mail me a code" in page) == (False, False, True)
    right = {"login": cast.submitter.email, "password": PASSWORD}
    assert Client().post("/accounts/login/", right).status_code == 403
    assert "No new account" in Client().get("/accounts/signup/").text
    before = User.objects.count()
    Client().post("/accounts/signup/", NEW)
    assert User.objects.count() == before
    for path in ("/accounts/password/reset/", "/accounts/password/reset/key/1-x/"):
        assert Client().get(path)["Location"] == "/accounts/login/"


def test_passwords_stay_while_there_is_no_other_way_in(cast: Cast) -> None:
    decide(password_sign_in=False)
    right = {"login": cast.submitter.email, "password": PASSWORD}
    assert Client().post("/accounts/login/", right)["Location"] == "/profile/"


def test_where_the_address_must_be_verified_first_nobody_is_in_before(cast: Cast) -> None:
    decide(email_verification="mandatory")
    ticket = make_ticket(cast, anonymous=True, email=NEW["email"])
    client = Client()
    assert client.post("/accounts/signup/", NEW)["Location"] == "/accounts/confirm-email/"
    assert signed_in_as(client) is None
    again = client.post("/accounts/login/", {"login": NEW["email"], "password": NEW["password1"]})
    assert again["Location"] == "/accounts/confirm-email/"
    assert Ticket.objects.get(pk=ticket.pk).submitter is None
    client.post(confirmation(NEW["email"]))
    assert (
        client.post("/accounts/login/", {"login": NEW["email"], "password": NEW["password1"]})["Location"]
        == "/profile/"
    )
    assert Ticket.objects.get(pk=ticket.pk).submitter == User.objects.get(email=NEW["email"])


def confirmation(email: str) -> str:
    """The path of the link that was mailed to an address."""
    mail = OutgoingMail.objects.filter(recipient=email, text__contains="/confirm-email/").order_by("-pk")[0]
    path = re.search(r"http://localhost:8000(/accounts/confirm-email/\S+)", mail.text)
    assert path is not None
    return path[1]


def test_the_link_in_another_browser_asks_for_the_password_as_well(cast: Cast) -> None:
    ticket = make_ticket(cast, anonymous=True, email=NEW["email"])
    Client().post("/accounts/signup/", NEW)
    path = confirmation(NEW["email"])
    victim = Client()
    assert "Password of the account" in victim.get(path).text
    for typed in ({}, {"password": "a guess"}):
        answer = victim.post(path, typed)
        assert answer.status_code == 422
    assert not EmailAddress.objects.get().verified
    assert Ticket.objects.get(pk=ticket.pk).submitter is None
    assert victim.post(path, {"password": NEW["password1"]}).status_code == 302
    assert EmailAddress.objects.get().verified
    assert Ticket.objects.get(pk=ticket.pk).submitter == User.objects.get(email=NEW["email"])


def test_the_link_in_the_browser_that_made_the_account_is_enough(cast: Cast) -> None:
    client = Client()
    client.post("/accounts/signup/", NEW)
    path = confirmation(NEW["email"])
    assert "Password of the account" not in client.get(path).text
    assert client.post(path).status_code == 302
    assert EmailAddress.objects.get().verified


def test_a_new_password_by_mail_takes_the_account_from_who_typed_the_address(cast: Cast) -> None:
    stranger = Client()
    stranger.post("/accounts/signup/", NEW)
    Client().post("/accounts/password/reset/", {"email": NEW["email"]})
    mail = OutgoingMail.objects.get(recipient=NEW["email"], subject="A new password for KPI Web")
    path = re.search(r"http://localhost:8000(/accounts/password/reset/key/\S+)", mail.text)
    assert path is not None
    owner = Client()
    form = owner.get(path[1], follow=True)
    owner.post(form.request["PATH_INFO"], {"password1": "the owner's own phrase"})
    assert EmailAddress.objects.get().verified
    assert stranger.get("/accounts/").status_code == 302
    login = {"login": NEW["email"], "password": NEW["password1"]}
    assert Client().post("/accounts/login/", login).status_code == 422


def test_the_link_for_a_new_password_goes_to_the_accounts_own_address_alone(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.namesake, email=cast.submitter.email, verified=False)
    Client().post("/accounts/password/reset/", {"email": cast.submitter.email})
    assert OutgoingMail.objects.count() == 1


def test_only_the_sites_domains_make_accounts(cast: Cast) -> None:
    decide(customer_domains="kpi.example\nother.example")
    for email in ("nora@new.example", "nora@kpi.example.evil", cast.submitter.email):
        answer = Client().post("/accounts/signup/", NEW | {"email": email})
        assert answer.status_code == 422
        assert answer.text.count("Accounts here are for addresses of kpi.example, other.example.") == 2
    assert Client().post("/accounts/signup/", NEW | {"email": "nora@KPI.example"}).status_code == 302
    assert Client().post("/accounts/login/", {"login": cast.submitter.email, "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize(
    "value", ["kpi", "kpi.example other", "http://kpi.example", "a@b.example", "*.example", "-a.example"]
)
def test_what_is_no_domain_is_refused_in_the_settings(cast: Cast, value: str) -> None:
    client = Client()
    client.force_login(cast.admin)
    path = "/admin/accounts/sitesettings/1/change/"
    form = client.get(path).context["adminform"].form.initial
    kept = {name: text for name, text in form.items() if text not in (None, False)}
    answer = client.post(path, {**kept, "customer_domains": value})
    assert answer.status_code == 200
    assert "is not a domain" in answer.text
    assert SiteSettings.objects.count() == 0
