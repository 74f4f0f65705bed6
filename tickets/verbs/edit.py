"""Edit and transfer: the form on the left of the ticket page. A stale form is refused, nothing typed is lost."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Department, User
from kpi import locks, types
from kpi.models import KpiType
from tickets import timeline
from tickets.models import EventKind, Ticket, Visibility
from tickets.states import Verb
from tickets.verbs.assign import put_on
from tickets.verbs.running import Refused, Stale, check, on_ticket, whole_second


@dataclass(frozen=True)
class Edit:
    """The fields staff may change; all are given, as the form shows all."""

    ticket_date: date
    type: KpiType
    subject: str
    description: str
    priority: str
    count_off_day: bool


def edit(ticket_id: int, *, actor: User, at: datetime, version: int, changes: Edit) -> Ticket:
    """Write what differs and keep before -> after. Nothing different: no event.

    Stale when the ticket moved since `version`; Refused for a future Ticket Date, one that moves the ticket into or out
    of a locked month, or a type the department lacks.
    """
    at = whole_second(at)

    def work(ticket: Ticket) -> Ticket:
        check(Verb.EDIT, actor, ticket, at=at)
        _fresh(ticket, version)
        before_after = _differences(ticket, changes)
        if before_after:
            _validate(ticket, changes, at)
            for field, value in _values(changes).items():
                setattr(ticket, field, value)
            actor_ = timeline.staff(actor)
            timeline.record(
                ticket, EventKind.EDITED, actor=actor_, at=at, visibility=Visibility.STAFF, changes=before_after
            )
        return ticket

    return on_ticket(ticket_id, work)


def transfer(
    ticket_id: int,
    *,
    actor: User,
    at: datetime,
    version: int,
    department: Department,
    type: KpiType,
    assignee: User | None = None,
) -> Ticket:
    """Move the ticket to another department with a type of it. The assignee is cleared unless a new one is named."""
    at = whole_second(at)

    def work(ticket: Ticket) -> Ticket:
        check(Verb.TRANSFER, actor, ticket, at=at)
        _fresh(ticket, version)
        if department.pk == ticket.department_id:
            raise Refused("The ticket is in this department already.")
        if type not in types.used_by(department, on=ticket.ticket_date):
            raise Refused(f"Choose a KPI type of {department.name}.")
        before = ticket.department
        ticket.department, ticket.type = department, type
        ticket.assignee, ticket.assigned_at = None, None
        actor_ = timeline.staff(actor)
        timeline.record(ticket, EventKind.TRANSFERRED, actor=actor_, at=at, before=str(before), to=str(department))
        if assignee is not None:
            put_on(ticket, assignee, actor=actor_, at=at)
        return ticket

    return on_ticket(ticket_id, work)


def _fresh(ticket: Ticket, version: int) -> None:
    if ticket.version != version:
        raise Stale("Somebody changed this ticket while you were editing. Nothing you typed is lost.", ticket)


def _values(changes: Edit) -> dict[str, Any]:
    return {field.name: getattr(changes, field.name) for field in fields(changes)}


def _differences(ticket: Ticket, changes: Edit) -> dict[str, list[str]]:
    return {
        field: [str(getattr(ticket, field)), str(value)]
        for field, value in _values(changes).items()
        if getattr(ticket, field) != value
    }


def _validate(ticket: Ticket, changes: Edit, at: datetime) -> None:
    today = at.astimezone(ZoneInfo(ticket.department.country.zone)).date()
    if changes.ticket_date > today:
        raise Refused("The Ticket Date cannot be in the future.")
    sentence = locks.why_not_moved(ticket.ticket_date, changes.ticket_date)
    if sentence:
        raise Refused(f"{sentence}.")
    if changes.type != ticket.type and changes.type not in types.used_by(ticket.department, on=changes.ticket_date):
        raise Refused(f"{ticket.department.name} does not use this KPI type.")
