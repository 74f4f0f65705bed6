"""Statuses, waiting and the table of legal moves (domain section 2). Pure: no model, no database, no clock."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    NEW = "new", _("New")
    PROGRESS = "progress", _("On Progress")
    CLOSED = "closed", _("Closed")
    REJECTED = "rejected", _("Rejected")


class Waiting(TextChoices):
    """An overlay on On Progress, never a status, so the status stays forward-only."""

    NO = "", _("Not waiting")
    CLIENT = "client", _("Awaiting Client")
    HOLD = "hold", _("On Hold")


class Kind(TextChoices):
    INTAKE = "intake", _("Intake")
    SELF_LOGGED = "self", _("Self-logged")


class Priority(TextChoices):
    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    EMERGENCY = "emergency", _("Emergency")


class Verb(StrEnum):
    """What can be done to a ticket; the names are those of the domain's table."""

    ASSIGN = "assign"
    TAKE = "take"
    START = "start"
    ACKNOWLEDGE = "acknowledge"
    REPLY = "reply"
    NOTE = "note"
    CLIENT_REPLY = "client_reply"
    CLOSE = "close"
    CLIENT_CLOSE = "client_close"
    WITHDRAW = "withdraw"
    REJECT = "reject"
    REOPEN = "reopen"
    CLIENT_REOPEN = "client_reopen"
    EDIT = "edit"
    TRANSFER = "transfer"
    DELETE = "delete"


OPEN = frozenset({Status.NEW, Status.PROGRESS})
ENDED = frozenset({Status.CLOSED, Status.REJECTED})
ANY = OPEN | ENDED

LEGAL: dict[Verb, frozenset[Status]] = {
    Verb.ASSIGN: OPEN,
    Verb.TAKE: OPEN,
    Verb.START: frozenset({Status.NEW}),
    Verb.ACKNOWLEDGE: OPEN,
    Verb.REPLY: ANY,
    Verb.NOTE: ANY,
    Verb.CLIENT_REPLY: frozenset({Status.PROGRESS, Status.CLOSED}),
    Verb.CLOSE: OPEN,
    Verb.CLIENT_CLOSE: frozenset({Status.PROGRESS}),
    Verb.WITHDRAW: frozenset({Status.NEW}),
    Verb.REJECT: OPEN,
    Verb.REOPEN: ENDED,
    Verb.CLIENT_REOPEN: ENDED,
    Verb.EDIT: OPEN,
    Verb.TRANSFER: OPEN,
    Verb.DELETE: frozenset({Status.NEW}),
}

# Work logged by the one who did it has no client and no clocks: one notes on it, corrects it and closes it again.
OF_SELF_LOGGED = frozenset({Verb.NOTE, Verb.EDIT, Verb.CLOSE, Verb.REOPEN})
NEEDS_ASSIGNEE = frozenset({Verb.START, Verb.ACKNOWLEDGE, Verb.CLOSE})
NEEDS_NOBODY = frozenset({Verb.TAKE, Verb.WITHDRAW, Verb.DELETE})

FORWARD: dict[Status, tuple[Status, ...]] = {
    Status.NEW: (Status.NEW, Status.PROGRESS, Status.CLOSED),
    Status.PROGRESS: (Status.PROGRESS, Status.CLOSED),
    Status.CLOSED: (Status.CLOSED,),
    Status.REJECTED: (Status.REJECTED,),
}


def why_not(verb: Verb, *, status: str, assigned: bool, merged: bool = False, kind: str = Kind.INTAKE) -> str | None:
    """The sentence why `verb` is not legal on a ticket as it stands, or None when it is.

    >>> why_not(Verb.START, status="closed", assigned=True) is None
    False
    """
    if kind == Kind.SELF_LOGGED and verb not in OF_SELF_LOGGED:
        return str(_("This ticket was logged by the one who did the work, so that is not possible."))
    if Status(status) not in LEGAL[verb]:
        return str(_("This ticket is %(status)s, so that is not possible.") % {"status": Status(status).label})
    if verb in NEEDS_ASSIGNEE and not assigned:
        return str(_("Nobody is assigned to this ticket yet. Assign someone first."))
    if verb in NEEDS_NOBODY and assigned:
        return str(_("Somebody is assigned to this ticket already."))
    if merged and verb in (Verb.REOPEN, Verb.CLIENT_REOPEN):
        return str(_("This ticket was merged into another one and cannot be re-opened."))
    return None
