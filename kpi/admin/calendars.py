"""Hours and special days in Django admin."""

from django.contrib import admin
from django.urls import URLPattern, path

from kpi.admin.past import ChangesThePast
from kpi.models import ReplacedDay, WorkingHours
from kpi.views.holiday_import import holiday_import


@admin.register(WorkingHours)
class WorkingHoursAdmin(ChangesThePast):
    list_display = ("__str__", "country", "department", "valid_from")
    list_select_related = ("country", "department__country")
    search_fields = ("country__name", "department__name")
    autocomplete_fields = ("country", "department")


@admin.register(ReplacedDay)
class ReplacedDayAdmin(ChangesThePast):
    list_display = ("date", "name", "country", "source")
    list_filter = ("country", "source")
    list_select_related = ("country",)
    date_hierarchy = "date"
    search_fields = ("name",)
    autocomplete_fields = ("country",)

    def get_urls(self) -> list[URLPattern]:
        own = path("import/", self.admin_site.admin_view(holiday_import), name="kpi_replacedday_import")
        return [own, *super().get_urls()]
