"""project: pieces of project work counted over a month, per owner, against a target.

Source: the domain page, section 6, table row project; the agent guide ("project (project count): a number"). The value
is min(100, sum / target x 100). The target is the owner's own of that month, else the default. An owner with an own
target and no item has no data while the month runs and 0 once it is over; without one only logged items count.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal

from kpi.engine.rules.base import NO_TARGET, About, Bounds, Metric, Month, OfMonth, Parameter, _, share, total
from kpi.engine.score import Part, Score, display, half_up

ITEM: Final = _("%(count)s counted. The score is of the whole month.")
EMPTY: Final = _("No count is given.")
COUNTED: Final = {
    True: _("%(sum)s counted in the month against a target of %(target)s: %(points)s points."),
    False: _("%(sum)s counted so far this month against a target of %(target)s: %(points)s points so far."),
}
NO_ITEMS: Final = {
    True: _("Nothing was logged in the month, so there is no score."),
    False: _("Nothing has been logged so far this month, so there is no score yet."),
}


class Project(OfMonth):
    """The rule project."""

    code = "project"
    label = _("Project count")
    about = About(
        measures=_("A count over the month against a target, per person."),
        points=_(
            "What was counted in the month / target x 100 points, at most 100. The target is the person's own of that "
            "month, else that of all."
        ),
        passed=_("The score of the month reaches the pass mark of the type."),
        parameters={"target": 20},
        metrics={"count": 17},
    )
    subject: Literal["owner", "unit"] = "owner"
    parameters: Sequence[Parameter] = (
        Parameter(
            "target",
            _("Target per month"),
            "count",
            minimum=1,
            help=_("Per person."),
            refusal=_("Enter the target per month as a whole number, 1 or more"),
        ),
        Parameter(
            "owner_targets",
            _("Targets of single people"),
            "per_owner",
            of="count",
            default=[],
            minimum=1,
            required=False,
            help=_("From a month on; an empty target ends an earlier one."),
            refusal=_("Enter the target as a whole number, 1 or more, or leave it empty to end an earlier one"),
        ),
    )
    metrics: Sequence[Metric] = (
        Metric(
            "count",
            _("Count"),
            "count",
            required=True,
            refusal=_("Enter the count as a whole number, 0 or more"),
        ),
    )
    part_labels: Mapping[str, str] = {"count": _("Count")}

    def score(self, parameters: Mapping[str, Any], metrics: Mapping[str, Any]) -> Score:
        """What was counted, without points."""
        return self.of_item(Part("count", metrics.get("count"), None, 100, None, None, "count"), ITEM, EMPTY)

    def amounts(self, items: Sequence[Mapping[str, Any]], bounds: Bounds) -> dict[str, int]:
        """The sum of counts."""
        return {"sum": total(items, "count")}

    def score_month(self, parameters: Mapping[str, Any], month: Month) -> Score:
        """The month's sum as a share of the owner's target."""
        own = own_targets(parameters, month.month).get(month.subject)
        target = own or parameters.get("target")
        if target is None or not (month.items or (own and month.over)):
            why = NO_TARGET if target is None else NO_ITEMS[month.over]
            return Score(None, None, (Part("count", None, target, 100, None, None, "count"),), why)
        counted = month.amounts.get("sum", 0)
        points = half_up(share(counted, target))
        part = Part("count", counted, target, 100, points, counted >= target, "count")
        values = {"sum": counted, "target": target, "points": display(points)}
        return Score(points, None, (part,), COUNTED[month.over], values)


def own_targets(parameters: Mapping[str, Any], month: date) -> dict[str, int]:
    """The own targets of people in a month, by subject: of each the latest that begins by then and was not ended."""
    rows = [row for row in parameters.get("owner_targets") or () if row["from"] <= f"{month:%Y-%m}"]
    latest = {f"u{row['owner']}": row.get("value") for row in sorted(rows, key=lambda row: str(row["from"]))}
    return {subject: value for subject, value in latest.items() if value}


def owners_with_target(parameters: Mapping[str, Any], month: date) -> set[int]:
    """The user ids of people with an own target in a month: reports list them also without items."""
    return {int(subject[1:]) for subject in own_targets(parameters, month)}
