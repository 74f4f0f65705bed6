"""Why a number of a month is what it is: what it is the mean of, the formula, and a row for each thing below it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from kpi.engine.score import shown
from kpi.levels import CountryMonth, DepartmentMonth, GroupMonth, Mean, OwnerMonth, SubjectMonth, TypeMonth
from kpi.selection import Selection

Level = Mean | TypeMonth | SubjectMonth


@dataclass(frozen=True)
class Below:
    """One thing that a number is made of. `query` names it in the addresses of explanations and lists."""

    name: str
    query: str
    score: Fraction | int | None
    counted: int
    left_out: int
    weight: int = 1
    sentence: str = ""


@dataclass(frozen=True)
class Told:
    """A number explained; `lede` says what it is, `heading` names the rows. `sums` are (points, items) of a mean of
    items, None for every other mean."""

    name: str
    score: Fraction | int | None
    lede: str
    heading: str
    below: list[Below]
    weighted: bool = False
    sums: tuple[Fraction, int] | None = None
    part: list[tuple[str, str, str]] | None = None

    @property
    def terms(self) -> list[Below]:
        """Those that have data."""
        return [one for one in self.below if one.score is not None]

    @property
    def without_data(self) -> list[Below]:
        return [one for one in self.below if one.score is None]

    @property
    def weights(self) -> int:
        return sum(one.weight for one in self.terms)


def told(chosen: Selection) -> Told | None:
    """The explanation of what is selected; None where the selection has no number of its own."""
    level = chosen.level
    if isinstance(level, CountryMonth):
        return _mean(
            level,
            _("A country is the plain mean of its departments: one bad team cannot drown it."),
            _("Departments"),
            [_of(one, one.query) for one in level.departments],
        )
    if isinstance(level, DepartmentMonth | OwnerMonth):
        is_place = isinstance(level, DepartmentMonth)
        lede = (
            _("A department is the plain mean of its groups.")
            if is_place
            else _("The month of a person is the plain mean of their groups.")
        )
        groups = [_of(one, f"{chosen.query}&{one.query}") for one in level.groups]
        return _mean(level, lede, _("Groups"), groups)
    if isinstance(level, GroupMonth):
        lede = (
            _("A group is the mean of its types, by their weights.")
            if level.weighted
            else _("A group is the mean of its types.")
        )
        base = chosen.shown.filters.query
        return _mean(level, lede, _("Types"), [_of(one, f"{base}&type={one.type.code}") for one in level.types])
    if isinstance(level, TypeMonth):
        return _of_subjects(chosen, level) if level.of != "item" else _of_items(chosen, level)
    return _of_subject(level, level.name) if isinstance(level, SubjectMonth) else None


def _mean(level: Mean, lede: str, heading: str, below: list[Below]) -> Told:
    return Told(level.name, level.score, lede, heading, below, weighted=level.weighted)


def _of(one: Mean | TypeMonth, query: str) -> Below:
    return Below(one.name, query, one.score, one.counted, one.left_out, one.weight)


def _of_items(chosen: Selection, level: TypeMonth) -> Told:
    """A type whose items are judged one by one; in a department also by person."""
    sums, people = chosen.sums, list(_people(chosen, level))
    lede = _("The mean of the scores of all pieces of work that count, each with the targets of its own date.")
    return Told(level.name, level.score, lede, _("By person"), people, sums=sums)


def _people(chosen: Selection, level: TypeMonth) -> Iterator[Below]:
    base = chosen.base
    for person in base.owners if isinstance(base, DepartmentMonth) else []:
        for row in person.types:
            if row.type == level.type:
                query = f"{chosen.query}&owner={person.id}"
                yield Below(person.name, query, row.score, row.counted, row.left_out)


def _of_subjects(chosen: Selection, level: TypeMonth) -> Told:
    """A type whose rule decides over the month: of one person alone it is that person's, else the mean of all."""
    if isinstance(chosen.base, OwnerMonth) and len(level.subjects) == 1:
        return _of_subject(level.subjects[0], level.name)
    named = "unit" if level.of == "unit" else "owner"
    below = [
        Below(
            one.name,
            f"{chosen.query}&{named}={one.id}",
            one.score.value,
            one.counted,
            one.left_out,
            sentence=one.sentence,
        )
        for one in level.subjects
    ]
    if level.of == "unit":
        lede = _("The share of the reported units that reached their threshold; units nobody reported are left out.")
        return Told(level.name, level.score, lede, _("Units"), below)
    lede = _("Each person has one score for the whole month; the type is the plain mean of these people.")
    return Told(level.name, level.score, lede, _("People"), below)


def _of_subject(one: SubjectMonth, name: str) -> Told:
    measured = [
        (shown(part.measured, part.unit), shown(part.target, part.unit), part.name)
        for part in one.score.parts
        if part.measured is not None
    ]
    return Told(name, one.score.value, one.sentence, "", [], part=measured)
