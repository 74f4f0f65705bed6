"""The status page as facts: what a client may see of a ticket at one moment. Everything from public events."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from tickets import access
from tickets.access import ChatRefusal
from tickets.clocks import ClockView, clock_views
from tickets.models import CloseKind, EventKind, Ticket, TicketEvent, Visibility
from tickets.promise import Promise, expected_reply
from tickets.states import Status, Verb, Waiting

WORDS = frozenset({EventKind.SUBMITTED, EventKind.REPLIED, EventKind.CLIENT_REPLIED})
MEASURED = frozenset({"met", "missed", "recorded"})
CLIENT_VERBS = frozenset({Verb.CLIENT_CLOSE, Verb.WITHDRAW, Verb.CLIENT_REOPEN})


@dataclass(frozen=True)
class ShownClock:
    """First response or Resolution: a value with its badge, or "Not recorded" (None) with the reason why."""

    label: str
    tone: str
    icon: str
    word: str
    seconds: int | None
    why: str


@dataclass(frozen=True)
class StatusView:
    """One ticket for one viewer at one moment."""

    ticket: Ticket
    events: list[TicketEvent]
    clocks: tuple[ShownClock, ShownClock]
    promise: Promise | None
    chat: ChatRefusal | None
    verbs: frozenset[Verb]
    owner: bool

    @property
    def chat_code(self) -> str:
        """ "open" where the message box stands, else why it does not."""
        return self.chat.code if self.chat else "open"

    def etag(self, *, user: User | None, zone: str) -> str:
        """What the live part will be compared by; the same as `etag()` finds without the view."""
        last = max((event.pk for event in self.events), default=None)
        return _fingerprint(self.ticket, last_event=last, promise=self.promise, user=user, zone=zone)

    @property
    def closed_word(self) -> str:
        """The name of the last of the three steps."""
        return str(Status.REJECTED.label if self.ticket.status == Status.REJECTED else Status.CLOSED.label)


def status_view(ticket: Ticket, *, user: User | None, as_of: datetime) -> StatusView:
    """Everything the page shows of `ticket` to `user`. A constant number of queries."""
    response, resolution = clock_views(ticket, as_of=as_of)
    return StatusView(
        ticket=ticket,
        events=access.public_events(ticket),
        clocks=(_first_response(ticket, response), _resolution(ticket, resolution)),
        promise=expected_reply(ticket, response, as_of=as_of),
        chat=access.chat_refusal(user, ticket),
        verbs=frozenset(access.allowed_verbs(user, ticket, at=as_of) & CLIENT_VERBS),
        owner=user is not None and ticket.submitter_id == user.pk,
    )


def etag(ticket: Ticket, *, user: User | None, zone: str, as_of: datetime) -> str:
    """The view's `etag` without building the view: few queries, no thread."""
    last = ticket.events.filter(visibility=Visibility.PUBLIC).aggregate(last=Max("pk"))["last"]
    promise = expected_reply(ticket, clock_views(ticket, as_of=as_of)[0], as_of=as_of)
    return _fingerprint(ticket, last_event=last, promise=promise, user=user, zone=zone)


def _fingerprint(
    ticket: Ticket, *, last_event: int | None, promise: Promise | None, user: User | None, zone: str
) -> str:
    """Changes when something a client can observe changes, and with nothing else.

    The last event stands beside `last_public_at`, since verbs cut their time to whole seconds; the promise turns
    late with the time alone.
    """
    seen = [ticket.reference, ticket.last_public_at.isoformat(), last_event, ticket.type_id, ticket.subject]
    viewer = [user.pk if user else None, zone, promise]
    return f'"{hashlib.sha256(repr([*seen, *viewer]).encode()).hexdigest()[:32]}"'


def _first_response(ticket: Ticket, clock: ClockView) -> ShownClock:
    if clock.state in MEASURED:
        why = _("After it was assigned, in working time.")
        if clock.borrowed:
            why = _("The ticket was closed without a message, so the time of closing counts.")
        return _measured(clock, why)
    if ticket.locked:
        return _open(clock, _("The agent never sent a message on this ticket."))
    if ticket.assignee_id is None:
        return _open(clock, _("Nobody is assigned to this ticket yet."))
    return _open(clock, _("The agent has not sent a message yet."))


def _resolution(ticket: Ticket, clock: ClockView) -> ShownClock:
    if clock.state in MEASURED:
        if ticket.close_kind == CloseKind.CLIENT:
            return _measured(clock, _("Until you closed it, in working time."))
        return _measured(clock, _("From submission to close, in working time."))
    if ticket.status == Status.REJECTED:
        return _open(clock, _("The ticket was rejected."))
    if ticket.waiting == Waiting.CLIENT:
        return _open(clock, _("The ticket is still open. The clock rests while we wait for you."), paused=True)
    if ticket.waiting == Waiting.HOLD:
        return _open(clock, _("The ticket is on hold, and the clock rests."), paused=True)
    return _open(clock, _("The ticket is still open.") if not ticket.locked else _("The ticket was ended."))


def _measured(clock: ClockView, why: str) -> ShownClock:
    return ShownClock(clock.label, clock.tone, clock.icon, clock.word, clock.seconds, why)


def _open(clock: ClockView, why: str, *, paused: bool = False) -> ShownClock:
    """How urgent a running clock is, staff know; a client sees that nothing is recorded yet."""
    tone, icon, word = ("wait", "pause", _("Paused")) if paused else ("mute", "none", "")
    return ShownClock(clock.label, tone, icon, word, None, why)
