"""Error pages in the product's look, each with a way out. They must not fail themselves."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from kpiweb.request_log import request_id

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same bytes for a page that never was and a ticket one may not see."""
    return render(request, "errors/404.html", status=404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """For our own throttles; allauth's use the template 429.html, which is the same page."""
    return render(request, "errors/429.html", status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: its session or user may be what failed."""
    return HttpResponse(render_to_string("errors/500.html", {"request_id": request_id.get()}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came back without its key: cookies are off, or the page was open across a sign-in."""
    log.warning("form refused: %s", reason)
    return render(request, "errors/csrf.html", status=403)
