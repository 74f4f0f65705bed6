"""Groups, types, their versions with typed parameters, and the units whose uptime is reported, in Django admin."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from accounts.key_select import is_key
from kpi import cells
from kpi.admin.past import ChangesThePast
from kpi.engine.rules import RULES
from kpi.models import KpiGroup, KpiType, TypeVersion, UptimeUnit
from kpi.parameter_forms import Group, ParameterFields, possible_owners
from kpi.plan_words import parameter_words

COLUMNS = ("type", "valid_from", "group", "weight", "pass_mark")


@admin.register(KpiGroup)
class KpiGroupAdmin(admin.ModelAdmin):
    list_display = ("name", "contributes_to_uptime", "position")
    search_fields = ("name",)


class TypeVersionForm(ParameterFields, forms.ModelForm):
    """A version with the parameters of its type's rule as typed fields; a new one asks for the type first."""

    also_seen = ("parameters",)

    class Meta:
        model = TypeVersion
        fields = COLUMNS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        type_ = self._type()
        if type_ is not None:
            stored = self.instance.parameters or {}
            self.add_parameters(RULES[type_.rule], stored, possible_owners(stored))

    def _type(self) -> KpiType | None:
        wanted = self.data.get("type") or self.initial.get("type") or self.instance.type_id
        known = str(wanted or "")
        found = KpiType.objects.filter(pk=known).first() if is_key(known) else None
        return found or (self.instance.type if self.instance.type_id else None)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.instance.parameters = self.read_parameters(cleaned)
        return cleaned


@admin.register(TypeVersion)
class TypeVersionAdmin(ChangesThePast):
    form = TypeVersionForm
    list_display = COLUMNS
    list_filter = ("group",)
    list_select_related = ("type", "group")
    search_fields = ("type__name",)
    autocomplete_fields = ("type", "group")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """The type first, since its rule decides which fields there are."""
        chosen = request.POST.get("type", "")
        if chosen and "valid_from" not in request.POST and self.has_add_permission(request):
            return HttpResponseRedirect(f"{request.path}?{urlencode({'type': chosen})}")
        return super().add_view(request, form_url, extra_context)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The rule's fields are made by the form itself, so they are asked of one."""
        if obj is not None and not self.has_change_permission(request, obj):
            return [(None, {"fields": (*COLUMNS, "in_words")})]
        data = request.POST if request.method == "POST" else None
        form = TypeVersionForm(data, instance=obj, initial={"type": request.GET.get("type")})
        if form.rule is None:
            return [(None, {"fields": ("type",), "description": _("Choose the type and save: its fields follow.")})]
        plain, *tables = form.parameter_groups()
        return [
            (None, {"fields": COLUMNS}),
            (_("Parameters of the rule"), {"fields": plain.names}),
            *((group.legend or None, {"fields": _rows(group), "description": group.help}) for group in tables),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("in_words",)

    @admin.display(description=_("parameters"))
    def in_words(self, version: TypeVersion) -> str:
        """The parameters for who may look and not edit."""
        return "; ".join(f"{label}: {value}" for label, value in parameter_words(version).items())

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Django must not look for the rule's fields on the model."""
        return super().get_form(request, obj, change, **{**kwargs, "fields": COLUMNS})


def _rows(group: Group) -> list[Any]:
    """A row of a table stands in one line; the days of a week below each other."""
    return [tuple(group.names)] if group.names and not group.legend else list(group.names)


@admin.register(KpiType)
class KpiTypeAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "rule")
    search_fields = ("name", "code")
    prepopulated_fields = {"code": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The rule of a type never changes: its versions are made for it."""
        return ("rule",) if obj else ()


@admin.register(UptimeUnit)
class UptimeUnitAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "department", "active_from", "active_until")
    list_filter = ("department__country",)
    list_select_related = ("department__country",)
    search_fields = ("name", "code", "department__name")
    autocomplete_fields = ("department",)
    prepopulated_fields = {"code": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What was reported of a unit stays with the department it was reported in."""
        return ("department",) if obj is not None and obj.items.exists() else ()

    def save_model(self, request: HttpRequest, obj: UptimeUnit, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        cells.recount(obj)
