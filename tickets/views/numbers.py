"""From a number of a month down: what it is the mean of, and exactly the work behind it."""

from datetime import date, datetime
from typing import Any, Final, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import SiteSettings, User
from kpi import locks, reports, telling
from kpi.selection import CHOICES, Selection, select
from kpi.views.months import around
from kpi.views.report import shown_of
from tickets import work_listed

FEW: Final = 20  # newest pieces of work on an explanation; the list has them all


@login_required
@require_safe
def items(request: HttpRequest, month: date) -> HttpResponse:
    """The work in a selection; ?counted= narrows it to what counts, passed, is late, or to one reason."""
    chosen = _selection(request, month, as_of=timezone.now())
    viewer, counted, sort = cast(User, request.user), request.GET.get("counted", ""), _sort(request)
    moved = work_listed.moved(chosen).count() if chosen.shown.frame.locked else 0
    if counted not in CHOICES and not (counted == work_listed.MOVED and moved):
        counted = ""
    page, rows = work_listed.listed(chosen, viewer, counted=counted, sort=sort, page=request.GET.get("page"))
    context = _context(chosen, month) | {
        "counts": chosen.counts,
        "reasons": reports.reasons(chosen.counts.not_counted),
        "counted": counted,
        "moved": moved,
        "page": page,
        "rows": rows,
        "sort": sort.removeprefix("-"),
        "down": sort.startswith("-"),
        "told": telling.told(chosen),
    }
    return render(request, "performance/items.html", context)


@login_required
@require_safe
def explain(request: HttpRequest, month: date) -> HttpResponse:
    """Why the number of a selection is what it is. What has no number of its own leads to the report."""
    chosen = _selection(request, month, as_of=timezone.now())
    told = telling.told(chosen)
    if told is None:
        if chosen.type or chosen.group:
            raise Http404
        return redirect("performance:month", month)
    down_to_items = not told.below or told.sums is not None
    found, rows = work_listed.listed(chosen, cast(User, request.user), counted="yes") if down_to_items else (None, [])
    context = _context(chosen, month) | {
        "told": told,
        "counts": chosen.counts,
        "reasons": reports.reasons(chosen.counts.not_counted),
        "rows": rows[:FEW],
        "few": FEW,
        "page": found,
        "type_row": chosen.row if chosen.type else None,
    }
    return render(request, "performance/explain.html", context)


def _selection(request: HttpRequest, month: date, *, as_of: datetime) -> Selection:
    words = (request.GET.get(name, "") for name in ("group", "type", "unit"))
    chosen = select(shown_of(request, month, as_of=as_of), *words)
    if chosen is None:
        raise Http404
    return chosen


def _sort(request: HttpRequest) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort.removeprefix("-") in work_listed.SORTS else "-date"


def _context(chosen: Selection, month: date) -> dict[str, Any]:
    return around(month, chosen.shown.frame) | {
        "chosen": chosen,
        "trail": _trail(chosen, month),
        "prefix": SiteSettings.load().number_prefix,
        "one_person": chosen.shown.person is not None,
    }


def _trail(chosen: Selection, month: date) -> list[tuple[str, str]]:
    """(name, address) from the report down to what is selected, the last one included."""
    filters, person = chosen.shown.filters, chosen.shown.person
    explain, report = reverse("tickets:performance_explain", args=[month]), reverse("performance:month", args=[month])
    steps: list[tuple[str, str]] = [(_("Performance"), f"{reverse('performance:dashboard')}?month={month:%Y-%m}")]
    steps.append((locks.named(month), report))
    if filters.country and not filters.department:
        steps.append((filters.country.name, f"{explain}?country={filters.country.code}"))
    if filters.department:
        steps.append((filters.department.name, f"{explain}?department={filters.department.code}"))
    if person:
        steps.append((person.name, f"{explain}?{filters.query}"))
    base = filters.query
    group = chosen.group or (chosen.type and chosen.shown.frame.group_of.get(chosen.type.group))
    if group and chosen.base is not None:
        steps.append((group.name, f"{explain}?{base}&group={group.id}"))
    if chosen.type:
        steps.append((chosen.type.name, f"{explain}?{base}&type={chosen.type.code}"))
    if chosen.unit:
        steps.append((chosen.unit.name, f"{explain}?{chosen.query}"))
    return steps
