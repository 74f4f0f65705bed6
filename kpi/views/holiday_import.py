"""Holiday import in the admin: choose, look at the difference, write. Nothing changes before the last button."""

from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import Country, User
from kpi import changes, holidays_import
from kpi.holidays_import import Line
from kpi.import_forms import CountryForm, HolidayForm
from kpi.models import ReplacedDay
from kpi.tasks import ask_to_redate, start


@require_http_methods(["GET", "HEAD", "POST"])
def holiday_import(request: HttpRequest) -> HttpResponse:
    """Everything that was chosen stands in the address; a POST to it writes what the page shows."""
    if not request.user.has_perm("kpi.add_replacedday"):
        raise PermissionDenied
    country = _country(request)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Import holidays"),
        "opts": ReplacedDay._meta,
        "countries": CountryForm(initial={"country": country}),
        "country": country,
        "known": country is not None and holidays_import.is_known(country),
    }
    if country is None or not context["known"]:
        return render(request, "admin/kpi/import_holidays.html", context)
    chosen = "first_year" in request.GET
    year = timezone.now().astimezone(ZoneInfo(country.zone)).year
    first = {"first_year": year, "last_year": year + 1, "categories": ["public"]}
    form = HolidayForm(request.GET if chosen else None, initial=first, country=country)
    context["form"] = form
    if chosen and not form.is_valid():
        return render(request, "admin/kpi/import_holidays.html", context, status=422)
    return _compared(request, context, form) if chosen else render(request, "admin/kpi/import_holidays.html", context)


def _country(request: HttpRequest) -> Country | None:
    form = CountryForm(request.GET)
    return form.cleaned_data["country"] if form.is_valid() else Country.objects.first()


def _compared(request: HttpRequest, context: dict[str, Any], form: HolidayForm) -> HttpResponse:
    country = form.country
    today = timezone.now().astimezone(ZoneInfo(country.zone)).date()
    with transaction.atomic():
        if request.method == "POST":
            Country.objects.select_for_update().get(pk=country.pk)
        lines = holidays_import.compare(form.choice())
        at_once, past = holidays_import.split(country, lines, today=today)
        seen = holidays_import.fingerprint(lines)
        if request.method == "POST" and request.POST.get("seen") == seen:
            return _write(request, country, at_once, past)
    if request.method == "POST":
        messages.warning(request, _("The days have changed meanwhile. This is what an import would do now."))
    shown = [line for line in lines if line.kind is not holidays_import.Kind.SAME]
    context |= {"lines": shown, "counts": holidays_import.counts(lines), "seen": seen}
    context |= {"at_once": at_once, "past": past, "compared": True}
    return render(request, "admin/kpi/import_holidays.html", context)


def _write(request: HttpRequest, country: Country, at_once: list[Line], past: list[Line]) -> HttpResponse:
    """Days to come are written; days up to today become a change, whose page shows what it moves."""
    if at_once:
        holidays_import.write(country, at_once)
        transaction.on_commit(ask_to_redate)
        done = ngettext("%(n)s day of %(country)s written.", "%(n)s days of %(country)s written.", len(at_once))
        messages.success(request, done % {"n": len(at_once), "country": country})
    if past:
        title = _("Published holidays of %(country)s") % {"country": country}
        by, at = cast(User, request.user), timezone.now().replace(microsecond=0)
        change = start(changes.propose(holidays_import.writes(country, past), title=title, by=by, at=at))
        return HttpResponseRedirect(reverse("admin:kpi_change_change", args=[change.pk]))
    return HttpResponseRedirect(f"{reverse('admin:kpi_replacedday_changelist')}?country__id__exact={country.pk}")
