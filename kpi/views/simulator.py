"""/performance/calendar/: where working time goes from a moment on. A GET with everything in the address."""

from datetime import timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from kpi import simulator
from kpi.trial_forms import SimulationForm


@login_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """For everybody who works here: ?where, ?start and ?target or ?end; without them, one's own department now."""
    viewer = cast(User, request.user)
    if not viewer.works_here:
        raise Http404
    asked = "where" in request.GET
    first = _first(viewer)
    form = SimulationForm(request.GET if asked else first if first["where"] else None, initial=first)
    context: dict[str, Any] = {"nav": "performance", "form": form, "refused": asked and not form.is_valid()}
    if form.is_valid():
        context |= {"simulation": _run(form)}
    return render(request, "performance/calendar.html", context, status=422 if context["refused"] else 200)


def _first(viewer: User) -> dict[str, Any]:
    """One's own department from now on, four working hours."""
    place = viewer.department
    zone = place.country.zone if place else viewer.zone or "UTC"
    now = timezone.now().astimezone(ZoneInfo(zone))
    return {"where": place.code if place else "", "start": f"{now:%Y-%m-%dT%H:%M}", "target": 240}


def _run(form: SimulationForm) -> simulator.Simulation:
    where = form.calendar()
    start = form.instant("start", where)
    if form.cleaned_data["target"]:
        return simulator.to_target(where, start, timedelta(minutes=form.cleaned_data["target"]))
    return simulator.to_end(where, start, form.instant("end", where))
