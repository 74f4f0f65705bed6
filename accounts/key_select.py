"""Selects of the admin that search on the server, for whatever is sent in their place."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import Q
from django.http import QueryDict

from accounts.models import Role

LONGEST = 18  # digits; no key is longer, and no database takes many more
LISTED_AT_MOST = 50  # people who are offered in full; of more the one is looked up


class _AsksForKeysAlone:
    """As Django's, which looks for what is no key in the database as well; the field then says that it is none.

    `among` narrows what is looked up: it goes into the address, where the admin of the model reads it by `among()`.
    """

    among: Mapping[str, object] = {}

    def get_url(self) -> str:
        url: str = super().get_url()  # type: ignore[misc]
        return f"{url}?{urlencode(self.among)}" if self.among else url

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> Any:
        keys = [one for one in value if is_key(str(one))]
        return super().optgroups(name, keys, attr)  # type: ignore[misc]


class KeySelect(_AsksForKeysAlone, AutocompleteSelect):  # type: ignore[misc]  # the stubs name it otherwise
    """One of many."""


class KeySelectMultiple(_AsksForKeysAlone, AutocompleteSelectMultiple):  # type: ignore[misc]
    """Some of many."""


class NamedSelect(KeySelect):
    """One of many, for a field whose choices are only those that were chosen already: they need no query each."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return forms.Select.optgroups(self, name, value, attr)


def named_select(column: Any, **among: object) -> NamedSelect:
    """For a plain choice of rows of another model. `column` is one of a model that names such a row."""
    widget = NamedSelect(column, admin.site)
    widget.among = among
    return widget


def choose_agents(field: Any, department: int, column: Any, short: forms.Widget) -> None:
    """Let `field`, whose rows are agents of the department, list them in `short`, or search where they are too many.

    `department` is its key; `column` is one of a model that holds such people. One query.
    """
    several, rows = isinstance(field, forms.ModelMultipleChoiceField), list(field.queryset[: LISTED_AT_MOST + 1])
    if len(rows) <= LISTED_AT_MOST:
        none = [] if field.empty_label is None else [("", field.empty_label)]
        field.widget, choices = short, [*none, *((row.pk, field.label_from_instance(row)) for row in rows)]
    else:
        field.widget, choices = (KeySelectMultiple if several else KeySelect)(column, admin.site), field.choices
        field.widget.among = {"agents_of": department}
    field.widget.choices, field.widget.is_required = choices, field.required


def among(asked: QueryDict) -> Q:
    """The people that a select looks among, as its address says; all of them where it says nothing."""
    found = Q()
    if "staff" in asked:
        found &= Q(is_active=True) & ~Q(role=Role.CUSTOMER)
    if is_key(asked.get("agents_of", "")):
        found &= Q(is_active=True, role=Role.AGENT, department=asked["agents_of"])
    return found


def is_key(typed: str) -> bool:
    """Whether this can be the key of a row at all."""
    return typed.isascii() and typed.isdigit() and len(typed) <= LONGEST
