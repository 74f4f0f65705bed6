"""What strangers try at the door: fixation, guessing behind forged addresses, finding out who has an account."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from celery import current_app
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import SiteSettings, User
from notifications.models import OutgoingMail
from tests.accounts.test_coming_back import DOORS, know_grace
from tests.accounts.test_second_step import with_second_step
from tests.cast import PASSWORD, Cast, make_ticket
from tests.gates.addresses import masked
from tests.servers.oidc import OpenIdProvider, through_google
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
HASHED: list[str] = []


class CountingHasher(MD5PasswordHasher):
    """Notes each time a password is hashed: the work that takes the time."""

    algorithm = "counting"

    def encode(self, password: str, salt: str) -> str:
        HASHED.append(password)
        return str(super().encode(password, salt))


@pytest.fixture
def hashing(settings: Any) -> list[str]:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    return HASHED


def work_of(hashing: list[str]) -> int:
    """How many passwords were hashed since the last look."""
    done = len(hashing)
    hashing.clear()
    return done


def test_a_planted_session_is_not_the_signed_in_one(cast: Cast) -> None:
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["session"] = planted = session.session_key
    client.post("/accounts/login/", {"login": cast.submitter.email, "password": PASSWORD})
    assert client.cookies["session"].value != planted
    victim = Client()
    victim.cookies["session"] = planted
    assert victim.get("/accounts/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("door", DOORS)
def test_no_way_in_goes_on_with_a_session_that_was_there_before(cast: Cast, google: OpenIdProvider, door: str) -> None:
    know_grace(google)
    client, attacker = Client(), Client()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["session"] = attacker.cookies["session"] = session.session_key
    DOORS[door](client, cast)
    assert client.session["_auth_user_id"]
    assert client.cookies["session"].value != session.session_key
    assert attacker.get("/accounts/")["Location"].startswith("/accounts/login/")


def test_who_signs_in_over_somebody_else_finds_nothing_of_theirs(cast: Cast) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": cast.submitter.email, "password": PASSWORD})
    session = client.session
    session["of the first"] = True
    session.save()
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": cast.stranger.email, "password": PASSWORD})
    assert (client.session["_auth_user_id"], "of the first" in client.session) == (str(cast.stranger.pk), False)


@pytest.mark.parametrize("proxies", [0, 1])
def test_the_lock_holds_behind_forged_forwarded_addresses(cast: Cast, settings: Any, proxies: int) -> None:
    settings.TRUSTED_PROXIES = proxies
    for number in range(6):
        forged = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9", "X-Real-IP": f"198.51.100.{number}"}
        Client(headers=forged).post("/accounts/login/", {"login": cast.submitter.email, "password": "wrong"})
    right = {"login": cast.submitter.email, "password": PASSWORD}
    answer = Client(headers={"X-Forwarded-For": "198.51.100.77, 203.0.113.9"}).post("/accounts/login/", right)
    assert (answer.status_code, "Too many tries with this email" in answer.text) == (422, True)


def test_the_lock_holds_however_the_address_is_written(cast: Cast) -> None:
    mine = cast.submitter.email
    for number, email in enumerate([mine.upper(), mine.title(), f" {mine} ", mine.swapcase()] * 2):
        Client(REMOTE_ADDR=f"192.0.2.{number}").post("/accounts/login/", {"login": email, "password": "wrong"})
    answer = Client().post("/accounts/login/", {"login": cast.submitter.email, "password": PASSWORD})
    assert (answer.status_code, "Too many tries with this email" in answer.text) == (422, True)


def test_one_address_cannot_try_many_accounts(cast: Cast) -> None:
    answers = [
        Client(headers={"X-Forwarded-For": f"198.51.100.{number}"}).post(
            "/accounts/login/", {"login": f"a{number}@example.org", "password": "wrong"}
        )
        for number in range(25)
    ]
    assert "Too many tries" in answers[-1].text
    other = Client().post(
        "/accounts/login/", {"login": cast.submitter.email, "password": PASSWORD}, REMOTE_ADDR="192.0.2.1"
    )
    assert other.status_code == 302


def test_a_wrong_password_looks_and_works_alike_with_and_without_an_account(cast: Cast, hashing: list[str]) -> None:
    made = {
        "with a password": User.objects.create_user("has@example.org", PASSWORD, name="Has"),
        "without": User.objects.create_user("none@example.org", None, name="None"),
        "switched off": User.objects.create_user("off@example.org", PASSWORD, name="Off", is_active=False),
    }
    hashing.clear()
    answers, work = [], []
    for email in [*(user.email for user in made.values()), "nobody@example.org"]:
        answer = Client().post("/accounts/login/", {"login": email, "password": "wrong"})
        work.append(work_of(hashing))
        code, body, place = masked(answer)
        answers.append((code, body.replace(email.encode(), b"EMAIL"), place))
    assert answers == [answers[0]] * 4
    assert work == [1] * 4


def everybody(cast: Cast) -> list[str]:
    """The addresses of one account of each kind, and one without an account."""
    User.objects.create_user("off@example.org", PASSWORD, name="Off", is_active=False)
    User.objects.create_user("none@example.org", None, name="None")
    proven = User.objects.create_user("proven@example.org", PASSWORD, name="Proven")
    EmailAddress.objects.create(user=proven, email=proven.email, primary=True, verified=True)
    secured = User.objects.create_user("phone@example.org", PASSWORD, name="Phone")
    with_second_step(secured)
    kinds = ["off@example.org", "none@example.org", proven.email, secured.email, cast.assignee.email]
    return [*kinds, "nobody.at.all@example.org"]


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/login/code/"])
def test_asking_for_a_mail_looks_and_works_alike_with_and_without_an_account(
    cast: Cast, hashing: list[str], path: str
) -> None:
    SiteSettings.objects.create(pk=1, login_codes=True)
    Client().post(path, {"email": "warm@example.org"})
    emails = everybody(cast)
    told = []
    for email in emails:
        client = Client()
        hashing.clear()
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(path, {"email": email})
        page = masked(client.get(answer["Location"]))[1].replace(email.encode(), b"EMAIL")
        mails = OutgoingMail.objects.filter(recipient=email).count()
        told.append((masked(answer), page, mails, len(asked), work_of(hashing)))
    assert told == [told[0]] * len(emails)
    assert told[0][2:] == (1, told[0][3], 0)


def test_making_an_account_tells_nothing_where_addresses_are_verified_first(cast: Cast, hashing: list[str]) -> None:
    SiteSettings.objects.create(pk=1, email_verification="mandatory")
    form = {"name": "Nora", "password1": "a long pass phrase"}
    hashing.clear()
    work, answers = [], []
    for email in (cast.submitter.email, "nora@new.example"):
        client = Client()
        answer = client.post("/accounts/signup/", form | {"email": email})
        work.append(work_of(hashing))
        page = masked(client.get(answer["Location"]))[1].replace(email.encode(), b"EMAIL")
        answers.append((*masked(answer), page))
    assert answers[0] == answers[1]
    assert work[0] == work[1]


PREPARED = {"name": "Eve", "email": "owner@victim.example", "password1": "a squatter's phrase"}


def by_google(google: OpenIdProvider) -> Client:
    owner = Client()
    through_google(owner, google.knows("owner", email=PREPARED["email"], email_verified=True, name="Owner"))
    return owner


def by_code(_google: OpenIdProvider) -> Client:
    owner = Client()
    owner.post("/accounts/login/code/", {"email": PREPARED["email"]})
    owner.post("/accounts/login/code/confirm/", {"code": mailed(r"^([A-Z0-9-]{6,})$")})
    return owner


def by_new_password(_google: OpenIdProvider) -> Client:
    owner = Client()
    owner.post("/accounts/password/reset/", {"email": PREPARED["email"]})
    form = owner.get(mailed(r"http://localhost:8000(/accounts/password/reset/key/\S+)"), follow=True)
    owner.post(form.request["PATH_INFO"], {"password1": "the owner's own phrase"})
    owner.post("/accounts/login/", {"login": PREPARED["email"], "password": "the owner's own phrase"})
    return owner


def mailed(pattern: str) -> str:
    """What the newest mail to the victim holds."""
    found = re.search(pattern, OutgoingMail.objects.filter(recipient=PREPARED["email"]).order_by("-pk")[0].text, re.M)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("way", [by_google, by_code, by_new_password])
def test_nothing_that_was_prepared_on_an_account_opens_it_for_a_stranger_afterwards(
    cast: Cast, google: OpenIdProvider, way: Callable[[OpenIdProvider], Client]
) -> None:
    """However a stranger brought a second step, a Google account and a session into it."""
    SiteSettings.objects.create(pk=1, login_codes=True)
    attacker = Client()
    attacker.post("/accounts/signup/", PREPARED)
    prepared = User.objects.get(email=PREPARED["email"])
    SocialAccount.objects.create(user=prepared, provider="google", uid="eve")
    with_second_step(prepared)
    theirs = make_ticket(cast, anonymous=True, email=PREPARED["email"])

    owner = way(google)
    assert owner.get("/accounts/").status_code == 200
    signed_in = User.objects.get(pk=owner.session["_auth_user_id"])
    assert (signed_in.email, Ticket.objects.get(pk=theirs.pk).submitter) == (PREPARED["email"], signed_in)
    assert attacker.get("/accounts/").status_code == 302
    right = {"login": PREPARED["email"], "password": PREPARED["password1"]}
    assert Client().post("/accounts/login/", right).status_code == 422
    again = Client()
    through_google(again, google.knows("eve", email="eve@evil.example", email_verified=True, name="Eve"))
    assert again.session.get("_auth_user_id") not in (str(prepared.pk), str(signed_in.pk))
    assert not Authenticator.objects.exists()


def test_what_an_invited_person_set_up_stays_when_they_forget_the_password(cast: Cast) -> None:
    """An admin vouches for that address, so nobody else can have prepared the account."""
    User.objects.filter(pk=cast.mate.pk).update(email=PREPARED["email"])
    with_second_step(cast.mate)
    SocialAccount.objects.create(user=cast.mate, provider="google", uid="moses")
    owner = Client()
    owner.post("/accounts/password/reset/", {"email": PREPARED["email"]})
    form = owner.get(mailed(r"http://localhost:8000(/accounts/password/reset/key/\S+)"), follow=True)
    owner.post(form.request["PATH_INFO"], {"password1": "the owner's own phrase"})
    assert (Authenticator.objects.count(), SocialAccount.objects.count()) == (2, 1)
    answer = Client().post("/accounts/login/", {"login": PREPARED["email"], "password": "the owner's own phrase"})
    assert answer["Location"] == "/accounts/two-step/enter/"


def test_the_lock_holds_while_the_broker_is_gone(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    for _ in range(6):
        Client().post("/accounts/login/", {"login": cast.submitter.email, "password": "wrong"})
    answer = Client().post("/accounts/login/", {"login": cast.submitter.email, "password": PASSWORD})
    assert (answer.status_code, "Too many tries with this email" in answer.text) == (422, True)


def test_a_broker_that_is_gone_delays_and_refuses_nobody(
    cast: Cast, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    started = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        form = {"name": "Nora", "email": "nora@new.example", "password1": "a long pass phrase"}
        assert Client().post("/accounts/signup/", form)["Location"] == "/profile/"
        right = {"login": cast.submitter.email, "password": PASSWORD}
        assert Client().post("/accounts/login/", right)["Location"] == "/profile/"
    assert OutgoingMail.objects.get(recipient="nora@new.example").subject == "Please confirm your email"
    assert time.monotonic() - started < 30  # not the broker's time-outs, one after the other
