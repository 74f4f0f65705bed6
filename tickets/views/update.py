"""Update Ticket: one form that edits, transfers, and moves the status forward."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from kpi import metric_fields
from tickets import access
from tickets.forms import TicketForm
from tickets.states import Status, Verb
from tickets.verbs.edit import differences, edit, transfer
from tickets.verbs.end import close
from tickets.verbs.progress import start
from tickets.verbs.running import Forbidden, Refused, Stale, Unfit
from tickets.views.people import person, staff_only
from tickets.views.ticket import Typed, edit_form, show

STEPS = {Status.PROGRESS: (Verb.START, start), Status.CLOSED: (Verb.CLOSE, close)}


@require_POST
@staff_only
def update(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """422 with what is wrong beside the field, 409 with both versions, 403 where it is not this person's to do."""
    at, user = timezone.now(), person(request)
    ticket = access.staff_ticket(user, reference)
    refusal = access.why_not_allowed(Verb.EDIT, user, ticket, at=at)
    if refusal is not None:
        return show(request, ticket, Typed(sentence=refusal), status=403)
    form = edit_form(ticket, request.POST, as_of=at)
    if not form.is_valid() or not _status_fits(form, user, at):
        return show(request, ticket, Typed(edit=again(form)), status=422)
    try:
        done = _apply(form, user, at)
    except Stale as stale:
        return _conflict(request, stale, at)
    except Unfit as unfit:
        metric_fields.add_errors(form, unfit.problems)
        return show(request, ticket, Typed(edit=again(form)), status=422)
    except Forbidden as refused:
        return show(request, access.staff_ticket(user, reference), Typed(sentence=refused.sentence), status=403)
    except Refused as refused:
        current = access.staff_ticket(user, reference)
        typed = Typed(edit=again(edit_form(current, request.POST, as_of=at)), sentence=refused.sentence)
        return show(request, current, typed, status=422)
    messages.success(request, done)
    visible = access.staff_tickets(user).filter(pk=ticket.pk).exists()
    return redirect("tickets:ticket", reference=ticket.reference) if visible else redirect("tickets:queue")


def again(form: TicketForm) -> TicketForm:
    """The refused form as it goes back: its type select lists the types of the chosen department from now on."""
    form.data = {name: form.data.get(name) for name in form.data} | {"offered": str(form.target.pk)}
    return form


def _status_fits(form: TicketForm, user: User, at: datetime) -> bool:
    """Asked before anything is written, so that a refused status leaves the rest of the form unsaved as well."""
    step = STEPS.get(form.cleaned_data["status"])
    if step is None or form.cleaned_data["status"] == form.ticket.status:
        return True
    sentence = access.why_not_allowed(step[0], user, form.ticket, at=at) or access.legal(step[0], form.ticket)
    if sentence is not None:
        form.add_error("status", sentence)
    return sentence is None


def _apply(form: TicketForm, user: User, at: datetime) -> str:
    """Edit, then transfer, then the status; each a verb of its own. What was done, in words."""
    ticket, done = form.ticket, _("Nothing was changed.")
    changes = form.changes()
    version = form.cleaned_data["version"]
    if differences(ticket, changes):
        ticket = edit(ticket.pk, actor=user, at=at, version=version, changes=changes)
        version, done = ticket.version, _("Ticket updated.")
    if form.moves:
        to = form.target
        transfer(ticket.pk, actor=user, at=at, version=version, department=to, type=form.cleaned_data["type"])
        return _("Ticket moved to %(department)s.") % {"department": to}
    wanted = form.cleaned_data["status"]
    if wanted != form.ticket.status:
        ticket = STEPS[wanted][1](ticket.pk, actor=user, at=at)
        done = _("Ticket updated. It is %(status)s now.") % {"status": Status(ticket.status).label}
    return done


def _conflict(request: HttpRequest, stale: Stale, at: datetime) -> HttpResponse:
    """Both versions side by side; the form keeps what was typed and now carries the present version."""
    current = access.staff_ticket(person(request), stale.current.reference)
    data = request.POST.copy()
    data["version"] = str(current.version)
    form = edit_form(current, data, as_of=at)
    before = {theirs.name: theirs for theirs in edit_form(current, as_of=at)}
    rows = [
        (str(mine.label), _shown(before[mine.name]) if mine.name in before else "", _shown(mine))
        for mine in form
        if not mine.is_hidden and (mine.name not in before or _shown(mine) != _shown(before[mine.name]))
    ]
    return show(request, current, Typed(edit=form, sentence=stale.sentence, conflict=rows), status=409)


def _shown(bound: object) -> str:
    """The value of a field as people read it: the label of a choice, yes or no, the text itself."""
    field, value = bound.field, bound.value()  # type: ignore[attr-defined]  # BoundField, loosely typed in the stubs
    choices = getattr(field, "choices", None) or getattr(field.widget, "choices", [])
    labels = {str(key): str(label) for key, label in choices}
    if isinstance(value, bool) or value in ("on", None):
        return _("Yes") if value else _("No")
    return labels.get(str(value), str(value))
