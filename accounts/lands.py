"""Countries and their time zones, from the zone data that the product brings along."""

from functools import cache
from importlib.resources import files


@cache
def names() -> dict[str, str]:
    """{"KE": "Kenya"} of ISO 3166."""
    rows = (line.split("\t") for line in _table("iso3166.tab"))
    return {code: name for code, name, *_rest in rows}


@cache
def zones() -> dict[str, tuple[str, ...]]:
    """{"KE": ("Africa/Nairobi",)}: the zones in use in each country."""
    found: dict[str, list[str]] = {}
    for line in _table("zone.tab"):
        code, _place, zone = line.split("\t")[:3]
        found.setdefault(code, []).append(zone)
    return {code: tuple(of_country) for code, of_country in found.items()}


def code_of(words: str) -> str:
    """The code that `words` mean: a code in any case, or the English name; "" for neither."""
    if words.upper() in names():
        return words.upper()
    return next((code for code, name in names().items() if name.casefold() == words.casefold()), "")


def _table(name: str) -> list[str]:
    text = files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
