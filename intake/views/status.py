"""The status page and its live part."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from intake.forms import MessageForm
from intake.status_view import StatusView, etag, status_view
from intake.views.page import behind_link, person
from tickets import access
from tickets.links import number, status_link
from tickets.models import Ticket


@require_safe
@behind_link
def status(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """The whole page."""
    ticket = access.public_ticket(request.user, reference)
    return show(request, ticket, MessageForm())


@require_safe
@behind_link
def live(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """The part that polls: 304 while nothing a client can observe has changed."""
    as_of = timezone.now()
    user = person(request)
    ticket = access.public_ticket(request.user, reference)
    seen = request.headers.get("If-None-Match")
    if seen is not None and seen == etag(ticket, user=user, zone=_zone(request), as_of=as_of):
        response: HttpResponse = HttpResponseNotModified()
        response["ETag"] = seen
    else:
        view = status_view(ticket, user=user, as_of=as_of)
        response = render(request, "intake/_live.html", _context(ticket, view, MessageForm(), uuid.uuid4()))
        response["ETag"] = view.etag(user=user, zone=_zone(request))
    response["Cache-Control"] = "private, no-cache"
    return response


def show(
    request: HttpRequest,
    ticket: Ticket,
    form: MessageForm,
    *,
    status: int = 200,
    sentence: str = "",
    key: uuid.UUID | None = None,
) -> HttpResponse:
    """The page around `form`; `sentence` says above it why something was not done."""
    view = status_view(ticket, user=person(request), as_of=timezone.now())
    context = _context(ticket, view, form, key or uuid.uuid4()) | {
        "sentence": sentence,
        "refused": bool(sentence) or (form.is_bound and bool(form.errors)),
        "link": status_link(ticket),
        "etag": view.etag(user=person(request), zone=_zone(request)),
    }
    return render(request, "intake/status.html", context, status=status)


def _context(ticket: Ticket, view: StatusView, form: MessageForm, key: uuid.UUID) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "view": view,
        "form": form,
        "form_key": key,
        "number": number(ticket),
        "zone": ticket.department.country.zone,
    }


def _zone(request: HttpRequest) -> str:
    """Times on the page are in the account's zone or the browser's, so both belong to what was seen."""
    return f"{getattr(request.user, 'zone', '')}|{request.COOKIES.get('tz', '')}"
