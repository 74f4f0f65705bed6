"""Countries and departments in Django admin, as far as this floor knows them.

The floors above register both, each with what it adds: the hours of a country, the tickets of a department.
"""

from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.admin import presets
from accounts.key_select import choose_agents
from accounts.models import Country, Department, Role, User
from accounts.policies import HEADINGS, PRESETS, apply_preset
from accounts.zones import ZoneInput

ADDED = _(
    "The department was added. Look through its policies, and choose under “Types it uses” what it takes: until then "
    "customers have nothing to ask it for."
)
AT_ONCE = _(
    "A policy holds at once, for tickets that run as well: it decides what may be done next. What was done already "
    "stays, and so do stopped clocks and scores."
)


class CountryForm(forms.ModelForm):
    """A country; its code may be typed in small letters."""

    class Meta:
        model = Country
        fields = ("code", "name", "zone", "date_format")
        widgets = MappingProxyType({"zone": ZoneInput()})
        help_texts = MappingProxyType({"zone": _("Type a city or a country and choose from the list.")})

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        return typed.upper() if typed.isascii() else typed


class CountryAdmin(admin.ModelAdmin):
    form = CountryForm
    list_display = ("name", "code", "zone", "date_format")
    search_fields = ("name", "code")


class DepartmentForm(forms.ModelForm):
    """A department and its policies, each chosen on its own."""

    class Meta:
        model = Department
        fields = ("country", "code", "name", "leads", "notification_address", *PRESETS["kpi-web"][1])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leads = self.fields.get("leads")
        if isinstance(leads, forms.ModelMultipleChoiceField):
            self._offer_agents(leads)

    def _offer_agents(self, leads: forms.ModelMultipleChoiceField) -> None:
        agents = User.objects.filter(department=self.instance.pk or 0, role=Role.AGENT)
        now = list(self.instance.leads.values_list("pk", flat=True)) if self.instance.pk else []
        leads.queryset = agents.filter(is_active=True) | agents.filter(pk__in=now)
        leads.help_text = _("Chosen from the agents of the department, who get it as theirs on their own pages first.")
        leads.error_messages["invalid_choice"] = _("Leads are agents of this department; add the person to it first.")
        choose_agents(leads, self.instance.pk or 0, Department.leads.field, forms.CheckboxSelectMultiple())


class NewDepartmentForm(DepartmentForm):
    """It starts with a preset: its policies are shown once it is there."""

    preset = forms.ChoiceField(
        label=_("Start with the policies"),
        choices=[(key, label) for key, (label, _columns) in PRESETS.items()],
        help_text=_("Each can be changed afterwards: saving leads to the page that shows them."),
    )

    def save(self, commit: bool = True) -> Department:
        apply_preset(self.instance, self.cleaned_data["preset"])
        department: Department = super().save(commit)
        return department


class DepartmentAdmin(admin.ModelAdmin):
    change_form_template = "admin/accounts/department/change_form.html"
    list_display = ("name", "country", "code", "accepts_intake", "active")
    list_filter = ("country", "active", "accepts_intake")
    list_select_related = ("country",)
    search_fields = ("name", "code", "country__name")
    autocomplete_fields = ("country",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new one has no agents to lead it yet, and its policies come with the preset."""
        told = (_("Notifications"), {"fields": ("notification_address",)})
        if obj is None:
            return [(None, {"fields": ("country", "code", "name", "preset")}), told]
        first, *others = ((heading, {"fields": columns}) for heading, columns in HEADINGS)
        return [
            (None, {"fields": ("country", "code", "name", "active", "leads")}),
            (first[0], {**first[1], "description": AT_ONCE}),
            *others,
            told,
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Switching it off and on has a page of its own, which says what that does."""
        return ("active",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Django must not look for the preset on the model."""
        sections = self.get_fieldsets(request, obj)
        names = [name for _heading, section in sections for name in section["fields"] if name != "preset"]
        form = DepartmentForm if obj is not None else NewDepartmentForm
        return super().get_form(request, obj, change, **{**kwargs, "form": form, "fields": names})

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """A department is found by its name as it is written everywhere: country, slash, name."""
        return super().get_search_results(request, queryset, search_term.replace("/", " "))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preset_view)
        return [path("<int:pk>/preset/", view, name="accounts_department_preset"), *super().get_urls()]

    def preset_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return presets.page(self, request, pk)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """On to its own page: there are policies to look at."""
        if {"_addanother", "_popup"} & set(request.POST):
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, ADDED, messages.SUCCESS)
        return redirect("admin:accounts_department_change", obj.pk)
