"""The buttons of the ticket page: take, assign, acknowledge, reject, re-open."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tickets import access, links
from tickets.forms import RejectForm
from tickets.models import Ticket
from tickets.states import Verb
from tickets.verbs import assign as assigning
from tickets.verbs import end, progress
from tickets.verbs import reopen as reopening
from tickets.verbs.running import Forbidden, Refused
from tickets.views.people import person, staff_only
from tickets.views.ticket import Typed, assign_form, show


@require_POST
@staff_only
def take(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """Take an unassigned ticket; whoever was slower is told who has it."""
    at, user = timezone.now(), person(request)
    return _run(request, reference, lambda ticket: assigning.take(ticket.pk, actor=user, at=at), _("You have it now."))


@require_POST
@staff_only
def acknowledge(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """Say that it is being looked at, where the policy counts that as a response."""
    at, user = timezone.now(), person(request)
    return _run(
        request, reference, lambda ticket: progress.acknowledge(ticket.pk, actor=user, at=at), _("Acknowledged.")
    )


@require_POST
@staff_only
def reopen(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """Back to On Progress; the requester is told, where there is one."""
    at, user = timezone.now(), person(request)
    return _run(request, reference, lambda ticket: reopening.reopen(ticket.pk, actor=user, at=at), _reopened)


@require_POST
@staff_only
def assign(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """Give it to an active agent of the department, with or without the mail."""
    at, user = timezone.now(), person(request)
    ticket = access.staff_ticket(user, reference)
    refusal = access.why_not_allowed(Verb.ASSIGN, user, ticket, at=at)
    if refusal is not None:
        return show(request, ticket, Typed(sentence=refusal), status=403)
    form = assign_form(ticket, request.POST)
    if not form.is_valid():
        return show(request, ticket, Typed(assign=form), status=422)
    to, notify = form.cleaned_data["to"], form.cleaned_data["notify"]
    done = _("%(name)s has this ticket now.") % {"name": to}
    return _run(request, reference, lambda t: assigning.assign(t.pk, to=to, actor=user, at=at, notify=notify), done)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def reject(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """GET asks for the reason, POST rejects."""
    at, user = timezone.now(), person(request)
    ticket = access.staff_ticket(user, reference)
    refusal = access.why_not_allowed(Verb.REJECT, user, ticket, at=at)
    if refusal is not None:
        return show(request, ticket, Typed(sentence=refusal), status=403)
    form = RejectForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"nav": "queue", "ticket": ticket, "number": links.number(ticket), "form": form}
        return render(request, "tickets/reject.html", context, status=422 if form.is_bound else 200)
    reason = form.cleaned_data["reason"]
    done = _("Ticket rejected. The requester gets a mail with the reason.")
    return _run(request, reference, lambda t: end.reject(t.pk, actor=user, at=at, reason=reason), done)


def _reopened(ticket: Ticket) -> str:
    if ticket.self_logged:
        return _("Ticket re-opened. Correct it, then set the status to Closed.")
    return _("Ticket re-opened. The requester gets a mail.")


def _run(
    request: HttpRequest,
    reference: uuid.UUID,
    verb: Callable[[Ticket], Ticket],
    done: str | Callable[[Ticket], str],
) -> HttpResponse:
    """One verb, then the page again: with the sentence where it was refused."""
    ticket = access.staff_ticket(person(request), reference)
    try:
        verb(ticket)
    except Forbidden as refused:
        return show(request, ticket, Typed(sentence=refused.sentence), status=403)
    except Refused as refused:
        current = access.staff_ticket(person(request), reference)
        return show(request, current, Typed(sentence=refused.sentence), status=422)
    messages.success(request, done(ticket) if callable(done) else done)
    return redirect("tickets:ticket", reference=reference)
