"""How every verb runs: one transaction whose first statement locks the ticket, tried again after a deadlock."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from django.db import OperationalError, transaction

from accounts.models import User
from tickets.access import legal, why_not_allowed
from tickets.models import Ticket
from tickets.states import Verb

TRIES = 3
TRANSIENT = ("40001", "40P01")  # PostgreSQL: serialisation failure, deadlock detected
BUSY = 5  # SQLite: its queue for the one writer is not fair, so under a crowd somebody may wait too long

T = TypeVar("T")


class Refused(Exception):
    """The verb is not possible on the ticket as it stands. `sentence` is for the person who tried."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Forbidden(Refused):
    """The ticket may be seen, but not this be done to it."""


class Unfit(Refused):
    """What was typed cannot be so; `problems` are sentences by the name of the field or metric."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(next(iter(problems.values())))
        self.problems = problems


class Stale(Refused):
    """The form was filled in from an older version; `current` is the ticket as it is now."""

    def __init__(self, sentence: str, current: Ticket) -> None:
        super().__init__(sentence)
        self.current = current


def on_ticket(ticket_id: int, work: Callable[[Ticket], T]) -> T:
    """Run `work` on the locked ticket in one transaction. Refused when the ticket is gone meanwhile."""
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                return work(lock(ticket_id))
        except OperationalError as error:
            if attempt == TRIES or not _passes(error):
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _passes(error: OperationalError) -> bool:
    """Whether trying again helps: it collided with somebody else's transaction."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) in TRANSIENT or getattr(cause, "sqlite_errorcode", None) == BUSY


def lock(ticket_id: int) -> Ticket:
    """The ticket under a row lock, with what verbs and their consequences read.

    Two statements: after a wait, PostgreSQL gives the locked row anew but the rows joined to it as they were before,
    so a join here would show the old assignee beside the new one's id.
    """
    if Ticket.objects.select_for_update().filter(pk=ticket_id).values_list("pk").first() is None:
        raise Refused("This ticket was deleted meanwhile.")
    related = ("department__country", "type", "assignee", "submitter", "organisation")
    return Ticket.objects.select_related(*related).get(pk=ticket_id)


def check(verb: Verb, user: User, ticket: Ticket, *, at: datetime) -> None:
    """Forbidden where the person may not, Refused where the ticket as it stands does not allow it."""
    sentence = why_not_allowed(verb, user, ticket, at=at)
    if sentence is not None:
        raise Forbidden(sentence)
    sentence = legal(verb, ticket)
    if sentence is not None:
        raise Refused(sentence)


def whole_second(at: datetime) -> datetime:
    """Verbs cut `at` to whole seconds (domain section 2)."""
    return at.replace(microsecond=0)
