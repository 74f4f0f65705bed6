"""The ticket page: form left, discussion right; and the part of it that follows by itself."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Department, Role, User
from tickets import access, fairness, links
from tickets.clocks import ClockView, clock_views, if_closed_now
from tickets.forms import AssignForm, MessageForm, TicketForm
from tickets.models import Ticket
from tickets.states import Verb
from tickets.views.people import person, staff_only


@dataclass(frozen=True)
class Typed:
    """What somebody typed and got back: the forms that were refused, and why."""

    edit: TicketForm | None = None
    message: MessageForm | None = None
    assign: AssignForm | None = None
    tab: str = ""
    sentence: str = ""
    conflict: list[tuple[str, str, str]] | None = None


@require_safe
@staff_only
def ticket(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """The whole page, for whoever may see the ticket; 404 for everybody else."""
    found = access.staff_ticket(person(request), reference)
    return show(request, found, Typed(tab=request.GET.get("tab", "")))


@require_safe
@staff_only
def live(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """Clocks and thread; 304 while nothing happened and no minute has passed. Never a form."""
    as_of = timezone.now()
    found = access.staff_ticket(person(request), reference)
    tag = etag(request, found, as_of=as_of)
    response: HttpResponse
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        moved = request.GET.get("version", "") != str(found.version)
        context = discussion(found, as_of=as_of) | {"moved": moved, "version": request.GET.get("version", "")}
        response = render(request, "tickets/_live.html", context)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def show(request: HttpRequest, ticket: Ticket, typed: Typed | None = None, *, status: int = 200) -> HttpResponse:
    """The page around what was typed. A constant number of queries."""
    typed = typed or Typed()
    as_of, user = timezone.now(), person(request)
    verbs = access.allowed_verbs(user, ticket, at=as_of)
    edit = typed.edit or edit_form(ticket, as_of=as_of)
    if Verb.EDIT not in verbs:
        edit.lock()
    message = typed.message or MessageForm()
    known = discussion(ticket, as_of=as_of)
    context = known | {
        "nav": "queue",
        "fairness": _fairness(ticket, known["clocks"], as_of),
        "verbs": verbs,
        "edit": edit,
        "message": message,
        "assign": (typed.assign or assign_form(ticket)) if Verb.ASSIGN in verbs else None,
        "tab": "note" if typed.tab == "note" or ticket.self_logged else "reply",
        "form_key": uuid.uuid4(),
        "sentence": typed.sentence,
        "conflict": typed.conflict,
        "refused": status >= 400,
        "problems": [form for form in (typed.edit, typed.message, typed.assign) if form is not None],
        "link": links.status_link(ticket),
    }
    return render(request, "tickets/ticket.html", context, status=status)


def _fairness(ticket: Ticket, clocks: Sequence[ClockView] | None, as_of: datetime) -> fairness.Fairness | None:
    """What stands beside the score: no query while the ticket never changed hands."""
    return fairness.of_ticket(ticket, agent_seconds=clocks[0].seconds if clocks else None, as_of=as_of)


def discussion(ticket: Ticket, *, as_of: datetime) -> dict[str, Any]:
    """What the right half shows."""
    clocks = clock_views(ticket, as_of=as_of) if ticket.has_clocks else None
    return {
        "ticket": ticket,
        "number": links.number(ticket),
        "events": access.staff_events(ticket),
        "clocks": clocks,
        "if_closed": if_closed_now(ticket, clocks, at=as_of),
        "zone": ticket.department.country.zone,
        "as_of": as_of,
    }


def edit_form(ticket: Ticket, data: Any = None, *, as_of: datetime) -> TicketForm:
    """The form of this ticket; its departments are the active ones and the present one."""
    departments = [d for d in Department.objects.select_related("country") if d.active or d == ticket.department]
    today = as_of.astimezone(ZoneInfo(ticket.department.country.zone)).date()
    return TicketForm(ticket, data, departments=departments, today=today)


def assign_form(ticket: Ticket, data: Any = None) -> AssignForm:
    """The people of the ticket's department who may have it."""
    agents = User.objects.filter(department=ticket.department_id, role=Role.AGENT, is_active=True)
    return AssignForm(ticket, data, people=list(agents.exclude(pk=ticket.submitter_id or 0)))


def etag(request: HttpRequest, ticket: Ticket, *, as_of: datetime) -> str:
    """Moves with every event, with the viewer's zone and, while a clock may run, with the minute."""
    last = ticket.events.aggregate(last=Max("pk"))["last"]
    minute = "" if ticket.locked else int(as_of.timestamp() // 60)
    zone = (request.COOKIES.get("tz", ""), person(request).zone)
    known = request.GET.get("version", "")
    parts = (ticket.reference, ticket.version, ticket.last_activity_at.isoformat(), last, minute, zone, known)
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'
