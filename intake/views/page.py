"""What the public pages share: who is looking, and headers that keep a secret link to itself."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from accounts.models import User

P = ParamSpec("P")


def person(request: HttpRequest) -> User | None:
    """The signed-in person, None for anybody else."""
    return request.user if isinstance(request.user, User) else None


def behind_link(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages whose address is the secret: stored nowhere, indexed nowhere, sent nowhere as a referrer."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        guard(response)
        return response

    return guarded


def guard(response: HttpResponseBase) -> None:
    """The headers of `behind_link`; a live fragment has its own Cache-Control already."""
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Never no-referrer: browsers then send "Origin: null" and every form is refused.
    response["Referrer-Policy"] = "same-origin"
