"""Finding a ticket again: what the box was given, whom it lists, and the grant that lets one page through."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Q, QuerySet

from accounts.models import SiteSettings, User
from tickets.access import Relation, relation
from tickets.models import Ticket
from tickets.states import Kind
from tickets.verbs.submit import email_key, name_key

MOST = 20
GRANT_LASTS = timedelta(minutes=30)
SALT = "intake.found"
HEX = r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
REFERENCE = re.compile(rf"(?:.*/intake/(?:status|submitted)/)?({HEX})", re.IGNORECASE | re.ASCII)
BIGGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True)
class Asked:
    """What was typed: a reference, a ticket number, or words (an address or a name)."""

    words: str
    reference: uuid.UUID | None = None
    number: int | None = None


def understood(text: str, *, site: SiteSettings) -> Asked:
    """Read the box. A status link counts as its reference; KPI-12 and #12 count as a number."""
    words = text.strip()
    found = REFERENCE.fullmatch(words)
    if found:
        return Asked(words, reference=uuid.UUID(found[1]))
    number = re.fullmatch(rf"(?:#|{re.escape(site.number_prefix)}[\s-]?)([0-9]{{1,19}})", words, re.IGNORECASE)
    if number and int(number[1]) <= BIGGEST_NUMBER:
        return Asked(words, number=int(number[1]))
    return Asked(words)


def by_number(number: int, *, user: User | None) -> Ticket | None:
    """A number finds a ticket only for those who may see it (domain section 3)."""
    tickets = Ticket.objects.filter(kind=Kind.INTAKE, pk=number)
    ticket = tickets.select_related("department", "organisation").first()
    if ticket is None or user is None or ticket.hidden:
        return None
    strangers = (Relation.ANONYMOUS, Relation.CUSTOMER, Relation.OTHER_AGENT)
    return None if relation(user, ticket) in strangers else ticket


def by_words(words: str) -> list[Ticket]:
    """At most 20 tickets sent with exactly this address or this full name, newest first. One query."""
    asked = Q(email_key=email_key(words)) if "@" in words else Q(name_key=name_key(words))
    return list(_shown().filter(asked).order_by("-submitted_at", "-pk")[:MOST])


def grant(tickets: list[Ticket]) -> str:
    """A signed pass to the facts of these tickets; it carries numbers only, never what was typed."""
    return signing.dumps([ticket.pk for ticket in tickets], salt=SALT, compress=True)


def granted(token: str) -> list[int] | None:
    """The numbers a pass opens, None when it is forged or older than 30 minutes."""
    try:
        numbers = signing.loads(token, salt=SALT, max_age=GRANT_LASTS)
    except signing.BadSignature:
        return None
    return [int(number) for number in numbers]


def tickets_of(numbers: list[int]) -> list[Ticket]:
    """The granted tickets as they are now, in the order of the grant. One query."""
    found = {ticket.pk: ticket for ticket in _shown().filter(pk__in=numbers)}
    return [found[number] for number in numbers if number in found]


def letters_due(tickets: list[Ticket]) -> dict[str, list[Ticket]]:
    """For the mode that mails: each address on file with its tickets."""
    by_address: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        by_address.setdefault(ticket.requester_email, []).append(ticket)
    return by_address


def letter_key(address: str, *, at: datetime) -> str:
    """One mail per address and minute, however often the button is pressed."""
    return f"lookup:{uuid.uuid5(uuid.NAMESPACE_URL, email_key(address))}:{at:%Y%m%d%H%M}"


def _shown() -> QuerySet[Ticket]:
    return Ticket.objects.filter(kind=Kind.INTAKE, hidden=False).select_related(
        "department__country", "type", "assignee"
    )
