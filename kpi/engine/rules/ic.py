"""The three rules of internal control: completion, closure and findings.

Source: the domain page, section 6, table rows ic-completion, ic-closure and ic-findings; the agent guide ("completion
%, find date/time + close date/time"). Completion is a share of its target, closure is within its target of working time
or not, findings are counted over a month.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Final, Literal

from kpi.engine.instants import at_local
from kpi.engine.rules.base import (
    NO_TARGET,
    About,
    Bounds,
    Metric,
    Month,
    OfItems,
    OfMonth,
    Parameter,
    Problem,
    _,
    exact,
    share,
    total,
)
from kpi.engine.score import FULL, Part, Score, display, half_up, shown
from kpi.engine.working_time import Calendar

COMPLETED: Final = _("%(measured)s completed against a target of %(target)s: %(points)s points.")
NOT_COMPLETED: Final = _("No completion is given, so there is no score.")
CLOSED: Final = _(
    "From find to close took %(measured)s of working time against a target of %(target)s: %(points)s points."
)
NOT_CLOSED: Final = _("The time from find to close is not known, so there is no score.")
ITEM: Final = _("%(count)s found. The score is of the whole month.")
EMPTY: Final = _("No number of findings is given.")
WITHIN: Final = {
    True: _("%(sum)s found in the month, at most %(allowed)s are allowed: %(points)s points."),
    False: _("%(sum)s found so far this month, at most %(allowed)s are allowed: %(points)s points so far."),
}
NO_ITEMS: Final = {
    True: _("No findings were logged in the month, so there is no score."),
    False: _("No findings have been logged so far this month, so there is no score yet."),
}


class Completion(OfItems):
    """The rule ic-completion: min(100, measured / target x 100)."""

    code = "ic-completion"
    label = _("Internal control: completion")
    about = About(
        measures=_("Internal control: completion as a share of its target."),
        points=_("Completion / target x 100 points, at most 100."),
        passed=_("The completion is at its target."),
        parameters={"target": 90},
        metrics={"completion": 60},
    )
    parameters: Sequence[Parameter] = (
        Parameter(
            "target",
            _("Target of completion"),
            "percent",
            default=100,
            minimum=0.01,
            refusal=_("Enter the target as a percentage above 0, at most 100"),
        ),
    )
    metrics: Sequence[Metric] = (
        Metric(
            "completion",
            _("Completion"),
            "percent",
            required=True,
            help=_("Percent, at most two decimals."),
            refusal=_("Enter the completion as a percentage from 0 to 100"),
        ),
    )
    part_labels: Mapping[str, str] = {"completion": _("Completion")}

    def score(self, parameters: Mapping[str, Any], metrics: Mapping[str, Any]) -> Score:
        """One part, in percent."""
        measured, target = metrics.get("completion"), self.setting(parameters, "target")
        if measured is None:
            return Score(None, None, (Part("completion", None, target, 100, None, None, "percent"),), NOT_COMPLETED)
        points, met = half_up(share(exact(measured), exact(target))), exact(measured) >= exact(target)
        return _judged(Part("completion", measured, target, 100, points, met, "percent"), COMPLETED)


class Closure(OfItems):
    """The rule ic-closure: the working time from find to close is within its target or not."""

    code = "ic-closure"
    label = _("Internal control: closure")
    about = About(
        measures=_("Internal control: closed within a target of working time, or not."),
        points=_(
            "100 points if the working time from find to close, on the calendar of the department, is within the "
            "target, else 0."
        ),
        passed=_("Closed within the target."),
        parameters={"target": 480},
        metrics={"found_at": "2026-03-04T08:00", "closed_at": "2026-03-05T08:01"},
    )
    parameters: Sequence[Parameter] = (
        Parameter(
            "target",
            _("Target from find to close"),
            "minutes",
            minimum=1,
            help=_("Working minutes."),
            refusal=_("Enter the target in whole working minutes, 1 or more"),
        ),
    )
    metrics: Sequence[Metric] = (
        Metric(
            "found_at",
            _("Found at"),
            "instant",
            required=True,
            help=_("Local date and time."),
            refusal=_("Enter when it was found as a real date and time, such as 2026-11-19 09:30"),
        ),
        Metric(
            "closed_at",
            _("Closed at"),
            "instant",
            required=True,
            help=_("Local date and time."),
            refusal=_("Enter when it was closed as a real date and time, such as 2026-11-19 16:30"),
        ),
    )
    part_labels: Mapping[str, str] = {"closure": _("From find to close")}

    def validate_metrics(self, metrics: Mapping[str, Any]) -> dict[str, Problem]:
        """Two local times, the close not before the find. `working_seconds`, once derived, is no fault."""
        found = super().validate_metrics({name: value for name, value in metrics.items() if name != "working_seconds"})
        if not found and metrics["closed_at"] < metrics["found_at"]:
            return {"closed_at": Problem(_("Enter a close time that is not before the find time"))}
        return found

    def derived(self, metrics: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
        """Adds `working_seconds` between the two, on the calendar; nothing while they cannot be measured."""
        if self.validate_metrics({field.name: metrics.get(field.name) for field in self.metrics}):
            return dict(metrics)
        found, closed = (
            at_local(calendar.zone, datetime.fromisoformat(metrics[name])) for name in ("found_at", "closed_at")
        )
        return {**metrics, "working_seconds": int(calendar.elapsed(found, closed).total_seconds())}

    def score(self, parameters: Mapping[str, Any], metrics: Mapping[str, Any]) -> Score:
        """One part, in seconds of working time."""
        measured, minutes = metrics.get("working_seconds"), parameters.get("target")
        target = None if minutes is None else int(minutes) * 60
        if measured is None or target is None:
            why = NO_TARGET if target is None else NOT_CLOSED
            return Score(None, None, (Part("closure", measured, target, 100, None, None, "seconds"),), why)
        met = measured <= target
        return _judged(Part("closure", measured, target, 100, FULL if met else 0, met, "seconds"), CLOSED)


class Findings(OfMonth):
    """The rule ic-findings, per owner: 100 while the month's sum is allowed, else allowed / sum x 100."""

    code = "ic-findings"
    label = _("Internal control: findings")
    about = About(
        measures=_("Internal control: findings of a month against what is allowed, per person."),
        points=_("100 points while the findings of the month are allowed, else allowed / found x 100."),
        passed=_("The score of the month reaches the pass mark of the type."),
        parameters={"allowed": 2},
        metrics={"findings": 3},
    )
    subject: Literal["owner", "unit"] = "owner"
    parameters: Sequence[Parameter] = (
        Parameter(
            "allowed",
            _("Most findings allowed per month"),
            "count",
            help=_("Per person. 0 allows none."),
            refusal=_("Enter the most findings allowed per month as a whole number, 0 or more"),
        ),
    )
    metrics: Sequence[Metric] = (
        Metric(
            "findings",
            _("Number of findings"),
            "count",
            required=True,
            refusal=_("Enter the number of findings as a whole number, 0 or more"),
        ),
    )
    part_labels: Mapping[str, str] = {"findings": _("Findings")}

    def score(self, parameters: Mapping[str, Any], metrics: Mapping[str, Any]) -> Score:
        """What was found, without points."""
        return self.of_item(Part("findings", metrics.get("findings"), None, 100, None, None, "count"), ITEM, EMPTY)

    def amounts(self, items: Sequence[Mapping[str, Any]], bounds: Bounds) -> dict[str, int]:
        """The sum of findings."""
        return {"sum": total(items, "findings")}

    def score_month(self, parameters: Mapping[str, Any], month: Month) -> Score:
        """Only logged items count: nobody is praised for a month in which nothing was looked at."""
        found, allowed = month.amounts.get("sum", 0), parameters.get("allowed")
        if not month.items or allowed is None:
            part = Part("findings", None, allowed, 100, None, None, "count")
            return Score(None, None, (part,), NO_TARGET if allowed is None else NO_ITEMS[month.over])
        met = found <= allowed
        points = FULL if met else half_up(Fraction(allowed * FULL, found))
        part = Part("findings", found, allowed, 100, points, met, "count")
        values = {"sum": found, "allowed": allowed, "points": display(points)}
        return Score(points, None, (part,), WITHIN[month.over], values)


def _judged(part: Part, sentence: str) -> Score:
    """A score of a single part."""
    values = {
        "measured": shown(part.measured, part.unit),
        "target": shown(part.target, part.unit),
        "points": display(part.points or 0),
    }
    return Score(part.points, part.met, (part,), sentence, values)
