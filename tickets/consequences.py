"""What follows from each event, on one screen: clocks and item through kpi.ledger, mails through the outbox.

Every function takes the ticket as it is after the verb, and the event. No signals, no hidden work.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from kpi import ledger
from kpi.ledger import Facts, Posting
from kpi.models import ClockKind, WorkState
from tickets import letters
from tickets.models import CloseKind, EventKind, Ticket, TicketEvent

Consequence = Callable[[Ticket, TicketEvent, Posting], None]


def start_resolution(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    if ticket.has_clocks:
        item.start(ClockKind.RESOLUTION, ticket.department)


def stop_resolution(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    if ticket.has_clocks:
        item.stop(ClockKind.RESOLUTION)


def restart_response(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    item.restart(ClockKind.RESPONSE, ticket.department)


def stop_response(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    """A reply or an acknowledgement. What is said after the end of a ticket is no response any more."""
    if ticket.assignee_id is not None and not ticket.locked:
        item.stop(ClockKind.RESPONSE)


def end_response(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    """A staff close without chat stands for the response, with the resolution's time; other endings answer nothing."""
    if not ticket.has_clocks:
        return
    if ticket.close_kind == CloseKind.STAFF:
        item.stop(ClockKind.RESPONSE, like=ClockKind.RESOLUTION)
    else:
        item.drop(ClockKind.RESPONSE)


def fill_response(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    """A response that was never recorded, from one instant to another on the department's calendar."""
    since, until = (datetime.fromisoformat(event.data[name]) for name in ("since", "until"))
    item.fill(ClockKind.RESPONSE, ticket.department, start=since, stop=until)


def move_clocks(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    """After a transfer: resolution goes on on the new calendar, response waits for the next assignment."""
    item.pause(ClockKind.RESOLUTION)
    if not ticket.waiting:
        item.start(ClockKind.RESOLUTION, ticket.department)
    item.hand_over(ClockKind.RESPONSE)


def follow_ticket(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    """What was typed for the rule travels in the event, so that the audit trail holds it too."""
    item.follow(replace(ledger_facts(ticket), metrics=event.data.get("metrics")))


CONSEQUENCES: dict[EventKind, tuple[Consequence, ...]] = {
    EventKind.SUBMITTED: (start_resolution, letters.received, letters.new_in_queue),
    EventKind.LOGGED: (follow_ticket,),
    EventKind.ASSIGNED: (restart_response, follow_ticket, letters.assigned),
    EventKind.STARTED: (),
    EventKind.ACKNOWLEDGED: (stop_response,),
    EventKind.REPLIED: (stop_response, letters.reply),
    EventKind.NOTED: (),
    EventKind.CLIENT_REPLIED: (letters.customer_replied,),
    EventKind.CLOSED: (stop_resolution, end_response, follow_ticket, letters.closed),
    EventKind.WITHDRAWN: (stop_resolution, end_response, follow_ticket),
    EventKind.REJECTED: (stop_resolution, end_response, follow_ticket, letters.rejected),
    EventKind.REOPENED: (start_resolution, follow_ticket, letters.reopened),
    EventKind.EDITED: (follow_ticket,),
    EventKind.TRANSFERRED: (move_clocks, follow_ticket),
    EventKind.BACKFILLED: (fill_response,),
    EventKind.CLAIMED: (),
    EventKind.NEW_LINK: (),
    EventKind.DELETED: (),
}


def follow(ticket: Ticket, event: TicketEvent) -> None:
    """Run the consequences of `event` in their order. Every kind has an entry; a missing one is a KeyError."""
    with ledger.posting(ticket.item_id, at=event.at) as item:
        for consequence in CONSEQUENCES[EventKind(event.kind)]:
            consequence(ticket, event, item)


def ledger_facts(ticket: Ticket) -> Facts:
    """What the ledger has to know about a ticket. Reported uptime has a reporter, no owner."""
    reports = ticket.type.rule == "uptime"
    state = {"closed": WorkState.DONE, "rejected": WorkState.REJECTED}.get(ticket.status, WorkState.OPEN)
    return Facts(
        type=ticket.type,
        department=ticket.department,
        date=ticket.ticket_date,
        priority=ticket.priority,
        owner=None if reports else ticket.assignee,
        reporter=ticket.assignee if reports else None,
        count_off_day=ticket.count_off_day,
        state=WorkState.WITHDRAWN if ticket.close_kind == CloseKind.WITHDRAWN else state,
    )
