"""A rule in people's words: its metrics and parameters with their units and defaults, made from its declarations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop

from kpi.corrections import in_words
from kpi.engine.rules import checks, typed
from kpi.engine.rules.base import Rule
from kpi.engine.rules.fields import Field, Kind, Metric, Parameter
from kpi.engine.score import plain

NOTHING = "–"
KINDS: Final[Mapping[Kind, str]] = {
    "minutes": _noop("whole minutes, %(least)s or more"),
    "duration": _noop("minutes, decimals allowed, kept to the second"),
    "weight": _noop("whole share of 100"),
    "percent": _noop("percentage from %(least)s to %(most)s, at most two decimals"),
    "rating": _noop("whole number from %(least)s to %(most)s"),
    "count": _noop("whole number, %(least)s or more"),
    "time": _noop("local time of the day, hh:mm"),
    "date": _noop("date"),
    "instant": _noop("local date and time"),
    "tick": _noop("yes or no"),
    "choice": _noop("one of: %(choices)s"),
    "unit": _noop("one of the department's uptime units"),
    "priority": _noop("the priority"),
    "per_priority": _noop("the targets, for single priorities"),
    "per_weekday": _noop("%(inner)s, for single weekdays"),
    "per_owner": _noop("%(inner)s, for single people from a month on"),
}


@dataclass(frozen=True)
class Row:
    """One field of a rule. `default` is empty where something has to be entered."""

    label: str
    unit: str
    help: str
    default: str = ""
    source: str = ""


def parameter_rows(rule: Rule) -> list[Row]:
    """What is set for a type of this rule."""
    return [Row(_(one.label), unit_of(one), _said(one), _default(one)) for one in rule.parameters]


def metric_rows(rule: Rule) -> list[Row]:
    """What is known of a piece of work of this rule, and who says it."""
    return [Row(_(one.label), unit_of(one), _said(one), source=_source(one, rule)) for one in rule.metrics]


def weights_of(rule: Rule) -> bool:
    """Whether its parts have weights, which then add up to 100."""
    return any(one.kind == "weight" for one in rule.parameters)


def metrics_in_words(rule: Rule, values: Mapping[str, Any]) -> dict[str, str]:
    """{label: value in words} of what is known of a piece of work."""
    known = {one.name: one for one in rule.metrics}
    return {_(known[name].label): in_words(known[name], value) for name, value in values.items()}


def unit_of(field: Field) -> str:
    """What may be entered, such as "whole minutes, 1 or more"."""
    least, most = (plain(number) for number in checks.bounds(field))
    inner = unit_of(checks.inside(field)) if isinstance(field, Parameter) and field.of else ""
    choices = ", ".join(_(label) for _code, label in field.choices)
    return _(KINDS[field.kind]) % {"least": least, "most": most, "inner": inner, "choices": choices}


def _said(field: Field) -> str:
    return _(field.help) if field.help else ""


def _default(field: Parameter) -> str:
    if field.default in (None, "", {}, []):
        return "" if field.required else NOTHING
    if field.kind == "choice":
        return _(dict(field.choices)[field.default])
    return typed.write(field, field.default)


def _source(metric: Metric, rule: Rule) -> str:
    if metric.given:
        return _("known by itself")
    if metric.clock:
        return _("typed, or measured by the clock of a ticket")
    return _("typed") if metric.required or len(rule.metrics) == 1 else _("typed, may be left out")
