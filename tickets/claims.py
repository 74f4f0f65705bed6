"""The tickets of an address: a verified address takes the ones nobody owns, once (domain section 3)."""

import uuid
from datetime import datetime

from accounts.models import User
from tickets import timeline
from tickets.access import Relation, relation
from tickets.models import EventKind, Ticket
from tickets.states import Kind
from tickets.verbs.running import Forbidden, on_ticket, whole_second
from tickets.verbs.submit import email_key


def claim_address(user: User, email: str, *, at: datetime) -> int:
    """Give `user` every ticket without a submitter that was sent with `email`; returns how many.

    Call it for an address that the sign-in floor has verified, never for one that was merely typed.
    """
    at = whole_second(at)
    unowned = Ticket.objects.filter(kind=Kind.INTAKE, submitter__isnull=True, email_key=email_key(email)).order_by("pk")
    return sum(
        on_ticket(pk, lambda ticket: _claim(ticket, user, at)) for pk in list(unowned.values_list("pk", flat=True))
    )


def new_link(ticket_id: int, *, actor: User, at: datetime) -> Ticket:
    """Retire the old reference link: its owner's answer to "anyone with the link can read it"."""
    at = whole_second(at)

    def work(ticket: Ticket) -> Ticket:
        _only_its_owner(actor, ticket)
        ticket.reference = uuid.uuid4()
        ticket.claimed_at = None
        timeline.record(ticket, EventKind.NEW_LINK, actor=timeline.client(actor), at=at)
        return ticket

    return on_ticket(ticket_id, work)


def keep_link(ticket_id: int, *, actor: User, at: datetime) -> Ticket:
    """The other answer: they have read it and leave the link as it is. Nothing changes, so nothing is told again."""

    def work(ticket: Ticket) -> Ticket:
        _only_its_owner(actor, ticket)
        ticket.claimed_at = None
        ticket.save(update_fields=["claimed_at"])
        return ticket

    return on_ticket(ticket_id, work)


def _only_its_owner(actor: User, ticket: Ticket) -> None:
    if relation(actor, ticket) != Relation.SUBMITTER:
        raise Forbidden("Only the person who submitted this ticket can make a new link.")


def _claim(ticket: Ticket, user: User, at: datetime) -> bool:
    """False when another claim came first. A person who handles the ticket does not become its client."""
    if ticket.submitter_id is not None or ticket.assignee_id == user.pk:
        return False
    ticket.submitter = user
    ticket.organisation_id = user.organisation_id
    ticket.claimed_at = at
    timeline.record(ticket, EventKind.CLAIMED, actor=timeline.client(user), at=at)
    return True
