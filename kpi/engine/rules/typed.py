"""Text as people type it to the values of declared fields, and back: for forms, imports and exports.

Numbers have `.` or `,` as decimal sign. Signs, grouping, exponents, underscores and digits of other scripts are
refused: what looks odd is asked again, never guessed. Source: the domain page, section 6, validation.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from kpi.engine.rules import checks
from kpi.engine.rules.fields import Field, Kind, Problem
from kpi.engine.score import half_up, plain

WHOLE: Final = re.compile(r"[0-9]{1,19}")
NUMBER: Final = re.compile(r"([0-9]{1,18})(?:[.,]([0-9]{1,18}))?")
GROUPED: Final = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")  # a thousand to most people, one to some
TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00)?")
INSTANT: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]+([0-9]{1,2}:[0-9]{2}(?::00)?)")
TICKS: Final = dict.fromkeys(("yes", "on", "true", "1", "x"), True) | dict.fromkeys(("no", "off", "false", "0"), False)


class Unreadable(ValueError):
    """The text cannot be a value of the field; `problem` says it for people."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def read(field: Field, text: str) -> Any:
    """The JSON value of a text, None for an empty one. Unreadable for anything the field cannot hold.

    Whether an empty field may stay empty is for the rule's validation. Tables are read row by row, with the field that
    `checks.inside` gives.
    """
    text = text.strip()
    if not text:
        return None
    value = READERS[field.kind](field, text)
    wrong = checks.refusal(field) if value is None else checks.problem(replace(field, required=False), value)
    if wrong:
        raise Unreadable(wrong)
    return value


def write(field: Field, value: Any) -> str:
    """The text that `read` turns into the value; "" for None."""
    if value is None:
        return ""
    if field.kind == "tick":
        return "yes" if value else "no"
    if field.kind == "duration":
        hundredths = half_up(Fraction(value * 100, 60))  # 0.6 s apart, so reading finds the same second
        return plain(hundredths / 100)
    return plain(value) if isinstance(value, int | float) else str(value)


def _whole(field: Field, text: str) -> int | None:
    return int(text) if WHOLE.fullmatch(text) else None


def _number(text: str) -> re.Match[str] | None:
    return None if GROUPED.fullmatch(text) else NUMBER.fullmatch(text)


def _percent(field: Field, text: str) -> int | float | None:
    found = _number(text.removesuffix("%").rstrip())
    if found is None:
        return None
    if len((found[2] or "").rstrip("0")) > 2:
        raise Unreadable(Problem(checks.DECIMALS, label=field.label))
    number = float(f"{found[1]}.{found[2] or 0}")
    return int(number) if number == int(number) else number


def _minutes(field: Field, text: str) -> int | None:
    found = _number(text)
    return half_up(Fraction(f"{found[1]}.{found[2] or 0}") * 60) if found else None


def _time(field: Field, text: str) -> str | None:
    found = TIME.fullmatch(text)
    return f"{found[1]:0>2}:{found[2]}" if found else None


def _instant(field: Field, text: str) -> str | None:
    found = INSTANT.fullmatch(text)
    return f"{found[1]}T{_time(field, found[2])}" if found else None


def _tick(field: Field, text: str) -> bool | None:
    return TICKS.get(text.casefold())


def _choice(field: Field, text: str) -> str:
    known = {word.casefold(): code for code, label in field.choices for word in (label, code)}
    return known.get(text.casefold(), text)


def _text(field: Field, text: str) -> str:
    return text


READERS: Final[Mapping[Kind, Callable[[Field, str], Any]]] = {
    "minutes": _whole,
    "duration": _minutes,
    "weight": _whole,
    "percent": _percent,
    "rating": _whole,
    "count": _whole,
    "time": _time,
    "date": _text,
    "instant": _instant,
    "tick": _tick,
    "choice": _choice,
    "unit": _whole,
    "priority": _text,
}
