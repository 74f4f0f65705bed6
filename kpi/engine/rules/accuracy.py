"""accuracy: response accuracy and data accuracy, each as a share of its target.

Source: the domain page, section 6, table row accuracy; the agent guide ("response accuracy % and data accuracy % vs.
their targets"). A part is worth min(100, measured / target x 100); passed means every part with data at its target.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from kpi.engine.rules.base import NO_WEIGHT, About, Metric, OfItems, Parameter, _, exact, share
from kpi.engine.score import Part, Score, display, half_up, passed, shown, weighted_points

PARTS: Final = ("response", "data")

BOTH: Final = _(
    "Response accuracy was %(response)s against a target of %(response_target)s, "
    "data accuracy %(data)s against %(data_target)s: %(points)s points."
)
ONLY: Final = {
    "response": _(
        "Response accuracy was %(response)s against a target of %(response_target)s. "
        "Data accuracy has no data, so response accuracy carries the whole weight: %(points)s points."
    ),
    "data": _(
        "Data accuracy was %(data)s against a target of %(data_target)s. "
        "Response accuracy has no data, so data accuracy carries the whole weight: %(points)s points."
    ),
}
NEITHER: Final = _("Neither response accuracy nor data accuracy has data, so there is no score.")


class Accuracy(OfItems):
    """The rule accuracy. All values are percentages."""

    code = "accuracy"
    label = _("Accuracy")
    about = About(
        measures=_("Two accuracies, each as a share of its target."),
        points=_(
            "Each part is worth measured / target x 100 points, at most 100. The score is their mean by weight; where "
            "a part has no data the other carries the whole weight."
        ),
        passed=_("Every part that has data is at its target."),
        parameters={"response_target": 95, "data_target": 98, "response_weight": 80, "data_weight": 20},
        metrics={"response_accuracy": 50, "data_accuracy": 98},
    )
    parameters: Sequence[Parameter] = (
        Parameter(
            "response_target",
            _("Target of response accuracy"),
            "percent",
            minimum=0.01,
            refusal=_("Enter the target of response accuracy as a percentage above 0, at most 100"),
        ),
        Parameter(
            "data_target",
            _("Target of data accuracy"),
            "percent",
            minimum=0.01,
            refusal=_("Enter the target of data accuracy as a percentage above 0, at most 100"),
        ),
        Parameter("response_weight", _("Weight of response accuracy"), "weight", default=50),
        Parameter("data_weight", _("Weight of data accuracy"), "weight", default=50),
    )
    metrics: Sequence[Metric] = (
        Metric(
            "response_accuracy",
            _("Response accuracy"),
            "percent",
            help=_("Percent, at most two decimals."),
            refusal=_("Enter the response accuracy as a percentage from 0 to 100"),
        ),
        Metric(
            "data_accuracy",
            _("Data accuracy"),
            "percent",
            help=_("Percent, at most two decimals."),
            refusal=_("Enter the data accuracy as a percentage from 0 to 100"),
        ),
    )
    part_labels: Mapping[str, str] = {"response": _("Response accuracy"), "data": _("Data accuracy")}
    needs_one = ("response_accuracy", "data_accuracy")
    needs_one_words = _("Enter the response accuracy, the data accuracy or both")

    def score(self, parameters: Mapping[str, Any], metrics: Mapping[str, Any]) -> Score:
        """Two parts, response and data."""
        judged = [self._part(name, parameters, metrics) for name in PARTS]
        parts = tuple(part for part, _points in judged)
        value = weighted_points((part.weight, points) for part, points in judged)
        sentence, values = _explained(parts, value)
        return Score(value, passed(parts) if value is not None else None, parts, sentence, values)

    def _part(
        self, name: str, parameters: Mapping[str, Any], metrics: Mapping[str, Any]
    ) -> tuple[Part, Fraction | None]:
        """The part, and its points before rounding: the score is rounded once."""
        measured, target = metrics.get(f"{name}_accuracy"), parameters.get(f"{name}_target")
        weight = self.setting(parameters, f"{name}_weight")
        if measured is None or target is None:
            return Part(name, measured, target, weight, None, None, "percent"), None
        points = share(exact(measured), exact(target))
        met = exact(measured) >= exact(target)
        return Part(name, measured, target, weight, half_up(points), met, "percent"), points


def _explained(parts: Sequence[Part], value: int | None) -> tuple[str, dict[str, object]]:
    known = [part for part in parts if part.points is not None]
    if value is None:
        return NO_WEIGHT if known else NEITHER, {}
    values: dict[str, object] = {"points": display(value)}
    for part in known:
        values |= {part.name: shown(part.measured, part.unit), f"{part.name}_target": shown(part.target, part.unit)}
    return BOTH if len(known) == len(parts) else ONLY[known[0].name], values
