"""What the submitter does on the status page: write, close, re-open, withdraw, make a new link."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from intake.forms import MessageForm
from intake.views.page import behind_link, person
from intake.views.status import show
from tickets import access, claims, conversation
from tickets.links import number
from tickets.models import Ticket
from tickets.once import AlreadyUsed, once, own_key, sent_key
from tickets.states import Verb
from tickets.verbs import end, reopen
from tickets.verbs.running import Forbidden, Refused


@dataclass(frozen=True)
class Step:
    """A button that needs confirming: `verb` None means the owner's own right."""

    verb: Verb | None
    act: Callable[..., Ticket]
    title: Any
    warning: Any
    done: Any
    danger: bool = False


STEPS = {
    "closure": Step(
        Verb.CLIENT_CLOSE,
        end.client_close,
        _("Close this ticket"),
        _("Close it when your request is settled. You can still write on it afterwards."),
        _("You closed this ticket."),
    ),
    "reopening": Step(
        Verb.CLIENT_REOPEN,
        reopen.client_reopen,
        _("Re-open this ticket"),
        _("The ticket goes back to the person who handled it."),
        _("You re-opened this ticket."),
    ),
    "withdrawal": Step(
        Verb.WITHDRAW,
        end.withdraw,
        _("Withdraw this ticket"),
        _("Nobody will work on it. This cannot be undone; you can submit a new ticket at any time."),
        _("You withdrew this ticket."),
        danger=True,
    ),
    "link": Step(
        None,
        claims.new_link,
        _("Make a new link"),
        _("The old link stops working for everybody, also in mails you already have. This cannot be undone."),
        _("This is the new link. The old one does not work any more."),
        danger=True,
    ),
    "keep": Step(
        None,
        claims.keep_link,
        _("Keep the link"),
        _("Whoever has the link can still read this ticket, as before."),
        _("The link stays as it is."),
    ),
}


@require_POST
@behind_link
def message(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """One message; 422 when it is empty, 403 with the sentence where this viewer may not write."""
    at = timezone.now()
    ticket = access.public_ticket(request.user, reference)
    form = MessageForm(request.POST)
    refusal = access.chat_refusal(request.user, ticket)
    user = person(request)
    if refusal is not None or user is None:
        sentence = refusal.sentence if refusal else access.STRANGER_CHAT
        return show(request, ticket, MessageForm(), status=403, sentence=sentence)
    if not form.is_valid():
        return show(request, ticket, form, status=422, key=sent_key(request.POST))
    body = form.cleaned_data["body"]

    def make() -> Ticket:
        conversation.client_reply(ticket.pk, actor=user, at=at, body=body)
        return ticket

    key = own_key(sent_key(request.POST), f"message {ticket.pk} {user.pk}")
    try:
        once(key, purpose="message", content=body, at=at, make=make)
    except AlreadyUsed:
        form.add_error("body", str(_("You already sent a message from this page. Send this one as well?")))
        return show(request, ticket, form, status=422)
    except Forbidden as refused:
        return show(request, _again(request, reference), MessageForm(), status=403, sentence=refused.sentence)
    except Refused as refused:
        form.add_error("body", refused.sentence)
        return show(request, _again(request, reference), form, status=422)
    return redirect(f"{_status_path(ticket)}#discussion")


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def step(request: HttpRequest, reference: uuid.UUID, step_name: str) -> HttpResponse:
    """GET asks for confirmation, POST does it; 403 with the sentence where it is not this viewer's to do."""
    at = timezone.now()
    ticket = access.public_ticket(request.user, reference)
    todo = STEPS[step_name]
    user = person(request)
    sentence = _why_not(todo, request.user, ticket)
    if sentence is not None or user is None:
        return show(request, ticket, MessageForm(), status=403, sentence=sentence or access.STRANGER_CHAT)
    if request.method != "POST":
        context = {"ticket": ticket, "step": todo, "number": number(ticket)}
        return render(request, "intake/step.html", context)
    try:
        ticket = todo.act(ticket.pk, actor=user, at=at)
    except Forbidden as refused:
        return show(request, _again(request, reference), MessageForm(), status=403, sentence=refused.sentence)
    except Refused as refused:
        return show(request, _again(request, reference), MessageForm(), status=422, sentence=refused.sentence)
    messages.success(request, str(todo.done))
    return redirect(_status_path(ticket))


def _why_not(todo: Step, user: User | AnonymousUser, ticket: Ticket) -> str | None:
    if todo.verb is not None:
        return access.why_not_allowed(todo.verb, user, ticket, at=timezone.now())
    if access.relation(user, ticket) == access.Relation.SUBMITTER:
        return None
    return str(_("Only the person who submitted this ticket can make a new link."))


def _again(request: HttpRequest, reference: uuid.UUID) -> Ticket:
    """The ticket as it is after somebody else was quicker."""
    return access.public_ticket(request.user, reference)


def _status_path(ticket: Ticket) -> str:
    return reverse("intake:status", args=[ticket.reference])
