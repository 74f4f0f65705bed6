"""After signing in one is back where one was; no way in, and no step on the way, leads off this site."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from accounts.models import SiteSettings, User
from accounts.second_step import WAY_ON
from notifications.models import OutgoingMail
from tests.accounts.test_second_step import code_of, with_second_step
from tests.cast import PASSWORD, Cast
from tests.servers.oidc import OpenIdProvider, through_google

pytestmark = pytest.mark.django_db
HERE = "http://testserver"
HOME = "/profile/"
OURS = ("/intake?department=1", "/tickets/?tab=all&q=%2F%2Fevil.example", "http://localhost:8000/intake")
HOSTILE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\x01//evil.example",
    " //evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http://localhost:8000@evil.example/",
    "http://localhost:8000.evil.example/",
    "http://localhost:80000/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "ftp://localhost:8000/",
    "http://[::1",
)


def know_grace(google: OpenIdProvider) -> None:
    google.knows("grace", email="grace@example.org", email_verified=True, name="Grace")


def with_password(client: Client, cast: Cast, **form: str) -> Any:
    return client.post("/accounts/login/", {"login": cast.submitter.email, "password": PASSWORD, **form})


def with_second_code(client: Client, cast: Cast, **form: str) -> Any:
    secret = with_second_step(cast.submitter)
    with_password(client, cast, **form)
    return client.post("/accounts/two-step/enter/", {"code": code_of(secret), **form})


def with_mailed_code(client: Client, cast: Cast, **form: str) -> Any:
    SiteSettings.objects.create(pk=1, login_codes=True)
    client.post("/accounts/login/code/", {"email": cast.submitter.email, **form})
    code = re.search(r"^([A-Z0-9-]{6,})$", OutgoingMail.objects.get(recipient=cast.submitter.email).text, re.M)
    assert code is not None
    return client.post("/accounts/login/code/confirm/", {"code": code[1], **form})


def with_a_new_account(client: Client, cast: Cast, **form: str) -> Any:
    new = {"name": "Nora", "email": "nora@new.example", "password1": "a long pass phrase"}
    return client.post("/accounts/signup/", new | form)


def with_google(client: Client, cast: Cast, **form: str) -> Any:
    return through_google(client, "grace", **form)


# Used by the tests of abuse as well: whatever comes in, comes in by one of these.
DOORS: dict[str, Callable[..., Any]] = {
    "password": with_password,
    "second step": with_second_code,
    "mailed code": with_mailed_code,
    "new account": with_a_new_account,
    "google": with_google,
}


@pytest.fixture(autouse=True)
def _grace(google: OpenIdProvider) -> None:
    know_grace(google)


def left_for(answer: Any) -> str:
    """The host a browser would ask next, as browsers read an address."""
    place = re.sub(r"[\t\r\n]", "", answer["Location"].strip()).replace("\\", "/")
    return urlsplit(urljoin(HERE, place)).netloc


def start_over() -> None:
    """Takes away what the former round of the same test left."""
    for model in (SiteSettings, OutgoingMail, Authenticator):
        model.objects.all().delete()
    User.objects.filter(email__in=["nora@new.example", "grace@example.org"]).delete()
    cache.clear()


@pytest.mark.parametrize("door", DOORS)
def test_every_way_in_leads_back_to_the_page(cast: Cast, door: str) -> None:
    for page in OURS:
        client = Client()
        start_over()
        assert DOORS[door](client, cast, next=page)["Location"] == page
        assert "_auth_user_id" in client.session


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("page", HOSTILE)
def test_no_way_in_leads_to_another_site(cast: Cast, door: str, page: str) -> None:
    client = Client()
    answer = DOORS[door](client, cast, next=page)
    assert (answer.status_code, answer["Location"]) == (302, HOME)
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("page", HOSTILE)
def test_no_page_on_the_way_carries_the_address_of_another_site_on(cast: Cast, page: str) -> None:
    signed_in = Client()
    signed_in.force_login(cast.submitter)
    answers = [
        signed_in.post("/accounts/again/", {"password": PASSWORD, "next": page}),
        signed_in.get("/accounts/login/", {"next": page}),
        signed_in.get("/accounts/signup/", {"next": page}),
        signed_in.post("/accounts/logout/", {"next": page}),
    ]
    assert [(answer.status_code, left_for(answer)) for answer in answers] == [(302, "testserver")] * 4


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "//evil.example//", "///evil.example"])
def test_a_page_that_was_asked_for_by_an_odd_address_leads_nowhere_else(cast: Cast, path: str) -> None:
    SiteSettings.objects.create(pk=1, staff_second_step=True)
    staff = Client()
    staff.post("/accounts/login/", {"login": cast.assignee.email, "password": PASSWORD})
    staff.get("/", PATH_INFO=path)
    asked = staff.session[WAY_ON].replace("\\", "/")
    assert urlsplit(urljoin(HERE, asked)).netloc == "testserver"


def test_the_page_is_kept_through_a_refused_try_and_through_the_other_ways_in(cast: Cast) -> None:
    SiteSettings.objects.create(pk=1, login_codes=True)
    client = Client()
    refused = client.post("/accounts/login/", {"login": "a@b.example", "password": "wrong", "next": "/intake"})
    assert refused.status_code == 422
    kept = '<input type="hidden" name="next" value="/intake">'
    assert refused.text.count(kept) == 2  # the Google button's form and the password's
    for way in ("/accounts/signup/?next=%2Fintake", "/accounts/login/code/?next=%2Fintake"):
        assert f'href="{way}"' in refused.text, way
        assert kept in client.get(way).text, way
