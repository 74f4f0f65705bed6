"""Holidays of a country from the `holidays` package: compared with what is stored, and the writes that follow.

Days by hand are left alone, also those that somebody gave hours. Repeating an import changes nothing.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import holidays

from accounts.models import Country
from kpi import plans
from kpi.models import KpiItem, ReplacedDay
from kpi.plans import Write

EARLIEST, LATEST = 2000, 2100
MOST_YEARS = 10
LONGEST_NAME = 120


class Kind(StrEnum):
    """What an import would do to a day."""

    NEW = "new"
    RENAMED = "renamed"
    GONE = "gone"
    KEPT = "kept"  # by hand
    SAME = "same"


@dataclass(frozen=True)
class Choice:
    """What to import: years, one subdivision or none, and categories of the package such as "public"."""

    country: Country
    years: tuple[int, ...]
    categories: tuple[str, ...]
    subdivision: str = ""


@dataclass(frozen=True)
class Line:
    """One day of the comparison. `name` is what it will be called, `before` what it is called; both may be empty."""

    kind: Kind
    date: date
    name: str
    before: str = ""


def is_known(country: Country) -> bool:
    """Whether the package knows the country at all."""
    return country.code in holidays.list_supported_countries(include_aliases=False)


def categories(country: Country) -> tuple[str, ...]:
    """The categories the package has for the country, the public ones first."""
    found: Sequence[str] = holidays.country_holidays(country.code).supported_categories
    return tuple(sorted(found, key=lambda name: (name != "public", name)))


def subdivisions(country: Country) -> list[tuple[str, str]]:
    """(code, name) of the country's states or regions; none where all of it keeps the same days."""
    entity = holidays.country_holidays(country.code)
    names = entity.get_subdivision_aliases()
    return [(code, ", ".join([*names.get(code, [])[:1], code])) for code in entity.subdivisions]


def published(choice: Choice) -> dict[date, str]:
    """{day: name} of what the package says, in English where it has that."""
    code = choice.country.code
    known = holidays.country_holidays(code).supported_languages
    language = next((name for name in ("en_US", "en_GB", f"en_{code}") if name in known), None)
    found = holidays.country_holidays(
        code,
        subdiv=choice.subdivision or None,
        years=list(choice.years),
        categories=choice.categories,
        language=language,
    )
    return {day: name[:LONGEST_NAME] for day, name in sorted(found.items()) if day.year in choice.years}


def compare(choice: Choice) -> list[Line]:
    """Every day of the chosen years that is published or stored, by date. One query."""
    wanted = published(choice)
    rows = ReplacedDay.objects.filter(country=choice.country, date__year__in=choice.years)
    stored = {row.date: row for row in rows}
    return [_line(day, wanted.get(day, ""), stored.get(day)) for day in sorted({*wanted, *stored})]


def changing(lines: Iterable[Line]) -> list[Line]:
    """Those that would be written."""
    return [line for line in lines if line.kind in (Kind.NEW, Kind.RENAMED, Kind.GONE)]


def fingerprint(lines: Iterable[Line]) -> str:
    """Names a comparison, so that what is written is what was looked at."""
    return hashlib.sha256(repr(list(lines)).encode()).hexdigest()[:16]


def split(country: Country, lines: Iterable[Line], *, today: date) -> tuple[list[Line], list[Line]]:
    """(what may be written at once, what may change scores and so goes through a preview): section 7 of the domain.

    `today` is the country's local date. A past day moves nothing while the country has no work to score.
    """
    lines = changing(lines)
    if not any(line.date <= today for line in lines) or not KpiItem.objects.filter(country=country).exists():
        return lines, []
    return [line for line in lines if line.date > today], [line for line in lines if line.date <= today]


def write(country: Country, lines: Iterable[Line]) -> None:
    """Bring the rows of these days into line at once. Inside the caller's transaction."""
    plans.carry_out(writes(country, lines))


def writes(country: Country, lines: Iterable[Line]) -> list[Write]:
    """What it takes to bring the rows of these days into line."""
    rows = {row.date: row for row in ReplacedDay.objects.filter(country=country)}
    found = [_write(country, line, rows.get(line.date)) for line in lines]
    return [one for one in found if one is not None]


def counts(lines: Iterable[Line]) -> dict[str, int]:
    """How many lines there are of each kind, all kinds named."""
    kinds = [line.kind for line in lines]
    return {kind.value: kinds.count(kind) for kind in Kind}


def _line(day: date, name: str, row: ReplacedDay | None) -> Line:
    if row is None:
        return Line(Kind.NEW, day, name)
    if row.source == ReplacedDay.Source.MANUAL or row.windows:
        return Line(Kind.KEPT, day, row.name, row.name)
    if not name:
        return Line(Kind.GONE, day, "", row.name)
    return Line(Kind.SAME if name == row.name else Kind.RENAMED, day, name, row.name)


def _write(country: Country, line: Line, row: ReplacedDay | None) -> Write | None:
    """None where somebody wrote or removed the day by hand meanwhile."""
    if row is None and line.kind is Kind.NEW:
        imported = ReplacedDay.Source.IMPORTED
        return plans.saving(ReplacedDay(country=country, date=line.date, name=line.name, source=imported))
    if row is not None and line.kind is Kind.RENAMED:
        row.name = line.name
        return plans.saving(row)
    return plans.deleting(row) if row is not None and line.kind is Kind.GONE else None
