"""A country in Django admin, with the hours in force, the special days to come and its departments beside it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin.places import CountryAdmin
from accounts.models import Country
from kpi.in_force import in_force
from kpi.models import KpiItem


@admin.register(Country)
class CountryInForceAdmin(CountryAdmin):
    readonly_fields = ("lasting_zone",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Where work is recorded the zone stays: every clock and every off-day was counted in it."""
        recorded = obj is not None and KpiItem.objects.filter(country=obj).exists()
        return ["code", "name", "lasting_zone" if recorded else "zone", "date_format"]

    @admin.display(
        description=_("time zone"),
    )
    def lasting_zone(self, country: Country) -> str:
        return country.zone

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        country = kwargs.get("obj")
        if country is not None:
            stored = Country(pk=country.pk, zone=context["adminform"].form.initial.get("zone") or country.zone)
            context["force"] = in_force(stored, as_of=timezone.now())
        return super().render_change_form(request, context, *args, **kwargs)
