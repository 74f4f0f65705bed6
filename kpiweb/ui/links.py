"""Addresses that depend on the page one is on."""

from urllib.parse import urlencode

from django.template import Context
from django.urls import reverse


def sign_in_url(context: Context) -> str:
    """The sign-in page, which comes back to this page; from the account pages themselves their `next` is kept."""
    address = reverse("account_login")
    request = context.get("request")
    if request is None:
        return address
    if request.path.startswith("/accounts/"):
        back = request.GET.get("next", "")
    else:
        back = request.get_full_path() if request.method == "GET" else request.path
    return f"{address}?{urlencode({'next': back})}" if back else address
