"""What a rule is: typed parameters for the admin, typed metrics for the agent, a pure function to a score.

A rule declares; forms, imports and pages read the declarations. Adding a rule is adding one module, its chosen cases
and its section in docs/rules.md. Source: the domain page, section 6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final, Literal, Protocol

from kpi.engine.rules import checks
from kpi.engine.rules.fields import GIVEN, About, Kind, Metric, Parameter, Problem, _
from kpi.engine.score import FULL, Part, Score, shown
from kpi.engine.working_time import Calendar

__all__ = ["About", "Kind", "Metric", "Parameter", "Problem", "_"]
"""Declarations come from here too, so that a rule reads as one import."""

NO_WEIGHT: Final = _("What was measured carries no weight, so there is no score.")
NO_TARGET: Final = _("There is no target, so there is no score.")


class Rule(Protocol):
    """The formula behind a KPI type. All functions are pure; values are as JSON stores them.

    A month rule has no verdict per item: `score` gives no value and `score_month` decides, per `subject`.
    `part_labels` names each part of its scores as pages show it (msgids).
    """

    code: str
    label: str
    parameters: Sequence[Parameter]
    metrics: Sequence[Metric]
    part_labels: Mapping[str, str]
    month_rule: bool
    about: About

    def validate_parameters(self, parameters: Mapping[str, Any]) -> dict[str, Problem]:
        """Messages by field, empty when the parameters can be used."""

    def validate_metrics(self, metrics: Mapping[str, Any]) -> dict[str, Problem]:
        """Messages by field, empty when the metrics can be scored. Given ones may be absent."""

    def derived(self, metrics: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
        """The metrics with what has to be measured on a calendar before scoring."""

    def has_data(self, metrics: Mapping[str, Any]) -> bool:
        """Whether an item with these metrics can count; else its metrics are missing."""

    def score(self, parameters: Mapping[str, Any], metrics: Mapping[str, Any]) -> Score:
        """The score of one item. Missing metrics are missing data, not errors."""


class MonthRule(Rule, Protocol):
    """A rule decided over a month: the items of one owner, or of one unit, together."""

    subject: Literal["owner", "unit"]

    def amounts(self, items: Sequence[Mapping[str, Any]], bounds: "Bounds") -> dict[str, int]:
        """What a cell keeps of one subject's counted items: integers. Those of owners add up over cells."""

    def score_month(self, parameters: Mapping[str, Any], month: "Month") -> Score:
        """The score of one subject's month. No verdict: reports compare the value with the pass mark."""


@dataclass(frozen=True)
class Bounds:
    """The active part of a month as UTC instants, and the calendar on which its working time is measured."""

    calendar: Calendar
    start: datetime
    stop: datetime


@dataclass(frozen=True)
class Month:
    """One subject's month as a month rule sees it: what its cells keep, and how far the month has come.

    `subject` is "u<user id>" for an owner, "n<unit id>" for a unit; `month` its first day; `items` how many counted.
    `over`: the month has ended, so missing work is 0, no longer "no data". `window_seconds` of the subject's active
    part of the month so far, per kind of window ("24x7", "working").
    """

    subject: str
    month: date
    amounts: Mapping[str, int]
    items: int
    over: bool
    window_seconds: Mapping[str, int] = field(default_factory=dict)


class Declared:
    """What every rule has from its declarations alone."""

    parameters: Sequence[Parameter]
    metrics: Sequence[Metric]

    def validate_parameters(self, parameters: Mapping[str, Any]) -> dict[str, Problem]:
        """Known names, values of their kinds, weights that add up to 100."""
        return checks.problems(self.parameters, parameters)

    def validate_metrics(self, metrics: Mapping[str, Any]) -> dict[str, Problem]:
        """Known names, values of their kinds."""
        declared = {metric.name for metric in self.metrics}
        told = {name: value for name, value in metrics.items() if name in declared or name not in GIVEN}
        return checks.problems(self.metrics, told)

    def derived(self, metrics: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
        """Nothing has to be measured."""
        return dict(metrics)

    def has_data(self, metrics: Mapping[str, Any]) -> bool:
        """Every required metric is there."""
        return all(metrics.get(metric.name) is not None for metric in self.metrics if metric.required)

    def setting(self, parameters: Mapping[str, Any], name: str) -> Any:
        """The value of a parameter, its default where none is set."""
        value = parameters.get(name)
        return next(one.default for one in self.parameters if one.name == name) if value is None else value


class OfItems(Declared):
    """A rule that scores each item. `needs_one`: metrics of which one has to be there, and the words for it."""

    month_rule = False
    needs_one: Sequence[str] = ()
    needs_one_words = ""

    def validate_metrics(self, metrics: Mapping[str, Any]) -> dict[str, Problem]:
        """Known names, values of their kinds, and something to score."""
        found = super().validate_metrics(metrics)
        if found or not self.needs_one or self.has_data(metrics):
            return found
        return {self.needs_one[0]: Problem(self.needs_one_words)}

    def has_data(self, metrics: Mapping[str, Any]) -> bool:
        """Every required metric, and one of those of which one is needed."""
        some = not self.needs_one or any(metrics.get(name) is not None for name in self.needs_one)
        return some and super().has_data(metrics)


class OfMonth(Declared):
    """A rule that scores a month: a single item has what was measured, and no points."""

    month_rule = True

    def of_item(self, part: Part, sentence: str, empty: str) -> Score:
        """The score of one item: none, with its measure as the only part. `empty` is said without a measure."""
        if part.measured is None:
            return Score(None, None, (part,), empty)
        values = {"count": shown(part.measured, part.unit)} if "%(count)s" in sentence else {}
        return Score(None, None, (part,), sentence, values)


def exact(number: float) -> Fraction:
    """A JSON number as it was typed: 99.5 is 199/2, not the nearest binary fraction."""
    return Fraction(str(number))


def share(measured: Fraction | int, target: Fraction | int) -> Fraction:
    """measured / target as points, at most full marks; a target of 0 is met by anything."""
    return min(Fraction(FULL), Fraction(measured) / target * FULL) if target else Fraction(FULL)


def total(items: Sequence[Mapping[str, Any]], name: str) -> int:
    """The sum of a metric over items; those without it add nothing."""
    return sum(int(item.get(name) or 0) for item in items)
