"""What part of a month an address names, from a country down to one person's or unit's type, and its numbers.

The narrowing to countries, departments and people is the report's own, with its rights; here it goes on to groups,
types and units. Numbers come from the cells of the report's frame, so those of a locked month are the locked ones.
"""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from kpi.engine.rules import MONTH_RULES
from kpi.frame import CellFacts, GroupFacts, TypeFacts, UnitFacts
from kpi.levels import CountryMonth, GroupMonth, Mean, SubjectMonth, TypeMonth
from kpi.models import NotCounted
from kpi.views.report import Shown


@dataclass(frozen=True)
class Counts:
    """How many pieces of work, by what became of them; `of_month` are counted and judged only over the month."""

    counted: int
    passed: int
    missed: int
    of_month: int
    not_counted: Counter[str]
    late: int

    @property
    def left_out(self) -> int:
        return self.not_counted.total()

    @property
    def all(self) -> int:
        return self.counted + self.left_out

    def of(self, chosen: str) -> int:
        """How many there are of what a list shows, by the code of its filter; "" is all of them."""
        known = {
            "": self.all, "yes": self.counted, "no": self.left_out, "passed": self.passed, "missed": self.missed,
            "late": self.late,
        }  # fmt: skip
        return known.get(chosen, self.not_counted[chosen])


CHOICES = frozenset({"yes", "no", "passed", "missed", "late", *(str(one.value) for one in NotCounted)})


@dataclass(frozen=True)
class Selection:
    """What a report shows, narrowed further. Each of the three is None for all of them."""

    shown: Shown
    group: GroupFacts | None = None
    type: TypeFacts | None = None
    unit: UnitFacts | None = None

    @property
    def query(self) -> str:
        """As an address carries it: "department=ke-ops&type=issue"."""
        named = {
            "group": self.group.id if self.group and not self.type else None,
            "type": self.type.code if self.type else None,
            "unit": self.unit.id if self.unit else None,
        }
        own = urlencode({name: value for name, value in named.items() if value is not None})
        return "&".join(one for one in (self.shown.filters.query, own) if one)

    @cached_property
    def base(self) -> Mean | None:
        """The country, department or person that is named; None where several are shown at once."""
        shown, filters = self.shown, self.shown.filters
        if shown.person is not None:
            return shown.person
        if filters.department and shown.departments:
            return shown.departments[0]
        whole = [country for country, _places, whole in shown.countries if whole]
        return whole[0] if len(whole) == 1 and filters.country else None

    @cached_property
    def level(self) -> Mean | TypeMonth | SubjectMonth | None:
        """What has the number that is asked for; None where nothing has one."""
        base = self.base
        if base is None or not (self.group or self.type):
            return base
        if isinstance(base, CountryMonth):
            return None
        if self.type is None:
            return next((one for one in self._groups if one.group == self.group), None)
        row = self.row
        if row is None or not self.unit:
            return row
        return next((one for one in row.subjects if one.subject == f"n{self.unit.id}"), None)

    @property
    def row(self) -> TypeMonth | None:
        """The type's row under the base."""
        rows = [row for group in self._groups for row in group.types if row.type == self.type]
        return rows[0] if rows else None

    @property
    def _groups(self) -> list[GroupMonth]:
        groups: list[GroupMonth] = getattr(self.base, "groups", [])
        return groups

    @cached_property
    def cells(self) -> list[CellFacts]:
        """The cells that it is made of."""
        return [cell for cell in self.shown.frame.cells if self._has(cell)]

    def _has(self, cell: CellFacts) -> bool:
        shown, facts = self.shown, self.shown.frame.type_of[cell.type]
        anywhere = shown.person is not None and shown.filters.department is None
        return (
            (anywhere or cell.department in self.places)
            and (shown.person is None or cell.owner == shown.person.id)
            and self.type in (None, facts)
            and (self.group is None or facts.group == self.group.id)
            and (self.unit is None or cell.subject == f"n{self.unit.id}")
        )

    @cached_property
    def places(self) -> set[int]:
        """The departments that are shown, by id."""
        return {one.department.id for one in self.shown.departments}

    @cached_property
    def counts(self) -> Counts:
        """From the cells alone, so that they are those of the report."""
        left_out: Counter[str] = Counter()
        for cell in self.cells:
            left_out.update(cell.not_counted)
        of_month = sum(cell.counted for cell in self.cells if self._rule(cell) in MONTH_RULES)
        counted, passed = sum(cell.counted for cell in self.cells), sum(cell.passed for cell in self.cells)
        return Counts(
            counted=counted,
            passed=passed,
            missed=counted - passed - of_month,
            of_month=of_month,
            not_counted=left_out,
            late=sum(cell.pending_breached for cell in self.cells),
        )

    @property
    def sums(self) -> tuple[Fraction, int]:
        """What the points of the counted items add up to, and of how many that is."""
        return Fraction(sum(cell.total for cell in self.cells)), sum(cell.scored for cell in self.cells)

    def _rule(self, cell: CellFacts) -> str:
        return self.shown.frame.type_of[cell.type].rule


def select(shown: Shown, group: str, type_: str, unit: str) -> Selection | None:
    """What these words of an address name; None for what the month does not know or the reader may not see."""
    frame = shown.frame
    found: list[Any] = []
    for text, known in (
        (group, {str(one.id): one for one in frame.groups}),
        (type_, {one.code: one for one in frame.types}),
        (unit, {str(one.id): one for one in frame.units if shown.reader.department(one.department)}),
    ):
        if text and text not in known:
            return None
        found.append(known.get(text))
    return Selection(shown, *found)
