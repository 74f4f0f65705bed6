"""rr, response and resolution: each of two times is within its target or not.

Source: the domain page, section 6, table row rr; the agent guide. A part is worth 100 within its target, else 0; the
value is their weighted mean, over the parts that have data; passed means every part with data met.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from kpi.engine.rules import checks
from kpi.engine.rules.base import NO_WEIGHT, About, Metric, OfItems, Parameter, Problem, _
from kpi.engine.score import FULL, Part, Score, display, passed, spoken, weighted

PARTS: Final = ("response", "resolution")
TABLE: Final = _("Give the two targets per priority")

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


class ResponseResolution(OfItems):
    """The rule rr. Parameters in minutes, metrics in seconds of working time."""

    code = "rr"
    label = _("Response and resolution")
    about = About(
        measures=_("Response and resolution: each of two times is within its target or not."),
        points=_(
            "Each part is worth 100 points within its target, to the second, else 0. The score is their mean by "
            "weight; where a part has no data the other carries the whole weight."
        ),
        passed=_("Every part that has data is within its target."),
        parameters={"response_target": 60, "resolution_target": 480},
        metrics={"response_seconds": 3601, "resolution_seconds": 14_400},
    )
    parameters: Sequence[Parameter] = (
        Parameter(
            "response_target",
            _("Response target"),
            "minutes",
            minimum=1,
            help=_("Working minutes."),
            refusal=_("Enter the response target in whole working minutes, 1 or more"),
        ),
        Parameter(
            "resolution_target",
            _("Resolution target"),
            "minutes",
            minimum=1,
            help=_("Working minutes."),
            refusal=_("Enter the resolution target in whole working minutes, 1 or more"),
        ),
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
        Metric(
            "response_seconds",
            _("Response time"),
            "duration",
            clock="response",
            help=_("Working minutes."),
            refusal=_("Enter the response time in minutes, 0 or more"),
        ),
        Metric(
            "resolution_seconds",
            _("Resolution time"),
            "duration",
            clock="resolution",
            help=_("Working minutes."),
            refusal=_("Enter the resolution time in minutes, 0 or more"),
        ),
        Metric("priority", _("Priority"), "priority", given=True),
    )
    part_labels: Mapping[str, str] = {"response": _("Response"), "resolution": _("Resolution")}

    def validate_parameters(self, parameters: Mapping[str, Any]) -> dict[str, Problem]:
        """Targets above 0, weights that add up to 100, targets per priority of the same two names."""
        table = parameters.get("priority_targets") or {}
        if not isinstance(table, Mapping):
            return super().validate_parameters(parameters) | {"priority_targets": Problem(TABLE)}
        found = super().validate_parameters(parameters)
        for priority, targets in table.items():
            found |= self._priority_problems(f"priority_targets.{priority}", targets)
        return found

    def _priority_problems(self, at: str, targets: object) -> dict[str, Problem]:
        if not isinstance(targets, Mapping):
            return {at: Problem(TABLE)}
        own = [replace(target, required=False) for target in self.parameters[:2]]
        return {f"{at}.{name}": problem for name, problem in checks.problems(own, targets).items()}

    def has_data(self, metrics: Mapping[str, Any]) -> bool:
        """One of the two times is enough."""
        return any(metrics.get(f"{part}_seconds") is not None for part in PARTS)

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
        return Part(name, seconds, target, self.setting(parameters, f"{name}_weight"), points, met, "seconds")


def target_seconds(part: str, parameters: Mapping[str, Any], priority: str | None = None) -> int | None:
    """The target of a part ("response", "resolution") in seconds: the priority's own, else the type's, else None."""
    own = (parameters.get("priority_targets") or {}).get(priority) or {}
    minutes = own.get(f"{part}_target") or parameters.get(f"{part}_target")
    return int(minutes) * 60 if minutes else None


def _explained(parts: Sequence[Part], value: int | None) -> tuple[str, dict[str, object]]:
    known = [part for part in parts if part.points is not None]
    if value is None:
        return NO_WEIGHT if known else NEITHER, {}
    values: dict[str, object] = {"points": display(value)}
    for part in known:
        values |= {part.name: spoken(part.measured or 0), f"{part.name}_target": spoken(part.target or 0)}
    return BOTH if len(known) == len(parts) else ONLY[known[0].name], values
