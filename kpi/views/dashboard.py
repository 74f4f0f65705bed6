"""/performance/: the month at a glance for management, a lead's departments, or one's own months."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi import charts, frames, months, reports, uptime
from kpi.dashboard import Course, courses, lede, watch_list
from kpi.frame import Frame
from kpi.readers import Reader
from kpi.views.months import around, present_month, reader_of

SHOWN = 6  # months of the trend; one more is read, so that the first of them has a change too


@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """?month=2026-10; anything else is the present month. Cells alone are read, in a constant number of queries."""
    viewer, now = reader_of(request), timezone.now()
    month = months.read(request.GET.get("month", "")) or present_month(viewer.user, now)
    wanted = [months.step(month, -back) for back in range(SHOWN, -1, -1)]
    owner = viewer.user.pk if viewer.reads_only_own else None
    by_month = frames.load(wanted, as_of=now, owner=owner, added_up=[] if owner else wanted[:-1])
    found = [by_month[one] for one in wanted]
    if viewer.reads_only_own:
        return render(request, "performance/own.html", _own(viewer, month, found))
    return render(request, "performance/dashboard.html", _board(viewer, month, found))


def _board(viewer: Reader, month: date, found: list[Frame]) -> dict[str, Any]:
    """The countries for whoever reads all of them, else the departments that the reader leads."""
    trees = [reports.countries(frame) for frame in found]
    departments = [viewer.shown(tree) for tree in trees]
    by_department = courses(departments)
    cards = courses(trees) if viewer.reads_everything else by_department
    units = uptime.by_country(departments[-1], whole=viewer.reads_everything)
    return around(month, found[-1]) | {
        "cards": [(one, charts.spark(one.scores[1:])) for one in cards if one.now],
        "lede": lede(cards),
        "uptime": units,
        "thresholds": uptime.thresholds(units),
        "watched": watch_list(departments[-1], by_department),
        "reads_everything": viewer.reads_everything,
        **_trend(cards, [frame.month for frame in found]),
    }


def _own(viewer: Reader, month: date, found: list[Frame]) -> dict[str, Any]:
    own = [reports.owner_in(frame, viewer.user.pk) for frame in found]
    course = Course(_("Your score"), own[-1].query, own)
    return around(month, found[-1]) | {
        "own": own[-1],
        "course": course,
        "lede": lede([course]),
        "so_far": not own[-1].over,
        **_trend([course], [frame.month for frame in found]),
    }


def _trend(cards: list[Course], wanted: list[date]) -> dict[str, Any]:
    """The last six months as a drawing and as a table. Only the lowest six fit the drawing; the table has all."""
    known = [one for one in cards if any(score is not None for score in one.scores[1:])]
    drawn = sorted(known, key=lambda one: (one.score is None, one.score or 0))[: charts.STYLES]
    series = [(one.name, one.scores[1:]) for one in known if one in drawn]
    return {
        "trend": charts.trend(series, wanted[1:]),
        "rows": [(one, list(zip(wanted[1:], one.scores[1:], strict=True))) for one in known],
        "left_off": len(known) - len(drawn),
    }
