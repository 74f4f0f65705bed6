"""Assign, reassign, take: who handles a ticket. The response clock counts from here."""

from datetime import datetime

from accounts.models import User
from tickets import timeline
from tickets.models import EventKind, Ticket
from tickets.states import Verb
from tickets.timeline import Actor
from tickets.verbs.running import Refused, check, on_ticket, whole_second


def assign(ticket_id: int, *, to: User, actor: User, at: datetime, notify: bool = True) -> Ticket:
    """Give the ticket to `to`, an active agent of its department. To the person who has it already: nothing.

    Refused when `to` works elsewhere, is inactive, or submitted the ticket.
    """
    at = whole_second(at)

    def work(ticket: Ticket) -> Ticket:
        check(Verb.ASSIGN, actor, ticket, at=at)
        if ticket.assignee_id != to.pk:
            put_on(ticket, to, actor=timeline.staff(actor), at=at, notify=notify)
        return ticket

    return on_ticket(ticket_id, work)


def take(ticket_id: int, *, actor: User, at: datetime) -> Ticket:
    """An agent takes an unassigned ticket of the own department. Refused, with the name, when somebody was quicker."""
    at = whole_second(at)

    def work(ticket: Ticket) -> Ticket:
        if ticket.assignee_id is not None and ticket.assignee_id != actor.pk:
            raise Refused(f"{ticket.assignee} has taken this ticket already.")
        if ticket.assignee_id is None:
            check(Verb.TAKE, actor, ticket, at=at)
            put_on(ticket, actor, actor=timeline.staff(actor), at=at)
        return ticket

    return on_ticket(ticket_id, work)


def put_on(ticket: Ticket, to: User, *, actor: Actor, at: datetime, notify: bool = True) -> None:
    """Write the assignment of a locked ticket and record it; every way of assigning ends here."""
    if not to.is_agent or to.department_id != ticket.department_id:
        raise Refused(f"{to} does not work in {ticket.department.name}.")
    if to.pk == ticket.submitter_id:
        raise Refused(f"{to} submitted this ticket and cannot handle it.")
    before = ticket.assignee
    ticket.assignee = to
    ticket.assigned_at = at
    ticket.first_assigned_at = ticket.first_assigned_at or at
    ticket.reassign_count += before is not None
    timeline.record(
        ticket,
        EventKind.ASSIGNED,
        actor=actor,
        at=at,
        to=to.name,
        to_id=to.pk,
        before=before.name if before else "",
        notify=notify,
    )
