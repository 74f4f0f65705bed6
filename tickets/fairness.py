"""What a score alone does not say: how long the requester waited, who had the ticket before, how often it came back.

The agent's clock starts at their assignment; the requester's wait runs on the wall from the submission (domain
section 4). Neither of what stands here enters a score.
"""

from dataclasses import dataclass
from datetime import datetime

from kpi import calendars
from kpi.models import Breach
from tickets.models import CloseKind, Ticket


@dataclass(frozen=True)
class Fairness:
    """Seconds of both waits; None where there is nothing to measure. `answered`: somebody did respond by then."""

    answered: bool
    requester_seconds: int | None
    agent_seconds: int | None
    since_first_seconds: int | None
    reassignments: int
    reopenings: int
    breaches: list[Breach]

    @property
    def handed_over(self) -> bool:
        return self.since_first_seconds is not None


def of_ticket(ticket: Ticket, *, agent_seconds: int | None, as_of: datetime) -> Fairness | None:
    """The panel of a ticket; None for work that agents logged themselves. No query unless it changed hands."""
    if not ticket.has_clocks:
        return None
    end = _responded_at(ticket)
    until = end or (None if ticket.locked else as_of)
    handed_over = ticket.first_assigned_at is not None and ticket.first_assigned_at != ticket.assigned_at
    return Fairness(
        answered=end is not None,
        requester_seconds=None if until is None else int((until - ticket.submitted_at).total_seconds()),
        agent_seconds=agent_seconds,
        since_first_seconds=_since_first(ticket, until) if handed_over else None,
        reassignments=ticket.reassign_count,
        reopenings=ticket.reopen_count,
        breaches=_breaches(ticket) if handed_over else [],
    )


def _responded_at(ticket: Ticket) -> datetime | None:
    """The first public reply, else the close by staff that stands for it."""
    if ticket.first_reply_at is not None:
        return ticket.first_reply_at
    return ticket.closed_at if ticket.close_kind == CloseKind.STAFF else None


def _since_first(ticket: Ticket, until: datetime | None) -> int | None:
    """Working time since anybody was assigned at all, on the calendar of the present department."""
    if until is None or ticket.first_assigned_at is None or until < ticket.first_assigned_at:
        return None
    calendar = calendars.for_department(ticket.department)
    return int(calendar.elapsed(ticket.first_assigned_at, until).total_seconds())


def _breaches(ticket: Ticket) -> list[Breach]:
    return list(Breach.objects.filter(item=ticket.item_id).select_related("owner").order_by("at"))
