"""Who may come in: anonymous people are sent to sign in, whatever the address; customers find no staff page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def person(request: HttpRequest) -> User:
    """The signed-in person; only behind `signed_in` or `staff_only`."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For everybody with an account. A form sent after the session ended comes back to the page it stood on."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            asked = request.method in ("GET", "HEAD")
            return redirect_to_login(request.get_full_path() if asked else _behind(request, kwargs))
        return view(request, *args, **kwargs)

    return guarded


def staff_only(view: View[P]) -> Callable[..., HttpResponse]:
    """For agents, management and admins; for customers these pages do not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not person(request).works_here:
            raise Http404
        return view(request, *args, **kwargs)

    return signed_in(guarded)


def _behind(request: HttpRequest, facts: dict[str, object]) -> str:
    """The page a form stood on: its ticket's, with the tab one had open; without a ticket the queue."""
    if "reference" not in facts:
        return reverse("tickets:queue")
    page = reverse("tickets:ticket", args=[facts["reference"]])
    # Taken apart by hand: what a stranger's program sends here need not be an address at all.
    came_from, _mark, query = request.headers.get("Referer", "").partition("?")
    stood_there = came_from.partition("://")[2] == f"{request.get_host()}{page}"
    return f"{page}?{query}" if stood_there and query else page
