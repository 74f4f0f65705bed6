"""Two-step sign-in: a code from a phone after the password, which a site may ask of its staff."""

from collections.abc import Callable
from typing import Any

import qrcode
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import escape_leading_slashes
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteSettings, User
from accounts.sealing import Unreadable, seal, unseal
from accounts.site import site_of

DUE = "second_step_due"  # in the session: this person must set it up before anything else
WAY_ON = "second_step_way_on"  # in the session: the page that was asked for meanwhile
CODE_SECONDS = 30 * (2 * settings.MFA_TOTP_TOLERANCE + 1)
KEY_LOST = _("The key of your second step cannot be read any more. Ask an admin to take it off, then set it up again")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """Our words, sealed secrets, and no way out of what the site asks of its staff."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("This site asks its staff for a second step, so it stays on."),
        "cannot_generate_recovery_codes": _("Turn two-step sign-in on first."),
        "incorrect_code": _("That code is not right, or it was used already. Wait for the next one"),
        "unverified_email": _("Show first that your address is yours: open the link we mailed to it."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not is_asked_of(authenticator.user)

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)


def is_asked_of(user: User, site: SiteSettings | None = None) -> bool:
    """Whether this person may not do without the second step."""
    return user.works_here and (site or SiteSettings.load()).staff_second_step


def note_if_due(request: HttpRequest, user: User) -> None:
    """Remember in a new session whether the second step is still to be set up."""
    if is_asked_of(user, site_of(request)) and not is_mfa_enabled(user):
        request.session[DUE] = True
        # A moment ago they showed who they are; without this allauth asks for the password a second time.
        shown = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [one | {"reauthenticated": True} for one in shown]


class SecondStepMiddleware:
    """Leads staff who must set up the second step to its page, whatever they open. It asks the session, no table."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.get(DUE) and not request.path.startswith("/accounts/"):
            if request.method == "GET" and not request.headers.get("HX-Request"):
                # Or "//elsewhere.example" would be a page of ours when asked for and another site when linked.
                request.session[WAY_ON] = escape_leading_slashes(request.get_full_path())
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)


def qr_path(text: str) -> tuple[str, int]:
    """(path, width) of a QR code as the `d` of an SVG path: one square for each dark cell, four cells of margin."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    cells = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return "".join(cells), len(rows)


class CodeWords:
    """Our label and sentences around a code."""

    fields: dict[str, forms.Field]
    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code")
        field.error_messages["required"] = _("Enter the code")
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs.update(inputmode="numeric", autocomplete="one-time-code")


class OnceOnly(CodeWords):
    """No code twice: a code stays right for longer than allauth remembers that it was used."""

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()  # type: ignore[misc]  # a mixin for allauth's forms
        except Unreadable:
            raise forms.ValidationError(KEY_LOST) from None
        if not cache.add(f"second-step:{self.user.pk}:{code}", True, timeout=CODE_SECONDS):
            raise MFAAdapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(OnceOnly, base_forms.AuthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """The second step of signing in: a code from the phone or a recovery code."""


class ReauthenticateForm(OnceOnly, base_forms.ReauthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """A code again, before something that matters."""


class ActivateForm(CodeWords, totp_forms.ActivateTOTPForm):  # type: ignore[misc]  # allauth carries no types
    """The first code, which shows that the phone has the key."""
