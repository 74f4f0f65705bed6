"""acr: six ratings from 1 to 5; their weighted mean is the score.

Source: the domain page, section 6, table row acr; the agent guide ("six 1-5 ratings; the weighted average becomes the
score"). A part is worth rating / 5 x 100; at least one rating is needed; passed means the value, as it is displayed,
at the pass mark.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from kpi.engine.rollup import passes
from kpi.engine.rules.base import NO_WEIGHT, About, Metric, OfItems, Parameter, _, exact
from kpi.engine.score import FULL, SCALE, Part, Score, display, plain, weighted

LABELS: Final = {
    "frt": _("FRT"),
    "attendance": _("Attendance"),
    "finding": _("Finding"),
    "backlog": _("Backlog"),
    "teamwork": _("Teamwork"),
    "obedience": _("Obedience"),
}
WEIGHTS: Final = (
    ("frt", _("Weight of FRT"), 20),
    ("attendance", _("Weight of Attendance"), 15),
    ("finding", _("Weight of Finding"), 20),
    ("backlog", _("Weight of Backlog"), 15),
    ("teamwork", _("Weight of Teamwork"), 15),
    ("obedience", _("Weight of Obedience"), 15),
)
REFUSALS: Final = {
    "frt": _("Choose a rating from 1 to 5 for FRT"),
    "attendance": _("Choose a rating from 1 to 5 for Attendance"),
    "finding": _("Choose a rating from 1 to 5 for Finding"),
    "backlog": _("Choose a rating from 1 to 5 for Backlog"),
    "teamwork": _("Choose a rating from 1 to 5 for Teamwork"),
    "obedience": _("Choose a rating from 1 to 5 for Obedience"),
}
BEST: Final = 5

ALL: Final = _("The weighted mean of all six ratings is %(points)s points against a pass mark of %(mark)s.")
SOME: Final = _(
    "The weighted mean of the ratings given is %(points)s points against a pass mark of %(mark)s. "
    "Missing: %(missing)s of six, so the others carry the whole weight."
)
NONE: Final = _("No rating is given, so there is no score.")


class Ratings(OfItems):
    """The rule acr."""

    code = "acr"
    label = _("Six ratings")
    about = About(
        measures=_("Six ratings; their weighted mean is the score."),
        points=_(
            "Each part is worth rating / 5 x 100 points. The score is their mean by weight; ratings that are missing "
            "leave their weight to the others."
        ),
        passed=_("The score, as it is displayed, is at the pass mark of an item."),
        parameters={},
        metrics={"frt": 5, "attendance": 4, "finding": 3, "backlog": 2, "teamwork": 1, "obedience": 5},
    )
    parameters: Sequence[Parameter] = (
        *(Parameter(f"{name}_weight", label, "weight", default=weight) for name, label, weight in WEIGHTS),
        Parameter(
            "pass_mark",
            _("Pass mark of an item"),
            "percent",
            default=80,
            help=_("Points of 100."),
            refusal=_("Enter the pass mark as a number of points from 0 to 100"),
        ),
    )
    metrics: Sequence[Metric] = tuple(
        Metric(name, label, "rating", refusal=REFUSALS[name]) for name, label in LABELS.items()
    )
    part_labels: Mapping[str, str] = LABELS
    needs_one = tuple(LABELS)
    needs_one_words = _("Choose at least one rating")

    def score(self, parameters: Mapping[str, Any], metrics: Mapping[str, Any]) -> Score:
        """Six parts in the order of the guide. A part has no verdict of its own."""
        parts = tuple(self._part(name, parameters, metrics.get(name)) for name in LABELS)
        value, mark = weighted(parts), exact(self.setting(parameters, "pass_mark"))
        missing = sum(part.points is None for part in parts)
        if value is None:
            return Score(None, None, parts, NONE if missing == len(parts) else NO_WEIGHT)
        values: dict[str, object] = {"points": display(value), "mark": plain(float(mark))}
        verdict = passes(value, mark * SCALE)
        return Score(
            value, verdict, parts, SOME if missing else ALL, values | ({"missing": missing} if missing else {})
        )

    def _part(self, name: str, parameters: Mapping[str, Any], rating: int | None) -> Part:
        points = None if rating is None else int(Fraction(rating, BEST) * FULL)
        return Part(name, rating, None, self.setting(parameters, f"{name}_weight"), points, None, "rating")
