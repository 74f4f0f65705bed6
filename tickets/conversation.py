"""The thread: public replies, internal notes, the client's messages."""

from datetime import datetime, timedelta

from accounts.models import User
from tickets import timeline
from tickets.access import Relation, relation
from tickets.models import EventKind, Ticket, TicketEvent, Visibility
from tickets.states import Status, Verb
from tickets.verbs.assign import put_on
from tickets.verbs.progress import hear_from_client, set_on_progress
from tickets.verbs.reopen import put_back
from tickets.verbs.running import Refused, check, on_ticket, whole_second


def reply(ticket_id: int, *, actor: User, at: datetime, body: str) -> TicketEvent:
    """A public staff reply. The first one stops the response clock and moves New to On Progress.

    An agent of the department who replies to an unassigned ticket takes it; an admin assigns first.
    """
    at = whole_second(at)

    def work(ticket: Ticket) -> TicketEvent:
        check(Verb.REPLY, actor, ticket, at=at)
        _words(body)
        if ticket.assignee_id is None and not ticket.locked:
            _take_by_replying(ticket, actor, at)
        set_on_progress(ticket, at=at)
        ticket.first_reply_at = ticket.first_reply_at or at
        return timeline.record(ticket, EventKind.REPLIED, actor=timeline.staff(actor), at=at, body=body)

    return on_ticket(ticket_id, work)


def note(ticket_id: int, *, actor: User, at: datetime, body: str) -> TicketEvent:
    """An internal note: staff read it, nothing else happens, ever."""
    at = whole_second(at)

    def work(ticket: Ticket) -> TicketEvent:
        check(Verb.NOTE, actor, ticket, at=at)
        _words(body)
        actor_ = timeline.staff(actor)
        return timeline.record(ticket, EventKind.NOTED, actor=actor_, at=at, visibility=Visibility.STAFF, body=body)

    return on_ticket(ticket_id, work)


def client_reply(ticket_id: int, *, actor: User, at: datetime, body: str) -> TicketEvent:
    """The client's message on the status page. On a closed ticket the policy re-opens it, or a flag tells staff."""
    at = whole_second(at)

    def work(ticket: Ticket) -> TicketEvent:
        check(Verb.CLIENT_REPLY, actor, ticket, at=at)
        _words(body)
        hear_from_client(ticket)
        reopens = ticket.status == Status.CLOSED and _reply_reopens(ticket, at)
        ticket.replied_after_close = ticket.status == Status.CLOSED and not reopens
        actor_ = timeline.client(actor)
        event = timeline.record(ticket, EventKind.CLIENT_REPLIED, actor=actor_, at=at, body=body)
        if reopens:
            put_back(ticket, actor=timeline.SYSTEM, at=at)
        return event

    return on_ticket(ticket_id, work)


def _take_by_replying(ticket: Ticket, actor: User, at: datetime) -> None:
    if relation(actor, ticket) == Relation.ADMIN or not actor.is_agent:
        raise Refused("Nobody is assigned to this ticket yet. Assign someone first, then reply.")
    put_on(ticket, actor, actor=timeline.staff(actor), at=at)


def _reply_reopens(ticket: Ticket, at: datetime) -> bool:
    policy = ticket.department
    until = ticket.closed_at + timedelta(days=policy.reopen_days) if ticket.closed_at else None
    return policy.reply_reopens and until is not None and at <= until


def _words(body: str) -> None:
    if not body.strip():
        raise Refused("Enter a message.")
