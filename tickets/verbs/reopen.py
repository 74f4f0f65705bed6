"""Re-open: the one way back. Closed time never counts."""

from datetime import datetime

from accounts.models import User
from tickets import timeline
from tickets.models import EventKind, Ticket
from tickets.states import Status, Verb
from tickets.timeline import Actor
from tickets.verbs.running import check, on_ticket, whole_second


def reopen(ticket_id: int, *, actor: User, at: datetime) -> Ticket:
    """Closed or Rejected -> On Progress by staff; the requester is told."""
    return _reopened(ticket_id, Verb.REOPEN, actor, timeline.staff(actor), at)


def client_reopen(ticket_id: int, *, actor: User, at: datetime) -> Ticket:
    """The same by the client, where the policy allows and within its days."""
    return _reopened(ticket_id, Verb.CLIENT_REOPEN, actor, timeline.client(actor), at)


def put_back(ticket: Ticket, *, actor: Actor, at: datetime) -> None:
    """Write the re-opening of a locked ticket and record it."""
    ticket.status = Status.PROGRESS
    ticket.started_at = ticket.started_at or at
    ticket.closed_at = None
    ticket.close_kind = ""
    ticket.reject_reason = ""
    ticket.replied_after_close = False
    ticket.reopen_count += 1
    timeline.record(ticket, EventKind.REOPENED, actor=actor, at=at)


def _reopened(ticket_id: int, verb: Verb, user: User, actor: Actor, at: datetime) -> Ticket:
    at = whole_second(at)

    def work(ticket: Ticket) -> Ticket:
        check(verb, user, ticket, at=at)
        put_back(ticket, actor=actor, at=at)
        return ticket

    return on_ticket(ticket_id, work)
