"""The time zones of the world by their IANA names, and which of them somebody may have meant."""

import difflib
from functools import cache

from django import forms

from accounts import lands

OFFERED = 3
ALIKE = 0.75  # of 1; less alike are names that merely share some letters
LONGEST = 64
PART = 4  # letters; fewer are part of too many names


@cache
def places() -> dict[str, str]:
    """IANA name to the name of its country in English, by name; UTC comes first and is of no country."""
    found = {zone: lands.names().get(code, "") for code, zones in lands.zones().items() for zone in zones}
    return {"UTC": "", **dict(sorted(found.items()))}


def meant(typed: str) -> list[str]:
    """The zones that `typed` most likely stands for, three at most: by its city, its country or its spelling."""
    wanted = _folded(typed[:LONGEST])
    named = {zone: (_folded(zone), _folded(zone.rpartition("/")[2]), _folded(land)) for zone, land in places().items()}
    same = [zone for zone, words in named.items() if wanted in words]
    parts = [zone for zone, words in named.items() if len(wanted) >= PART and any(wanted in word for word in words)]
    if not parts:
        spelled = {word: zone for zone, words in reversed(named.items()) for word in words if word}
        parts = [spelled[word] for word in difflib.get_close_matches(wanted, spelled, OFFERED, ALIKE)]
    return list(dict.fromkeys([*same, *parts]))[:OFFERED]


class ZoneInput(forms.TextInput):
    """A box for an IANA name that offers the zones as one types, with their countries."""

    template_name = "admin/accounts/widgets/zone.html"

    def get_context(self, name: str, value: object, attrs: dict[str, object] | None) -> dict[str, object]:
        listed = f"{(attrs or {}).get('id', name)}_zones"
        given = {"class": "vTextField", "autocomplete": "off", **(attrs or {}), "list": listed}
        return {**super().get_context(name, value, given), "zones": places().items()}


def _folded(words: str) -> str:
    return " ".join(words.casefold().replace("_", " ").split())
