"""The "try it" box: figures as an agent would type them against a type, or against a version still being typed.

Nothing is saved. Without JavaScript the page comes back with the score in it; with it the score follows the typing.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from kpi import calendars, metric_fields, typed_metrics
from kpi.engine.rules.base import Rule
from kpi.models import UptimeUnit
from kpi.parameter_forms import PRIORITIES
from kpi.plan_words import people_with_targets
from kpi.trials import OFFICE, Trial

ASKED = "try"  # what the box sends along, so that a page knows that it was used
NORMAL = ("normal", _("Normal"))
ANY_UNIT = UptimeUnit(pk=1)  # the figures are of some unit that is active all month


class TrialForm(forms.Form):
    """The metrics of a rule, and of a piece of work what the rule looks at besides: date, priority, place, person."""

    def __init__(self, data: Any = None, *, rule: Rule, parameters: Mapping[str, Any], today: date) -> None:
        told: Mapping[str, Any] = data or {}
        asked = ASKED in told
        super().__init__(data if asked else None, auto_id="id_try_%s")
        self.rule, self.today = rule, today
        self.metrics = [one for one in typed_metrics.asked(rule.code, clocks=False) if one.kind != "unit"]
        metric_fields.add(self, self.metrics, metric_fields.typed_in(self.metrics, told), [])
        kinds = {one.kind for one in rule.metrics}
        if "priority" in kinds:
            self.fields["try_priority"] = _choice(_("Priority"), [NORMAL, *PRIORITIES])
        if "date" in kinds or any(one.kind == "per_owner" for one in rule.parameters):
            self.fields["try_date"] = _date()
            self.initial["try_date"] = told.get("try_date") or today
        if "instant" in kinds:
            self.fields["try_place"] = _choice(_("Calendar of"), _places())
        if people := people_with_targets(parameters):
            nobody = ("", _now("Somebody without a target of their own"))
            self.fields["try_person"] = _choice(_("Work of"), [nobody, *((str(pk), name) for pk, name in people)])
        for name in ("try_priority", "try_place", "try_person"):
            self.initial[name] = told.get(name, "")

    def clean_try_date(self) -> date | None:
        day: date | None = self.cleaned_data["try_date"]
        if day is not None and not date(1970, 1, 1) <= day <= date(2200, 1, 1):
            raise forms.ValidationError(_now("Enter the ticket date as a real date, such as 2026-11-19"))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        metrics = metric_fields.cleaned(self) | self._unit
        found = typed_metrics.problems(self.rule.code, metrics, on=self.day, units=[ANY_UNIT])
        metric_fields.add_errors(self, {name: typed_metrics.sentence(one) for name, one in found.items()})
        return cleaned

    @property
    def day(self) -> date:
        """The date of the work; today where none was typed, or none that exists."""
        return self.cleaned_data.get("try_date") or self.today

    def trial(self, parameters: Mapping[str, Any], pass_mark: Decimal) -> Trial:
        """What is typed, of a valid form, with the parameters it is tried with."""
        cleaned = self.cleaned_data
        place = _place(cleaned.get("try_place"))
        return Trial(
            self.rule.code,
            parameters,
            metric_fields.cleaned(self) | self._unit,
            self.day,
            pass_mark,
            cleaned.get("try_priority") or NORMAL[0],
            calendars.for_department(place) if place else OFFICE,
            int(cleaned["try_person"]) if cleaned.get("try_person") else None,
        )

    @property
    def _unit(self) -> dict[str, Any]:
        return {one.name: ANY_UNIT.pk for one in self.rule.metrics if one.kind == "unit"}

    @property
    def is_typed(self) -> bool:
        """Whether any metric is typed yet."""
        return any(self.data.get(f"{metric_fields.PREFIX}{one.name}") for one in self.metrics)

    @property
    def faults(self) -> list[str]:
        """What is wrong with what is typed so far; a metric that is still empty is no fault yet."""
        return [str(words) for name, found in self.errors.items() if self.data.get(name) for words in found]

    @property
    def rows(self) -> Iterable[BoundField]:
        """The fields in the order in which they are asked."""
        return list(self)


def _choice(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    field = forms.ChoiceField(label=label, choices=choices, required=False)
    field.error_messages["invalid_choice"] = _now("Choose from the list")
    return field


def _date() -> forms.DateField:
    return forms.DateField(
        label=_("Ticket Date"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter the ticket date as a real date, such as 2026-11-19")},
    )


def _place(key: Any) -> Department | None:
    return Department.objects.select_related("country").get(pk=key) if key else None


def _places() -> list[tuple[str, Any]]:
    """The departments, after the hours of an office anywhere."""
    rows = Department.objects.select_related("country").order_by("country__name", "name")
    office = ("", _now("An office, Monday to Friday, 8 to 12 and 13 to 17"))
    return [office, *((str(place.pk), f"{place.country.name} / {place.name}") for place in rows)]
