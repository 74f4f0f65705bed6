"""What is wrong with the value of a declared field: one sentence per field, whatever the fault."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from kpi.engine.rules.fields import TEN_YEARS, Field, Kind, Parameter, Problem, _

TIME: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")
YEARS: Final = range(1970, 9999)
"""Years that people work in and every database, zone and spreadsheet can hold."""

BOUNDS: Final[Mapping[Kind, tuple[int, int]]] = {
    "minutes": (0, TEN_YEARS),
    "duration": (0, TEN_YEARS * 60),
    "weight": (0, 100),
    "percent": (0, 100),
    "rating": (1, 5),
    "count": (0, 1_000_000),
    "unit": (1, 2**63 - 1),
}
"""Smallest and largest value of a number, where the field does not say otherwise."""

REFUSALS: Final[Mapping[Kind, str]] = {
    "minutes": _("Enter a whole number, %(least)s or more, for %(label)s"),
    "duration": _("Enter a number of minutes, 0 or more, for %(label)s"),
    "count": _("Enter a whole number, %(least)s or more, for %(label)s"),
    "weight": _("Enter a whole number from %(least)s to %(most)s for %(label)s"),
    "percent": _("Enter %(label)s as a percentage from %(least)s to %(most)s"),
    "rating": _("Choose a rating from %(least)s to %(most)s for %(label)s"),
    "time": _("Enter %(label)s as hh:mm"),
    "date": _("Enter %(label)s as a real date, such as 2026-11-19"),
    "instant": _("Enter %(label)s as a real date and time, such as 2026-11-19 16:30"),
    "tick": _("Answer %(label)s with yes or no"),
    "choice": _("Choose %(label)s from the list"),
    "unit": _("Choose %(label)s from the list"),
    "priority": _("Choose a priority from the list"),
}
DECIMALS: Final = _("Give at most two decimals for %(label)s")
MOST: Final = _("Enter at most %(most)s for %(label)s")
UNNAMED: Final = ("minutes", "duration", "count")
UNKNOWN: Final = _("There is no field of this name")
WEIGHTS: Final = _("The weights must add up to 100; they add up to %(sum)s")
OWNERS: Final = _("Give a person, a first month and a target per row")
PERSON: Final = _("Choose the person")
FIRST_MONTH: Final = _("Enter the first month as yyyy-mm")
TWICE: Final = _("This person has another target from the same month")
WEEKDAYS: Final = tuple("0123456")


def refusal(field: Field) -> Problem:
    """The field's sentence, for a value that is missing, unreadable or out of bounds."""
    if field.refusal:
        return Problem(field.refusal)
    least, most = bounds(field)
    values = {"label": field.label, "least": least, "most": most}
    text = REFUSALS[field.kind]
    return Problem(text, **{name: value for name, value in values.items() if f"%({name})s" in text})


def bounds(field: Field) -> tuple[int | float, int | float]:
    """The smallest and the largest value of a number: the field's own, else its kind's."""
    least, most = BOUNDS.get(field.kind, (0, 0))
    return least if field.minimum is None else field.minimum, most if field.maximum is None else field.maximum


def unknown(names: Collection[str], declared: Sequence[Field]) -> dict[str, Problem]:
    """A message for each name that no declaration has."""
    known = {field.name for field in declared}
    return {name: Problem(UNKNOWN) for name in names if name not in known}


def problem(field: Field, value: object) -> Problem | None:
    """What is wrong with the value of a field that is no table, or None. Missing is wrong only where required."""
    if value is None or value == "":
        return refusal(field) if field.required else None
    if not FITS[field.kind](field, value):
        return _too_much(field, value) or refusal(field)
    if field.kind == "percent" and Fraction(str(value)) * 100 % 1:
        return Problem(DECIMALS, label=field.label)
    return None


def problems(declared: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Problem]:
    """Messages by field: unknown names, values that do not fit, rows of tables, weights that do not add up to 100.

    A parameter left out has its default; a given metric may be absent. A table per priority is its rule's own.
    """
    found = unknown(values, declared)
    for field in declared:
        value = values.get(field.name, field.default if isinstance(field, Parameter) else None)
        if isinstance(field, Parameter) and field.kind in TABLES:
            found |= TABLES[field.kind](field, value)
        elif field.kind != "per_priority" and (wrong := problem(field, value)):
            found[field.name] = wrong
    return found | _weight_problems(declared, values)


def inside(field: Parameter) -> Parameter:
    """The field that a table holds in each row."""
    return replace(field, kind=field.of or "count", default=None, required=False, of=None)


def _too_much(field: Field, value: object) -> Problem | None:
    """A sentence for numbers beyond the largest, where the usual one does not name it."""
    _least, most = bounds(field)
    if field.kind not in UNNAMED or isinstance(value, bool) or not isinstance(value, int) or value <= most:
        return None
    return Problem(MOST, label=field.label, most=int(most) // (60 if field.kind == "duration" else 1))


def _weight_problems(declared: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Problem]:
    weights = [field for field in declared if isinstance(field, Parameter) and field.kind == "weight"]
    found = [values.get(field.name, field.default) for field in weights]
    if not weights or any(problem(field, value) for field, value in zip(weights, found, strict=True)):
        return {}
    total = sum(found)
    return {} if total == 100 else {weights[-1].name: Problem(WEIGHTS, sum=total)}


def _weekday_problems(field: Parameter, table: object) -> dict[str, Problem]:
    if not isinstance(table or {}, Mapping):
        return {field.name: refusal(inside(field))}
    found: dict[str, Problem] = {}
    for weekday, value in dict(table or {}).items():  # type: ignore[call-overload]
        wrong = problem(inside(field), value) if weekday in WEEKDAYS else Problem(UNKNOWN)
        if wrong:
            found[f"{field.name}.{weekday}"] = wrong
    return found


def _owner_problems(field: Parameter, table: object) -> dict[str, Problem]:
    rows = [] if table is None else table
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return {field.name: Problem(OWNERS)}
    found: dict[str, Problem] = {}
    for place, row in enumerate(rows):
        found |= {f"{field.name}.{place}.{name}": wrong for name, wrong in _row_problems(field, row).items()}
        if any((row.get("owner"), row.get("from")) == (one.get("owner"), one.get("from")) for one in rows[:place]):
            found.setdefault(f"{field.name}.{place}.from", Problem(TWICE))
    return found


def _row_problems(field: Parameter, row: Mapping[str, Any]) -> dict[str, Problem]:
    owner, first, wrong = row.get("owner"), row.get("from"), problem(inside(field), row.get("value"))
    found = {str(name): Problem(UNKNOWN) for name in row if name not in ("owner", "from", "value")}
    if isinstance(owner, bool) or not isinstance(owner, int):
        found["owner"] = Problem(PERSON)
    if not isinstance(first, str) or not MONTH.fullmatch(first):
        found["from"] = Problem(FIRST_MONTH)
    return found | ({"value": wrong} if wrong else {})


def _is_whole(field: Field, value: object) -> bool:
    return isinstance(value, int) and _is_number(field, value)


def _is_number(field: Field, value: object) -> bool:
    least, most = bounds(field)
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _is_time(field: Field, value: object) -> bool:
    return isinstance(value, str) and bool(TIME.fullmatch(value))


def _is_date(field: Field, value: object) -> bool:
    return isinstance(value, str) and bool(DATE.fullmatch(value)) and _exists(date.fromisoformat, value)


def _is_instant(field: Field, value: object) -> bool:
    return isinstance(value, str) and bool(INSTANT.fullmatch(value)) and _exists(datetime.fromisoformat, value)


def _exists(read: Callable[[str], date], text: str) -> bool:
    try:
        return read(text).year in YEARS
    except ValueError:
        return False


def _is_tick(field: Field, value: object) -> bool:
    return isinstance(value, bool)


def _is_choice(field: Field, value: object) -> bool:
    return value in [code for code, _label in field.choices]


def _is_code(field: Field, value: object) -> bool:
    return isinstance(value, str)


FITS: Final[Mapping[Kind, Callable[[Field, object], bool]]] = {
    "minutes": _is_whole,
    "duration": _is_whole,
    "weight": _is_whole,
    "percent": _is_number,
    "rating": _is_whole,
    "count": _is_whole,
    "time": _is_time,
    "date": _is_date,
    "instant": _is_instant,
    "tick": _is_tick,
    "choice": _is_choice,
    "unit": _is_whole,
    "priority": _is_code,
}
TABLES: Final[Mapping[Kind, Callable[[Parameter, object], dict[str, Problem]]]] = {
    "per_weekday": _weekday_problems,
    "per_owner": _owner_problems,
}
