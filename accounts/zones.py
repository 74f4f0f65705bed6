"""The time zones of the world by their IANA names, and which of them somebody may have meant."""

import difflib
import zoneinfo
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from django import forms

OFFERED = 3
ALIKE = 0.75  # of 1; less alike are names that merely share some letters
LONGEST = 64
PART = 4  # letters; fewer are part of too many names


@cache
def places() -> dict[str, str]:
    """IANA name to the name of its country in English, as the zone data publishes them; UTC is of no country."""
    known, countries = zoneinfo.available_timezones(), {code: country for code, country, *_rest in _lines("iso3166")}
    found = {zone: countries.get(code, "") for code, _at, zone, *_rest in _lines("zone") if zone in known}
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


def _lines(table: str) -> Iterator[list[str]]:
    """The rows of a table of the zone data, cut at its tabs."""
    for line in (files("tzdata.zoneinfo") / f"{table}.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield [*line.split("\t"), ""]
