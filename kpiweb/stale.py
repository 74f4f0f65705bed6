"""A form of the admin that somebody overtook is refused once, with what differs; sent again, it is meant."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.admin.utils import display_for_value, unquote
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

SEEN = "seen_when_opened"
SHOWN = 5
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
    overtaken = False

    @property
    def seen(self) -> str:
        """The mark to send along: of what is stored now, but a form refused for another reason keeps its own."""
        return str(self.data.get(SEEN, "")) if self.is_bound and not self.overtaken else _mark(self.initial)

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        mark = self.data.get(SEEN)
        if mark and self.instance.pk and mark != _mark(self.initial):
            self.overtaken = True
            self.add_error(None, ValidationError(list(self._sentences())))  # type: ignore[attr-defined]
        return cleaned

    def _sentences(self) -> Iterator[str]:
        yield _("Somebody else saved this while you had it open. Save again to keep what you typed.")
        for name in self.changed_data[:SHOWN]:
            label = capfirst(str(self.fields[name].label or name))
            yield _("%(field)s is now stored as: %(value)s") % {"field": label, "value": self._stored(name)}

    def _stored(self, name: str) -> str:
        """The stored value as people read it."""
        value = self.initial.get(name)
        choices = (
            dict(getattr(self.fields[name], "choices", ())) if hasattr(self.instance, f"get_{name}_display") else {}
        )
        if value not in (None, "", []) and isinstance(self.fields[name], forms.ModelChoiceField):
            found = self.fields[name].queryset.model._base_manager.filter(pk__in=_keys(value))  # type: ignore[attr-defined]
            return ", ".join(map(str, found[:SHOWN])) or EMPTY
        shown = choices.get(value, display_for_value(value, EMPTY) if not isinstance(value, bool) else _yes_no(value))
        return Truncator(strip_tags(str(shown))).chars(LONGEST)


class RefusesStaleForms:
    """For every model in the admin; see KpiAdminSite.register."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change, **options)  # type: ignore[misc]
        return type(form)(form.__name__, (RemembersWhatWasSeen, form), {"__module__": form.__module__})

    def _changeform_view(self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any) -> Any:
        """Lock the row first, so that of two who save at once the second one sees what the first one stored."""
        if request.method == "POST" and object_id:
            obj = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
            if obj is not None and obj.pk:
                # Unordered: some models are ordered by what they join, and PostgreSQL locks no optional join.
                rows = type(obj)._base_manager.select_for_update().filter(pk=obj.pk).order_by()
                list(rows.values_list("pk"))
        return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]


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
