"""The form that corrects the metrics of an item by hand: its rule's fields, filled in with what holds now, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpi import corrections, metric_fields, typed_metrics
from kpi.engine.rules import RULES
from kpi.models import KpiItem
from tickets.plain_text import PlainText


class CorrectionForm(forms.Form):
    """What shall hold. A field that is emptied, or says what was measured, is no correction any more."""

    why = PlainText(
        label=_("Reason"),
        longest=300,
        empty=_("Say why; the reason stands beside the score"),
        controls=_("Enter the reason on one line, without control characters"),
        too_long=_("Shorten the reason to 300 characters or fewer"),
        help_text=_("Whoever sees the score reads it."),
    )

    def __init__(self, item: KpiItem, data: Any = None) -> None:
        super().__init__(data)
        self.item = item
        asked = corrections.fields(item)
        metric_fields.add(self, asked, metric_fields.written(asked, corrections.holding(item)), [])
        self.order_fields([*(name for name in self.fields if name != "why"), "why"])

    @property
    def metrics(self) -> list[forms.BoundField]:
        """The metric fields, for the template."""
        return metric_fields.bound(self)

    def clean(self) -> dict[str, Any]:
        """Judged as a whole by the rule, together with what cannot be corrected."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            metric_fields.add_errors(self, self._problems())
        return cleaned

    def _problems(self) -> dict[str, str]:
        item, rule = self.item, RULES[self.item.type.rule]
        fixed = {metric.name: item.metrics.get(metric.name) for metric in rule.metrics if metric.kind == "unit"}
        units = [item.unit] if item.unit else []
        whole = {name: value for name, value in (self._holding() | fixed).items() if value is not None}
        problems = typed_metrics.problems(item.type.rule, whole, on=item.date, units=units)
        return {name: typed_metrics.sentence(problem) for name, problem in problems.items()}

    def _holding(self) -> dict[str, Any]:
        """What would hold: an emptied field falls back to what was measured."""
        return corrections.measured(self.item) | metric_fields.cleaned(self)

    def values(self) -> dict[str, Any]:
        """What was typed, by metric, once the form is valid."""
        return metric_fields.cleaned(self)
