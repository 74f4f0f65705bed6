"""The look-up mode that mails: links go to the address on file, never to whoever asked."""

from datetime import datetime

from accounts.models import SiteSettings
from intake.lookup import letter_key, letters_due
from notifications import messages, outbox
from notifications.messages import TicketFacts
from tickets.links import number, status_link
from tickets.models import Ticket


def send_links(tickets: list[Ticket], *, at: datetime) -> None:
    """One mail per address on file with the links of its tickets; at most three an hour reach an address."""
    site = SiteSettings.load()
    for address, its in sorted(letters_due(tickets).items()):
        facts = [
            TicketFacts(
                number=number(ticket, site),
                link=status_link(ticket),
                department=ticket.department.name,
                country=ticket.department.country.name,
                type=ticket.type.name,
            )
            for ticket in its
        ]
        outbox.queue(
            messages.links(tickets=facts, recipient=address), event_key=letter_key(address, at=at), at=at, limited=True
        )
