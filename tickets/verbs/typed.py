"""What staff type for the score of a ticket: its date, its type and the metrics of the type's rule."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Department
from kpi import typed_metrics, types
from kpi.engine.rules.fields import Metric
from kpi.models import KpiType, UptimeUnit
from tickets.models import Ticket
from tickets.verbs.running import Unfit


def now_in(department: Department, *, at: datetime) -> datetime:
    """The local wall time in the department's country, as metrics are typed in: without a zone."""
    return at.astimezone(ZoneInfo(department.country.zone)).replace(tzinfo=None)


def today_in(department: Department, *, at: datetime) -> date:
    """The local date in the department's country."""
    return now_in(department, at=at).date()


def why_not_dated(day: date, department: Department, *, at: datetime, back: int | None = None) -> str | None:
    """The sentence why a ticket cannot have the date `day`, None when it can. `back`: at most so many days ago."""
    today = today_in(department, at=at)
    if day > today:
        return _("Enter a ticket date that is not in the future")
    if back is not None and day < today - timedelta(days=back):
        shown = date_format(today - timedelta(days=back), department.country.date_format)
        return _("Enter a ticket date from %(first)s on; an admin can date work further back") % {"first": shown}
    return None


def types_for(ticket: Ticket, department: Department, *, on: date) -> list[KpiType]:
    """The types this ticket may have in `department`: those it logs for work its agents logged, else all it uses."""
    return (types.offered_for_self_logging if ticket.self_logged else types.used_by)(department, on=on)


def asked(ticket: Ticket) -> list[Metric]:
    """The metrics somebody has to type on this ticket: those of its type that no clock measures."""
    return typed_metrics.asked(ticket.type.rule, clocks=ticket.has_clocks)


def units_for(fields: list[Metric], department_id: int, *, on: date) -> list[UptimeUnit]:
    """The units that may be named; no query where no field asks for one."""
    names_unit = any(metric.kind == "unit" for metric in fields)
    return typed_metrics.units(department_id, on=on) if names_unit else []


def check_complete(ticket: Ticket) -> None:
    """Unfit while a metric that the type needs is missing or wrong. No query where nothing has to be typed."""
    fields = asked(ticket)
    if not fields:
        return
    day = ticket.ticket_date
    units = units_for(fields, ticket.department_id, on=day)
    refuse(typed_metrics.problems(ticket.type.rule, ticket.item.metrics, on=day, units=units))


def refuse(problems: Mapping[str, Any]) -> None:
    """Unfit with the sentences of these problems, where there are any."""
    if problems:
        raise Unfit({name: typed_metrics.sentence(problem) for name, problem in problems.items()})
