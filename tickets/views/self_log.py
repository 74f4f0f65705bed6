"""New ticket: an agent logs work already done, and sees beforehand what it will score."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kpi import metric_fields
from tickets import links
from tickets.once import AlreadyUsed, once, own_key, sent_key
from tickets.self_log_form import SelfLogForm
from tickets.verbs.running import Unfit
from tickets.verbs.self_log import Logged, self_log
from tickets.views.people import person, staff_only


def agents_only(view: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Management and admins are told that only agents log their own work; customers find no such page."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not person(request).is_agent:
            return render(request, "tickets/self_log_agents.html", status=403)
        return view(request)

    return staff_only(guarded)


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def new(request: HttpRequest) -> HttpResponse:
    """The form; "Show fields" shows those of the chosen type, a good POST leads to the ticket or to the next form."""
    at = timezone.now()
    if request.method != "POST":
        return _page(request, _form(request, request.GET, at, judged=False))
    if "show" in request.POST:
        return _page(request, _form(request, request.POST, at, judged=False), key=sent_key(request.POST))
    return _logged(request, at)


@require_POST
@agents_only
def parts(request: HttpRequest) -> HttpResponse:
    """What follows a change on the page that has JavaScript: the preview, and whatever on the page is out of date.

    The page says what its lists and fields were made for, so answers that were overtaken need not be known.
    """
    form = _form(request, request.POST, timezone.now(), judged=False)
    return render(request, "tickets/_self_log_parts.html", {"form": form, "told": request.POST})


def _logged(request: HttpRequest, at: datetime) -> HttpResponse:
    form, user = _form(request, request.POST, at), person(request)
    if not form.is_valid():
        return _page(request, form, key=sent_key(request.POST), status=422)
    work, key = form.work(), own_key(sent_key(request.POST), f"self-log {user.pk}")
    try:
        ticket = once(
            key, purpose="self-log", content=_content(work), at=at, make=lambda: self_log(work, actor=user, at=at)
        )
    except AlreadyUsed as used:
        number = links.number(used.ticket)
        form.add_error(None, _("You already logged %(number)s. Log this as another ticket?") % {"number": number})
        return _page(request, form, status=422)
    except Unfit as unfit:
        metric_fields.add_errors(form, unfit.problems)
        return _page(request, form, key=sent_key(request.POST), status=422)
    messages.success(request, _("%(number)s is logged.") % {"number": links.number(ticket)})
    if "another" in request.POST:
        kept = {"ticket_date": ticket.ticket_date.isoformat(), "type": ticket.type_id}
        return redirect(f"{reverse('tickets:self_log')}?{urlencode(kept)}")
    return redirect("tickets:ticket", reference=ticket.reference)


def _form(request: HttpRequest, data: Any, at: datetime, *, judged: bool = True) -> SelfLogForm:
    return SelfLogForm(data, agent=person(request), at=at, judged=judged)


def _page(request: HttpRequest, form: SelfLogForm, *, key: uuid.UUID | None = None, status: int = 200) -> HttpResponse:
    context = {"nav": "new", "form": form, "form_key": key or uuid.uuid4(), "refused": status >= 400}
    return render(request, "tickets/self_log.html", context, status=status)


def _content(work: Logged) -> list[Any]:
    """What was typed, for the one-time key."""
    return [work.type.pk, str(work.date), work.description, dict(work.metrics), work.count_off_day]
