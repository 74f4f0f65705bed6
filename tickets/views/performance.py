"""Monthly Performance under My Profile: the month, the tickets behind a number, and why one has its score."""

from datetime import date
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import SiteSettings, User
from kpi import changes, explanation, items, locks, months, reports
from kpi.models import Breach, KpiItem, KpiType
from tickets.access import staff_tickets
from tickets.models import Ticket
from tickets.views.tabs import profile_tabs

SHOWN = 100


@login_required
@require_safe
def performance(request: HttpRequest) -> HttpResponse:
    """The month of a person: their own, or for management and leads that of ?owner."""
    viewer, owner = _people(request)
    month = _month(request)
    report, before = reports.owner_months(owner, [month, months.step(month, -1)], as_of=timezone.now())
    missing = items.left_out(owner, month)
    context = _context(request, owner, month) | {
        "report": report,
        "before": before.score,
        "breached_before": items.breaches_before_reassignment(owner, month),
        "left_out": _with_tickets(viewer, missing),
        "tabs": profile_tabs(viewer),
        "lock": locks.holding(month),
        "recalculating": changes.running(),
    }
    return render(request, "tickets/performance.html", context)


@login_required
@require_safe
def type_tickets(request: HttpRequest, code: str) -> HttpResponse:
    """The tickets a type's number is made of, and those not counted with the reason."""
    viewer, owner = _people(request)
    month = _month(request)
    type_ = get_object_or_404(KpiType, code=code)
    (report,) = reports.owner_months(owner, [month], as_of=timezone.now())
    row = next((row for row in report.types if row.type.id == type_.pk), None)
    listed = list(items.items_of(owner, month, type_)[:SHOWN])
    context = _context(request, owner, month) | {
        "type": type_,
        "row": row,
        "rows": _with_tickets(viewer, listed),
        "shown": SHOWN,
    }
    return render(request, "tickets/performance_type.html", context)


@login_required
@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain one score: parts, targets in force, formula, and where the time went."""
    found = get_object_or_404(
        KpiItem.objects.select_related("type", "version", "owner", "department__country").filter(owner__isnull=False),
        pk=pk,
    )
    viewer = cast(User, request.user)
    owner = cast(User, found.owner)
    if not _may_read(viewer, owner):
        raise Http404
    score = explanation.score_of(found)
    strips = explanation.strips(found, as_of=timezone.now())
    context = _context(request, owner, found.month) | {
        "item": found,
        "score": score,
        "sentence": explanation.sentence_of(score) if score else "",
        "parts": [(part, explanation.missed_by(part)) for part in score.parts] if score else [],
        "breaches": _breaches(found, strips),
        "formula": explanation.formula(score) if score else [],
        "strips": strips,
        "ticket": _with_tickets(viewer, [found])[0][1],
    }
    return render(request, "tickets/explanation.html", context)


def _breaches(item: KpiItem, strips: list[explanation.Strip]) -> list[Breach]:
    """What was late before somebody else had it; only a clock that was handed over can have left one."""
    if not any(strip.clock.run > 1 or strip.clock.value_seconds is None for strip in strips):
        return []
    return list(item.breaches.select_related("owner").order_by("at"))


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
    if viewer == owner or viewer.is_management or viewer.is_admin:
        return viewer.works_here
    department = owner.department
    return viewer.is_agent and department is not None and department.leads.filter(pk=viewer.pk).exists()


def _month(request: HttpRequest) -> date:
    """?month=2026-10; anything else is the present month where the viewer works."""
    viewer = cast(User, request.user)
    zone = ZoneInfo(viewer.department.country.zone if viewer.department else "UTC")
    today = timezone.now().astimezone(zone).date()
    return months.read(request.GET.get("month", "")) or months.month_of(today)


def _context(request: HttpRequest, owner: User, month: date) -> dict[str, Any]:
    own = "" if owner == request.user else f"&owner={owner.pk}"
    return {
        "nav": "profile",
        "owner": owner,
        "owner_query": own,
        "month": month,
        "previous": months.step(month, -1),
        "next": months.step(month, 1),
        "prefix": SiteSettings.load().number_prefix,
        "crumbs": [(_("My profile"), reverse("tickets:profile")), (_("Monthly Performance"), "")],
    }


def _with_tickets(viewer: User, found: list[KpiItem]) -> list[tuple[KpiItem, Ticket | None]]:
    """Each item with its ticket where the viewer may open it. One query."""
    tickets = {ticket.item_id: ticket for ticket in staff_tickets(viewer).filter(item__in=[item.pk for item in found])}
    return [(item, tickets.get(item.pk)) for item in found]
