"""/performance/what-if/: other targets against a real month. A GET with everything in the address; nothing is saved."""

from datetime import datetime
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from kpi import months, what_if
from kpi.engine.rules import RULES
from kpi.models import KpiType
from kpi.parameter_forms import possible_owners
from kpi.trial_forms import MonthAndTypeForm, WishForm
from kpi.what_if import Wish

FLIPS = 100


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """For management and admins. ?type and ?month choose (else the first type, last month), ?try=1 tries."""
    viewer = cast(User, request.user)
    if not (viewer.is_management or viewer.is_admin):
        raise Http404
    now = timezone.now()
    types = list(KpiType.objects.filter(versions__isnull=False).distinct())
    chosen = "type" in request.GET
    last = months.step(months.month_of(now.date()), -1)
    first = {"type": types[0].code, "month": months.written(last)} if types else None
    choice = MonthAndTypeForm(request.GET if chosen else first, types=types)
    context: dict[str, Any] = {
        "nav": "performance",
        "choice": choice,
        "types": types,
        "form": None,
        "refused": chosen and not choice.is_valid(),
    }
    if choice.is_valid():
        context |= _tried(request, choice, now)
    return render(request, "performance/what_if.html", context, status=422 if context["refused"] else 200)


def _tried(request: HttpRequest, choice: MonthAndTypeForm, now: datetime) -> dict[str, Any]:
    type_, month = choice.cleaned_data["type"], choice.cleaned_data["month"]
    version = what_if.valid_in(type_, month)
    if version is None:  # it has one: types without are not offered
        return {}
    trying = "try" in request.GET
    form = WishForm(
        request.GET if trying else None,
        rule=RULES[type_.rule],
        stored=version.parameters,
        people=possible_owners(version.parameters),
        version=version,
    )
    items = what_if.items_in(type_, month)
    context = {
        "type": type_,
        "month": month,
        "version": version,
        "form": form,
        "items": items,
        "too_many": items > what_if.MOST,
        "most": what_if.MOST,
        "plain": f"{reverse('performance:what_if')}?type={type_.code}&month={months.written(month)}",
        "crumbs": [(_("Performance"), reverse("performance:dashboard")), (_("What if"), "")],
    }
    if not trying or context["too_many"]:
        return context
    if not form.is_valid():
        return context | {"refused": True}
    wish = Wish(type_, month, form.parameters, form.cleaned_data["weight"], form.pass_mark)
    found = what_if.board(wish, at=now)
    return context | {"board": found, "flips": found.flips[:FLIPS], "more": max(0, len(found.flips) - FLIPS)}
