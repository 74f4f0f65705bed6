"""The score to come: what a piece of work would score, and what its month would be with it. Nothing is saved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from kpi import cells, explanation, frames, ledger, reports, scoring
from kpi.basis import Stored
from kpi.engine import rollup
from kpi.engine.rules import MONTH_RULES, RULES
from kpi.engine.score import Part, Score, shown
from kpi.frame import CellFacts, Frame
from kpi.ledger import Facts
from kpi.levels import GroupMonth, SubjectMonth, TypeMonth
from kpi.models import Cell, KpiItem


class Row(NamedTuple):
    """One part as a table shows it; `target` is empty where there is none."""

    label: str
    measured: str
    target: str
    part: Part


@dataclass(frozen=True)
class Preview:
    """The item as it would be settled and its score; the type's month with it, and the unit's where one is reported."""

    item: KpiItem
    score: Score
    month: TypeMonth | None
    subject: SubjectMonth | None

    @property
    def judged(self) -> Score:
        """What there is to explain: the item's own score, or that of the month where only a month is scored."""
        return self.subject.score if self.subject else self.score

    @property
    def sentence(self) -> str:
        """The rule's own words about what is judged."""
        return explanation.sentence_of(self.judged)

    @property
    def rows(self) -> list[Row]:
        """The parts of what is judged, in words."""
        labels = RULES[self.item.type.rule].part_labels
        return [
            Row(_(labels[part.name]), shown(part.measured, part.unit), shown(part.target, part.unit), part)
            for part in self.judged.parts
        ]

    @property
    def month_score(self) -> Fraction | None:
        """The month with the item, in points: the unit's own where one is reported."""
        if self.subject is not None:
            return None if self.subject.score.value is None else Fraction(self.subject.score.value)
        return self.month.score if self.month else None

    @property
    def month_count(self) -> int:
        """How many pieces of work that month counts."""
        whole = self.subject or self.month
        return whole.counted if whole else 0

    @property
    def month_passes(self) -> bool | None:
        """Whether that month reaches the type's pass mark."""
        return rollup.passes(self.month_score, self.month.mark) if self.month else None

    @property
    def mark(self) -> Any:
        """What a single item has to reach, where its rule has such a mark; None elsewhere."""
        rule, version = RULES[self.item.type.rule], self.item.version
        declared = next((one for one in rule.parameters if one.name == "pass_mark"), None)
        if declared is None or version is None:
            return None
        return version.parameters.get(declared.name, declared.default)


def preview(facts: Facts, *, at: datetime) -> Preview:
    """Judge finished work by the functions that will judge it once it is logged. A constant number of queries."""
    item = judged(facts, at=at)
    month = _month(item, at)
    return Preview(item, Score.from_json(item.result), month, _subject(item, month))


def judged(facts: Facts, *, at: datetime) -> KpiItem:
    """The item that finished work without clocks would be, settled and not saved."""
    item = ledger.draft(facts)
    scoring.settle(scoring.Work(item), Stored(), at=at)
    return item


def _month(item: KpiItem, at: datetime) -> TypeMonth | None:
    """The type's month as the report will show it: the owner's, or the department's where units are reported."""
    places = None if item.owner_id else [item.department_id]
    frame = frames.live([item.month], as_of=at, departments=places, owner=item.owner_id)[item.month]
    with_item = replace(frame, cells=_cells_with(frame, item))
    if item.owner_id:
        return _row(reports.owner_in(with_item, item.owner_id).groups, item)
    mine = [one for one in reports.departments(with_item) if one.department.id == item.department_id]
    return _row([group for one in mine for group in one.groups], item)


def _row(groups: Sequence[GroupMonth], item: KpiItem) -> TypeMonth | None:
    return next((row for group in groups for row in group.types if row.type.id == item.type_id), None)


def _subject(item: KpiItem, month: TypeMonth | None) -> SubjectMonth | None:
    if month is None or item.type.rule not in MONTH_RULES:
        return None
    return next((one for one in month.subjects if one.subject == cells.key_of(item).subject), None)


def _cells_with(frame: Frame, item: KpiItem) -> tuple[CellFacts, ...]:
    """The cells of the frame, with the item's own cell made anew from its items and this one."""
    key = cells.key_of(item)
    blank = Cell(**key._asdict() | {"owner_id": item.owner_id, "unit_id": item.unit_id}, subject=key.subject)
    blank.type = item.type
    columns = cells.contents([*cells.cell_items(blank), item], cells.month_sums(blank))
    own = CellFacts(key.department_id, key.type_id, key.subject, **columns)
    named = (own.department, own.type, own.subject)
    return (*(one for one in frame.cells if (one.department, one.type, one.subject) != named), own)
