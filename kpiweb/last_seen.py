"""When somebody was last here, to the quarter of an hour: for admins who look after accounts nobody uses."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User

KEPT = timedelta(minutes=15)


class LastSeenMiddleware:
    """Notes a signed-in visit, at most once in a quarter of an hour, so that reading pages stays reading."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Who was not asked for by the page is not asked for here: probes and files cost no query.
        person = getattr(request, "_cached_user", None)
        if isinstance(person, User):
            note(person, at=timezone.now())
        return response


def note(person: User, *, at: datetime) -> None:
    """Write that `person` was here, unless a sign-in or a visit within the last quarter of an hour says so already."""
    newest = person.seen_at
    if newest is None or newest <= at - KEPT:
        older = Q(last_seen=None) | Q(last_seen__lte=at - KEPT)  # of two requests at once, one writes
        User.objects.filter(older, pk=person.pk).update(last_seen=at)
