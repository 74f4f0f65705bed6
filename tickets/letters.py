"""Which mail goes to whom when something happened; the words live in notifications.messages."""

from django.db.models import Q

from accounts.language import spoken_by
from accounts.models import Role, User
from kpi.ledger import Posting
from notifications import messages, outbox
from notifications.messages import Message, TicketFacts
from tickets.links import number, staff_link, status_link
from tickets.models import CloseKind, Ticket, TicketEvent


def received(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    with spoken_by(ticket.submitter):
        message = messages.received(ticket=_facts(ticket, client=True), recipient=ticket.requester_email)
    _send(message, event, limited=True)


def new_in_queue(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    """To the department's address, its leads, and admins who chose it; not when a person was picked."""
    if event.data.get("picked"):
        return
    facts = _facts(ticket)
    department = ticket.department
    people = User.objects.filter(is_active=True).filter(
        Q(leads_departments=department) | Q(role=Role.ADMIN, told_of_new_tickets=True)
    )
    readers: dict[str, User | None] = {user.email: user for user in people.distinct()}
    if department.notification_address:
        readers.setdefault(department.notification_address.casefold(), None)
    for address, reader in sorted(readers.items()):
        name = reader.name if reader else department.name
        with spoken_by(reader):
            message = messages.new_in_queue(ticket=facts, recipient=address, recipient_name=name)
        _send(message, event)


def assigned(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    """To the assignee, unless they took it themselves or the assigner unticked the mail."""
    assignee = ticket.assignee
    if assignee is None or assignee == event.actor or not event.data.get("notify", True):
        return
    if not assignee.wants("assigned"):
        return
    with spoken_by(assignee):
        message = messages.assigned(
            ticket=_facts(ticket), recipient=assignee.email, recipient_name=assignee.name, assigned_by=event.actor_name
        )
    _send(message, event)


def reply(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    with spoken_by(ticket.submitter):
        message = messages.reply(
            ticket=_facts(ticket, client=True),
            recipient=ticket.requester_email,
            recipient_name=ticket.requester_name,
            author=event.actor_name,
            text=event.body,
        )
    _to_requester(ticket, event, message, about="reply")


def customer_replied(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    if ticket.assignee is None or not ticket.assignee.wants("customer_replied"):
        return
    with spoken_by(ticket.assignee):
        message = messages.customer_replied(
            ticket=_facts(ticket),
            recipient=ticket.assignee.email,
            recipient_name=ticket.assignee.name,
            author=event.actor_name,
            text=event.body,
        )
    _send(message, event)


def closed(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    """Not to a client who closed it with their own hand."""
    if ticket.close_kind == CloseKind.CLIENT and event.actor_id == ticket.submitter_id:
        return
    address, name = ticket.requester_email, ticket.requester_name
    facts = _facts(ticket, client=True)
    with spoken_by(ticket.submitter):
        message = messages.closed(ticket=facts, recipient=address, recipient_name=name, author=event.actor_name)
    _to_requester(ticket, event, message, about="outcome")


def reopened(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    address, name = ticket.requester_email, ticket.requester_name
    facts = _facts(ticket, client=True)
    with spoken_by(ticket.submitter):
        message = messages.reopened(ticket=facts, recipient=address, recipient_name=name, author=event.actor_name)
    _to_requester(ticket, event, message, about="outcome")


def rejected(ticket: Ticket, event: TicketEvent, item: Posting) -> None:
    """Spam is not answered: that would tell the sender that the address is read."""
    if event.data.get("spam"):
        return
    address, name = ticket.requester_email, ticket.requester_name
    facts = _facts(ticket, client=True)
    with spoken_by(ticket.submitter):
        message = messages.rejected(ticket=facts, recipient=address, recipient_name=name, reason=event.body)
    _to_requester(ticket, event, message, about="outcome")


def _to_requester(ticket: Ticket, event: TicketEvent, message: Message, *, about: str) -> None:
    """Hidden tickets send the client no mail, work that an agent logged has no client, and a client may not want it."""
    wanted = ticket.submitter is None or ticket.submitter.wants(about)
    if wanted and not ticket.hidden and not ticket.self_logged:
        _send(message, event)


def _send(message: Message, event: TicketEvent, *, limited: bool = False) -> None:
    outbox.queue(message, event_key=f"ticketevent:{event.pk}", at=event.at, limited=limited)


def _facts(ticket: Ticket, *, client: bool = False) -> TicketFacts:
    return TicketFacts(
        number=number(ticket),
        link=status_link(ticket) if client else staff_link(ticket),
        subject=ticket.subject,
        department=ticket.department.name,
        country=ticket.department.country.name,
        type=ticket.type.name,
        requester=ticket.requester_name,
    )
