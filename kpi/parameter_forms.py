"""The parameters of a rule as typed form fields, made from its declarations: nobody ever edits JSON.

A field is called as the rule's own messages call it: `cutoff`, `priority_targets.high.response_target`,
`weekday_cutoffs.0`, `owner_targets.2.value`. So a message lands beside its field without a table of names.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.key_select import is_key
from accounts.models import User
from kpi.engine.rules import checks, typed
from kpi.engine.rules.base import Parameter, Problem, Rule

PRIORITIES = (("low", gettext_lazy("Low")), ("high", gettext_lazy("High")), ("emergency", gettext_lazy("Emergency")))
EMPTY_ROWS = 3  # to add people's targets in
MOST_ROWS = 500
NUMBERS = {"minutes", "weight", "count", "percent", "rating", "duration"}


@dataclass(frozen=True)
class Group:
    """Fields that stand together: the plain ones (no legend), or one row of a table."""

    legend: str
    names: list[str]
    help: str = ""


class TypedField(forms.CharField):
    """One declared value as people type it. Whether it may stay empty is for the rule to say."""

    def __init__(self, declared: Parameter, **options: Any) -> None:
        self.declared = declared
        label, hint = (_(words) if words else "" for words in (declared.label, declared.help))
        known = {"label": label, "help_text": hint, "required": False, "widget": _widget(declared)}
        super().__init__(**{**known, **options})

    def to_python(self, value: Any) -> Any:
        try:
            return typed.read(self.declared, str(value if value is not None else ""))
        except typed.Unreadable as unreadable:
            raise ValidationError(unreadable.problem.translated(_)) from unreadable

    def prepare_value(self, value: Any) -> Any:
        if self.declared.kind == "tick":
            return bool(value)
        return value if isinstance(value, str) else typed.write(self.declared, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


class ParameterFields:
    """For a form: `add_parameters` in its __init__, `read_parameters` in its clean.

    `person_select` makes the widget that chooses a person, where a plain list of all will not do.
    """

    person_select: Callable[[], forms.Widget] | None = None
    fields: dict[str, forms.Field]
    initial: MutableMapping[str, Any]
    data: Any
    rule: Rule | None = None
    stored: Mapping[str, Any] = {}

    def add_parameters(self, rule: Rule, stored: Mapping[str, Any], people: Iterable[User] = ()) -> None:
        """The rule's fields with what is stored, or their defaults. `people` may be given targets of their own."""
        self.rule, self.stored = rule, stored
        self.people = [(person.pk, str(person)) for person in people]
        for declared in rule.parameters:
            value = stored.get(declared.name, declared.default)
            for name, field, initial in self._fields(declared, value):
                self.fields[name] = field
                self.initial.setdefault(name, initial)

    def read_parameters(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters as the rule keeps them; what it finds wrong stands beside the field."""
        if self.rule is None:
            return {}
        rows = {one.name: self._rows(one, cleaned) for one in self.rule.parameters if one.kind == "per_owner"}
        found = {
            one.name: value
            for one in self.rule.parameters
            if not _is_empty(value := self._value(one, cleaned, rows)) and not self._left(one, value)
        }
        for key, problem in self._problems(found, cleaned).items():
            name = self._place(key, rows)
            if name is None or name not in self.errors:  # type: ignore[attr-defined]
                self.add_error(name, ValidationError(problem.translated(_)))  # type: ignore[attr-defined]
        return found

    def parameter_groups(self) -> list[Group]:
        """The fields in the order in which they are shown."""
        if self.rule is None:
            return []
        plain = [one.name for one in self.rule.parameters if one.name in self.fields]
        tables = [group for one in self.rule.parameters for group in self._groups(one)]
        return [Group("", plain), *tables]

    def _problems(self, found: Mapping[str, Any], cleaned: Mapping[str, Any]) -> dict[str, Problem]:
        """What the rule finds wrong. A weight cleared or unreadable has no default, so there is no sum to tell."""
        assert self.rule is not None  # noqa: S101  # tells the type checker what the caller asked
        wrong, unread = self.rule.validate_parameters(found), self.errors  # type: ignore[attr-defined]
        weights = {one.name: one for one in self.rule.parameters if one.kind == "weight"}
        cleared = {name for name in weights if name in self.data and name not in unread and cleaned.get(name) is None}
        if cleared or unread.keys() & weights.keys():
            wrong = {name: problem for name, problem in wrong.items() if name not in weights}
        return wrong | {name: checks.refusal(weights[name]) for name in cleared}

    def _left(self, declared: Parameter, value: Any) -> bool:
        """What was never set and still has its default stays unset, so that saving an old row changes nothing."""
        return bool(self.stored) and declared.name not in self.stored and value == declared.default

    def _fields(self, declared: Parameter, value: Any) -> Iterator[tuple[str, forms.Field, Any]]:
        if declared.kind == "per_priority":
            for code, label in PRIORITIES:
                for inner in self._per_priority():
                    named = replace(inner, help="", label=inner.label)
                    field = TypedField(named, label=_("%(row)s: %(field)s") % {"row": label, "field": _(inner.label)})
                    yield f"{declared.name}.{code}.{inner.name}", field, ((value or {}).get(code) or {}).get(inner.name)
        elif declared.kind == "per_weekday":
            for day in range(7):
                field = TypedField(checks.inside(declared), label=str(WEEKDAYS[day]), help_text="")
                yield f"{declared.name}.{day}", field, (value or {}).get(str(day))
        elif declared.kind == "per_owner":
            yield from self._owner_fields(declared, value or [])
        else:
            yield declared.name, TypedField(declared), value

    def _per_priority(self) -> list[Parameter]:
        """What a priority may have of its own: the rule's targets in minutes."""
        return [one for one in (self.rule.parameters if self.rule else ()) if one.kind == "minutes"]

    def _owner_fields(
        self, declared: Parameter, stored: list[dict[str, Any]]
    ) -> Iterator[tuple[str, forms.Field, Any]]:
        typed_in = [name for name in self.data or {} if name.startswith(f"{declared.name}.")]
        rows = max([len(stored) + EMPTY_ROWS, *(_row(name) + 1 for name in typed_in)])
        for at in range(min(rows, MOST_ROWS)):
            row = stored[at] if at < len(stored) else {}
            known = [("", _("Nobody")), *self.people]
            if row.get("owner") and row["owner"] not in dict(self.people):
                known.append((row["owner"], _("Person %(id)s") % {"id": row["owner"]}))
            person = forms.TypedChoiceField(
                label=_("Person"), choices=known, coerce=int, empty_value=None, required=False
            )
            person.error_messages["invalid_choice"] = _("Choose the person from the list")
            if self.person_select:
                person.widget = self.person_select()
                person.widget.choices = person.choices
            yield f"{declared.name}.{at}.owner", person, row.get("owner")
            month = forms.CharField(label=_("From month"), required=False)
            month.help_text = _("Such as 2026-03.") if at == 0 else ""
            yield f"{declared.name}.{at}.from", month, row.get("from")
            yield (
                f"{declared.name}.{at}.value",
                TypedField(checks.inside(declared), label=_("Target"), help_text=""),
                row.get("value"),
            )

    def _value(self, declared: Parameter, cleaned: Mapping[str, Any], rows: Mapping[str, list[int]]) -> Any:
        if declared.kind == "per_priority":
            table = {
                code: {
                    one.name: cleaned[name]
                    for one in self._per_priority()
                    if cleaned.get(name := f"{declared.name}.{code}.{one.name}") is not None
                }
                for code, _label in PRIORITIES
            }
            return {code: targets for code, targets in table.items() if targets}
        if declared.kind == "per_weekday":
            return {str(day): value for day in range(7) if (value := cleaned.get(f"{declared.name}.{day}")) is not None}
        if declared.kind == "per_owner":
            return [
                {part: cleaned.get(f"{declared.name}.{at}.{part}") or None for part in ("owner", "from", "value")}
                for at in rows[declared.name]
            ]
        return cleaned.get(declared.name)

    def _rows(self, declared: Parameter, cleaned: Mapping[str, Any]) -> list[int]:
        """The numbers of the rows in which something was typed."""
        filled = {_row(name) for name, value in cleaned.items() if value and name.startswith(f"{declared.name}.")}
        return sorted(filled)

    def _place(self, key: str, rows: Mapping[str, list[int]]) -> str | None:
        """The field that a message of the rule is about; the first of a row that is wrong as a whole."""
        name, _dot, rest = key.partition(".")
        if name in rows and rest:
            at, _dot, part = rest.partition(".")
            key = f"{name}.{rows[name][int(at)]}.{part}"
        return next((field for field in self.fields if field == key or field.startswith(f"{key}.")), None)

    def _groups(self, declared: Parameter) -> Iterator[Group]:
        names = [name for name in self.fields if name.startswith(f"{declared.name}.")]
        hint = _(declared.help) if declared.help else ""
        if declared.kind == "per_weekday":
            yield Group(_(declared.label), names, hint)
        elif names:
            rows = list(dict.fromkeys(name.split(".")[1] for name in names))
            yield Group(_(declared.label), [], hint)
            for row in rows:
                yield Group("", [name for name in names if name.split(".")[1] == row])


class ParameterForm(ParameterFields, forms.Form):
    """A rule's parameters alone: what-if, and whatever else tries them."""

    def __init__(
        self, *args: Any, rule: Rule, stored: Mapping[str, Any], people: Iterable[User] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.parameters: dict[str, Any] = {}
        self.add_parameters(rule, stored, people)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.parameters = self.read_parameters(cleaned)
        return cleaned


def possible_owners(stored: Mapping[str, Any], *, among: Iterable[str] | None = None) -> list[User]:
    """Who may have a target of their own: active staff, and whoever has one. Of the staff only keys in `among`."""
    named = {row.get("owner") for value in stored.values() if isinstance(value, list) for row in value} - {None}
    staff = User.objects.filter(role__in=("agent", "management", "admin"), is_active=True)
    if among is not None:
        staff = staff.filter(pk__in=[key for key in among if is_key(key)])
    return list((staff | User.objects.filter(pk__in=named)).order_by("name", "pk"))


def _widget(declared: Parameter) -> forms.Widget:
    if declared.kind == "choice":
        return forms.Select(choices=[(code, _(label)) for code, label in declared.choices])
    if declared.kind == "tick":
        return forms.CheckboxInput()
    if declared.kind in NUMBERS:
        return forms.TextInput({"inputmode": "decimal" if declared.kind == "percent" else "numeric"})
    return forms.TextInput({"inputmode": "text"})


def _is_empty(value: Any) -> bool:
    return value is None or value == ""


def _row(name: str) -> int:
    """The row's number in a field name, -1 where there is none."""
    number = name.split(".")[1] if name.count(".") >= 1 else ""
    return int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
