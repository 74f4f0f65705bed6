"""The department-type map as a grid in the admin: tick, and save all of it at once.

What reaches back to recorded work becomes one change with its preview; the rest is saved directly.
"""

from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import Country, User
from kpi import changes, months, plans, type_grid
from kpi.models import DepartmentType
from kpi.plans import Write
from kpi.tasks import ask_to_redate, start
from kpi.type_grid import Grid, Key, Offered


@dataclass
class Asked:
    """What the address asks for, and the sentences about what of it cannot be shown."""

    country: Country | None
    month: Any
    columns: int
    rows: int
    problems: list[str]


@require_http_methods(["GET", "HEAD", "POST"])
def map_grid(request: HttpRequest) -> HttpResponse:
    """Country, month and page stand in the address; a POST to it saves the ticks of that page."""
    if not request.user.has_perm("kpi.view_departmenttype"):
        raise PermissionDenied
    may_write = request.user.has_perm("kpi.change_departmenttype") and request.user.has_perm("kpi.add_departmenttype")
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    asked = _asked(request.GET)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Which department uses which type"),
        "opts": DepartmentType._meta,
        "countries": Country.objects.all(),
        "may_write": may_write,
        "asked": asked,
    }
    if asked.country is None:
        return render(request, "admin/kpi/type_grid.html", context, status=422 if asked.problems else 200)
    if request.method == "POST" and not asked.problems:
        return _posted(request, asked, context)
    return _shown(request, context, _grid(asked))


def _asked(query: QueryDict) -> Asked:
    """Without a country the first one; without a month the present one there."""
    problems = []
    chosen = query.get("country", "")
    country = Country.objects.filter(pk=chosen).first() if chosen.isascii() and chosen.isdigit() else None
    if chosen and country is None:
        problems.append(_("Choose a country of the list."))
    country = country or Country.objects.first()
    typed = query.get("month", "").strip()
    month = months.read(typed) if typed else None
    if typed and month is None:
        problems.append(_("Write the month as year and month, such as 2026-11."))
    zone = ZoneInfo(country.zone) if country else None
    month = month or months.month_of(timezone.now().astimezone(zone).date())
    return Asked(country, month, _number(query.get("columns")), _number(query.get("rows")), problems)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and 0 < len(text) < 5 and int(text) > 0 else 1


def _grid(asked: Asked) -> Grid:
    country = cast(Country, asked.country)
    return type_grid.grid(country, month=asked.month, columns=asked.columns, rows=asked.rows)


def _posted(request: HttpRequest, asked: Asked, context: dict[str, Any]) -> HttpResponse:
    """Save what was ticked otherwise, under the country's lock, so that of two people the second one is told."""
    with transaction.atomic():
        Country.objects.select_for_update().order_by().get(pk=cast(Country, asked.country).pk)
        shown = _grid(asked)
        try:
            wanted = type_grid.wishes(shown, request.POST.getlist("intake"), request.POST.getlist("self_log"))
        except ValueError:
            asked.problems.append(_("These ticks do not belong to this page, so nothing was saved. Tick them again."))
            return _shown(request, context, shown)
        if request.POST.get("seen") != shown.mark:
            asked.problems.append(
                _("The map has changed meanwhile, so nothing was saved. Your ticks are kept; save again to have them.")
            )
            return _shown(request, context, shown, wanted)
        return _saved(request, type_grid.writes(shown, wanted))


def _saved(request: HttpRequest, wanted: list[Write]) -> HttpResponse:
    by, now = cast(User, request.user), timezone.now().replace(microsecond=0)
    past = [write for write in wanted if changes.is_past([write], at=now)]
    at_once = [write for write in wanted if write not in past]
    if at_once:
        plans.carry_out(at_once)
        transaction.on_commit(ask_to_redate)
        text = ngettext("%(n)s field of the map saved.", "%(n)s fields of the map saved.", len(at_once))
        messages.success(request, text % {"n": len(at_once)})
    if past:
        text = ngettext("Department-type map, %(n)s field", "Department-type map, %(n)s fields", len(past))
        change = start(changes.propose(past, title=text % {"n": len(past)}, by=by, at=now))
        return HttpResponseRedirect(reverse("admin:kpi_change_change", args=[change.pk]))
    if not wanted:
        messages.info(request, _("Every field is as it was. Nothing was saved."))
    return HttpResponseRedirect(request.get_full_path())


def _shown(
    request: HttpRequest, context: dict[str, Any], grid: Grid, wanted: dict[Key, Offered] | None = None
) -> HttpResponse:
    asked: Asked = context["asked"]
    groups = [
        (group, [(type_, [_box(cell, wanted) for cell in cells]) for type_, cells in rows])
        for group, rows in grid.groups
    ]
    context |= {"grid": grid, "groups": groups, "pages": _pages(request.GET, asked, grid)}
    return render(request, "admin/kpi/type_grid.html", context, status=422 if asked.problems else 200)


def _box(cell: type_grid.Cell, wanted: dict[Key, Offered] | None) -> dict[str, Any]:
    """A cell for the template: its ticks as typed, else as stored, and when it changes next."""
    offered = wanted[cell.key] if wanted else cell.offered
    value = "-".join(map(str, cell.key))
    return {
        "cell": cell,
        "value": value,
        "offered": offered,
        "later": cell.later[:1],
        "touched": offered != cell.offered,
    }


def _pages(query: QueryDict, asked: Asked, grid: Grid) -> list[dict[str, Any]]:
    """Links to the other pages, where there are more departments or types than one shows."""
    found = []
    told = {"columns": _("Departments, page %(n)s"), "rows": _("Types, page %(n)s")}
    for name, count in zip(told, grid.parts, strict=True):
        for number in range(1, count + 1) if count > 1 else ():
            address = query.copy()
            address[name] = str(number)
            here = getattr(asked, name) == number
            found.append({"words": told[name] % {"n": number}, "query": address.urlencode(), "here": here})
    return found
