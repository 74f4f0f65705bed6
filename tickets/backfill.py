"""First responses that older tickets missed: measured from their events, once, with an event of its own.

A ticket can have a reply that stopped no clock when it came from another system, or by a path that did not tell the
clock. A ticket that nobody answered stays "Not recorded".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from kpi.models import Clock, ClockKind
from tickets import timeline
from tickets.models import EventKind, Side, Ticket, TicketEvent, Visibility
from tickets.states import Status
from tickets.verbs.running import Refused, on_ticket, whole_second

ENDS = {EventKind.CLOSED, EventKind.REJECTED, EventKind.WITHDRAWN}
RESPONSES = {EventKind.REPLIED, EventKind.ACKNOWLEDGED}


@dataclass(frozen=True)
class Response:
    """The first response of a ticket as its events tell it: who, when, and since when that person had the ticket."""

    event: TicketEvent
    assigned_at: datetime


def without_response() -> QuerySet[Ticket]:
    """Closed tickets whose first response has no value although staff replied in public, oldest first."""
    recorded = Clock.objects.filter(item=OuterRef("item"), kind=ClockKind.RESPONSE, value_seconds__isnull=False)
    said = TicketEvent.objects.filter(
        ticket=OuterRef("pk"), kind__in=RESPONSES, side=Side.STAFF, visibility=Visibility.PUBLIC
    )
    missed = Ticket.objects.filter(~Exists(recorded), Exists(said), status=Status.CLOSED, assignee__isnull=False)
    return missed.order_by("pk")


def response_of(ticket: Ticket) -> Response | None:
    """The first public answer of staff while the ticket was open, with the assignment that was valid then.

    Who answers a ticket that nobody has takes it: then both are the same moment. What is said after the end of a ticket
    answers nothing.
    """
    assigned_at, ended = None, False
    for event in ticket.events.order_by("at", "pk"):
        if event.kind == EventKind.ASSIGNED:
            assigned_at = event.at
        elif event.kind == EventKind.TRANSFERRED:
            assigned_at = None
        elif event.kind in ENDS or event.kind == EventKind.REOPENED:
            ended = event.kind in ENDS
        elif event.kind in RESPONSES and _by_staff(event) and not ended:
            return Response(event, assigned_at or _known(ticket, event.at))
    return None


def fill_in(ticket_id: int, *, at: datetime) -> Ticket | None:
    """Give one ticket the response it missed; None where there is nothing to give, so that a repeat does nothing."""
    at = whole_second(at)

    def work(ticket: Ticket) -> Ticket | None:
        response = response_of(ticket) if without_response().filter(pk=ticket.pk).exists() else None
        if response is None:
            return None
        ticket.first_reply_at = ticket.first_reply_at or response.event.at
        moved = ticket.last_activity_at
        said = {"since": response.assigned_at.isoformat(), "until": response.event.at.isoformat()}
        timeline.record(ticket, EventKind.BACKFILLED, actor=timeline.SYSTEM, at=at, visibility=Visibility.STAFF, **said)
        # Nobody worked on it just now, so it does not rise in the lists.
        ticket.last_activity_at = moved
        ticket.save(update_fields=["last_activity_at"])
        return ticket

    try:
        return on_ticket(ticket_id, work)
    except Refused:  # deleted meanwhile
        return None


def found() -> Iterator[tuple[Ticket, Response]]:
    """Every ticket that would be filled in, with its response."""
    for ticket in without_response().select_related("assignee", "department").iterator(chunk_size=500):
        response = response_of(ticket)
        if response is not None:
            yield ticket, response


def _by_staff(event: TicketEvent) -> bool:
    return event.side == Side.STAFF and event.visibility == Visibility.PUBLIC


def _known(ticket: Ticket, reply: datetime) -> datetime:
    """Without an event of an assignment: what the ticket itself says, at most the reply."""
    return min(ticket.first_assigned_at or ticket.assigned_at or reply, reply)
