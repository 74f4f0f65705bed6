"""Forms that try something and save nothing; everything chosen stands in the address."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Country, Department
from kpi import calendars, months
from kpi.engine.rules.base import Parameter
from kpi.engine.rules.base import _ as marked
from kpi.engine.working_time import Calendar
from kpi.models import KpiType, TypeVersion
from kpi.parameter_forms import ParameterForm, TypedField
from kpi.simulator import MOST_DAYS, for_country

MOST_MINUTES = 366 * 24 * 60
WEIGHT = Parameter(
    "weight", marked("Weight in the group"), "count", minimum=1, maximum=1000,
    refusal=marked("Enter the weight in the group as a whole number from 1 to 1000"),
)  # fmt: skip
PASS_MARK = Parameter(
    "pass_mark", marked("Pass mark"), "percent", minimum=0, maximum=100,
    refusal=marked("Enter the pass mark as points from 0 to 100"),
)  # fmt: skip
START = Parameter(
    "start",
    marked("Start"),
    "instant",
    refusal=marked("Enter the start as a real date and time, such as 2026-11-19 16:30"),
)
END = Parameter(
    "end",
    marked("End"),
    "instant",
    refusal=marked("Enter the end as a real date and time, such as 2026-11-19 16:30"),
)
TARGET = Parameter(
    "target", marked("Target"), "minutes", minimum=1, maximum=MOST_MINUTES,
    refusal=marked("Enter the target in whole minutes, 1 or more"),
)  # fmt: skip


class Month(forms.TextInput):
    """The browser's own month picker."""

    input_type = "month"


class LocalTime(forms.TextInput):
    """The browser's own date and time picker; what it sends is local to the chosen place."""

    input_type = "datetime-local"


class MonthAndTypeForm(forms.Form):
    """A real month and the type to try something with."""

    type = forms.ChoiceField(label=gettext_lazy("KPI type"))
    month = forms.CharField(label=gettext_lazy("Month"), widget=Month)

    def __init__(self, *args: Any, types: Iterable[KpiType], **options: Any) -> None:
        super().__init__(*args, **options)
        self.types = {type_.code: type_ for type_ in types}
        choices = self.fields["type"]
        assert isinstance(choices, forms.ChoiceField)  # noqa: S101  # tells the type checker what stands above
        choices.choices = [(code, type_.name) for code, type_ in self.types.items()]
        choices.error_messages.update(dict.fromkeys(("required", "invalid_choice"), _("Choose a type from the list")))
        self.fields["month"].error_messages["required"] = _("Enter the month as yyyy-mm")

    def clean_type(self) -> KpiType:
        return self.types[self.cleaned_data["type"]]

    def clean_month(self) -> date:
        month = months.read(self.cleaned_data["month"])
        if month is None:
            raise ValidationError(_("Enter the month as yyyy-mm"))
        return month


class WishForm(ParameterForm):
    """The rule's parameters with the weight and the pass mark of the type."""

    def __init__(self, *args: Any, version: TypeVersion, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["weight"] = TypedField(WEIGHT)
        self.fields["pass_mark"] = TypedField(PASS_MARK)
        self.initial["weight"], self.initial["pass_mark"] = version.weight, f"{version.pass_mark.normalize():f}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for declared in (WEIGHT, PASS_MARK):
            if cleaned.get(declared.name) is None and declared.name not in self.errors:
                self.add_error(declared.name, _(declared.refusal))
        return cleaned

    @property
    def pass_mark(self) -> Decimal:
        """Of a valid form."""
        return Decimal(str(self.cleaned_data["pass_mark"])).quantize(Decimal("0.1"))


class SimulationForm(forms.Form):
    """Where, from when, and how much working time or until when."""

    where = forms.ChoiceField(label=gettext_lazy("Calendar of"))
    start = TypedField(START, widget=LocalTime)
    target = TypedField(TARGET)
    end = TypedField(END, widget=LocalTime)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.countries = list(Country.objects.all())
        self.departments = list(Department.objects.select_related("country").order_by("country__name", "name"))
        where = self.fields["where"]
        assert isinstance(where, forms.ChoiceField)  # noqa: S101  # tells the type checker what stands above
        where.choices = [
            (
                country.name,
                [
                    (f"country-{country.code}", _("%(country)s, the country") % {"country": country.name}),
                    *((place.code, place.name) for place in self.departments if place.country_id == country.pk),
                ],
            )
            for country in self.countries
        ]
        where.error_messages.update(dict.fromkeys(("required", "invalid_choice"), _("Choose a place from the list")))
        labels = {"start": START, "target": TARGET, "end": END}
        hints = {
            "start": _("Local time of the place."),
            "target": _("Working minutes."),
            "end": _("Instead of a target: what counts until then."),
        }
        for name, declared in labels.items():
            self.fields[name].label, self.fields[name].help_text = _(declared.label), hints[name]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("start") and "start" not in self.errors:
            self.add_error("start", _(START.refusal))
        if not {"target", "end"} & self.errors.keys():
            if not cleaned.get("target") and not cleaned.get("end"):
                self.add_error("target", _("Enter a target in minutes, or an end"))
            elif cleaned.get("target") and cleaned.get("end"):
                self.add_error("end", _("Enter a target or an end, not both"))
            elif cleaned.get("end") and cleaned.get("start"):
                self._check_end(cleaned)
        return cleaned

    def _check_end(self, cleaned: dict[str, Any]) -> None:
        start, end = (datetime.fromisoformat(cleaned[name]) for name in ("start", "end"))
        if end <= start:
            self.add_error("end", _("Enter an end after the start"))
        elif end - start > timedelta(days=MOST_DAYS):
            self.add_error("end", _("Enter an end within three years of the start"))

    def calendar(self) -> Calendar:
        """The calendar of the chosen place."""
        chosen = self.cleaned_data["where"]
        for country in self.countries:
            if chosen == f"country-{country.code}":
                return for_country(country)
        return calendars.for_department(next(place for place in self.departments if place.code == chosen))

    def instant(self, name: str, calendar: Calendar) -> datetime:
        """A typed local time as an instant."""
        return datetime.fromisoformat(self.cleaned_data[name]).replace(tzinfo=ZoneInfo(calendar.zone))
