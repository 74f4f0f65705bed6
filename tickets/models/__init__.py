"""A request with a conversation: the ticket, its events, and the keys that make a form count once."""

from tickets.models.demo import DemoRun
from tickets.models.event import EventKind, Side, TicketEvent, Visibility
from tickets.models.once import FormKey
from tickets.models.pending import PendingTicket
from tickets.models.ticket import CloseKind, Ticket

__all__ = [
    "CloseKind",
    "DemoRun",
    "EventKind",
    "FormKey",
    "PendingTicket",
    "Side",
    "Ticket",
    "TicketEvent",
    "Visibility",
]
