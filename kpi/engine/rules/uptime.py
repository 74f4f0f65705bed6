"""uptime: the availability of a unit over a month, at its threshold or not.

Source: the domain page, section 6, table row uptime. Availability is 1 - downtime / window seconds of the unit's active
part of the month so far; overlapping downtime counts once; what lies outside the month belongs to another month's item.
At or above the threshold is a hit, worth full marks, so that the mean over units is the share of hits.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any, Final, Literal

from kpi.engine.instants import at_local
from kpi.engine.rules.base import About, Bounds, Metric, Month, OfMonth, Parameter, Problem, _, exact
from kpi.engine.score import FULL, Part, Score, half_up, shown, spoken

WINDOWS: Final = (("24x7", _("Around the clock")), ("working", _("Working hours")))

ITEM: Final = _("Reported down for %(count)s. The score is of the whole month.")
NO_DOWNTIME: Final = _("Reported without downtime. The score is of the whole month.")
EMPTY: Final = _("It is not said whether there was downtime.")
HIT: Final = {
    True: _(
        "Down for %(downtime)s of %(window)s: available %(availability)s, at or above the threshold of %(threshold)s."
    ),
    False: _(
        "So far this month down for %(downtime)s of %(window)s: available %(availability)s, "
        "at or above the threshold of %(threshold)s."
    ),
}
MISS: Final = {
    True: _("Down for %(downtime)s of %(window)s: available %(availability)s, below the threshold of %(threshold)s."),
    False: _(
        "So far this month down for %(downtime)s of %(window)s: available %(availability)s, "
        "below the threshold of %(threshold)s."
    ),
}
NOT_REPORTED: Final = {
    True: _("Not reported in the month, so there is no score."),
    False: _("Not reported so far this month, so there is no score yet."),
}
NO_WINDOW: Final = _("There is no time to be up in, so there is no score.")


class Uptime(OfMonth):
    """The rule uptime, per unit. Its items have a reporter and no owner."""

    code = "uptime"
    label = _("Uptime")
    about = About(
        measures=_("Availability of a unit over the month: at its threshold or not."),
        points=_(
            "Availability is 1 - downtime / window. At or above the threshold is a hit, worth 100 points, else 0; so "
            "the mean over the units of a type is the share of hits. Downtime that overlaps counts once."
        ),
        passed=_("The score of the month reaches the pass mark of the type."),
        parameters={"threshold": 99.5, "window": "24x7"},
        metrics={"down_from": "2026-03-04T09:00", "downtime_minutes": 224},
    )
    subject: Literal["owner", "unit"] = "unit"
    parameters: Sequence[Parameter] = (
        Parameter(
            "threshold",
            _("Threshold"),
            "percent",
            default=99.5,
            minimum=0.01,
            help=_("Percent of the window."),
            refusal=_("Enter the threshold as a percentage above 0, at most 100"),
        ),
        Parameter(
            "window",
            _("Window"),
            "choice",
            default="24x7",
            choices=WINDOWS,
            refusal=_("Choose the window from the list"),
        ),
    )
    metrics: Sequence[Metric] = (
        Metric("unit", _("Unit"), "unit", required=True, refusal=_("Choose a unit from the list")),
        Metric(
            "down_from",
            _("Down from"),
            "instant",
            help=_("Local date and time; empty without downtime."),
            refusal=_("Enter when the downtime began as a real date and time, such as 2026-11-19 09:30"),
        ),
        Metric(
            "downtime_minutes",
            _("Downtime in minutes"),
            "minutes",
            required=True,
            help=_("0: reported, no downtime."),
            refusal=_("Enter the downtime in whole minutes, 0 for none"),
        ),
        Metric("date", _("Ticket Date"), "date", given=True),
    )
    part_labels: Mapping[str, str] = {"availability": _("Availability"), "downtime": _("Downtime")}

    def validate_metrics(self, metrics: Mapping[str, Any]) -> dict[str, Problem]:
        """A unit and its downtime; downtime has a beginning and touches the month of the Ticket Date."""
        found = super().validate_metrics(metrics)
        if found or not metrics["downtime_minutes"]:
            return found
        if metrics.get("down_from") is None:
            return {"down_from": Problem(_("Enter when the downtime began"))}
        if metrics.get("date") and not _touches_month(metrics):
            return {"down_from": Problem(_("Enter a downtime that lies in the month of the Ticket Date"))}
        return {}

    def has_data(self, metrics: Mapping[str, Any]) -> bool:
        """A unit, a downtime, and its beginning unless it is 0."""
        return super().has_data(metrics) and (not metrics["downtime_minutes"] or metrics.get("down_from") is not None)

    def score(self, parameters: Mapping[str, Any], metrics: Mapping[str, Any]) -> Score:
        """What was reported, without points."""
        minutes = metrics.get("downtime_minutes")
        seconds = None if minutes is None else minutes * 60
        part = Part("downtime", seconds, None, 100, None, None, "seconds")
        return self.of_item(part, ITEM if seconds else NO_DOWNTIME, EMPTY)

    def amounts(self, items: Sequence[Mapping[str, Any]], bounds: Bounds) -> dict[str, int]:
        """Seconds of downtime inside the bounds per kind of window, what overlaps once."""
        down = list(_joined(_downtimes(items, bounds)))
        always = sum((stop - start for start, stop in down), timedelta())
        working = sum((bounds.calendar.elapsed(start, stop) for start, stop in down), timedelta())
        return {"24x7": int(always.total_seconds()), "working": int(working.total_seconds())}

    def score_month(self, parameters: Mapping[str, Any], month: Month) -> Score:
        """A hit or a miss. The part tells the availability itself, in percent cut to three decimals."""
        threshold, window = self.setting(parameters, "threshold"), self.setting(parameters, "window")
        down, seconds = month.amounts.get(window, 0), month.window_seconds.get(window, 0)
        if not month.items or not seconds:
            part = Part("availability", None, threshold, 100, None, None, "percent")
            return Score(None, None, (part,), NO_WINDOW if month.items else NOT_REPORTED[month.over])
        available = max(Fraction(), 1 - Fraction(down, seconds))
        hit = available * 100 >= exact(threshold)
        # Cut, not rounded: what is shown at the threshold is at the threshold.
        percent = floor(available * 100_000) / 1000
        part = Part("availability", percent, threshold, 100, half_up(available * FULL), hit, "percent")
        values = {
            "downtime": spoken(down),
            "window": spoken(seconds),
            "availability": shown(percent, "percent"),
            "threshold": shown(threshold, "percent"),
        }
        return Score(FULL if hit else 0, None, (part,), (HIT if hit else MISS)[month.over], values)


def _touches_month(metrics: Mapping[str, Any]) -> bool:
    """By local wall time: an outage over the turn of a month may be reported in both."""
    day, start = date.fromisoformat(metrics["date"]), datetime.fromisoformat(metrics["down_from"])
    stop = start + timedelta(minutes=metrics["downtime_minutes"])
    return (start.year, start.month) <= (day.year, day.month) and stop > datetime(day.year, day.month, 1)  # noqa: DTZ001


def _downtimes(items: Sequence[Mapping[str, Any]], bounds: Bounds) -> Iterator[tuple[datetime, datetime]]:
    """(from, to) of the items that lie in the bounds, as instants, cut to them."""
    for item in items:
        if item.get("downtime_minutes") and item.get("down_from"):
            start = at_local(bounds.calendar.zone, datetime.fromisoformat(item["down_from"]))
            stop = min(start + timedelta(minutes=item["downtime_minutes"]), bounds.stop)
            if max(start, bounds.start) < stop:
                yield max(start, bounds.start), stop


def _joined(spans: Iterator[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """The union of the spans, in order and disjoint."""
    running: tuple[datetime, datetime] | None = None
    for start, stop in sorted(spans):
        if running and start <= running[1]:
            running = running[0], max(stop, running[1])
            continue
        if running:
            yield running
        running = start, stop
    if running:
        yield running
