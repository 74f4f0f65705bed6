"""What the customer may expect: "Reply expected by ...", from the same clocks that score (domain section 4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kpi import calendars, ledger
from kpi.models import ClockKind
from tickets.clocks import ClockView
from tickets.models import Ticket
from tickets.states import Status, Waiting


@dataclass(frozen=True)
class Promise:
    """`kind` is "expected", "late" or "waiting" (for the customer's own answer, without an instant)."""

    kind: str
    at: datetime | None = None


def expected_reply(ticket: Ticket, response: ClockView, *, as_of: datetime) -> Promise | None:
    """The promise of a ticket at `as_of`, None where nothing is promised: ended, answered, or without targets."""
    if ticket.waiting == Waiting.CLIENT:
        return Promise("waiting")
    if ticket.status not in (Status.NEW, Status.PROGRESS) or ticket.first_reply_at is not None:
        return None
    due = response.due_at if ticket.assignee_id else _unassigned_due(ticket)
    if due is None or response.state in ("met", "missed", "recorded"):
        return None
    return Promise("late" if as_of > due else "expected", due)


def _unassigned_due(ticket: Ticket) -> datetime | None:
    """Assign within + response target, from the submission, on the department's calendar."""
    within = ticket.department.assign_within_minutes
    target = ledger.target_seconds(ticket.item, ClockKind.RESPONSE)
    if within is None or target is None:
        return None
    calendar = calendars.for_department(ticket.department)
    return calendar.due(ticket.submitted_at, timedelta(minutes=within, seconds=target))
