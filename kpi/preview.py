"""The score to come: what a piece of work would score, and what its month would be with it. Nothing is saved."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, cast

from kpi import cells, ledger, months, scoring
from kpi.basis import Basis, Stored
from kpi.engine import rollup
from kpi.engine.rules import MONTH_RULES, RULES
from kpi.engine.rules.base import Bounds, Month, MonthRule
from kpi.engine.score import Part, Score
from kpi.ledger import Facts
from kpi.models import Cell, KpiItem, TypeVersion


@dataclass(frozen=True)
class MonthToCome:
    """The owner's (or unit's) month of a type with the piece of work: `value` in points, over `items` counted."""

    value: Fraction | None
    items: int
    passes: bool | None
    pass_mark: Fraction
    over: bool
    score: Score | None = None


@dataclass(frozen=True)
class Preview:
    """The item as it would be settled, its score, and its month."""

    item: KpiItem
    score: Score
    month: MonthToCome

    @property
    def parts(self) -> list[tuple[str, Part]]:
        """(label as a msgid, part) of the score; of the month where only a month is scored."""
        judged = self.month.score or self.score
        labels = RULES[self.item.type.rule].part_labels
        return [(labels[part.name], part) for part in judged.parts]

    @property
    def pass_mark(self) -> Any:
        """What a single item has to reach where its rule says so, None elsewhere."""
        rule = RULES[self.item.type.rule]
        declared = any(parameter.name == "pass_mark" for parameter in rule.parameters)
        version = self.item.version
        return _setting(rule.parameters, version.parameters, "pass_mark") if declared and version else None


def preview(facts: Facts, *, at: datetime, basis: Basis | None = None) -> Preview:
    """Judge finished work by the function that will judge it when it is logged. A constant number of queries."""
    basis = basis or Stored()
    item = ledger.draft(facts)
    scoring.settle(scoring.Work(item), basis, at=at)
    month = _month(item, basis.version_on(item.type, months.last_day(item.month)), basis, at)
    return Preview(item, Score.from_json(item.result), month)


def _month(item: KpiItem, version: TypeVersion | None, basis: Basis, at: datetime) -> MonthToCome:
    mark = Fraction(version.pass_mark) * 10_000 if version else Fraction(rollup.PASS_MARK)
    over = months.is_over(item.month, zone=item.department.country.zone, as_of=at)
    mine = list(_cells(item))
    counts = not item.not_counted
    judged: Score | None = None
    if item.type.rule in MONTH_RULES:
        items = sum(cell.counted for cell in mine) + counts
        known = version.parameters if version else {}
        judged = _month_score(item, mine, known, items=items, basis=basis, at=at, over=over)
        value = None if judged.value is None else Fraction(judged.value)
    else:
        sums = [(cell.total, cell.scored) for cell in mine] + ([(item.value or 0, 1)] if counts else [])
        value, items = rollup.type_score(sums), sum(scored for _total, scored in sums)
    return MonthToCome(value, items, rollup.passes(value, mark), mark / 10_000, over, judged)


def _cells(item: KpiItem) -> list[Cell]:
    """What is counted of the subject already. One query."""
    found = Cell.objects.filter(type=item.type, month=item.month).select_related("type")
    if RULES[item.type.rule].month_rule and cast(MonthRule, RULES[item.type.rule]).subject == "unit":
        return list(found.filter(unit=item.unit_id)) if item.unit_id else []
    return list(found.filter(owner=item.owner_id)) if item.owner_id else []


def _month_score(
    item: KpiItem,
    mine: list[Cell],
    parameters: Mapping[str, Any],
    *,
    items: int,
    basis: Basis,
    at: datetime,
    over: bool,
) -> Score:
    rule = MONTH_RULES[item.type.rule]
    added = [item.result["facts"]] if not item.not_counted else []
    if rule.subject == "owner":
        amounts: Mapping[str, int] = _added_up(mine, rule.amounts(added, cast(Bounds, None)) if added else {})
        return rule.score_month(parameters, Month(f"u{item.owner_id}", item.month, amounts, items, over))
    if item.unit is None:
        return Score(None, None)
    bounds = cells.active_part(basis.calendar(item.department), item.month, item.unit)
    known = [one.result["facts"] for cell in mine for one in cells.cell_items(cell) if not one.not_counted]
    amounts, so_far = rule.amounts([*known, *added], bounds), max(bounds.start, min(bounds.stop, at))
    window = {
        "24x7": int((so_far - bounds.start).total_seconds()),
        "working": int(bounds.calendar.elapsed(bounds.start, so_far).total_seconds()),
    }
    return rule.score_month(parameters, Month(f"n{item.unit_id}", item.month, amounts, items, over, window))


def _added_up(mine: list[Cell], added: Mapping[str, int]) -> dict[str, int]:
    total = Counter(added)
    for cell in mine:
        total.update(cell.amounts)
    return dict(total)


def _setting(declared: Any, parameters: Mapping[str, Any], name: str) -> Any:
    value = parameters.get(name)
    return next(one.default for one in declared if one.name == name) if value is None else value
