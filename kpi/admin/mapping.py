"""The department-type map in Django admin: which department uses which type from which month, and where."""

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from kpi.admin.past import ChangesThePast
from kpi.models import DepartmentType
from kpi.types import usual_at_intake
from kpi.views.type_grid import map_grid


class DepartmentTypeForm(forms.ModelForm):
    """A row of the map. Left open, a type is offered at intake where that is usual for its rule."""

    intake = forms.NullBooleanField(
        label=_("Offered at intake"),
        required=False,
        help_text=_("Usually only what clocks measure is offered to customers; all else agents log themselves."),
    )

    class Meta:
        model = DepartmentType
        fields = ("department", "type", "valid_from", "intake", "self_log")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "intake" not in self.fields:
            return
        self.fields["intake"].widget.choices = [
            ("unknown", _("As is usual for the rule")),
            ("true", _("Yes")),
            ("false", _("No")),
        ]
        if self.instance.pk is None:
            self.initial["intake"] = None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("intake") is None and cleaned.get("type"):
            cleaned["intake"] = usual_at_intake(cleaned["type"].rule)
        return cleaned


@admin.register(DepartmentType)
class DepartmentTypeAdmin(ChangesThePast):
    form = DepartmentTypeForm
    list_display = ("department", "type", "valid_from", "intake", "self_log")
    list_filter = ("department__country", "intake", "self_log")
    list_select_related = ("department__country", "type")
    search_fields = ("department__name", "type__name")
    autocomplete_fields = ("department", "type")

    def get_urls(self) -> list[URLPattern]:
        own = path("grid/", self.admin_site.admin_view(map_grid), name="kpi_departmenttype_grid")
        return [own, *super().get_urls()]
