"""submit, the cutoff rule: submitted strictly earlier than the day's cutoff, or not.

Source: the domain page, section 6, table row submit; the agent guide ("the submit time must be earlier than the cutoff
for that day"). The cutoff is the weekday's own, else the general one; the next day is late by definition.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from kpi.engine.rules.base import About, Metric, OfItems, Parameter, _
from kpi.engine.score import FULL, Part, Score, display, shown

EARLY: Final = _("Submitted at %(time)s, before the cutoff of %(cutoff)s: %(points)s points.")
LATE: Final = _("Submitted at %(time)s, not before the cutoff of %(cutoff)s: %(points)s points.")
NEXT_DAY: Final = _("Submitted on the next day at %(time)s, after the cutoff of %(cutoff)s: %(points)s points.")
NO_TIME: Final = _("No submit time is given, so there is no score.")
NO_CUTOFF: Final = _("There is no cutoff on this day, so there is no score.")


class Submit(OfItems):
    """The rule submit. Times are local, of the department's country."""

    code = "submit"
    label = _("Submission before a cutoff")
    about = About(
        measures=_("Submitted strictly before the day's cutoff, or not."),
        points=_(
            "100 points if submitted earlier than the cutoff of the day, else 0. At the very minute of the cutoff is "
            "late, and so is the next day, whatever the time."
        ),
        passed=_("Submitted earlier than the cutoff."),
        parameters={"cutoff": "17:00", "weekday_cutoffs": {"4": "15:30"}},
        metrics={"submit_time": "16:59"},
    )
    parameters: Sequence[Parameter] = (
        Parameter(
            "cutoff",
            _("Cutoff"),
            "time",
            help=_("Local time. What is submitted at this minute is late."),
            refusal=_("Enter the cutoff as hh:mm"),
        ),
        Parameter(
            "weekday_cutoffs",
            _("Cutoff per weekday"),
            "per_weekday",
            of="time",
            default={},
            required=False,
            help=_("A weekday without a cutoff of its own uses the one above."),
            refusal=_("Enter the cutoff of the weekday as hh:mm"),
        ),
    )
    metrics: Sequence[Metric] = (
        Metric(
            "submit_time",
            _("Submit time"),
            "time",
            required=True,
            help=_("Local time, hh:mm."),
            refusal=_("Enter the submit time as hh:mm"),
        ),
        Metric("next_day", _("Submitted on the next day"), "tick", help=_("Late, whatever the time.")),
        Metric("date", _("Ticket Date"), "date", given=True),
    )
    part_labels: Mapping[str, str] = {"submit": _("Submission")}

    def score(self, parameters: Mapping[str, Any], metrics: Mapping[str, Any]) -> Score:
        """One part, in minutes since the midnight that begins the Ticket Date."""
        target, at = _minutes(_cutoff(parameters, metrics.get("date"))), _minutes(metrics.get("submit_time"))
        if target is None or at is None:
            why = NO_CUTOFF if target is None else NO_TIME
            return Score(None, None, (Part("submit", at, target, 100, None, None, "time"),), why)
        late = bool(metrics.get("next_day"))
        met = not late and at < target
        points = FULL if met else 0
        part = Part("submit", at + 24 * 60 * late, target, 100, points, met, "time")
        values = {"time": shown(at, "time"), "cutoff": shown(target, "time"), "points": display(points)}
        return Score(points, met, (part,), EARLY if met else NEXT_DAY if late else LATE, values)


def _cutoff(parameters: Mapping[str, Any], day: str | None) -> str | None:
    by_weekday = parameters.get("weekday_cutoffs") or {}
    own = by_weekday.get(str(date.fromisoformat(day).weekday())) if day else None
    return own or parameters.get("cutoff")


def _minutes(text: str | None) -> int | None:
    """ "17:30" as minutes since midnight."""
    return int(text[:2]) * 60 + int(text[3:]) if text else None
