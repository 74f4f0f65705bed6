"""Public replies and internal notes from the ticket page, each sent once."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tickets import access, conversation
from tickets.forms import MessageForm
from tickets.models import Ticket
from tickets.once import AlreadyUsed, once, own_key, sent_key
from tickets.states import Verb
from tickets.verbs.running import Forbidden, Refused
from tickets.views.people import person, staff_only
from tickets.views.ticket import Typed, show


@require_POST
@staff_only
def message(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """422 with the words kept where they cannot be sent, 403 where this person may not write here."""
    at, user = timezone.now(), person(request)
    ticket = access.staff_ticket(user, reference)
    tab = "note" if request.POST.get("tab") == "note" else "reply"
    verb, say = (Verb.NOTE, conversation.note) if tab == "note" else (Verb.REPLY, conversation.reply)
    refusal = access.why_not_allowed(verb, user, ticket, at=at)
    if refusal is not None:
        return show(request, ticket, Typed(sentence=refusal, tab=tab), status=403)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return show(request, ticket, Typed(message=form, tab=tab), status=422)
    body = form.cleaned_data["body"]

    def make() -> Ticket:
        say(ticket.pk, actor=user, at=at, body=body)
        return ticket

    try:
        key = own_key(sent_key(request.POST), f"{tab} {ticket.pk} {user.pk}")
        once(key, purpose=tab, content=body, at=at, make=make)
    except AlreadyUsed:
        form.add_error("body", _("You already sent a message from this page. Send this one as well?"))
        return show(request, ticket, Typed(message=form, tab=tab), status=422)
    except Forbidden as refused:
        return show(request, ticket, Typed(sentence=refused.sentence, message=form, tab=tab), status=403)
    except Refused as refused:
        form.add_error("body", refused.sentence)
        return show(request, access.staff_ticket(user, reference), Typed(message=form, tab=tab), status=422)
    query = "?tab=note" if tab == "note" else ""
    return redirect(f"{reverse('tickets:ticket', args=[reference])}{query}#discussion")
