"""A form of the admin that somebody overtook is refused once, with what differs; sent again, it is meant.

That holds for the row itself, for the rows of other models on its form, and for its deletion.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import display_for_value, unquote
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from django.utils.html import strip_tags
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from kpiweb.admin_forms import mixed

SEEN = "seen_when_opened"
SHOWN = 5
MOST = 2000  # rows of a formset; Django takes no more
LONGEST = 80
EMPTY = "–"


class RemembersWhatWasSeen:
    """For the forms of the admin: a mark of the stored values goes out with the page and comes back with the form."""

    initial: dict[str, Any]
    data: Any
    fields: dict[str, forms.Field]
    instance: Any
    is_bound: bool
    changed_data: list[str]
    prefix: str | None
    base_fields: dict[str, forms.Field]
    also_seen: tuple[str, ...] = ()  # columns that stand on the form in other fields than their own
    overtaken = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Now, since cleaning writes what was typed into the row.
        shown = {name: value for name, value in self.initial.items() if name in self.base_fields}
        self._stored_mark = _mark(shown | {name: getattr(self.instance, name) for name in self.also_seen})

    @property
    def seen_name(self) -> str:
        return f"{self.prefix}-{SEEN}" if self.prefix else SEEN

    @property
    def seen(self) -> str:
        """The mark to send along: of what is stored now, but a form refused for another reason keeps its own."""
        return str(self.data.get(self.seen_name, "")) if self.is_bound and not self.overtaken else self._stored_mark

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        mark = self.data.get(self.seen_name)
        if mark and self.instance.pk and mark != self._stored_mark:
            self.overtaken = True
            self.add_error(None, ValidationError(list(self._sentences())))  # type: ignore[attr-defined]
        return cleaned

    def _sentences(self) -> Iterator[str]:
        yield _("Somebody else saved this while you had it open. Save again to keep what you typed.")
        for name in [name for name in self.changed_data if name in self.initial][:SHOWN]:
            label = capfirst(str(self.fields[name].label or name))
            yield _("%(field)s is now stored as: %(value)s") % {"field": label, "value": self._stored(name)}

    def _stored(self, name: str) -> str:
        """The stored value as people read it."""
        value = self.initial.get(name)
        if hasattr(self.fields[name], "in_words"):
            return Truncator(self.fields[name].in_words(value)).chars(LONGEST)  # type: ignore[attr-defined]
        choices = (
            dict(getattr(self.fields[name], "choices", ())) if hasattr(self.instance, f"get_{name}_display") else {}
        )
        if value not in (None, "", []) and isinstance(self.fields[name], forms.ModelChoiceField):
            found = self.fields[name].queryset.model._base_manager.filter(pk__in=_keys(value))  # type: ignore[attr-defined]
            return ", ".join(map(str, found[:SHOWN])) or EMPTY
        shown = choices.get(value, display_for_value(value, EMPTY) if not isinstance(value, bool) else _yes_no(value))
        return Truncator(strip_tags(str(shown))).chars(LONGEST)


class RemembersItsRows:
    """For the rows of another model on a form. Those that somebody deleted meanwhile come back as new ones."""

    forms: list[Any]
    fk: Any
    model: type[Model]
    can_delete: bool
    gone = 0

    def __init__(self, data: Any = None, files: Any = None, instance: Any = None, **options: Any) -> None:
        if data is not None and instance is not None and instance.pk:
            # Locked as well: of two who save at once the second one sees what the first one stored.
            rows = self.model._base_manager.select_for_update().filter(**{self.fk.name: instance.pk}).order_by("pk")
            prefix = options.get("prefix") or self.get_default_prefix()  # type: ignore[attr-defined]
            self.gone = _make_new(data, prefix, self.model, {str(pk) for (pk,) in rows.values_list("pk")})
        super().__init__(data, files, instance, **options)  # type: ignore[call-arg]

    def clean(self) -> None:
        super().clean()  # type: ignore[misc]
        deleted = [form for form in self.forms if self.can_delete and self._should_delete_form(form)]  # type: ignore[attr-defined]
        words = _("Somebody else saved “%(row)s” while you had it open. Save again to delete it all the same.")
        told = [words % {"row": Truncator(str(one.instance)).chars(LONGEST)} for one in deleted if one.overtaken]
        if self.gone:
            told.append(
                _("Somebody else deleted a row while you had it open. It is at the end; save again to add it anew.")
            )
        if told:
            raise ValidationError(told)


class RefusesStaleForms:
    """For the admin of every model; see kpiweb/model_admin.py."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change, **options)  # type: ignore[misc]
        return mixed(RemembersWhatWasSeen, form)

    def _changeform_view(self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any) -> Any:
        """Lock the row first, so that of two who save at once the second one sees what the first one stored."""
        if request.method == "POST" and object_id:
            self._locked_row_of(request, object_id)
        return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]

    def _delete_view(self, request: HttpRequest, object_id: str, extra_context: Any) -> Any:
        """A row that somebody changed while its deletion was being confirmed is shown once more."""
        obj = self._locked_row_of(request, object_id) if request.method == "POST" else self._row_of(request, object_id)
        context = dict(extra_context or {})
        if obj is not None and self.has_delete_permission(request, obj):  # type: ignore[attr-defined]
            context["seen"] = self.get_form(request, obj, change=True)(instance=obj).seen
            if request.POST.get(SEEN, context["seen"]) != context["seen"]:
                messages.warning(request, _("Somebody else saved this meanwhile. Look at it again, then delete it."))
                request.POST = QueryDict()  # so that it is asked, not done
        return super()._delete_view(request, object_id, context)  # type: ignore[misc]

    def _locked_row_of(self, request: HttpRequest, object_id: str) -> Any:
        obj = self._row_of(request, object_id)
        if obj is not None and obj.pk:
            # Unordered: some models are ordered by what they join, and PostgreSQL locks no optional join.
            rows = type(obj)._base_manager.select_for_update().filter(pk=obj.pk).order_by()
            list(rows.values_list("pk"))
        return self._row_of(request, object_id)  # as it is once nobody else holds it

    def _row_of(self, request: HttpRequest, object_id: str) -> Any:
        return self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]


def _make_new(data: Any, prefix: str, model: type[Model], stored: set[str]) -> int:
    """Turn the sent rows that are stored no more into new ones at the end, and return how many that were.

    Those that were to be deleted are left out: that is done.
    """
    total, initial = (_number(data.get(f"{prefix}-{name}")) for name in ("TOTAL_FORMS", "INITIAL_FORMS"))
    key = model._meta.pk.name
    gone = [at for at in range(initial) if data.get(f"{prefix}-{at}-{key}", "") not in stored]
    if not gone:
        return 0
    again = [at for at in gone if not data.get(f"{prefix}-{at}-DELETE")]
    order = [at for at in range(total) if at not in gone] + again
    sent = {at: _row(data, f"{prefix}-{at}-") for at in range(total)}
    for at in again:
        sent[at] = {name: values for name, values in sent[at].items() if name not in (key, SEEN)}
    for place, at in enumerate(order):
        for name, values in sent[at].items():
            data.setlist(f"{prefix}-{place}-{name}", values)
    data[f"{prefix}-TOTAL_FORMS"], data[f"{prefix}-INITIAL_FORMS"] = str(len(order)), str(initial - len(gone))
    return len(again)


def _row(data: Any, prefix: str) -> dict[str, list[str]]:
    """What was sent under a prefix, taken out."""
    return {name.removeprefix(prefix): data.pop(name) for name in list(data) if name.startswith(prefix)}


def _number(typed: Any) -> int:
    """How many rows were sent; what is no number is for Django to refuse."""
    return min(int(typed), MOST) if str(typed).isascii() and str(typed).isdigit() and len(str(typed)) < 6 else 0


def _mark(initial: dict[str, Any]) -> str:
    """What two equal sets of stored values have in common."""
    plain = sorted((name, str(_plain(value))) for name, value in initial.items())
    return hashlib.sha256(repr(plain).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    return (
        sorted(map(str, _keys(value))) if isinstance(value, list) and value and isinstance(value[0], Model) else value
    )


def _keys(value: Any) -> list[Any]:
    values = value if isinstance(value, list) else [value]
    return [one.pk if isinstance(one, Model) else one for one in values]


def _yes_no(value: bool) -> str:
    return _("yes") if value else _("no")
