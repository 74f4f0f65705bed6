"""Requests that no browser sends: refused, never an error of ours."""

import pytest
from django.test import Client

from notifications.models import OutgoingMail
from tests.cast import Cast
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
BODIES = [
    ("application/json", b"{}"),
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=a", b"--a\r\nbroken"),
    (FORM, b"description=%ff%fe%00&name=%ed%a0%80&q=%ff%00"),
    (f"{FORM}; charset=utf-16", b"a=b"),
    (f"{FORM}; charset=none-such", b"a=b"),
    (FORM, b"&".join([b"a=1"] * 2000)),
    (FORM, b"description=" + b"x" * 3_000_000),
    (FORM, b""),
]
PATHS = [
    "/intake?department=%00",
    "/intake/choices?department=%ff&type=%00",
    "/intake/found/%ff",
    "/intake/found/..%2f",
    f"/intake/found/{'a' * 5000}",
    "/intake/found/",
    "/intake/status/",
    "/intake/status/%E2%80%AE",
    "/intake/submitted/%00",
    "/intake//",
]


@pytest.mark.parametrize("path", ["/intake", "/intake/lookup"])
@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_an_odd_body_is_refused(client: Client, cast: Cast, path: str, kind: str, body: bytes) -> None:
    assert client.generic("POST", path, body, kind).status_code in (400, 413, 422)
    assert (Ticket.objects.count(), OutgoingMail.objects.count()) == (0, 0)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_an_odd_address_is_answered(client: Client, cast: Cast, method: str, path: str) -> None:
    assert client.generic(method, path).status_code in (200, 404, 405, 422)
