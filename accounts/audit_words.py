"""An audit row in words: each changed field by its name on the form, with its value before and after."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import SettingsChange

EMPTY = "–"


class Line(NamedTuple):
    """One field of a change."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.label}: {self.before} → {self.after}"


def lines(change: SettingsChange) -> list[Line]:
    """What changed, field by field; of a new or a removed thing, only what was filled in."""
    model = change.content_type.model_class()
    found = [line for name, values in (change.changes or {}).items() for line in _of_field(model, name, values)]
    one_sided = change.action != SettingsChange.Action.UPDATE
    return sorted(line for line in found if not one_sided or (line.before, line.after) != (EMPTY, EMPTY))


def subject(change: SettingsChange) -> str:
    """What kind of thing was changed, such as "Country"."""
    model = change.content_type.model_class()
    return capfirst(str(model._meta.verbose_name if model else change.content_type.model))


def who(change: SettingsChange) -> str:
    """The person; commands and tasks are the system, visitors have an address and no account."""
    if change.actor is not None:
        return str(change.actor)
    return change.actor_email or (_("Somebody signed out") if change.remote_addr else _("System"))


def _of_field(model: type[Model] | None, name: str, values: Any) -> Iterator[Line]:
    field = _field(model, name)
    label = capfirst(str(getattr(field, "verbose_name", name.replace("_", " "))))
    if isinstance(values, dict):  # members of a list, added or removed
        members = ", ".join(str(member) for member in values.get("objects", []))
        yield Line(label, EMPTY, members) if values.get("operation") == "add" else Line(label, members, EMPTY)
    elif any(isinstance(value, dict) for value in values):
        before, after = (dict(_flat(value, name)) if isinstance(value, dict) else {} for value in values)
        for part in sorted({*before, *after}):
            if before.get(part) != after.get(part):
                yield Line(f"{label}, {part}", _shown(before.get(part)), _shown(after.get(part)))
    else:
        choices = dict(getattr(field, "flatchoices", ()) or ())
        yield Line(label, *(_shown(choices.get(value, value) if _hashable(value) else value) for value in values))


def _field(model: type[Model] | None, name: str) -> Any:
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _hashable(value: Any) -> bool:
    return not isinstance(value, list | dict)


def _flat(value: dict[str, Any], name: str, above: str = "") -> Iterator[tuple[str, Any]]:
    """("emergency response target", 15) and the like; the days of a week by their name."""
    for key, inner in value.items():
        weekday = name == "week" and not above and key.isdigit() and int(key) in WEEKDAYS
        words = f"{above} {WEEKDAYS[int(key)] if weekday else str(key).replace('_', ' ')}".strip()
        if isinstance(inner, dict):
            yield from _flat(inner, name, words)
        else:
            yield words, inner


def _shown(value: Any) -> str:
    if value in (None, "", []):
        return EMPTY
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join("–".join(map(str, one)) if isinstance(one, list) else str(one) for one in value)
    return str(value)
