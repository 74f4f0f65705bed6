"""What people type for a piece of work: which metrics of its rule, and what is wrong with them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop

from kpi.engine.rules import RULES, checks
from kpi.engine.rules.fields import Metric, Problem
from kpi.models import UptimeUnit


def asked(rule: str, *, clocks: bool) -> list[Metric]:
    """The metrics of a rule that somebody has to type: not what the work knows by itself, nor what `clocks` measure."""
    return [metric for metric in RULES[rule].metrics if not metric.given and not (clocks and metric.clock)]


def units(department_id: int, *, on: date) -> list[UptimeUnit]:
    """The units of a department that are active on the local date `on`, by name. One query."""
    return [unit for unit in UptimeUnit.objects.filter(department=department_id) if unit.active_on(on)]


def problems(
    rule: str, metrics: Mapping[str, Any], *, on: date, units: Iterable[UptimeUnit] = ()
) -> dict[str, Problem]:
    """Messages by metric for work dated `on`; empty when it can be scored. `units` are those that may be named."""
    judged = RULES[rule]
    found = judged.validate_metrics({**metrics, "date": on.isoformat()})
    known = {unit.pk for unit in units}
    for metric in judged.metrics:
        if metric.kind == "unit" and metric.name not in found and metrics.get(metric.name) not in known:
            found[metric.name] = checks.refusal(metric)
    if not found and not judged.has_data(metrics):
        first = asked(rule, clocks=False)[0]
        found[first.name] = checks.refusal(first)
    return found


def faults(rule: str, metrics: Mapping[str, Any], *, on: date, units: Iterable[UptimeUnit] = ()) -> dict[str, Problem]:
    """The same for work that is still open: what is not typed yet is no fault."""
    wrong = problems(rule, metrics, on=on, units=units)
    return {name: problem for name, problem in wrong.items() if metrics.get(name) is not None}


def ahead(rule: str, metrics: Mapping[str, Any], *, now: datetime) -> dict[str, Problem]:
    """Messages by metric for what has not happened by the local wall time `now`; of metrics that have no problem."""
    found = {
        metric.name: Problem(_noop("Enter a time that is not in the future"))
        for metric in RULES[rule].metrics
        if metric.kind == "instant" and metrics.get(metric.name) and datetime.fromisoformat(metrics[metric.name]) > now
    }
    minutes = metrics.get("downtime_minutes")
    if not found and minutes and datetime.fromisoformat(metrics["down_from"]) + timedelta(minutes=minutes) > now:
        found["downtime_minutes"] = Problem(_noop("Enter a downtime that is over by now"))
    return found


def sentence(problem: Problem) -> str:
    """A message in the reader's language; the name of a field in it is translated as well."""
    values = {name: _(str(value)) if name == "label" else value for name, value in problem.values.items()}
    return _(problem.msgid) % values if values else _(problem.msgid)
