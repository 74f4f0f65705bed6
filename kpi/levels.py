"""The levels of a report: parts, types, groups, people, departments, countries, each with what its number is made of.

Scores are exact fractions of 1/10,000 point, None without data. Counts stand beside every score, since one ticket can
weigh as much as a thousand.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from kpi.engine import rollup
from kpi.engine.rules import MONTH_RULES, RULES
from kpi.engine.score import SCALE, Score
from kpi.frame import CountryFacts, DepartmentFacts, GroupFacts, TypeFacts


@dataclass(frozen=True)
class PartMonth:
    """One part over a month: the mean of its points, of how many, and how many met their target."""

    name: str
    label: str
    mean: Fraction
    n: int
    met: int


@dataclass(frozen=True)
class SubjectMonth:
    """One person's or unit's month under a month rule; `score` says why, `so_far` while the month runs."""

    subject: str
    id: int
    name: str
    score: Score
    counted: int
    left_out: int
    so_far: bool

    @property
    def reported(self) -> bool:
        return self.counted > 0

    @property
    def sentence(self) -> str:
        """The rule's own words for this month, in the reader's language."""
        return _(self.score.sentence) % self.score.values if self.score.values else _(self.score.sentence)


@dataclass
class TypeMonth:
    """One type in a department's or a person's month.

    `passed` of `judged` things reached their mark: items, or people and units (`subjects`) under a month rule.
    """

    type: TypeFacts
    counted: int
    not_counted: Counter[str]
    pending_breached: int
    score: Fraction | None = None
    passed: int = 0
    judged: int = 0
    parts: list[PartMonth] = field(default_factory=list)
    subjects: list[SubjectMonth] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.type.name

    @property
    def weight(self) -> int:
        return self.type.weight

    @property
    def left_out(self) -> int:
        return self.not_counted.total()

    @property
    def mark(self) -> Fraction:
        """The pass mark in the unit of scores."""
        return Fraction(self.type.pass_mark) * SCALE

    @property
    def passes(self) -> bool | None:
        """At its pass mark or above; None without data."""
        return rollup.passes(self.score, self.mark)

    @property
    def rule_label(self) -> str:
        return RULES[self.type.rule].label

    @property
    def of(self) -> str:
        """What the score is the mean of: "item", "owner" or "unit"."""
        return MONTH_RULES[self.type.rule].subject if self.type.rule in MONTH_RULES else "item"


class Mean:
    """A number that is the mean of what stands below it, by weight; what has no data is left out."""

    weight = 1
    name: str

    @property
    def query(self) -> str:
        """What names it in the address of a report: "country=KE"."""
        raise NotImplementedError

    @property
    def below(self) -> Sequence[Any]:
        raise NotImplementedError

    @property
    def terms(self) -> list[Any]:
        """What the mean is made of."""
        return [one for one in self.below if one.score is not None]

    @property
    def without_data(self) -> list[Any]:
        return [one for one in self.below if one.score is None]

    @property
    def weights(self) -> int:
        """What the sum is divided by."""
        return sum(one.weight for one in self.terms)

    @property
    def weighted(self) -> bool:
        """Whether the weights make a difference worth saying."""
        return len({one.weight for one in self.terms}) > 1

    @cached_property
    def score(self) -> Fraction | None:
        return rollup.group_score((one.score, one.weight) for one in self.below)

    @property
    def counted(self) -> int:
        return sum(one.counted for one in self.below)

    @property
    def left_out(self) -> int:
        return sum(one.left_out for one in self.below)

    @property
    def pending_breached(self) -> int:
        return sum(one.pending_breached for one in self.below)

    @property
    def not_counted(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for one in self.below:
            found.update(one.not_counted)
        return found


@dataclass
class GroupMonth(Mean):
    """A group with its types."""

    group: GroupFacts
    types: list[TypeMonth]

    @property
    def below(self) -> Sequence[TypeMonth]:
        return self.types

    @property
    def name(self) -> str:  # type: ignore[override]  # read, never set
        return self.group.name

    @property
    def query(self) -> str:
        return f"group={self.group.id}"


@dataclass
class OwnerMonth(Mean):
    """A person's month: in all departments, or what a department's report shows of it."""

    id: int
    name: str
    month: date
    groups: list[GroupMonth]
    over: bool

    @property
    def query(self) -> str:
        return f"owner={self.id}"

    @property
    def below(self) -> Sequence[GroupMonth]:
        return self.groups

    @property
    def types(self) -> list[TypeMonth]:
        return [row for group in self.groups for row in group.types]


@dataclass
class DepartmentMonth(Mean):
    """A department's month with its groups, and its people beside them: worked out by `people` when asked for."""

    department: DepartmentFacts
    country: CountryFacts
    groups: list[GroupMonth]
    people: Callable[[], list[OwnerMonth]] = field(default=list, repr=False, compare=False)

    @property
    def below(self) -> Sequence[GroupMonth]:
        return self.groups

    @cached_property
    def owners(self) -> list[OwnerMonth]:
        """By name."""
        return sorted(self.people(), key=lambda one: (one.name, one.id))

    @property
    def name(self) -> str:  # type: ignore[override]  # read, never set
        return self.department.name

    @property
    def query(self) -> str:
        return f"department={self.department.code}"

    @property
    def types(self) -> list[TypeMonth]:
        return [row for group in self.groups for row in group.types]


@dataclass
class CountryMonth(Mean):
    """A country with its departments: each weighs the same, whatever its number of tickets."""

    country: CountryFacts
    departments: list[DepartmentMonth]

    @property
    def below(self) -> Sequence[DepartmentMonth]:
        return self.departments

    @property
    def name(self) -> str:  # type: ignore[override]  # read, never set
        return self.country.name

    @property
    def query(self) -> str:
        return f"country={self.country.code}"
