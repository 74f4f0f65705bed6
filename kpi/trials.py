"""Figures tried with a type: settled in memory by the function that settles work, so a trial tells what work would get.

Nothing is saved. Under a month rule the figures are taken for all that was reported in a month that is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from accounts.models import Department
from kpi import cells, explanation, ledger, scoring
from kpi.engine import rollup
from kpi.engine.rules import MONTH_RULES, RULES
from kpi.engine.rules.base import Month, Rule
from kpi.engine.score import SCALE, Score
from kpi.engine.working_time import Calendar, Hours
from kpi.explanation import Line
from kpi.frames import window_seconds
from kpi.models import KpiItem, KpiType, TypeVersion, UptimeUnit, WorkState

OFFICE = Calendar("UTC", (Hours(None, {day: ((time(8), time(12)), (time(13), time(17))) for day in range(5)}),))
"""Monday to Friday, 8 to 12 and 13 to 17: what is worked where no department is named."""
EXAMPLE_DAY = date(2026, 3, 4)  # a Wednesday, and none of its month is a change of clocks in UTC
MARK = TypeVersion._meta.get_field("pass_mark").get_default()


@dataclass(frozen=True)
class Trial:
    """What is tried: the rule with its parameters and the pass mark of the type, and what a piece of work would say.

    `person` is the id of somebody who may have a target of their own.
    """

    rule: str
    parameters: Mapping[str, Any]
    metrics: Mapping[str, Any]
    on: date
    pass_mark: Decimal = Decimal(MARK)
    priority: str = "normal"
    calendar: Calendar = field(default=OFFICE)
    person: int | None = None


@dataclass(frozen=True)
class Tried:
    """The score with the words that explain it. `mark` is the pass mark it is held to, None where targets decide."""

    rule: Rule
    score: Score
    passed: bool | None
    lines: list[Line]
    mark: str | None

    @property
    def sentence(self) -> str:
        return explanation.sentence_of(self.score)

    @property
    def formula(self) -> list[tuple[int, str]]:
        """(weight, points) of the parts with data; empty where a single part is the score."""
        terms = explanation.formula(self.score)
        return terms if len(terms) > 1 else []

    @property
    def weights(self) -> int:
        return sum(weight for weight, _points in self.formula)


@dataclass(frozen=True)
class _Typed:
    """A basis of one version and one calendar, neither of them stored."""

    version: TypeVersion
    of_department: Calendar

    def version_on(self, type_: KpiType, day: date) -> TypeVersion | None:
        return self.version

    def calendar(self, department: Department) -> Calendar:
        return self.of_department


def tried(trial: Trial) -> Tried:
    """The score. No query."""
    item = _item(trial)
    score, passed, mark = Score.from_json(item.result), item.passed, trial.parameters.get("pass_mark")
    rule = RULES[trial.rule]
    if trial.rule in MONTH_RULES:
        score, mark = _month(trial, item), trial.pass_mark
        passed = rollup.passes(score.value, Fraction(trial.pass_mark) * SCALE)
    elif mark is None:
        mark = next((one.default for one in rule.parameters if one.name == "pass_mark"), None)
    return Tried(rule, score, passed, explanation.lines(item, score), _written(mark))


def _written(mark: Any) -> str | None:
    return None if mark is None else f"{Decimal(str(mark)).normalize():f}"


def example(rule: Rule) -> Trial:
    """The example that a rule declares."""
    return Trial(rule.code, rule.about.parameters, rule.about.metrics, EXAMPLE_DAY)


def _item(trial: Trial) -> KpiItem:
    type_ = KpiType(rule=trial.rule)
    version = TypeVersion(type=type_, parameters=dict(trial.parameters), pass_mark=trial.pass_mark)
    facts = ledger.Facts(type_, Department(), trial.on, trial.priority, state=WorkState.DONE, metrics=trial.metrics)
    item = ledger.draft(facts)
    at = datetime.combine(trial.on, time(), tzinfo=UTC)  # without clocks the moment decides nothing
    scoring.settle(scoring.Work(item), _Typed(version, trial.calendar), at=at)
    return item


def _month(trial: Trial, item: KpiItem) -> Score:
    rule, first = MONTH_RULES[trial.rule], trial.on.replace(day=1)
    bounds = cells.active_part(trial.calendar, first, UptimeUnit(active_from=first))
    month = Month(
        subject=f"u{trial.person or 0}",
        month=first,
        amounts=rule.amounts([item.result["facts"]], bounds),
        items=1,
        over=True,
        window_seconds=window_seconds(bounds, until=bounds.stop),
    )
    return rule.score_month(trial.parameters, month)
