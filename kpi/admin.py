"""Types, calendars and the ledger in Django admin. What scores are made of is edited; scores themselves are read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kpi.engine.rules import RULES, rr
from kpi.models import (
    Cell,
    DepartmentType,
    DriftCheck,
    KpiGroup,
    KpiItem,
    KpiType,
    ReplacedDay,
    TypeVersion,
    WorkingHours,
)
from kpi.tasks import ask_to_redate
from kpi.views import item_import
from kpi.views.holiday_import import holiday_import

PRIORITIES = (("low", _("Low")), ("high", _("High")), ("emergency", _("Emergency")))


class MovesClocks(admin.ModelAdmin):
    """What open clocks depend on: a change re-dates them at once, in the background (domain section 4)."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(ask_to_redate)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(ask_to_redate)


@admin.register(KpiGroup)
class KpiGroupAdmin(admin.ModelAdmin):
    list_display = ("name", "contributes_to_uptime", "position")
    search_fields = ("name",)


class TypeVersionForm(forms.ModelForm):
    """The parameters of the rule rr as typed fields, in working minutes; a priority without targets uses the type's."""

    response_target = forms.IntegerField(label=_("Response target (min)"), min_value=1)
    resolution_target = forms.IntegerField(label=_("Resolution target (min)"), min_value=1)
    response_weight = forms.IntegerField(label=_("Weight of response"), min_value=0, max_value=100, initial=50)
    resolution_weight = forms.IntegerField(label=_("Weight of resolution"), min_value=0, max_value=100, initial=50)

    class Meta:
        model = TypeVersion
        fields = ("type", "valid_from", "group", "weight", "pass_mark")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for priority, label in PRIORITIES:
            for part in rr.PARTS:
                self.fields[f"{priority}_{part}"] = forms.IntegerField(
                    label=_now("%(priority)s: %(part)s target (min)") % {"priority": label, "part": part},
                    min_value=1,
                    required=False,
                )
        if self.instance.pk:
            self._fill(self.instance.parameters)

    def _fill(self, parameters: dict[str, Any]) -> None:
        for name in ("response_target", "resolution_target", "response_weight", "resolution_weight"):
            self.initial.setdefault(name, parameters.get(name, 50 if name.endswith("weight") else None))
        for priority, targets in (parameters.get("priority_targets") or {}).items():
            for part in rr.PARTS:
                self.initial.setdefault(f"{priority}_{part}", targets.get(f"{part}_target"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.instance.parameters = self._parameters(cleaned)
        for field, problem in RULES["rr"].validate_parameters(self.instance.parameters).items():
            if field in self.fields and field not in self.errors:
                self.add_error(field, ValidationError(problem.translated(_now)))
        return cleaned

    def _parameters(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        names = ("response_target", "resolution_target", "response_weight", "resolution_weight")
        parameters: dict[str, Any] = {name: cleaned.get(name) for name in names}
        own = {
            priority: {
                f"{part}_target": cleaned[f"{priority}_{part}"]
                for part in rr.PARTS
                if cleaned.get(f"{priority}_{part}")
            }
            for priority, _label in PRIORITIES
        }
        parameters["priority_targets"] = {priority: targets for priority, targets in own.items() if targets}
        return parameters


@admin.register(TypeVersion)
class TypeVersionAdmin(MovesClocks):
    form = TypeVersionForm
    list_display = ("type", "valid_from", "group", "weight", "pass_mark")
    list_filter = ("group",)
    list_select_related = ("type", "group")
    search_fields = ("type__name",)
    autocomplete_fields = ("type", "group")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        by_priority = [(f"{priority}_response", f"{priority}_resolution") for priority, _label in PRIORITIES]
        targets = ("response_target", "resolution_target"), ("response_weight", "resolution_weight")
        return (
            (None, {"fields": ("type", "valid_from", "group", "weight", "pass_mark")}),
            (_("Targets in working minutes"), {"fields": targets}),
            (_("Targets per priority (optional)"), {"fields": by_priority}),
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The fields per priority are made by the form itself, so Django must not look for them on the model."""
        return super().get_form(request, obj, change, **{**kwargs, "fields": TypeVersionForm.Meta.fields})


@admin.register(KpiType)
class KpiTypeAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "rule")
    search_fields = ("name", "code")
    prepopulated_fields = {"code": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The rule of a type never changes: its versions are made for it."""
        return ("rule",) if obj else ()


@admin.register(DepartmentType)
class DepartmentTypeAdmin(admin.ModelAdmin):
    list_display = ("department", "type", "valid_from", "intake", "self_log")
    list_filter = ("department__country", "intake", "self_log")
    list_select_related = ("department__country", "type")
    search_fields = ("department__name", "type__name")
    autocomplete_fields = ("department", "type")


@admin.register(WorkingHours)
class WorkingHoursAdmin(MovesClocks):
    list_display = ("__str__", "country", "department", "valid_from")
    list_select_related = ("country", "department__country")
    search_fields = ("country__name", "department__name")
    autocomplete_fields = ("country", "department")


@admin.register(ReplacedDay)
class ReplacedDayAdmin(MovesClocks):
    list_display = ("date", "name", "country", "source")
    list_filter = ("country", "source")
    list_select_related = ("country",)
    date_hierarchy = "date"
    search_fields = ("name",)
    autocomplete_fields = ("country",)

    def get_urls(self) -> list[URLPattern]:
        own = path("import/", self.admin_site.admin_view(holiday_import), name="kpi_replacedday_import")
        return [own, *super().get_urls()]


class ReadOnlyAdmin(admin.ModelAdmin):
    """What the product writes itself: everybody may look, nobody edits."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(KpiItem)
class KpiItemAdmin(ReadOnlyAdmin):
    list_display = ("date", "type", "owner", "department", "state", "not_counted", "passed")
    list_filter = ("state", "not_counted", "department__country")
    list_select_related = ("type", "owner", "department__country")
    date_hierarchy = "date"

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(f"import/{rest}", self.admin_site.admin_view(view), name=f"kpi_kpiitem_{name}")
            for rest, view, name in item_import.PAGES
        ]
        return [*own, *super().get_urls()]


@admin.register(Cell)
class CellAdmin(ReadOnlyAdmin):
    list_display = ("month", "department", "type", "owner", "counted", "passed")
    list_filter = ("department__country",)
    list_select_related = ("department__country", "type", "owner")
    date_hierarchy = "month"


@admin.register(DriftCheck)
class DriftCheckAdmin(ReadOnlyAdmin):
    list_display = ("started_at", "compared", "differing", "mended")
    list_filter = ("mended",)
    date_hierarchy = "started_at"
    fields = ("started_at", "compared", "differing", "mended", "what")

    @admin.display(description=_("what differed"))
    def what(self, check: DriftCheck) -> str:
        """One line per column of a cell."""
        lines = [
            (cell["cell"], column, stored, rebuilt)
            for cell in check.found
            for column, (stored, rebuilt) in cell["columns"].items()
        ]
        text = _("%(cell)s: %(column)s was %(stored)s, a rebuild gives %(rebuilt)s")
        names = ("cell", "column", "stored", "rebuilt")
        told = [(text % dict(zip(names, line, strict=True)),) for line in lines]
        return format_html_join("", "<p>{}</p>", told) if told else _now("Nothing")
