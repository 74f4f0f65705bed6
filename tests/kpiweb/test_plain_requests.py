"""What only an attacker's program sends, asked as web servers ask."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from kpiweb import wsgi
from kpiweb.plain_requests import plain
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
CHARSETS = ["hex", "undefined", "unicode_escape", "utf-7", "utf-16", "none-such"]
LONE = rb"\ud800+2AA-"


def asked(method: str, path: str, **facts: Any) -> int:
    """The status of the answer to a request that comes through the entry point."""
    client = Client(raise_request_exception=False)
    inner: Any = client.handler
    entrance: Any = plain(lambda environ, start_response: inner(environ))
    client.handler = lambda environ: entrance(environ, None)  # type: ignore[assignment]  # as the test client asks
    return client.generic(method, path, **facts).status_code


def test_web_servers_ask_through_it() -> None:
    assert wsgi.application.__qualname__ == plain(wsgi.application).__qualname__


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("path", ["/help/?q=%5Cud800%2B2AA-", "/accounts/login/?next=/%5Cud800%2B2AA-", "/intake"])
def test_text_is_utf_8_whatever_charset_an_address_is_sent_with(charset: str, path: str) -> None:
    assert asked("GET", path, content_type=f"text/plain; charset={charset}") == 200


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize(("path", "name"), [("/accounts/login/", "login"), ("/intake/lookup", "q")])
def test_text_is_utf_8_whatever_charset_a_form_is_sent_with(cast: Cast, charset: str, path: str, name: str) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = part % (name.encode(), LONE) + b"--x--\r\n"
    kind = f"multipart/form-data; charset={charset}; boundary=x"
    assert asked("POST", path, data=body, content_type=kind) in (200, 302, 422)


@pytest.mark.parametrize("kind", ["text/plain; a*=undefined''%41", "text/plain; charset*=undefined''%41", ";;;=", "*"])
def test_a_kind_that_cannot_be_read_is_no_kind(kind: str) -> None:
    assert asked("GET", "/intake", content_type=kind) == 200


@pytest.mark.parametrize("kind", ['Multipart/Form-Data; charset=x; boundary="a b;c"', "multipart/form-data;boundary=x"])
def test_what_stands_between_the_parts_is_kept(kind: str) -> None:
    found: dict[str, Any] = {}
    plain(lambda environ, start_response: found.update(environ) or [])({"CONTENT_TYPE": kind}, None)  # type: ignore[func-returns-value]
    assert found["CONTENT_TYPE"] == kind.replace(" charset=x;", "").replace(";boundary", "; boundary")


def test_no_cookie_holds_what_no_database_can_be_asked_for(cast: Cast) -> None:
    assert asked("GET", "/profile/", HTTP_COOKIE='session="aaaaaaaa\\000aaaa"') == 302


def test_who_is_signed_in_stays_so(cast: Cast) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": cast.submitter.email, "password": PASSWORD})
    session = client.cookies["session"].value
    assert Session.objects.filter(session_key=session).exists()
    assert asked("GET", "/accounts/", HTTP_COOKIE=f"session={session}; tz=Africa/Nairobi") == 200
