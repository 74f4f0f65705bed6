"""What an admin does to many tickets at once, each through its verb; what the verb refuses is left as it is."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import OperationalError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.bulk import Deed, Doing, Reasons
from kpi import ledger
from tickets.models import Ticket
from tickets.verbs import assign, delete
from tickets.verbs.running import Refused

AT_ONCE = 100
Do = Callable[[int, Doing], object]


def _one_by_one(verb: Do) -> Callable[[QuerySet[Any], Doing], Reasons]:
    """A hundred in a transaction, since their scores are then added up once and not a hundred times."""

    def carry_out(tickets: QuerySet[Ticket], doing: Doing) -> Reasons:
        keys = list(tickets.order_by("pk").values_list("pk", flat=True))
        refused: Reasons = {}
        for first in range(0, len(keys), AT_ONCE):
            refused |= _some(verb, keys[first : first + AT_ONCE], doing)
        return refused

    return carry_out


def _some(verb: Do, keys: Sequence[int], doing: Doing) -> Reasons:
    try:
        with ledger.together():
            return _each(verb, keys, doing)
    except OperationalError:  # somebody else held one of them too long; each alone is tried again by its verb
        return _each(verb, keys, doing)


def _each(verb: Do, keys: Sequence[int], doing: Doing) -> Reasons:
    refused: Reasons = {}
    for key in keys:
        try:
            verb(key, doing)
        except Refused as why:
            refused[key] = why.sentence.rstrip(".")
    return refused


def _assign(key: int, doing: Doing) -> None:
    assign.assign(key, to=doing.typed["to"], actor=doing.actor, at=doing.at, notify=doing.typed["notify"])


def _delete(key: int, doing: Doing) -> None:
    delete.delete(key, actor=doing.actor, at=doing.at)


def _nobody(rows: list[Any], doing: Doing) -> Reasons:
    return {}


def _line(ticket: Ticket) -> str:
    return f"{ticket.pk} {ticket.subject}"


ASSIGN = Deed(
    _("Assign tickets"),
    _("They go to one person of their department; the clock of the first response starts for those that nobody had."),
    _("Assign"),
    _nobody,
    _one_by_one(_assign),
    chooses="to",
    together=False,
    line=_line,
)
DELETE = Deed(
    _("Delete pending tickets"),
    _("They are deleted for good with what was written on them; one line of the audit trail of each stays."),
    _("Delete"),
    _nobody,
    _one_by_one(_delete),
    together=False,
    line=_line,
)
