"""What an admin does to many tickets at once, each through its verb and in a transaction of its own."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.bulk import Deed, Doing, Reasons
from tickets.models import Ticket
from tickets.verbs import assign, delete
from tickets.verbs.running import Refused


def _one_by_one(verb: Callable[[int, Doing], object]) -> Callable[[QuerySet[Any], Doing], Reasons]:
    """What the verb refuses is left as it is, with its sentence."""

    def carry_out(tickets: QuerySet[Ticket], doing: Doing) -> Reasons:
        refused: Reasons = {}
        for key in list(tickets.order_by("pk").values_list("pk", flat=True)):
            try:
                verb(key, doing)
            except Refused as why:
                refused[key] = why.sentence.rstrip(".")
        return refused

    return carry_out


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
