"""What follows from each event, on one screen: clocks and item through kpi.ledger, mails through the outbox.

Every function takes the ticket as it is after the verb, and the event. No signals, no hidden work.
"""

from collections.abc import Callable

from kpi import ledger
from kpi.ledger import Change
from kpi.models import ClockKind, WorkState
from tickets import letters
from tickets.models import CloseKind, EventKind, Ticket, TicketEvent

Consequence = Callable[[Ticket, TicketEvent], None]


def start_resolution(ticket: Ticket, event: TicketEvent) -> None:
    ledger.start_clock(ticket.item_id, ClockKind.RESOLUTION, ticket.department, at=event.at)


def stop_resolution(ticket: Ticket, event: TicketEvent) -> None:
    ledger.stop_clock(ticket.item_id, ClockKind.RESOLUTION, at=event.at)


def restart_response(ticket: Ticket, event: TicketEvent) -> None:
    ledger.restart_clock(ticket.item_id, ClockKind.RESPONSE, ticket.department, at=event.at)


def stop_response(ticket: Ticket, event: TicketEvent) -> None:
    """A reply or an acknowledgement. What is said after the end of a ticket is no response any more."""
    if ticket.assignee_id is not None and not ticket.locked:
        ledger.stop_clock(ticket.item_id, ClockKind.RESPONSE, at=event.at)


def end_response(ticket: Ticket, event: TicketEvent) -> None:
    """A staff close without chat stands for the response, with the resolution's time; other endings answer nothing."""
    if ticket.close_kind == CloseKind.STAFF and ticket.status == "closed":
        ledger.stop_clock(ticket.item_id, ClockKind.RESPONSE, at=event.at, like=ClockKind.RESOLUTION)
    else:
        ledger.drop_clock(ticket.item_id, ClockKind.RESPONSE, at=event.at)


def move_clocks(ticket: Ticket, event: TicketEvent) -> None:
    """After a transfer: resolution goes on on the new calendar, response waits for the next assignment."""
    ledger.pause_clock(ticket.item_id, ClockKind.RESOLUTION, at=event.at)
    if not ticket.waiting:
        ledger.start_clock(ticket.item_id, ClockKind.RESOLUTION, ticket.department, at=event.at)
    ledger.drop_clock(ticket.item_id, ClockKind.RESPONSE, at=event.at)
    if ticket.assignee_id is not None:
        restart_response(ticket, event)


def own(ticket: Ticket, event: TicketEvent) -> None:
    """The item follows the ticket: owner, department, type, date, priority, tick, state."""
    state = {"closed": WorkState.DONE, "rejected": WorkState.REJECTED}.get(ticket.status, WorkState.OPEN)
    if ticket.close_kind == CloseKind.WITHDRAWN and ticket.status == "closed":
        state = WorkState.WITHDRAWN
    ledger.amend(
        ticket.item_id,
        Change(
            type=ticket.type,
            date=ticket.ticket_date,
            department=ticket.department,
            owner=ticket.assignee,
            clear_owner=ticket.assignee_id is None,
            priority=ticket.priority,
            count_off_day=ticket.count_off_day,
            state=state,
        ),
        at=event.at,
    )


CONSEQUENCES: dict[EventKind, tuple[Consequence, ...]] = {
    EventKind.SUBMITTED: (start_resolution, letters.received, letters.new_in_queue),
    EventKind.ASSIGNED: (own, restart_response, letters.assigned),
    EventKind.STARTED: (),
    EventKind.ACKNOWLEDGED: (stop_response,),
    EventKind.REPLIED: (stop_response, letters.reply),
    EventKind.NOTED: (),
    EventKind.CLIENT_REPLIED: (letters.customer_replied,),
    EventKind.CLOSED: (stop_resolution, end_response, own, letters.closed),
    EventKind.WITHDRAWN: (stop_resolution, end_response, own),
    EventKind.REJECTED: (stop_resolution, end_response, own, letters.rejected),
    EventKind.REOPENED: (start_resolution, own, letters.reopened),
    EventKind.EDITED: (own,),
    EventKind.TRANSFERRED: (own, move_clocks, letters.assigned),
    EventKind.CLAIMED: (),
    EventKind.NEW_LINK: (),
    EventKind.DELETED: (),
}


def follow(ticket: Ticket, event: TicketEvent) -> None:
    """Run the consequences of `event` in their order. Every kind has an entry; a missing one is a KeyError."""
    for consequence in CONSEQUENCES[EventKind(event.kind)]:
        consequence(ticket, event)
