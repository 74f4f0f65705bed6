"""Countries and departments in Django admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import Country, Department, Role, User
from accounts.policies import PRESETS, apply_preset

POLICIES = (
    "accepts_intake",
    "agents_take",
    "agents_assign",
    "leads_assign",
    "acknowledge_stops_response",
    "clients_close",
    "clients_reopen",
    "reopen_days",
    "reply_reopens",
    "ask_priority",
    "remind_after_days",
    "close_after_days",
    "assign_within_minutes",
    "notification_address",
)


@admin.register(Country)
class CountryAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "zone", "date_format")
    search_fields = ("name", "code")


class DepartmentForm(forms.ModelForm):
    """Adds the presets: choosing one sets every policy below it."""

    preset = forms.ChoiceField(
        label=_("Set all policies to"),
        required=False,
        choices=[("", _("Keep what is chosen below")), *((key, label) for key, (label, _columns) in PRESETS.items())],
    )

    class Meta:
        model = Department
        fields = ("country", "code", "name", "leads", "active", *POLICIES)
        widgets = {"leads": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leads = self.fields.get("leads")
        if isinstance(leads, forms.ModelMultipleChoiceField):
            leads.queryset = User.objects.filter(department=self.instance.pk or 0, role=Role.AGENT)
            leads.help_text = _("Agents of this department; add them to it first.")

    def save(self, commit: bool = True) -> Department:
        if self.cleaned_data.get("preset"):
            apply_preset(self.instance, self.cleaned_data["preset"])
        department: Department = super().save(commit)
        return department


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    form = DepartmentForm
    list_display = ("name", "country", "code", "accepts_intake", "active")
    list_filter = ("country", "active", "accepts_intake")
    list_select_related = ("country",)
    search_fields = ("name", "code", "country__name")
    autocomplete_fields = ("country",)
    fieldsets = (
        (None, {"fields": ("country", "code", "name", "leads", "active")}),
        (_("Policies"), {"fields": ("preset", *POLICIES)}),
    )
