"""The metrics of a rule as form fields: what people type is read by the engine, in the engine's own words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _

from kpi.engine.rules import typed
from kpi.engine.rules.fields import Metric
from kpi.models import UptimeUnit
from kpi.typed_metrics import sentence

PREFIX = "m_"  # so that no metric meets another field of the form
NATIVE = {"time": "time", "instant": "datetime-local", "date": "date"}
KEYS = {"duration": "decimal", "percent": "decimal", "minutes": "numeric", "count": "numeric"}


class MetricField(forms.Field):
    """One metric. Whether it may stay empty is for the rule, which is asked about all of them together."""

    def __init__(self, metric: Metric, *, optional: bool, units: Iterable[UptimeUnit] = ()) -> None:
        super().__init__(
            label=_(metric.label),
            help_text=_(metric.help) if metric.help else "",
            required=False,
            widget=_widget(metric, units),
        )
        self.metric, self.optional = metric, optional

    def clean(self, value: Any) -> Any:
        """The value as JSON holds it; an unticked tick and an empty text are None."""
        if isinstance(value, bool):
            return value or None
        try:
            return typed.read(self.metric, str(value or ""))
        except typed.Unreadable as unreadable:
            raise ValidationError(sentence(unreadable.problem)) from None

    @property
    def is_rating(self) -> bool:
        return self.metric.kind == "rating"


def add(form: forms.Form, fields: Iterable[Metric], texts: Mapping[str, Any], units: Iterable[UptimeUnit]) -> None:
    """Give `form` a field for each metric, filled in with `texts`."""
    fields, units = list(fields), list(units)
    some_needed = any(metric.required for metric in fields)
    for metric in fields:
        name, optional = f"{PREFIX}{metric.name}", some_needed and not metric.required
        form.fields[name] = MetricField(metric, optional=optional, units=units)
        form.initial[name] = texts.get(metric.name)


def written(fields: Iterable[Metric], values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values as people type them."""
    return {
        one.name: bool(values.get(one.name)) if one.kind == "tick" else typed.write(one, values.get(one.name))
        for one in fields
    }


def typed_in(fields: Iterable[Metric], data: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the fields of a form that nobody judges yet."""
    texts = {one.name: data.get(f"{PREFIX}{one.name}", "") for one in fields}
    return texts | {one.name: bool(texts[one.name]) for one in fields if one.kind == "tick"}


def readable(fields: Iterable[Metric], texts: Mapping[str, Any], units: Iterable[UptimeUnit]) -> dict[str, Any]:
    """The values of those texts that can be read; the rest is left out."""
    known, found = {unit.pk for unit in units}, {}
    for metric in fields:
        try:
            value = MetricField(metric, optional=True).clean(texts.get(metric.name))
        except ValidationError:
            continue
        if value is not None and (metric.kind != "unit" or value in known):
            found[metric.name] = value
    return found


def bound(form: forms.Form) -> list[BoundField]:
    """The metric fields of a form in their order, for the template."""
    return [one for one in form if isinstance(one.field, MetricField)]


def cleaned(form: forms.Form) -> dict[str, Any]:
    """What was typed and could be read, by metric; empty ones are left out."""
    return {
        field.metric.name: form.cleaned_data[name]
        for name, field in form.fields.items()
        if isinstance(field, MetricField) and form.cleaned_data.get(name) is not None
    }


def add_errors(form: forms.Form, problems: Mapping[str, str]) -> None:
    """Say each problem beside its field, metrics among them; beside no field it is said above the form."""
    for name, words in problems.items():
        place = next((one for one in (f"{PREFIX}{name}", name) if one in form.fields), None)
        if place is None or place not in form.errors:
            form.add_error(place, words)


def _widget(metric: Metric, units: Iterable[UptimeUnit]) -> forms.Widget:
    if metric.kind == "rating":
        return forms.RadioSelect(choices=[(str(mark), str(mark)) for mark in range(1, 6)])
    if metric.kind == "tick":
        return forms.CheckboxInput()
    if metric.kind == "unit":
        return forms.Select(choices=[("", _("Choose a unit")), *((str(unit.pk), unit.name) for unit in units)])
    if metric.kind == "choice":
        return forms.Select(choices=[("", _("Choose")), *((code, _(label)) for code, label in metric.choices)])
    attrs = {"type": NATIVE[metric.kind]} if metric.kind in NATIVE else {"inputmode": KEYS.get(metric.kind, "text")}
    return forms.TextInput(attrs={"autocomplete": "off", **attrs})
