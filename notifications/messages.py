"""One named function per mail: plain values in, a rendered `Message` out.

The caller builds every link from `settings.SITE_URL`; a link to anywhere else is refused. Nothing here reads the
database. Subjects begin with the words of the product, then the ticket.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .wording import body_text, display_name, one_line

ACCOUNT_KIND = "account"  # its text holds a link that opens an account: nobody but its owner may read it
KINDS = {
    "received": gettext_lazy("Your ticket was received"),
    "new_in_queue": gettext_lazy("New ticket in your queue"),
    "assigned": gettext_lazy("Ticket assigned"),
    "reply": gettext_lazy("New reply"),
    "customer_replied": gettext_lazy("The customer replied"),
    "closed": gettext_lazy("Closed"),
    "reopened": gettext_lazy("Re-opened"),
    "rejected": gettext_lazy("Rejected"),
    "links": gettext_lazy("The links of your tickets"),
    ACCOUNT_KIND: gettext_lazy("About an account"),
}


@dataclass(frozen=True, kw_only=True)
class TicketFacts:
    """What a mail may say about a ticket. `link` is absolute and is the page of this recipient."""

    number: str
    link: str
    subject: str = ""
    department: str = ""
    country: str = ""
    type: str = ""
    requester: str = ""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A mail ready for the outbox. `thread` is the same for all mails of a ticket, so clients show them together."""

    kind: str
    recipient: str
    recipient_name: str
    subject: str
    text: str
    html: str
    thread: str


class ForeignLinkError(ValueError):
    """A link in a mail leads away from SITE_URL."""


def received(*, ticket: TicketFacts, recipient: str, expected: str = "") -> Message:
    """To the requester, after submit. The address is unverified, so none of the submitter's words, not even a name.

    `expected` is our own sentence on when to expect an answer.
    """
    own_words = TicketFacts(
        number=ticket.number, link=ticket.link, department=ticket.department, country=ticket.country
    )
    subject = _("We received your request %(number)s") % {"number": ticket.number}
    return _message("received", own_words, recipient, "", subject, {"expected": expected})


def new_in_queue(*, ticket: TicketFacts, recipient: str, recipient_name: str = "") -> Message:
    """To a department's address and its leads, when a ticket arrives without an assignee."""
    return _message("new_in_queue", ticket, recipient, recipient_name, _about(_("New ticket in your queue"), ticket))


def assigned(*, ticket: TicketFacts, recipient: str, recipient_name: str = "", assigned_by: str = "") -> Message:
    """To the assignee."""
    facts = {"assigned_by": one_line(assigned_by)}
    return _message("assigned", ticket, recipient, recipient_name, _about(_("Ticket assigned"), ticket), facts)


def reply(*, ticket: TicketFacts, recipient: str, author: str, text: str, recipient_name: str = "") -> Message:
    """To the requester and subscribed colleagues, with the words of the staff member `author`."""
    words = {"author": one_line(author), "words": body_text(text)}
    return _message("reply", ticket, recipient, recipient_name, _about(_("New reply"), ticket), words)


def customer_replied(
    *, ticket: TicketFacts, recipient: str, author: str, text: str, recipient_name: str = ""
) -> Message:
    """To the assignee, with the words of the client."""
    words = {"author": one_line(author), "words": body_text(text)}
    subject = _about(_("Customer replied"), ticket)
    return _message("customer_replied", ticket, recipient, recipient_name, subject, words)


def closed(*, ticket: TicketFacts, recipient: str, recipient_name: str = "", author: str = "") -> Message:
    """To the requester."""
    subject = _about(_("Ticket closed"), ticket)
    return _message("closed", ticket, recipient, recipient_name, subject, {"author": one_line(author)})


def reopened(*, ticket: TicketFacts, recipient: str, recipient_name: str = "", author: str = "") -> Message:
    """To the requester."""
    subject = _about(_("Ticket re-opened"), ticket)
    return _message("reopened", ticket, recipient, recipient_name, subject, {"author": one_line(author)})


def rejected(*, ticket: TicketFacts, recipient: str, reason: str, recipient_name: str = "") -> Message:
    """To the requester, with the reason that the agent gave for them to read."""
    subject = _about(_("Ticket rejected"), ticket)
    return _message("rejected", ticket, recipient, recipient_name, subject, {"words": body_text(reason)})


def links(*, tickets: Sequence[TicketFacts], recipient: str) -> Message:
    """To the address on file, when somebody asked for the links of its tickets; our words only. At least one ticket."""
    for ticket in tickets:
        _refuse_foreign_link(ticket.link)
    return _message("links", tickets[0], recipient, "", _("The links of your tickets"), {"tickets": tickets})


def _about(what: str, ticket: TicketFacts) -> str:
    return _("%(what)s: %(number)s %(subject)s") % {
        "what": what,
        "number": ticket.number,
        "subject": ticket.subject,
    }


def _message(
    kind: str,
    ticket: TicketFacts,
    recipient: str,
    recipient_name: str,
    subject: str,
    extra: Mapping[str, object] | None = None,
) -> Message:
    _refuse_foreign_link(ticket.link)
    line = one_line(subject)
    context = {
        "ticket": ticket,
        "subject": line,
        "ticket_subject": one_line(ticket.subject),
        "ticket_requester": one_line(ticket.requester),
        **(extra or {}),
    }
    return Message(
        kind=kind,
        recipient=recipient.strip(),
        recipient_name=display_name(recipient_name),
        subject=line,
        text=body_text(render_to_string(f"notifications/{kind}.txt", context)).strip() + "\n",
        html=body_text(render_to_string(f"notifications/{kind}.html", context)),
        thread=ticket.number,
    )


def _refuse_foreign_link(link: str) -> None:
    site = settings.SITE_URL.rstrip("/") + "/"
    if not link.startswith(site):
        raise ForeignLinkError(f"A mail may link to {site} only, not to {link!r}")
