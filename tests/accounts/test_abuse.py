"""What strangers try at the door: fixation, guessing behind forged addresses, finding out who has an account."""

import time
from typing import Any

import pytest
from celery import current_app
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import SiteSettings, User
from notifications.models import OutgoingMail
from tests.cast import PASSWORD, Cast
from tests.gates.addresses import masked

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


@pytest.mark.parametrize("proxies", [0, 1])
def test_the_lock_holds_behind_forged_forwarded_addresses(cast: Cast, settings: Any, proxies: int) -> None:
    settings.TRUSTED_PROXIES = proxies
    for number in range(6):
        forged = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9", "X-Real-IP": f"198.51.100.{number}"}
        Client(headers=forged).post("/accounts/login/", {"login": cast.submitter.email, "password": "wrong"})
    right = {"login": cast.submitter.email, "password": PASSWORD}
    answer = Client(headers={"X-Forwarded-For": "198.51.100.77, 203.0.113.9"}).post("/accounts/login/", right)
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


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/login/code/"])
def test_asking_for_a_mail_looks_and_works_alike_with_and_without_an_account(cast: Cast, path: str) -> None:
    SiteSettings.objects.create(pk=1, login_codes=True)
    Client().post(path, {"email": "warm@example.org"})
    answers, pages, queries = [], [], []
    for email in (cast.submitter.email, "nobody.at.all@example.org"):
        client = Client()
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(path, {"email": email})
        pages.append(masked(client.get(answer["Location"]))[1].replace(email.encode(), b"EMAIL"))
        answers.append(masked(answer))
        queries.append(len(asked))
    assert answers[0] == answers[1]
    assert pages[0] == pages[1]
    assert abs(queries[0] - queries[1]) <= 2
    assert OutgoingMail.objects.filter(recipient__in=[cast.submitter.email, "nobody.at.all@example.org"]).count() == 2


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
