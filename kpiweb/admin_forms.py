"""The forms of the admin say in our words what is wrong, beside the field that it is about."""

import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CheckConstraint, Model, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.key_select import KeySelect, KeySelectMultiple, is_key
from kpiweb.formats import chosen

DATE = _("Enter a real date, such as 2026-11-19.")
LISTED = _("Choose one from the list.")
WORDS: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {
        "required": _("Fill this in; it cannot stay empty."),
        "max_length": _("Shorten this to %(limit_value)d characters; it has %(show_value)d."),
        "min_value": _("Enter %(limit_value)s or more."),
        "max_value": _("Enter %(limit_value)s or less."),
    },
    forms.IntegerField: {"invalid": _("Enter a whole number in digits, such as 14.")},
    forms.DecimalField: {
        "invalid": _("Enter a number, such as 95 or 92.5."),
        "max_digits": _("Enter a number of at most %(max)s digits."),
        "max_decimal_places": _("Enter at most %(max)s digits after the point."),
        "max_whole_digits": _("Enter at most %(max)s digits before the point."),
    },
    forms.DateField: {"invalid": DATE},
    forms.DateTimeField: {"invalid": _("Enter a real date and time, such as 2026-11-19 14:30.")},
    forms.EmailField: {"invalid": _("Enter an email address in the format name@example.com.")},
    forms.SlugField: {"invalid": _("Use only letters without accents, digits, hyphens and underscores.")},
    forms.ChoiceField: {"required": LISTED, "invalid_choice": LISTED},
    forms.ModelChoiceField: {"required": LISTED, "invalid_choice": LISTED},
    forms.ModelMultipleChoiceField: {
        "required": LISTED,
        "invalid_choice": _("Choose only from the list."),
        "invalid_pk_value": _("Choose only from the list."),
        "invalid_list": _("Choose only from the list."),
    },
}
BREAKS = "\r\n\t"
FIRST, LAST = date(1970, 1, 1), date(2200, 1, 1)


class SaysWhatIsWrong:
    """For the forms of the admin: our sentences in the place of Django's, never of those that a form has itself."""

    fields: dict[str, forms.Field]
    _meta: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            _word(field, self._meta.model)

    def _update_errors(self, errors: Any) -> None:
        """What the model finds: a rule over several columns is told beside the last of them that the form has."""
        found: dict[str, list[Any]] = getattr(errors, "error_dict", {})
        for error in found.pop(NON_FIELD_ERRORS, []):
            place, told = self._placed(error)
            found.setdefault(place, []).append(told)
        super()._update_errors(errors)  # type: ignore[misc]

    def _placed(self, error: Any) -> tuple[str, Any]:
        model: type[Model] = self._meta.model
        if error.code == "unique_together":
            names = list(error.params["unique_check"])
            labels = ", ".join(f"“{model._meta.get_field(name).verbose_name}”" for name in names)  # type: ignore[union-attr]
            words = _now("There is a row with the same %(fields)s already.") % {"fields": labels}
            return self._last(names), ValidationError(words, code="unique_together")
        for rule in model._meta.constraints:
            if isinstance(rule, CheckConstraint) and rule.violation_error_message == error.message:
                return self._last(_columns(rule.condition)), error
        return NON_FIELD_ERRORS, error

    def _last(self, names: Any) -> str:
        return next((name for name in reversed(list(names)) if name in self.fields), NON_FIELD_ERRORS)


class SaysWhatIsTwice:
    """For the rows of other models on a form."""

    def get_unique_error_message(self, unique_check: Any) -> str:
        return _now("Two of these rows are the same; change or take out one of them.")

    def get_form_error(self) -> str:
        return _now("This row is like one above it.")


class SearchesOnTheServer:
    """For the admin of every model, and of the rows on its form: the house's own selects."""

    admin_site: Any

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            options.setdefault("widget", KeySelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **options)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            options.setdefault("widget", KeySelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **options)  # type: ignore[misc]


class WordsItsForms(SearchesOnTheServer):
    """For the admin of every model; see kpiweb/model_admin.py."""

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """No text in a database has the character NUL; PostgreSQL refuses to be asked for it."""
        if "\x00" in search_term:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)  # type: ignore[misc]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change, **options)  # type: ignore[misc]
        return mixed(SaysWhatIsWrong, form)


def mixed(extra: type, form: Any) -> Any:
    """The class of a form, or of rows of forms, with `extra` before it."""
    return type(form)(form.__name__, (extra, form), {"__module__": form.__module__})


def refuse_controls(value: Any, *, allowed: str = "") -> None:
    """Refuse characters nobody can see; a text over several lines has its breaks."""
    if isinstance(value, str) and any(unicodedata.category(one) == "Cc" and one not in allowed for one in value):
        raise ValidationError(_now("Remove the control characters; use letters, numbers and punctuation only."))


def refuse_controls_but_breaks(value: Any) -> None:
    refuse_controls(value, allowed=BREAKS)


def refuse_far_days(value: Any) -> None:
    """Refuse what no calendar of work reaches: a mistyped year, from which a day or two lead out of all dates."""
    if isinstance(value, date) and not FIRST <= value <= LAST:
        raise ValidationError(_now("Enter a date from %(first)s to %(last)s.") % {"first": FIRST, "last": LAST})


def _word(field: forms.Field, model: type[Model]) -> None:
    kind: Any = type(field)
    stock, ours = _stock(kind), _ours(kind)
    # Where the form has a sentence of its own, that one stays.
    field.error_messages |= {
        code: words for code, words in ours.items() if stock.get(code) == field.error_messages.get(code)
    }
    if kind is forms.DateField:
        field.input_formats = chosen.read()  # type: ignore[attr-defined]
        field.validators = [*field.validators, refuse_far_days]
    if isinstance(field, forms.DecimalField):
        field.to_python = partial(_finite, field, field.to_python)  # type: ignore[method-assign]
    if isinstance(field, forms.ModelChoiceField):
        field.clean = partial(_clean_key, field, field.clean)  # type: ignore[method-assign]
    name = model._meta.verbose_name
    field.error_messages.setdefault("unique", _now("Another %(name)s has this already.") % {"name": name})
    if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput):
        over_lines = isinstance(field.widget, forms.Textarea)
        # First, and instead of Django's, which knows of one such character only.
        kept = [one for one in field.validators if getattr(one, "code", "") != "null_characters_not_allowed"]
        field.validators = [refuse_controls_but_breaks if over_lines else refuse_controls, *kept]


def _clean_key(field: Any, clean: Callable[[Any], Any], sent: Any) -> Any:
    """What can be no key is no choice; Django asks the database for some of it, which ends in an error."""
    keys = sent if isinstance(sent, list | tuple) else [sent]
    if any(one not in field.empty_values and not is_key(str(one)) for one in keys):
        raise ValidationError(field.error_messages["invalid_choice"], code="invalid_choice")
    return clean(sent)


def _finite(field: Any, read: Callable[[Any], Any], sent: Any) -> Any:
    """ "sNaN" is a number of which Python cannot even say whether it is another than the stored one."""
    number = read(sent)
    if isinstance(number, Decimal) and not number.is_finite():
        raise ValidationError(field.error_messages["invalid"], code="invalid")
    return number


@cache
def _ours(kind: Any) -> dict[str, Any]:
    return {code: words for one in reversed(kind.__mro__) for code, words in WORDS.get(one, {}).items()}


@cache
def _stock(kind: Any) -> dict[str, Any]:
    """What Django says for a field of this kind."""
    found: dict[str, Any] = {}
    for one in reversed(kind.__mro__):
        found |= getattr(one, "default_error_messages", {}) if one.__module__.startswith("django.") else {}
    return found


def _columns(condition: Any) -> Iterator[str]:
    """The columns that a condition speaks of, in its order."""
    children: list[Any] = condition.children if isinstance(condition, Q) else []
    for child in children:
        yield from _columns(child) if isinstance(child, Q) else [str(child[0]).partition("__")[0]]
