"""rr, response and resolution: each of two times is within its target or not.

Source: the domain page, section 6, table row rr; the agent guide. A part is worth 100 within its target, else 0; the
value is their weighted mean, over the parts that have data; passed means every part with data met.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kpi.engine.rules.base import Metric, Parameter, Problem, _, number_problem, unknown
from kpi.engine.score import FULL, Part, Score, display, passed, spoken, weighted

PARTS: Final = ("response", "resolution")

BOTH: Final = _(
    "Response took %(response)s against a target of %(response_target)s, "
    "resolution %(resolution)s against %(resolution_target)s: %(points)s points."
)
ONLY: Final = {
    "response": _(
        "Response took %(response)s against a target of %(response_target)s. "
        "Resolution has no data, so response carries the whole weight: %(points)s points."
    ),
    "resolution": _(
        "Resolution took %(resolution)s against a target of %(resolution_target)s. "
        "Response has no data, so resolution carries the whole weight: %(points)s points."
    ),
}
NEITHER: Final = _("Neither response nor resolution has data, so there is no score.")


class ResponseResolution:
    """The rule rr. Parameters in minutes, metrics in seconds of working time."""

    code = "rr"
    label = _("Response and resolution")
    month_rule = False
    parameters: Sequence[Parameter] = (
        Parameter("response_target", _("Response target"), "minutes", minimum=1, help=_("Working minutes.")),
        Parameter("resolution_target", _("Resolution target"), "minutes", minimum=1, help=_("Working minutes.")),
        Parameter("response_weight", _("Weight of response"), "weight", default=50, minimum=0, maximum=100),
        Parameter("resolution_weight", _("Weight of resolution"), "weight", default=50, minimum=0, maximum=100),
        Parameter(
            "priority_targets",
            _("Targets per priority"),
            "per_priority",
            default={},
            required=False,
            help=_("A priority without targets of its own uses the two above."),
        ),
    )
    metrics: Sequence[Metric] = (
        Metric("response_seconds", _("Response time"), "duration", minimum=0, clock="response"),
        Metric("resolution_seconds", _("Resolution time"), "duration", minimum=0, clock="resolution"),
        Metric("priority", _("Priority"), "priority"),
    )

    def validate_parameters(self, parameters: Mapping[str, Any]) -> dict[str, Problem]:
        """Targets above 0, weights that add up to 100, targets per priority of the same two names."""
        found = unknown(parameters, self.parameters)
        for declared in self.parameters[:4]:
            problem = number_problem(declared, parameters.get(declared.name, declared.default))
            if problem:
                found[declared.name] = problem
        if not {"response_weight", "resolution_weight"} & found.keys():
            total = sum(_weight(parameters, part) for part in PARTS)
            if total != 100:
                text = _("The weights must add up to 100; they add up to %(sum)s.")
                found["resolution_weight"] = Problem(text, sum=total)
        return found | self._priority_problems(parameters.get("priority_targets") or {})

    def _priority_problems(self, table: object) -> dict[str, Problem]:
        if not isinstance(table, Mapping):
            return {"priority_targets": Problem(_("Give the two targets per priority."))}
        found: dict[str, Problem] = {}
        for priority, targets in table.items():
            at = f"priority_targets.{priority}"
            if not isinstance(targets, Mapping):
                found[at] = Problem(_("Give the two targets per priority."))
                continue
            found |= {f"{at}.{name}": problem for name, problem in unknown(targets, self.parameters[:2]).items()}
            for declared in self.parameters[:2]:
                value = targets.get(declared.name)
                problem = None if value is None else number_problem(declared, value)
                if problem:
                    found[f"{at}.{declared.name}"] = problem
        return found

    def validate_metrics(self, metrics: Mapping[str, Any]) -> dict[str, Problem]:
        """Times are whole seconds from 0 on, or missing; the priority is a code, or missing."""
        found = unknown(metrics, self.metrics)
        for declared in self.metrics[:2]:
            problem = number_problem(declared, metrics.get(declared.name))
            if problem:
                found[declared.name] = problem
        if not isinstance(metrics.get("priority") or "", str):
            found["priority"] = Problem(_("Pick a priority."))
        return found

    def score(self, parameters: Mapping[str, Any], metrics: Mapping[str, Any]) -> Score:
        """Two parts, response and resolution. A part without a measured time or without a target has no data."""
        parts = tuple(self._part(name, parameters, metrics) for name in PARTS)
        value = weighted(parts)
        verdict = passed(parts) if value is not None else None
        sentence, values = _explained(parts, value)
        return Score(value=value, passed=verdict, parts=parts, sentence=sentence, values=values)

    def _part(self, name: str, parameters: Mapping[str, Any], metrics: Mapping[str, Any]) -> Part:
        seconds = metrics.get(f"{name}_seconds")
        target = target_seconds(name, parameters, metrics.get("priority"))
        met = None if seconds is None or target is None else seconds <= target
        points = None if met is None else FULL if met else 0
        return Part(name, seconds, target, _weight(parameters, name), points, met, "seconds")


def target_seconds(part: str, parameters: Mapping[str, Any], priority: str | None = None) -> int | None:
    """The target of a part ("response", "resolution") in seconds: the priority's own, else the type's, else None."""
    own = (parameters.get("priority_targets") or {}).get(priority) or {}
    minutes = own.get(f"{part}_target") or parameters.get(f"{part}_target")
    return int(minutes) * 60 if minutes else None


def _weight(parameters: Mapping[str, Any], part: str) -> int:
    weight = parameters.get(f"{part}_weight")
    return 50 if weight is None else int(weight)


def _explained(parts: Sequence[Part], value: int | None) -> tuple[str, dict[str, object]]:
    known = [part for part in parts if part.points is not None]
    if value is None:
        return NEITHER, {}
    values: dict[str, object] = {"points": display(value)}
    for part in known:
        values |= {part.name: spoken(part.measured or 0), f"{part.name}_target": spoken(part.target or 0)}
    return BOTH if len(known) == len(parts) else ONLY[known[0].name], values
