"""Lock, unlock and the adjustments of a month. Admins lock; everybody who reads performance reads what moved."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kpi import adjustments, frames, locking, locks, reports
from kpi.frame import Frame
from kpi.levels import DepartmentMonth
from kpi.lock_forms import UnlockForm
from kpi.locking import CannotLock
from kpi.models import Adjustment
from kpi.readers import Reader
from kpi.views.months import reader_of

PER_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: HttpRequest, month: date) -> HttpResponse:
    """GET says what locking means and what is still open, POST locks; 422 with the sentence where it cannot be."""
    reader, at = _admin(request), timezone.now()
    if request.method == "POST":
        try:
            locking.lock(month, actor=reader.user, at=at)
        except CannotLock as refused:
            return _ask_to_lock(request, month, at, refused.sentence)
        messages.success(
            request, _("%(month)s is locked. Its reports do not move any more.") % {"month": locks.named(month)}
        )
        return redirect("performance:month", month)
    return _ask_to_lock(request, month, at, locking.why_not(month, at=at))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest, month: date) -> HttpResponse:
    """GET asks for the reason, POST unlocks."""
    reader, at = _admin(request), timezone.now()
    held = locks.holding(month)
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if held is not None and form.is_valid():
        try:
            locking.unlock(month, actor=reader.user, at=at, reason=form.cleaned_data["reason"])
        except CannotLock as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(
                request, _("%(month)s is unlocked. Its reports show the live numbers.") % {"month": locks.named(month)}
            )
            return redirect("performance:month", month)
    context = {"nav": "performance", "month": month, "lock": held, "form": form}
    return render(request, "performance/unlock.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def moved(request: HttpRequest, month: date) -> HttpResponse:
    """What moved since the month was locked, item by item, and what the numbers would be without the lock."""
    reader, at = reader_of(request), timezone.now()
    held = locks.holding(month)
    found = adjustments.readable(held, reader) if held else Adjustment.objects.none()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "performance",
        "month": month,
        "lock": held,
        "page": page,
        "rows": adjustments.rows(page.object_list) if held else [],
        "means": _means(month, reader, at) if held else [],
        "history": locks.history(month),
        "reader": reader,
    }
    return render(request, "performance/adjustments.html", context)


def _admin(request: HttpRequest) -> Reader:
    """404 for customers, 403 for staff who only read."""
    reader = reader_of(request)
    if not reader.user.is_admin:
        raise PermissionDenied
    return reader


def _ask_to_lock(request: HttpRequest, month: date, at: datetime, refusal: str) -> HttpResponse:
    pending = [] if refusal else locking.pending(frames.live([month], as_of=at)[month])
    context: dict[str, Any] = {
        "nav": "performance",
        "month": month,
        "refusal": refusal,
        "pending": pending,
        "open": sum(number for _name, number in pending),
    }
    return render(request, "performance/lock.html", context, status=422 if request.method == "POST" else 200)


def _means(month: date, reader: Reader, at: datetime) -> list[tuple[DepartmentMonth, Any, Any]]:
    """(department, score as locked, score live) of those that moved and that the reader may see."""
    locked, live = frames.load([month], as_of=at)[month], frames.live([month], as_of=at)[month]
    now = {one.department.id: one.score for one in _shown(live, reader)}
    both = [(one, one.score, now.get(one.department.id)) for one in _shown(locked, reader)]
    return [row for row in both if row[1] != row[2]]


def _shown(frame: Frame, reader: Reader) -> list[DepartmentMonth]:
    return reader.shown(reports.countries(frame))
