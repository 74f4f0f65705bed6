"""Edit and transfer: the form on the left of the ticket page. A stale form is refused, nothing typed is lost."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department, SiteSettings, User
from kpi import locks, typed_metrics, types
from kpi.models import KpiType
from tickets import timeline
from tickets.models import EventKind, Ticket, Visibility
from tickets.states import Verb
from tickets.verbs.assign import put_on
from tickets.verbs.running import Refused, Stale, Unfit, check, on_ticket, whole_second
from tickets.verbs.typed import refuse, types_for, units_for, why_not_dated


@dataclass(frozen=True)
class Edit:
    """The fields staff may change; all are given, as the form shows all. None for `metrics` leaves them as they are."""

    ticket_date: date
    type: KpiType
    subject: str
    description: str
    priority: str
    count_off_day: bool
    metrics: Mapping[str, Any] | None = None


def edit(ticket_id: int, *, actor: User, at: datetime, version: int, changes: Edit) -> Ticket:
    """Write what differs and keep before -> after. Nothing different: no event.

    Stale when the ticket moved since `version`; Unfit, by field, for a type or metrics that cannot be, and for a date
    in the future or one that moves the ticket into or out of a locked month.
    """
    at = whole_second(at)

    def work(ticket: Ticket) -> Ticket:
        check(Verb.EDIT, actor, ticket, at=at)
        _fresh(ticket, version)
        before_after = differences(ticket, changes)
        if before_after:
            _validate(ticket, changes, actor, at)
            for field, value in _columns(changes).items():
                setattr(ticket, field, value)
            timeline.record(
                ticket,
                EventKind.EDITED,
                actor=timeline.staff(actor),
                at=at,
                visibility=Visibility.STAFF,
                **_told(changes, before_after),
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


def differences(ticket: Ticket, changes: Edit) -> dict[str, list[str]]:
    """What an edit would change: {field or metric: [before, after]}, in words for the audit trail."""
    found = {
        field: [str(getattr(ticket, field)), str(value)]
        for field, value in _columns(changes).items()
        if getattr(ticket, field) != value
    }
    if changes.metrics is None:
        return found
    before, after = ticket.item.metrics, changes.metrics
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return found | {name: [_plain(before.get(name)), _plain(after.get(name))] for name in names}


def _told(changes: Edit, before_after: dict[str, list[str]]) -> dict[str, Any]:
    """What the event keeps: before and after, and the metrics as the ledger takes them."""
    metrics = {} if changes.metrics is None else {"metrics": dict(changes.metrics)}
    return {"changes": before_after, **metrics}


def _columns(changes: Edit) -> dict[str, Any]:
    return {field.name: getattr(changes, field.name) for field in fields(changes) if field.name != "metrics"}


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _validate(ticket: Ticket, changes: Edit, actor: User, at: datetime) -> None:
    day = changes.ticket_date
    bound = ticket.self_logged and not actor.is_admin and day != ticket.ticket_date
    back = SiteSettings.load().edit_window if bound else None
    sentence = why_not_dated(day, ticket.department, at=at, back=back) or locks.why_not_moved(ticket.ticket_date, day)
    if sentence:
        raise Unfit({"ticket_date": sentence})
    if changes.type != ticket.type and changes.type not in types_for(ticket, ticket.department, on=day):
        raise Unfit({"type": _("%(name)s does not use this KPI type") % {"name": ticket.department.name}})
    if changes.metrics is not None:
        units = units_for(typed_metrics.asked(changes.type.rule, clocks=False), ticket.department_id, on=day)
        refuse(typed_metrics.faults(changes.type.rule, changes.metrics, on=day, units=units))
