"""What Google answers counts once, for the very try it answers, in the browser that asked, and nothing else does."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import User
from tests.accounts.test_google import GRACE, said, signed_in_as
from tests.servers.oidc import OpenIdProvider, come_back, leave_for, through_google

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace(google: OpenIdProvider) -> str:
    return google.knows("grace", **GRACE)


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://accounts.evil.example"},
        {"aud": "another.apps.example"},
        {"nonce": "of another try"},
        {"nonce": None},
        {"exp": 1_700_000_000},
        {"iss": None},
        {"aud": None},
        {"no token": True},
    ],
    ids=["issuer", "audience", "nonce", "no nonce", "expired", "no issuer", "no audience", "no identity token"],
)
def test_an_identity_that_is_not_for_this_try_is_refused(google: Any, grace: str, lies: dict[str, Any]) -> None:
    client = Client()
    google.lies = dict(lies)
    answer = through_google(client, grace, next="/intake")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=%2Fintake")
    assert (signed_in_as(client), User.objects.count(), SocialAccount.objects.count()) == (None, 0, 0)
    assert "Google could not sign you in just now" in said(client)
    google.reset()
    assert through_google(client, grace)["Location"] == "/profile/"


def test_an_answer_works_once_and_in_the_browser_that_asked(grace: str) -> None:
    client, other = Client(), Client()
    address = leave_for(client)
    sent = requests.post(address, data={"sub": grace}, allow_redirects=False, timeout=5)
    back = urlsplit(sent.headers["Location"])
    other.get(f"{back.path}?{back.query}")
    assert signed_in_as(other) is None
    client.get(f"{back.path}?{back.query}")
    client.post("/accounts/logout/")
    client.get(f"{back.path}?{back.query}")
    assert signed_in_as(client) is None


def test_a_code_of_google_works_once(grace: str) -> None:
    """Caught on the way and put into an answer to another question, with that one's state."""
    client, other = Client(), Client()
    sent = requests.post(leave_for(client), data={"sub": grace}, allow_redirects=False, timeout=5)
    back = urlsplit(sent.headers["Location"])
    client.get(f"{back.path}?{back.query}")
    assert signed_in_as(client) is not None
    state = parse_qs(urlsplit(leave_for(other)).query)["state"][0]
    code = parse_qs(back.query)["code"][0]
    answer = other.get(f"{back.path}?code={code}&state={state}")
    assert (answer["Location"], signed_in_as(other)) == ("/accounts/login/", None)


def test_a_code_caught_before_it_was_used_works_in_no_other_browser(grace: str) -> None:
    """The challenge that the code is bound to is in the session of the browser that asked."""
    client, thief = Client(), Client()
    sent = requests.post(leave_for(client), data={"sub": grace}, allow_redirects=False, timeout=5)
    code = parse_qs(urlsplit(sent.headers["Location"]).query)["code"][0]
    state = parse_qs(urlsplit(leave_for(thief)).query)["state"][0]
    answer = thief.get(f"/accounts/google/login/callback/?code={code}&state={state}")
    assert (answer["Location"], signed_in_as(thief), User.objects.count()) == ("/accounts/login/", None, 0)


@pytest.mark.parametrize("state", ["", "forged", "../../x", "{}", "\u0000"])
def test_an_answer_to_no_question_is_refused(grace: str, state: str) -> None:
    client = Client()
    sent = requests.post(leave_for(client), data={"sub": grace}, allow_redirects=False, timeout=5)
    code = parse_qs(urlsplit(sent.headers["Location"]).query)["code"][0]
    answer = client.get("/accounts/google/login/callback/", {"code": code, "state": state})
    assert (answer.status_code, signed_in_as(client), User.objects.count()) == (302, None, 0)


def test_each_try_has_its_own_state_nonce_and_challenge(grace: str) -> None:
    asked = [parse_qs(urlsplit(leave_for(Client(), auth_params="nonce=1", scope="drive")).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
    assert set(asked[0]["scope"][0].split()) == {"openid", "profile", "email"}
    assert asked[0]["redirect_uri"] == ["http://localhost:8000/accounts/google/login/callback/"]


def test_the_session_before_is_not_the_session_after(grace: str) -> None:
    client = Client()
    address = leave_for(client)
    before = client.session.session_key
    come_back(client, address, grace)
    assert client.session.session_key != before
    planted = Client()
    planted.cookies["session"] = before
    assert signed_in_as(planted) is None


def test_who_turns_back_at_google_reads_so_and_keeps_the_way(google: Any) -> None:
    client = Client()
    address = leave_for(client, next="/intake")
    sent = requests.post(address, data={"action": "deny"}, allow_redirects=False, timeout=5)
    query = urlsplit(sent.headers["Location"]).query
    state = parse_qs(urlsplit(address).query)["state"][0]
    answer = client.get(f"/accounts/google/login/callback/?{query}&state={state}")
    assert answer["Location"] == "/accounts/login/?next=%2Fintake"
    assert "You did not go on with Google." in said(client)
