"""Which ways in this site offers: by what an operator configured and what an admin decided."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.models import SiteSettings
from accounts.models.site import read_once


class SiteSettingsMiddleware:
    """Has the settings read once for each request, whoever asks for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with read_once():
            return self.get_response(request)


def site_of(request: HttpRequest) -> SiteSettings:
    """The site's settings, read once per request."""
    site: SiteSettings | None = getattr(request, "site_settings", None)
    if site is None:
        site = SiteSettings.load()
        request.site_settings = site  # type: ignore[attr-defined]  # kept for the rest of this request
    return site


def google_offered() -> bool:
    """Whether an operator gave the product credentials for Google."""
    return bool(settings.GOOGLE_CLIENT_ID and settings.GOOGLE_CLIENT_SECRET)


def google_origin() -> str:
    """Where the form behind the Google button ends, for the content policy of a page that shows it."""
    parts = urlsplit(settings.GOOGLE_ADDRESSES["AUTHORIZE_URL"])
    return f"{parts.scheme}://{parts.netloc}"


def passwords_allowed(site: SiteSettings) -> bool:
    """Passwords can be switched off only while there is another way in."""
    return site.password_sign_in or not (google_offered() or site.login_codes)
