from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from kpiweb.proxies import TrustedProxiesMiddleware, client_address

PEER = "10.0.0.9"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("203.0.113.7", 1, "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", 1, "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7, 10.0.0.1", 2, "203.0.113.7"),
        ("203.0.113.7", 2, PEER),
        ("", 1, PEER),
        ("not an address", 1, PEER),
        ("2001:db8::1", 1, "2001:db8::1"),
        ("203.0.113.7", 0, PEER),
    ],
)
def test_the_address_is_counted_from_the_right(forwarded: str, proxies: int, address: str) -> None:
    assert client_address(forwarded, proxies=proxies, peer=PEER) == address


def seen(settings: Any, *, proxies: int) -> dict[str, Any]:
    """What a view finds of a request with forged headers."""
    settings.TRUSTED_PROXIES = proxies
    found: dict[str, Any] = {}

    def view(request: HttpRequest) -> HttpResponse:
        found.update(request.META)
        return HttpResponse()

    headers = {"X-Forwarded-For": "6.6.6.6, 203.0.113.7", "X-Forwarded-Proto": "https"}
    TrustedProxiesMiddleware(view)(RequestFactory().get("/", headers=headers, REMOTE_ADDR=PEER))
    return found


def test_without_proxies_forwarded_headers_are_removed(settings: Any) -> None:
    found = seen(settings, proxies=0)
    assert found["REMOTE_ADDR"] == PEER
    assert "HTTP_X_FORWARDED_FOR" not in found
    assert "HTTP_X_FORWARDED_PROTO" not in found


def test_with_one_proxy_its_word_counts_and_no_other(settings: Any) -> None:
    found = seen(settings, proxies=1)
    assert found["REMOTE_ADDR"] == "203.0.113.7"
    assert found["HTTP_X_FORWARDED_PROTO"] == "https"
    assert "HTTP_X_FORWARDED_FOR" not in found
