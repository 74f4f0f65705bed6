"""Sign people out everywhere: with a new role, an address or a password given by an admin, and when switched off."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# What an admin changes about a person that ends every session of theirs.
ENDING = frozenset({"role", "is_active", "email", "new_password"})
ENDED = _("You were signed out, because your account or the rules for signing in here changed. Sign in again to go on.")


def end_sessions(people: QuerySet[User], **changes: Any) -> int:
    """End every session of `people` in the same statement as the `changes` that are the reason; returns how many."""
    return people.update(session_epoch=F("session_epoch") + 1, **changes)


class EndedSessionMiddleware:
    """Tells whoever was signed out by a change that it was one, on the next page they see."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and not request.user.is_authenticated:
            request.session.flush()  # Django leaves that of a deactivated person, who would be told on every page.
            messages.info(request, ENDED)
        return self.get_response(request)
