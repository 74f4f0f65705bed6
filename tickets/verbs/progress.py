"""Start and acknowledge: the ticket is being worked on."""

from datetime import datetime

from accounts.models import User
from tickets import timeline
from tickets.models import EventKind, Ticket
from tickets.states import Status, Verb, Waiting
from tickets.verbs.running import check, on_ticket, whole_second


def start(ticket_id: int, *, actor: User, at: datetime) -> Ticket:
    """The status select's On Progress: status only, no clock."""
    at = whole_second(at)

    def work(ticket: Ticket) -> Ticket:
        check(Verb.START, actor, ticket, at=at)
        set_on_progress(ticket, at=at)
        timeline.record(ticket, EventKind.STARTED, actor=timeline.staff(actor), at=at)
        return ticket

    return on_ticket(ticket_id, work)


def acknowledge(ticket_id: int, *, actor: User, at: datetime) -> Ticket:
    """Where the policy has it: On Progress, and the response clock stops."""
    at = whole_second(at)

    def work(ticket: Ticket) -> Ticket:
        check(Verb.ACKNOWLEDGE, actor, ticket, at=at)
        set_on_progress(ticket, at=at)
        timeline.record(ticket, EventKind.ACKNOWLEDGED, actor=timeline.staff(actor), at=at)
        return ticket

    return on_ticket(ticket_id, work)


def set_on_progress(ticket: Ticket, *, at: datetime) -> None:
    """New -> On Progress on a locked ticket; anything else stays. The caller records the event that saves it."""
    if ticket.status == Status.NEW:
        ticket.status = Status.PROGRESS
        ticket.started_at = at


def hear_from_client(ticket: Ticket) -> None:
    """The client's message ends the waiting for it, on a locked ticket. The caller records the event that saves it."""
    if ticket.waiting == Waiting.CLIENT:
        ticket.waiting = Waiting.NO
