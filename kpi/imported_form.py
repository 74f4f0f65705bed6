"""The form of an imported piece of work: whose, where, when, and the typed metrics of its rule."""

import datetime as dt
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.key_select import is_key, named_select
from accounts.models import Department, Role, User
from kpi import imported, locks, typed_metrics
from kpi.engine.rules import typed
from kpi.ledger import Facts
from kpi.models import KpiItem, KpiType, UptimeUnit, WorkState
from kpi.typed_metrics import sentence

OVERTAKEN = _("Somebody else corrected this while you had it open. Save again to keep what you typed.")
REASON = _("Say why; the reason stands in the audit log")


class ReasonForm(forms.Form):
    """Why something is done to imported work."""

    why = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.TextInput(attrs={"size": 60}),
        error_messages={"required": REASON, "max_length": _("Use at most 300 characters")},
    )


class ImportedItemForm(ReasonForm):
    """What an import brought, to be corrected. Id and type name the work and stay."""

    owner = forms.CharField(label=_("Owner email"), error_messages={"required": _("Fill in this field")})
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.select_related("country"),
        empty_label=None,
        error_messages={"required": _("Choose a department"), "invalid_choice": _("Choose a department of the list")},
    )
    date = forms.DateField(
        label=_("Date"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), _("Enter a real date, such as 2026-11-19")),
    )
    count_off_day = forms.BooleanField(label=_("Count as weekend/holiday work"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["owner", "department", "date", "count_off_day"]

    def __init__(self, data: Any = None, *, item: KpiItem, at: dt.datetime) -> None:
        who = item.owner or item.reporter
        first = {
            "owner": who.email if who else "",
            "department": item.department_id,
            "date": item.date,
            "count_off_day": item.count_off_day,
            "seen": imported.seal(item),
        }
        super().__init__(data, initial=first)
        self.item, self._at, self.metrics = item, at, dict[str, Any]()
        self.asked = typed_metrics.asked(item.type.rule, clocks=False)
        for metric in self.asked:
            self.fields[metric.name] = self._field(metric)
            written = item.metrics.get(metric.name)
            self.initial[metric.name] = written if metric.kind == "unit" else typed.write(metric, written)
        self.order_fields([*self.field_order, *[metric.name for metric in self.asked], "why"])

    def _field(self, metric: Any) -> forms.Field:
        words: dict[str, Any] = {
            "label": _(metric.label),
            "required": False,
            "help_text": _(metric.help) if metric.help else "",
        }
        if metric.kind == "unit":
            # Only what is stored or sent is a choice; the others are looked up.
            keys = [str(key) for key in (self.item.unit_id, self.data.get(metric.name)) if is_key(str(key))]
            units = [(unit.pk, str(unit)) for unit in UptimeUnit.objects.filter(pk__in=keys)]
            widget = named_select(KpiItem._meta.get_field("unit"))
            return forms.ChoiceField(choices=[("", "–"), *units], widget=widget, **words)
        if metric.kind == "tick":
            return forms.ChoiceField(choices=[("", "–"), ("yes", _("Yes")), ("no", _("No"))], **words)
        return forms.CharField(max_length=60, **words)

    def clean_owner(self) -> User:
        address = self.cleaned_data["owner"].strip().casefold()
        found = User.objects.filter(email=address, role=Role.AGENT).first()
        if found is None:
            raise forms.ValidationError(_("No agent has this address"))
        return found

    def clean_date(self) -> dt.date:
        day = cast(dt.date, self.cleaned_data["date"])
        if not 2000 <= day.year <= 2100:
            raise forms.ValidationError(_("Enter a real date, such as 2026-11-19"))
        why_not = locks.why_not_moved(self.item.date, day)
        if why_not:
            raise forms.ValidationError(why_not)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._tell_if_overtaken(cleaned.get("seen", ""))
        department, day = cleaned.get("department"), cleaned.get("date")
        if department and day:
            if day > self._at.astimezone(ZoneInfo(department.country.zone)).date():
                self.add_error("date", _("This date is in the future"))
            self._read_metrics(department, day)
        return cleaned

    def _tell_if_overtaken(self, seen: str) -> None:
        """Once: the answer carries the seal of what is stored now."""
        stored = self.initial["seen"]
        if seen and seen != stored:
            self.add_error(None, OVERTAKEN)
            self.data = {**cast(QueryDict, self.data).dict(), "seen": stored}

    def _read_metrics(self, department: Department, day: dt.date) -> None:
        for metric in self.asked:
            try:
                self.metrics[metric.name] = typed.read(metric, self.cleaned_data.get(metric.name, ""))
            except typed.Unreadable as unreadable:
                self.add_error(metric.name, sentence(unreadable.problem))
        if any(metric.name in self.errors for metric in self.asked):
            return
        self.metrics = {name: value for name, value in self.metrics.items() if value is not None}
        of_units = self.item.type.rule == KpiType.Rule.UPTIME
        units = typed_metrics.units(department.pk, on=day) if of_units else []
        for name, problem in typed_metrics.problems(self.item.type.rule, self.metrics, on=day, units=units).items():
            self.add_error(name if name in self.fields else None, sentence(problem))

    def facts(self) -> Facts:
        """What the ledger is told, once the form is valid."""
        chosen, of_unit = self.cleaned_data, self.item.type.rule == KpiType.Rule.UPTIME
        return Facts(
            type=self.item.type,
            department=chosen["department"],
            date=chosen["date"],
            owner=None if of_unit else chosen["owner"],
            reporter=chosen["owner"] if of_unit else None,
            count_off_day=chosen["count_off_day"],
            state=WorkState.DONE,
            metrics=self.metrics,
        )
