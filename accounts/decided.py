"""Settings of allauth that an admin decides. allauth reads this before there are models, so it imports late."""

from collections.abc import Callable
from typing import Any

from allauth.core import context
from django.conf import settings

DECIDED: dict[str, Callable[[Any], Any]] = {
    "ACCOUNT_EMAIL_VERIFICATION": lambda site: site.email_verification,
    "ACCOUNT_LOGIN_BY_CODE_ENABLED": lambda site: site.login_codes,
}


def allauth_setting(name: str, default: Any) -> Any:
    """A setting as allauth reads it: from the row an admin edits while a request is answered, else Django's."""
    if name in DECIDED and context.request is not None:
        from accounts.site import site_of

        return DECIDED[name](site_of(context.request))
    return getattr(settings, name, default)
