"""What a cell keeps, as people read it: its integers are 1/10,000 points, seconds and names that only rules know."""

from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.engine.rules import RULES
from kpi.engine.score import display, spoken
from kpi.models import Cell
from kpi.models.items import NotCounted

# What month rules add up; their sums in seconds are downtime.
SECONDS = {"24x7": gettext_lazy("Downtime, round the clock"), "working": gettext_lazy("Downtime in working hours")}
REASONS = dict(NotCounted.choices)


def score(cell: Cell) -> str:
    """The mean of the items that have a score; empty without any, as in the cells of month rules."""
    return display(Fraction(cell.total, cell.scored)) if cell.scored else ""


def parts(cell: Cell) -> list[str]:
    """A line for each part of the score: its mean, and how many of the items with such a part met their target."""
    labels = RULES[cell.type.rule].part_labels
    words = _("%(part)s: %(mean)s, %(met)d of %(n)d within target")
    return [
        words % {"part": _(labels.get(name, name)), "mean": display(Fraction(total, n)), "n": n, "met": met}
        for name, (total, n, met) in cell.parts.items()
    ]


def amounts(cell: Cell) -> list[str]:
    """A line for each thing that a month rule adds up: a duration, or a number of what the rule counts."""
    counted = _(next(iter(RULES[cell.type.rule].part_labels.values())))
    return [
        f"{SECONDS[name]}: {spoken(amount)}" if name in SECONDS else f"{counted}: {amount}"
        for name, amount in cell.amounts.items()
    ]


def left_out(cell: Cell) -> list[str]:
    """A line for each reason for which items do not count, with their number."""
    return [f"{REASONS.get(why, why)}: {number}" for why, number in cell.not_counted.items()]
