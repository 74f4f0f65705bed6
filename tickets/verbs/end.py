"""Close, withdraw, reject: the ways a ticket ends."""

from datetime import datetime

from accounts.models import User
from tickets import timeline
from tickets.models import CloseKind, EventKind, Ticket
from tickets.states import Status, Verb, Waiting
from tickets.verbs.running import Refused, check, on_ticket, whole_second
from tickets.verbs.typed import check_complete


def close(ticket_id: int, *, actor: User, at: datetime) -> Ticket:
    """Closed by staff. Without an earlier public staff reply the close itself stands for the response.

    Unfit, by metric, while something is missing that the type's rule needs and no clock measures.
    """
    at = whole_second(at)

    def work(ticket: Ticket) -> Ticket:
        _told_who(ticket)
        check(Verb.CLOSE, actor, ticket, at=at)
        check_complete(ticket)
        _end(ticket, Status.CLOSED, CloseKind.STAFF, at)
        timeline.record(ticket, EventKind.CLOSED, actor=timeline.staff(actor), at=at)
        return ticket

    return on_ticket(ticket_id, work)


def client_close(ticket_id: int, *, actor: User, at: datetime, message: str = "") -> Ticket:
    """Closed by the client, with an optional last message. Never a response."""
    at = whole_second(at)

    def work(ticket: Ticket) -> Ticket:
        check(Verb.CLIENT_CLOSE, actor, ticket, at=at)
        _end(ticket, Status.CLOSED, CloseKind.CLIENT, at)
        timeline.record(ticket, EventKind.CLOSED, actor=timeline.client(actor), at=at, body=message)
        return ticket

    return on_ticket(ticket_id, work)


def withdraw(ticket_id: int, *, actor: User, at: datetime) -> Ticket:
    """The client takes back a ticket that nobody has yet: Closed, no owner, not counted."""
    at = whole_second(at)

    def work(ticket: Ticket) -> Ticket:
        check(Verb.WITHDRAW, actor, ticket, at=at)
        _end(ticket, Status.CLOSED, CloseKind.WITHDRAWN, at)
        timeline.record(ticket, EventKind.WITHDRAWN, actor=timeline.client(actor), at=at)
        return ticket

    return on_ticket(ticket_id, work)


def reject(ticket_id: int, *, actor: User, at: datetime, reason: str, spam: bool = False) -> Ticket:
    """Not our work, with a reason the client reads; `spam` sends no mail. Never scored. Refused without a reason."""
    at = whole_second(at)
    if not reason.strip():
        raise Refused("Enter the reason; the client will read it.")

    def work(ticket: Ticket) -> Ticket:
        _told_who(ticket)
        check(Verb.REJECT, actor, ticket, at=at)
        ticket.reject_reason = reason
        _end(ticket, Status.REJECTED, "", at)
        timeline.record(ticket, EventKind.REJECTED, actor=timeline.staff(actor), at=at, body=reason, spam=spam)
        return ticket

    return on_ticket(ticket_id, work)


def _end(ticket: Ticket, status: Status, kind: str, at: datetime) -> None:
    ticket.status = status
    ticket.waiting = Waiting.NO
    ticket.close_kind = kind
    ticket.closed_at = at
    ticket.replied_after_close = False


def _told_who(ticket: Ticket) -> None:
    """Two people racing to end a ticket: the second is told who did it."""
    if ticket.status in (Status.CLOSED, Status.REJECTED):
        last = ticket.events.filter(kind__in=[EventKind.CLOSED, EventKind.REJECTED, EventKind.WITHDRAWN]).last()
        who = last.actor_name if last else ""
        raise Refused(f"{who or 'Somebody'} has ended this ticket already: it is {Status(ticket.status).label}.")
