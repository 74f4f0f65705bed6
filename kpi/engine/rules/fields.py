"""Declarations: the typed fields of a rule, parameters for the admin and metrics for the agent.

Values are as JSON stores them. Forms, imports and pages read the declarations; `typed` reads and writes what people
type.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Kind = Literal[
    "minutes",  # a whole number of minutes
    "duration",  # whole seconds, typed by people in minutes
    "weight",  # a whole share of 100; the weights of a rule add up to 100
    "percent",  # 0 ... 100, a number with at most two decimals
    "rating",  # 1 ... 5, whole
    "count",  # a whole number
    "time",  # a local time of the day, "17:00"
    "date",  # a local date, "2026-03-09"
    "instant",  # a local date and time of the calendar's zone, "2026-03-09T17:00"
    "tick",  # yes or no
    "choice",  # one of `choices`
    "unit",  # a reported unit of uptime: its id
    "priority",  # a priority code
    "per_priority",  # {priority code: {name of a parameter: value}}
    "per_weekday",  # {weekday, "0" = Monday: value of kind `of`}
    "per_owner",  # [{"owner": id, "from": "2026-03", "value": value of kind `of`, null ends it}]
]

TEN_YEARS: Final = 10 * 366 * 24 * 60
"""Minutes. A bound for what is typed, so that sums stay far from where databases end."""

GIVEN: Final = ("priority", "date")
"""What a piece of work knows by itself. Every rule is told, so no rule minds."""


def _(msgid: str) -> str:
    """Marks a text for translation; pages translate, the engine does not."""
    return msgid


class Problem(str):
    """A message for people: a str to show as it is, with its msgid and values to translate it first.

    The value `label`, where there is one, is a msgid too: pages show `translated`.
    """

    msgid: str
    values: dict[str, object]

    def __new__(cls, msgid: str, **values: object) -> "Problem":
        problem = super().__new__(cls, msgid % values if values else msgid)
        problem.msgid, problem.values = msgid, values
        return problem

    def translated(self, translate: Callable[[str], str]) -> str:
        """The message in the reader's language; `translate` is gettext. A label within it is translated too."""
        values = self.values | ({"label": translate(str(self.values["label"]))} if "label" in self.values else {})
        return translate(self.msgid) % values if values else translate(self.msgid)


@dataclass(frozen=True)
class Parameter:
    """A typed field of a type version. `minimum` and `maximum` include themselves; `of` is the kind inside a table.

    `refusal` is the sentence for whatever cannot be taken; without one it is made from the kind and the label.
    """

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
    refusal: str = ""


@dataclass(frozen=True)
class Metric:
    """A typed field of one piece of work. `clock` names the clock that measures it where there is one.

    `given`: the piece of work knows it by itself ("priority", "date"); nobody types it, and it may be absent.
    """

    name: str
    label: str
    kind: Kind
    minimum: int | float | None = None
    maximum: int | float | None = None
    required: bool = False
    help: str = ""
    clock: Literal["response", "resolution"] | None = None
    choices: tuple[tuple[str, str], ...] = ()
    given: bool = False
    refusal: str = ""


@dataclass(frozen=True)
class About:
    """A rule explained to whoever chooses one: what it measures, how points come about, when it is passed (msgids).

    `parameters` and `metrics` are an example; pages have the rule itself score it.
    """

    measures: str
    points: str
    passed: str
    parameters: Mapping[str, Any]
    metrics: Mapping[str, Any]


Field = Parameter | Metric
