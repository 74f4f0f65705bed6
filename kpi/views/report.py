"""/performance/<yyyy-mm>/: the monthly report, by country and department, one department, or one person."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kpi import frames, months, reports
from kpi.frame import CountryFacts, DepartmentFacts, Frame
from kpi.levels import CountryMonth, DepartmentMonth, Mean, OwnerMonth
from kpi.readers import Reader
from kpi.views.months import around, reader_of

FILTERS = ("country", "department", "owner")


@dataclass(frozen=True)
class Filters:
    """What of the month is shown; each is None for all of it."""

    country: CountryFacts | None = None
    department: DepartmentFacts | None = None
    owner: int | None = None

    @property
    def query(self) -> str:
        """As an address carries it: "department=ke-ops&owner=7"."""
        named = {
            "country": self.country.code if self.country and not self.department else None,
            "department": self.department.code if self.department else None,
            "owner": self.owner,
        }
        return urlencode({name: value for name, value in named.items() if value is not None})

    def shows(self, one: DepartmentMonth) -> bool:
        return self.department in (None, one.department) and self.country in (None, one.country)


@dataclass(frozen=True)
class Shown:
    """A report with its filters. `countries`: each with its departments, and whether its own number is shown too."""

    reader: Reader
    frame: Frame
    filters: Filters
    tree: list[CountryMonth]
    departments: list[DepartmentMonth]
    person: OwnerMonth | None
    countries: list[tuple[CountryMonth, list[DepartmentMonth], bool]]


@login_required
@require_safe
def month(request: HttpRequest, month: date) -> HttpResponse:
    """?country, ?department, ?owner narrow it; ?month, which the picker sends, leads to that month's address."""
    wanted = months.read(request.GET.get("month", ""))
    if wanted is not None:
        return redirect(_address(request, wanted))
    shown = shown_of(request, month, as_of=timezone.now())
    viewer, filters, person = shown.reader, shown.filters, shown.person
    context = around(month, shown.frame) | {
        "filters": filters,
        "person": person,
        "countries": [] if person else shown.countries,
        "choices": _choices(viewer, shown.tree, filters),
        "stats": _stats(person, shown.departments, shown.countries, filters),
        "reader": viewer,
    }
    return render(request, "performance/report.html", context)


def shown_of(request: HttpRequest, month: date, *, as_of: datetime) -> Shown:
    """What the address shows to whoever asks; Http404 for what is not there or may not be read."""
    viewer = reader_of(request)
    own = viewer.user.pk if viewer.reads_only_own else None
    frame = frames.load([month], as_of=as_of, owner=own)[month]
    filters = _filters(request, viewer, frame)
    tree = reports.countries(frame)
    departments = [one for one in viewer.shown(tree) if filters.shows(one)]
    person = _person(viewer, frame, departments, filters)
    return Shown(viewer, frame, filters, tree, departments, person, _countries(viewer, tree, departments, filters))


def _address(request: HttpRequest, wanted: date) -> str:
    kept = {name: value for name in FILTERS if (value := request.GET.get(name, ""))}
    address = reverse("performance:month", args=[wanted])
    return f"{address}?{urlencode(kept)}" if kept else address


def _filters(request: HttpRequest, viewer: Reader, frame: Frame) -> Filters:
    """What the address asks for; Http404 for what is not there or may not be read."""
    code, place, person = (request.GET.get(name, "") for name in FILTERS)
    country = _one([one for one in frame.countries if viewer.reads_everything], code)
    department = _one([one for one in frame.departments if viewer.department(one.id)], place)
    owner = _owner_id(person) if person else viewer.user.pk if viewer.reads_only_own else None
    if owner is not None and department is None and not viewer.owner(owner, frame):
        raise Http404
    if country and department and department.country != country.id:
        department = None
    return Filters(country, department, owner)


def _one(known: list[Any], code: str) -> Any:
    found = next((one for one in known if one.code == code), None)
    if code and found is None:
        raise Http404
    return found


def _owner_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


def _person(viewer: Reader, frame: Frame, departments: list[DepartmentMonth], filters: Filters) -> OwnerMonth | None:
    """One person's month: what a chosen department shows of it, else the whole. The own one may be empty."""
    if filters.owner is None:
        return None
    if filters.department is None:
        if filters.owner not in frame.owner_of and filters.owner != viewer.user.pk:
            raise Http404
        whole = reports.owner_in(frame, filters.owner)
        return replace(whole, name=whole.name or viewer.user.name)
    people = {one.id: one for department in departments for one in department.owners}
    if filters.owner not in people:
        raise Http404
    return people[filters.owner]


def _countries(
    viewer: Reader, tree: list[CountryMonth], departments: list[DepartmentMonth], filters: Filters
) -> list[tuple[CountryMonth, list[DepartmentMonth], bool]]:
    """Each country with the departments that are shown of it, and whether its own number is shown as well."""
    whole = viewer.reads_everything and filters.department is None
    shown = [(one, [place for place in departments if place.country == one.country], whole) for one in tree]
    return [row for row in shown if row[1]]


def _choices(viewer: Reader, tree: list[CountryMonth], filters: Filters) -> dict[str, Any]:
    """What the selects offer: only what the viewer may read and the other filters leave."""
    places = viewer.shown(tree)
    inside = [one for one in places if filters.shows(one)]
    people = {person.id: person.name for one in inside for person in one.owners}
    return {
        "countries": [one.country for one in tree] if viewer.reads_everything else [],
        "departments": [one for one in places if filters.country in (None, one.country)],
        "owners": sorted(people.items(), key=lambda pair: (pair[1], pair[0])),
    }


def _stats(
    person: OwnerMonth | None,
    departments: list[DepartmentMonth],
    countries: list[tuple[CountryMonth, list[DepartmentMonth], bool]],
    filters: Filters,
) -> dict[str, Any]:
    """The numbers on top, each of what is shown below; a score only where one thing has one."""
    shown: list[Any] = [person] if person else list(departments)
    single: Mean | None = person or (departments[0] if filters.department and departments else None)
    if single is None and len(countries) == 1 and countries[0][2]:
        single = countries[0][0]
    rows = [row for one in shown for row in one.types]
    return {
        "single": single,
        "counted": sum(one.counted for one in shown),
        "left_out": sum(one.left_out for one in shown),
        "late": sum(one.pending_breached for one in shown),
        "passing": sum(row.passes is True for row in rows),
        "judged": sum(row.passes is not None for row in rows),
    }
