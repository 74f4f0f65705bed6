"""Self-log: an agent writes down work already done. Born Closed, without a client, clocks or mails."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Department, SiteSettings, User
from kpi import ledger, locks, typed_metrics, types
from kpi.ledger import Facts
from kpi.models import KpiItem, KpiType, WorkState
from tickets import timeline
from tickets.models import CloseKind, EventKind, Ticket, Visibility
from tickets.states import Kind, Status
from tickets.verbs.running import Forbidden, Unfit, whole_second
from tickets.verbs.submit import subject_from
from tickets.verbs.typed import now_in, refuse, units_for, why_not_dated


@dataclass(frozen=True)
class Logged:
    """What an agent types about work already done; `metrics` by the names of the type's rule."""

    type: KpiType
    date: date
    description: str
    metrics: Mapping[str, Any] = field(default_factory=dict)
    count_off_day: bool = False


def self_log(work: Logged, *, actor: User, at: datetime) -> Ticket:
    """Make the ticket of `actor` in their own department; its item is scored at once.

    Forbidden to everybody but agents. Unfit, by field, for a date in the future, further back than the edit window or
    in a locked month, a type the department does not log on that date, metrics that cannot be scored, and what has not
    happened yet.
    """
    at = whole_second(at)
    department = actor.department
    if not actor.is_agent or department is None:
        raise Forbidden(_("Only agents log their own work."))
    check(work, department, at=at)
    with transaction.atomic():
        item = ledger.post(facts(work, department, actor))
        ticket = Ticket.objects.create(item=item, **columns(work, department, actor, at))
        timeline.record(
            ticket,
            EventKind.LOGGED,
            actor=timeline.staff(actor),
            at=at,
            visibility=Visibility.STAFF,
            body=ticket.description,
            metrics=dict(work.metrics),
        )
    return ticket


def check(work: Logged, department: Department, *, at: datetime) -> None:
    """Unfit where the work cannot be logged so."""
    window = SiteSettings.load().edit_window
    sentence = why_not_dated(work.date, department, at=at, back=window) or locks.why_not_on(work.date)
    if sentence:
        raise Unfit({"ticket_date": sentence})
    if work.type not in types.offered_for_self_logging(department, on=work.date):
        raise Unfit({"type": _("Choose a KPI type that %(name)s logs") % {"name": department.name}})
    units = units_for(typed_metrics.asked(work.type.rule, clocks=False), department.pk, on=work.date)
    refuse(typed_metrics.problems(work.type.rule, work.metrics, on=work.date, units=units))
    refuse(typed_metrics.ahead(work.type.rule, work.metrics, now=now_in(department, at=at)))


def facts(work: Logged, department: Department, actor: User) -> Facts:
    """The same for the ledger. Reported uptime has a reporter, no owner."""
    reports = work.type.rule == KpiType.Rule.UPTIME
    return Facts(
        type=work.type,
        department=department,
        date=work.date,
        owner=None if reports else actor,
        reporter=actor if reports else None,
        count_off_day=work.count_off_day,
        state=WorkState.DONE,
        metrics=work.metrics,
        source=KpiItem.Source.TYPED,
    )


def columns(work: Logged, department: Department, actor: User, at: datetime) -> dict[str, Any]:
    """The columns of the ticket, but for its item. No address and no key to be found by: nobody asked for it."""
    return {
        "kind": Kind.SELF_LOGGED,
        "department": department,
        "type": work.type,
        "status": Status.CLOSED,
        "close_kind": CloseKind.STAFF,
        "assignee": actor,
        "assigned_at": at,
        "first_assigned_at": at,
        "started_at": at,
        "closed_at": at,
        "requester_name": actor.name,
        "subject": subject_from(work.description),
        "description": work.description,
        "ticket_date": work.date,
        "count_off_day": work.count_off_day,
        "submitted_at": at,
        "last_public_at": at,
        "last_activity_at": at,
    }
