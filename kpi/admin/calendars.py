"""Hours and special days in Django admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kpi.admin.past import ChangesThePast
from kpi.models import ReplacedDay, WorkingHours
from kpi.plan_words import week_in_words, windows_in_words
from kpi.views.holiday_import import holiday_import
from kpi.week_fields import KeepsWhatWasNotChanged, WeekField, WindowsField


class WorkingHoursForm(KeepsWhatWasNotChanged, forms.ModelForm):
    """A week as rows of from and to."""

    hours_field = "week"
    week = WeekField(
        label=_("Week"),
        required=False,
        help_text=_(
            "Two windows leave a lunch break; save for room for one more. A window that ends at or before its start "
            "runs past midnight. A day without times is not worked."
        ),
    )

    class Meta:
        model = WorkingHours
        fields = ("country", "department", "valid_from", "week")
        help_texts = {
            "country": _("For everybody in the country; then leave the department empty."),
            "department": _("For one department in the place of its country’s hours; then leave the country empty."),
        }

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if {"country", "department"} <= set(told) and not (told["country"] or told["department"]):
            self.add_error("country", _("Choose the country or the department whose hours these are."))
        return told


class ReplacedDayForm(KeepsWhatWasNotChanged, forms.ModelForm):
    """A day and the windows that it has instead of its weekday's."""

    hours_field = "windows"
    windows = WindowsField(
        label=_("Windows"),
        required=False,
        help_text=_("Times at which work goes on all the same, such as 08:00 to 12:00. Leave empty for a day off."),
    )

    class Meta:
        model = ReplacedDay
        fields = ("country", "date", "name", "windows", "source")


def _read_or_edited(admin_: Any, request: HttpRequest, obj: Any, fields: tuple[str, ...], hours: str) -> list[str]:
    """Who may only look reads the hours in words."""
    may_write = admin_.has_change_permission(request, obj) if obj else admin_.has_add_permission(request)
    return [("in_words" if name == hours and not may_write else name) for name in fields]


@admin.register(WorkingHours)
class WorkingHoursAdmin(ChangesThePast):
    form = WorkingHoursForm
    list_display = ("__str__", "country", "department", "valid_from")
    list_select_related = ("country", "department__country")
    search_fields = ("country__name", "department__name")
    autocomplete_fields = ("country", "department")
    readonly_fields = ("in_words",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return _read_or_edited(self, request, obj, WorkingHoursForm.Meta.fields, "week")

    @admin.display(description=_("week"))
    def in_words(self, hours: WorkingHours) -> SafeString:
        return format_html_join("", "<div>{}: {}</div>", week_in_words(hours.week).items())


@admin.register(ReplacedDay)
class ReplacedDayAdmin(ChangesThePast):
    form = ReplacedDayForm
    list_display = ("date", "name", "country", "in_words", "source")
    list_filter = ("country", "source")
    list_select_related = ("country",)
    date_hierarchy = "date"
    search_fields = ("name",)
    autocomplete_fields = ("country",)
    readonly_fields = ("in_words",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return _read_or_edited(self, request, obj, ReplacedDayForm.Meta.fields, "windows")

    @admin.display(description=_("windows"))
    def in_words(self, day: ReplacedDay) -> str:
        return windows_in_words(day.windows) if day.windows else str(_("day off"))

    def get_urls(self) -> list[URLPattern]:
        own = path("import/", self.admin_site.admin_view(holiday_import), name="kpi_replacedday_import")
        return [own, *super().get_urls()]
