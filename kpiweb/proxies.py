"""The client's address, from as many proxies as the site says it has and not one more."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class TrustedProxiesMiddleware:
    """Puts the client's address into REMOTE_ADDR and removes forwarded headers that nobody vouches for.

    Each proxy appends the address it was called from, so with TRUSTED_PROXIES = n the n-th entry from the right was
    written by a proxy of ours; everything left of it can be forged. Fewer entries than proxies: the request came
    around them, and the peer's own address stands.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = str(request.META.pop("HTTP_X_FORWARDED_FOR", ""))
        if settings.TRUSTED_PROXIES:
            request.META["REMOTE_ADDR"] = client_address(
                forwarded, proxies=settings.TRUSTED_PROXIES, peer=str(request.META.get("REMOTE_ADDR", ""))
            )
        else:
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.get_response(request)


def client_address(forwarded: str, *, proxies: int, peer: str) -> str:
    """The address that the outermost of our proxies was called from, or the peer's when the header cannot say."""
    entries = [entry.strip() for entry in forwarded.split(",")]
    if proxies < 1 or len(entries) < proxies:
        return peer
    try:
        return str(ipaddress.ip_address(entries[-proxies]))
    except ValueError:
        return peer
