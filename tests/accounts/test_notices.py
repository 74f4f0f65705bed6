"""Every change to how one gets into an account is mailed to its address."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from notifications.models import OutgoingMail
from tests.accounts.test_second_step import code_of, come_in, with_second_step
from tests.cast import PASSWORD, Cast
from tests.servers.oidc import through_google

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def proven(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, primary=True, verified=True)


def subjects(cast: Cast) -> list[tuple[str, bool]]:
    """(subject, whether an hour of mails can be used up before it) of the mails to the submitter."""
    mails = OutgoingMail.objects.filter(recipient=cast.submitter.email).order_by("pk")
    assert all("http://localhost:8000/accounts/password/reset/" in mail.text for mail in mails)
    return list(mails.values_list("subject", "limited"))


def test_a_changed_password_is_told(cast: Cast) -> None:
    client, _answer = come_in(cast.submitter)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "quite another phrase"})
    assert subjects(cast) == [("Your password was changed", False)]


def test_the_second_step_is_told(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    secret = with_second_step(cast.submitter)
    client, _answer = come_in(cast.submitter)
    client.post("/accounts/two-step/enter/", {"code": code_of(secret)})
    client.post("/accounts/again/", {"password": PASSWORD, "next": "/accounts/"})
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/two-step/codes/new/")
    client.post("/accounts/two-step/off/")
    assert subjects(cast) == [("New recovery codes", False), ("Two-step sign-in is off", False)]


def test_google_is_told(cast: Cast, google: Any) -> None:
    sub = google.knows("sam", email=cast.submitter.email, email_verified=True)
    through_google(Client(), sub)
    client, _answer = come_in(cast.submitter)
    client.post("/accounts/again/", {"password": PASSWORD, "next": "/accounts/"})
    client.post("/accounts/google/remove/")
    assert subjects(cast) == [("Google opens your account", False), ("Google no longer opens your account", False)]


def test_an_address_that_is_not_proven_is_not_flooded(cast: Cast) -> None:
    EmailAddress.objects.update(verified=False)
    client, _answer = come_in(cast.submitter)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "quite another phrase"})
    assert subjects(cast) == [("Your password was changed", True)]
