"""What an event changed, as the admin's audit trail reads it."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tickets.models import EventKind, Ticket, TicketEvent


def before_after(event: TicketEvent) -> list[tuple[str, str, str]]:
    """(field, before, after) of each value that the event moved; nothing for mere words."""
    data = event.data
    if event.kind == EventKind.EDITED:
        return [(_label(field), *values) for field, values in data.get("changes", {}).items()]
    if event.kind == EventKind.ASSIGNED:
        return [(_("Assignee"), data.get("before", ""), data.get("to", ""))]
    if event.kind == EventKind.TRANSFERRED:
        return [(_("Department"), data.get("before", ""), data.get("to", ""))]
    if event.kind == EventKind.DELETED:
        gone = ((_("Subject"), "subject"), (_("Requester"), "requester"), (_("Submitted"), "submitted_at"))
        return [(label, data.get(key, ""), "") for label, key in gone]
    return []


def in_lines(event: TicketEvent) -> list[str]:
    """The same as sentences: "Priority: normal → high"."""
    return [f"{field}: {before or '–'} → {after or '–'}" for field, before, after in before_after(event)]


def _label(field: str) -> str:
    known = {column.name: column.verbose_name for column in Ticket._meta.concrete_fields}
    return capfirst(str(known.get(field, field.replace("_", " "))))
