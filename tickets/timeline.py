"""Record an event: the one row each verb writes, from which everything else follows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from tickets.consequences import follow
from tickets.models import EventKind, Side, Ticket, TicketEvent, Visibility


@dataclass(frozen=True)
class Actor:
    """Who did it and from which side of the counter. `user` is None for anonymous people and the system."""

    side: Side
    user: User | None = None
    name: str = ""

    @property
    def shown(self) -> str:
        return self.user.name if self.user else self.name


SYSTEM = Actor(Side.SYSTEM, name="System")


def staff(user: User) -> Actor:
    """The person speaking from the ticket page."""
    return Actor(Side.STAFF, user)


def client(user: User | None, name: str = "") -> Actor:
    """The person speaking from the public pages."""
    return Actor(Side.CLIENT, user, name)


def record(
    ticket: Ticket,
    kind: EventKind,
    *,
    actor: Actor,
    at: datetime,
    visibility: Visibility = Visibility.PUBLIC,
    body: str = "",
    **data: Any,
) -> TicketEvent:
    """Write the event, touch the ticket, then run the kind's consequences. Inside the verb's transaction.

    What a client can observe moves with public events only: `last_public_at` stays where staff-only ones happen.
    """
    event = TicketEvent.objects.create(
        ticket=ticket,
        number=ticket.pk,
        kind=kind,
        side=actor.side,
        actor=actor.user,
        actor_name=actor.shown[:120],
        at=at,
        visibility=visibility,
        body=body,
        data=data,
    )
    ticket.last_activity_at = max(at, ticket.last_activity_at)
    if visibility == Visibility.PUBLIC:
        ticket.last_public_at = max(at, ticket.last_public_at)
    ticket.version += 1
    ticket.save()
    follow(ticket, event)
    return event
