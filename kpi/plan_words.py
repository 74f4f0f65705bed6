"""Row writes in people's words: what they are about, and each column before and after."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from kpi.engine.rules import RULES, typed
from kpi.engine.rules.base import Parameter
from kpi.models import TypeVersion
from kpi.parameter_forms import PRIORITIES
from kpi.plans import MODELS, Write, row_of

Line = tuple[str, str, str]
NOTHING = "–"
UNITS = {"minutes": " min", "percent": " %"}


@dataclass(frozen=True)
class Told:
    """One write: what happens to which row, and (column, before, after) of what differs."""

    what: str
    lines: list[Line]


def title_of(writes: list[Write]) -> str:
    """A change in a line."""
    if len(writes) == 1:
        return what(writes[0])
    return ngettext("%(n)s row: %(first)s", "%(n)s rows, such as %(first)s", len(writes)) % {
        "n": len(writes),
        "first": what(writes[0]),
    }


def what(write: Write) -> str:
    """ "Type version Issue (2026-11-01) changed"."""
    model = MODELS[write.model]._meta.verbose_name or ""
    row = row_of(write.model, write.pk, write.either)
    name = {"model": str(model)[:1].upper() + str(model)[1:], "row": row}
    if write.before is None:
        return _("%(model)s %(row)s added") % name
    return (_("%(model)s %(row)s deleted") if write.after is None else _("%(model)s %(row)s changed")) % name


def told(writes: Iterable[Write]) -> list[Told]:
    """Every write with its differences."""
    return [Told(what(write), [line for line in _lines(write) if line[1] != line[2]]) for write in writes]


def _lines(write: Write) -> Iterator[Line]:
    before, after = ({} if columns is None else _words(write, columns) for columns in (write.before, write.after))
    for label in {**before, **after}:
        yield label, before.get(label, NOTHING), after.get(label, NOTHING)


def _words(write: Write, columns: dict[str, Any]) -> dict[str, str]:
    """{label: value in words} of a row."""
    row = row_of(write.model, write.pk, columns)
    found: dict[str, str] = {}
    for field in row._meta.concrete_fields:
        if field.primary_key:
            continue
        value = getattr(row, field.name)
        if field.name == "parameters":
            found |= parameters_in_words(row.type.rule, value)
        elif field.name == "week":
            found |= week_in_words(value)
        elif field.name == "windows":
            found[str(field.verbose_name)] = windows_in_words(value) if value else _("day off")
        else:
            found[str(field.verbose_name)] = _value(row, field, value)
    return found


def _value(row: models.Model, field: Any, value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def week_in_words(week: dict[str, list[list[str]]]) -> dict[str, str]:
    """{weekday: its windows}, Monday first."""
    return {str(WEEKDAYS[day]): windows_in_words(week.get(str(day)) or []) for day in range(7)}


def windows_in_words(windows: list[list[str]]) -> str:
    return ", ".join(f"{start}–{stop}" for start, stop in windows) or _("closed")


def parameter_words(version: TypeVersion) -> dict[str, str]:
    """{label: value in words} of the parameters of a version."""
    return parameters_in_words(version.type.rule, version.parameters)


def people_of(versions: Iterable[TypeVersion]) -> dict[int, str]:
    """The names of all who have a target of their own in one of the versions, by id. One query, none without them."""
    return _names(pk for version in versions for pk in _owners(version.parameters))


def people_with_targets(parameters: Mapping[str, Any]) -> list[tuple[int, str]]:
    """(id, name) of those who have a target of their own, by name."""
    return sorted(_names(_owners(parameters)).items(), key=lambda one: one[1])


def _owners(parameters: Mapping[str, Any]) -> Iterator[int]:
    for table in parameters.values():
        yield from (row["owner"] for row in table if row.get("owner")) if isinstance(table, list) else ()


def parameters_in_words(rule: str, values: Mapping[str, Any], names: Mapping[int, str] | None = None) -> dict[str, str]:
    """{label: value in words} of the parameters of a rule. `names` of people by id, where they were read before."""
    found: dict[str, str] = {}
    for declared in RULES[rule].parameters:
        value = values.get(declared.name, declared.default)
        if declared.kind == "per_priority":
            found |= _per_priority(rule, value or {})
        elif declared.kind == "per_weekday":
            found |= {
                f"{_(declared.label)}, {WEEKDAYS[int(day)]}": _shown(declared, one)
                for day, one in (value or {}).items()
            }
        elif declared.kind == "per_owner":
            found |= _per_owner(declared, value or [], names)
        else:
            found[_(declared.label)] = _shown(declared, value)
    return found


def _per_priority(rule: str, table: dict[str, dict[str, Any]]) -> dict[str, str]:
    fields = {one.name: one for one in RULES[rule].parameters}
    return {
        f"{_(fields[name].label)}, {dict(PRIORITIES).get(code, code)}": _shown(fields[name], value)
        for code, targets in table.items()
        for name, value in targets.items()
    }


def _names(people: Iterable[int]) -> dict[int, str]:
    return dict(User.objects.filter(pk__in=set(people)).values_list("pk", "name"))


def _per_owner(declared: Parameter, rows: list[dict[str, Any]], known: Mapping[int, str] | None) -> dict[str, str]:
    names = _names(row["owner"] for row in rows) if known is None else known
    return {
        _("%(field)s, %(person)s from %(month)s")
        % {"field": _(declared.label), "person": names.get(row["owner"], row["owner"]), "month": row["from"]}: _("ends")
        if row.get("value") is None
        else str(row["value"])
        for row in rows
    }


def _shown(declared: Parameter, value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if declared.kind == "choice":
        return _(dict(declared.choices).get(value, value))
    return typed.write(declared, value) + UNITS.get(declared.kind, "")
