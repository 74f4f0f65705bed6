"""Monthly Performance under My Profile: one person's month, in the same parts as the monthly report."""

from datetime import date
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import SiteSettings, User
from kpi import frames, items, months, readers, reports
from kpi.models import KpiItem
from kpi.views.months import around
from tickets.access import staff_tickets
from tickets.views.tabs import profile_tabs
from tickets.work_listed import Row


@login_required
@require_safe
def performance(request: HttpRequest) -> HttpResponse:
    """The month of a person: their own, or for management and leads that of ?owner."""
    viewer, owner = _people(request)
    month = _month(request)
    before = months.step(month, -1)
    known = frames.load([month, before], as_of=timezone.now(), owner=owner.pk)
    missing, reported = items.left_out(owner, month), items.reported_by(owner, month)
    rows = _rows(viewer, [*missing, *reported])
    context = around(month, known[month]) | {
        "nav": "profile",
        "owner": owner,
        "owner_query": "" if owner == viewer else f"&owner={owner.pk}",
        "report": reports.owner_in(known[month], owner.pk),
        "before": reports.owner_in(known[before], owner.pk).score,
        "breached_before": items.breaches_before_reassignment(owner, month),
        "left_out": rows[: len(missing)],
        "reported": rows[len(missing) :],
        "prefix": SiteSettings.load().number_prefix,
        "tabs": profile_tabs(viewer),
    }
    return render(request, "tickets/performance.html", context)


def _people(request: HttpRequest) -> tuple[User, User]:
    viewer = cast(User, request.user)
    if not viewer.works_here:
        raise Http404
    wanted = request.GET.get("owner", "")
    if not wanted:
        return viewer, viewer
    owner = (
        User.objects.filter(pk=wanted).first() if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else None
    )
    if owner is None or not _may_read(viewer, owner):
        raise Http404
    return viewer, owner


def _may_read(viewer: User, owner: User) -> bool:
    """Own months; leads their department's; management and admin all (domain section 3)."""
    reader = readers.reader(viewer)
    if reader is None or viewer == owner:
        return reader is not None
    return reader.reads_everything or (owner.department_id is not None and reader.department(owner.department_id))


def _month(request: HttpRequest) -> date:
    """?month=2026-10; anything else is the present month where the viewer works."""
    viewer = cast(User, request.user)
    zone = ZoneInfo(viewer.department.country.zone if viewer.department else "UTC")
    today = timezone.now().astimezone(zone).date()
    return months.read(request.GET.get("month", "")) or months.month_of(today)


def _rows(viewer: User, found: list[KpiItem]) -> list[Row]:
    """Each item with its ticket where the viewer may open it. One query."""
    tickets: dict[int, Any] = {
        ticket.item_id: ticket for ticket in staff_tickets(viewer).filter(item__in=[item.pk for item in found])
    }
    return [Row(item, tickets.get(item.pk)) for item in found]
