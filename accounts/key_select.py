"""Selects of the admin that search on the server, for whatever is sent in their place."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

LONGEST = 18  # digits; no key is longer, and no database takes many more


class _AsksForKeysAlone:
    """As Django's, which looks for what is no key in the database as well; the field then says that it is none."""

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> Any:
        keys = [one for one in value if is_key(str(one))]
        return super().optgroups(name, keys, attr)  # type: ignore[misc]


class KeySelect(_AsksForKeysAlone, AutocompleteSelect):  # type: ignore[misc]  # the stubs name it otherwise
    """One of many."""


class KeySelectMultiple(_AsksForKeysAlone, AutocompleteSelectMultiple):  # type: ignore[misc]
    """Some of many."""


def is_key(typed: str) -> bool:
    """Whether this can be the key of a row at all."""
    return typed.isascii() and typed.isdigit() and len(typed) <= LONGEST
