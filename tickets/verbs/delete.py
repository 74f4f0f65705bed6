"""Delete: only what is pending, by an admin, for ever; one audit row stays."""

from datetime import datetime

from accounts.models import User
from kpi import ledger
from tickets import timeline
from tickets.models import EventKind, Side, Ticket, TicketEvent, Visibility
from tickets.states import Verb
from tickets.verbs.running import check, on_ticket, whole_second


def delete(ticket_id: int, *, actor: User, at: datetime) -> None:
    """Remove a New, unassigned ticket with its conversation and its ledger row."""
    at = whole_second(at)

    def work(ticket: Ticket) -> None:
        check(Verb.DELETE, actor, ticket, at=at)
        ticket.events.all().delete()
        TicketEvent.objects.create(
            ticket=None,
            number=ticket.pk,
            kind=EventKind.DELETED,
            side=Side.STAFF,
            actor=actor,
            actor_name=timeline.staff(actor).shown,
            at=at,
            visibility=Visibility.STAFF,
            data={
                "subject": ticket.subject,
                "requester": ticket.requester_email,
                "submitted_at": str(ticket.submitted_at),
            },
        )
        item_id = ticket.item_id
        ticket.delete()
        ledger.remove(item_id, at=at)

    on_ticket(ticket_id, work)
