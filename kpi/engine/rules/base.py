"""What a rule is: typed parameters for the admin, typed metrics for the agent, a pure function to a score.

A rule declares; forms, imports and pages read the declarations. Adding a rule is adding one module and its tests.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from kpi.engine.score import Score

Kind = Literal[
    "minutes",  # a whole number of working minutes
    "duration",  # seconds of working time, typed by people in minutes
    "weight",  # a whole share of 100
    "percent",  # 0 ... 100
    "rating",  # 1 ... 5, whole
    "count",  # a whole number
    "time",  # a local time of the day, "17:00"
    "instant",  # a local date and time
    "tick",  # yes or no
    "choice",  # one of `choices`
    "unit",  # a reported unit of uptime
    "priority",  # a priority code
    "per_priority",  # {priority code: {name of a parameter: value}}
    "per_weekday",  # {weekday, 0 = Monday: value of kind `of`}
    "per_owner",  # [{owner, from month, value of kind `of`}]
]


def _(msgid: str) -> str:
    """Marks a text for translation; pages translate, the engine does not."""
    return msgid


class Problem(str):
    """A message for people: a str to show as it is, with its msgid and values to translate it first."""

    msgid: str
    values: dict[str, object]

    def __new__(cls, msgid: str, **values: object) -> "Problem":
        problem = super().__new__(cls, msgid % values if values else msgid)
        problem.msgid, problem.values = msgid, values
        return problem


@dataclass(frozen=True)
class Parameter:
    """A typed field of a type version. `minimum` and `maximum` include themselves; `of` is the kind inside a table."""

    name: str
    label: str
    kind: Kind
    default: Any = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    required: bool = True
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    of: Kind | None = None


@dataclass(frozen=True)
class Metric:
    """A typed field of one piece of work. `clock` names the clock that measures it where there is one."""

    name: str
    label: str
    kind: Kind
    minimum: int | float | None = None
    maximum: int | float | None = None
    required: bool = False
    help: str = ""
    clock: Literal["response", "resolution"] | None = None
    choices: tuple[tuple[str, str], ...] = ()


class Rule(Protocol):
    """The formula behind a KPI type. All functions are pure; values are as JSON stores them.

    A month rule has no verdict per item: `score` gives no value and `score_month` decides, per `subject`.
    """

    code: str
    label: str
    parameters: Sequence[Parameter]
    metrics: Sequence[Metric]
    month_rule: bool

    def validate_parameters(self, parameters: Mapping[str, Any]) -> dict[str, Problem]:
        """Messages by field, empty when the parameters can be used."""

    def validate_metrics(self, metrics: Mapping[str, Any]) -> dict[str, Problem]:
        """Messages by field, empty when the metrics can be scored."""

    def score(self, parameters: Mapping[str, Any], metrics: Mapping[str, Any]) -> Score:
        """The score of one item. Missing metrics are missing data, not errors."""


class MonthRule(Rule, Protocol):
    """A rule decided over a month: the items of one owner, or of one unit, together."""

    subject: Literal["owner", "unit"]

    def score_month(self, parameters: Mapping[str, Any], month: "Month") -> Score:
        """The score of one subject's month."""


@dataclass(frozen=True)
class Month:
    """One subject's month as a month rule sees it: the metrics of its counted items, and what the calendar knows."""

    subject: str
    items: Sequence[Mapping[str, Any]]
    over: bool
    """Whether the month has ended: missing work is "no data" before and 0 after."""
    window_seconds: Mapping[str, int] = field(default_factory=dict)
    """Seconds of the month so far per kind of window ("24x7", "working")."""


def unknown(fields: Collection[str], declared: Sequence[Parameter] | Sequence[Metric]) -> dict[str, Problem]:
    """A message for each field that no declaration names."""
    names = {one.name for one in declared}
    return {name: Problem(_("There is no field of this name.")) for name in fields if name not in names}


def number_problem(declared: Parameter | Metric, value: object) -> Problem | None:
    """What is wrong with a whole number of a declared field, or None."""
    if value is None or value == "":
        return Problem(_("Enter a value for %(label)s."), label=declared.label) if declared.required else None
    if isinstance(value, bool) or not isinstance(value, int):
        return Problem(_("Enter a whole number for %(label)s."), label=declared.label)
    if declared.minimum is not None and value < declared.minimum:
        return Problem(_("%(label)s must be at least %(least)s."), label=declared.label, least=declared.minimum)
    if declared.maximum is not None and value > declared.maximum:
        return Problem(_("%(label)s must be at most %(most)s."), label=declared.label, most=declared.maximum)
    return None
