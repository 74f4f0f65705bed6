"""A type of every rule for the cast's department, with what an agent types for it and what that scores.

Work is dated on `DAY`, a Wednesday in the story's month, unless a test names another working day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kpi.models import DepartmentType, KpiGroup, KpiType, TypeVersion, UptimeUnit
from tests.cast import SINCE, Cast

DAY = date(2026, 10, 7)
UNIT = "Branch line Westlands"


@dataclass(frozen=True)
class Example:
    """One type: its rule, parameters, what is typed by the labels of the form, the same as the ledger holds it.

    {day} in them stands for the day of the work. `points` is the score of the item in points of 100, None where only a
    month is scored; `month` that of the month.
    """

    rule: str
    name: str
    parameters: Mapping[str, Any]
    typed: Mapping[str, str]
    metrics: Mapping[str, Any] = field(default_factory=dict)
    points: str | None = None
    month: str = ""

    @property
    def code(self) -> str:
        return f"own-{self.rule}"

    def typed_on(self, day: date) -> dict[str, str]:
        """What is typed about work of `day`, by label."""
        return {label: text.replace("{day}", day.isoformat()) for label, text in self.typed.items()}


EXAMPLES = {
    example.rule: example
    for example in (
        Example(
            "rr",
            "Phone call",
            {"response_target": 30, "resolution_target": 240},
            {"Response time": "12", "Resolution time": "300,5"},
            {"response_seconds": 720, "resolution_seconds": 18_030},
            "50.0",
            "50.0",
        ),
        Example(
            "submit",
            "Daily report",
            {"cutoff": "17:00"},
            {"Submit time": "16:59"},
            {"submit_time": "16:59"},
            "100.0",
            "100.0",
        ),
        Example(
            "accuracy",
            "Data check",
            {"response_target": 98, "data_target": 99},
            {"Response accuracy": "97,5", "Data accuracy": "99.5"},
            {"response_accuracy": 97.5, "data_accuracy": 99.5},
            "99.7",
            "99.7",
        ),
        Example(
            "acr",
            "Monthly review",
            {},
            {"FRT": "5", "Attendance": "4", "Finding": "4", "Backlog": "3", "Teamwork": "5", "Obedience": "4"},
            {"frt": 5, "attendance": 4, "finding": 4, "backlog": 3, "teamwork": 5, "obedience": 4},
            "84.0",
            "84.0",
        ),
        Example("project", "Roll-out", {"target": 8}, {"Count": "6"}, {"count": 6}, None, "75.0"),
        Example(
            "ic-completion",
            "Stock count",
            {"target": 98},
            {"Completion": "95"},
            {"completion": 95},
            "96.9",
            "96.9",
        ),
        Example(
            "ic-closure",
            "Audit finding",
            {"target": 240},
            {"Found at": "{day}T08:30", "Closed at": "{day}T10:30"},
            {"found_at": "{day}T08:30", "closed_at": "{day}T10:30"},
            "100.0",
            "100.0",
        ),
        Example(
            "ic-findings",
            "Findings of the month",
            {"allowed": 2},
            {"Number of findings": "3"},
            {"findings": 3},
            None,
            "66.7",
        ),
        Example(
            "uptime",
            "Uptime of lines",
            {"threshold": 99.5},
            {"Unit": UNIT, "Down from": "{day}T00:00", "Downtime in minutes": "1440"},
            {"down_from": "{day}T00:00", "downtime_minutes": 1440},
            None,
            "0.0",
        ),
    )
}


def make_types(cast: Cast) -> dict[str, KpiType]:
    """A type per rule, each offered to the cast's department for self-logging only, in two groups; and a unit."""
    groups = {
        "uptime": KpiGroup.objects.create(name="Uptime", contributes_to_uptime=True, position=2),
        "": KpiGroup.objects.create(name="Internal Control", position=1),
    }
    UptimeUnit.objects.create(department=cast.department, code="westlands", name=UNIT, active_from=SINCE)
    made = {}
    for rule, example in EXAMPLES.items():
        made[rule] = type_ = KpiType.objects.create(code=example.code, name=example.name, rule=rule)
        TypeVersion.objects.create(
            type=type_, valid_from=SINCE, group=groups.get(rule, groups[""]), parameters=dict(example.parameters)
        )
        DepartmentType.objects.create(department=cast.department, type=type_, valid_from=SINCE, intake=False)
    return made


def metrics_of(rule: str, day: date = DAY) -> dict[str, Any]:
    """What the ledger holds of the example on `day`, with the unit's id where one is named."""
    named = {"unit": UptimeUnit.objects.get(name=UNIT).pk} if rule == "uptime" else {}
    told = EXAMPLES[rule].metrics.items()
    return named | {k: v.replace("{day}", day.isoformat()) if isinstance(v, str) else v for k, v in told}
