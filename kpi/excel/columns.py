"""The columns of the workbook: who, where, what and when, then one for each metric of the rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kpi.engine.rules import RULES
from kpi.engine.rules.fields import Metric

UNITS: Final = {"duration": _("min"), "percent": _("%"), "rating": _("1 to 5")}


@dataclass(frozen=True)
class Column:
    """A column by its name, as its heading shows it. `metrics` has the rules that read it; empty for the first ones."""

    name: str
    label: str
    kind: str = "text"
    metrics: Mapping[str, Metric] = field(default_factory=dict, compare=False)

    @property
    def heading(self) -> str:
        """In the reader's language, with the unit."""
        unit = UNITS.get(self.kind)
        return f"{_now(self.label)} ({unit})" if unit else _now(self.label)


EXTERNAL_ID: Final = Column("external_id", "External id")
OWNER: Final = Column("owner", "Owner email")
DEPARTMENT: Final = Column("department", "Department code")
TYPE: Final = Column("type", "Type code")
DATE: Final = Column("date", "Date", "date")
TICK: Final = Column("count_off_day", "Count as weekend/holiday work", "tick")
FIXED: Final = (EXTERNAL_ID, OWNER, DEPARTMENT, TYPE, DATE, TICK)
REQUIRED: Final = (EXTERNAL_ID, OWNER, DEPARTMENT, TYPE, DATE)

# Marks the headings above for translation; a Column keeps the English one, which every file may use.
MARKED: Final = (_("External id"), _("Owner email"), _("Department code"), _("Type code"), _("Date"))


def of_rules(codes: Iterable[str]) -> list[Column]:
    """A column for each metric that people type for these rules, in the order of the rules."""
    found: dict[str, Column] = {}
    for code in codes:
        for metric in RULES[code].metrics:
            if not metric.given:
                before = found[metric.name].metrics if metric.name in found else {}
                found[metric.name] = Column(metric.name, metric.label, metric.kind, {**before, code: metric})
    return list(found.values())


OF_METRICS: Final = tuple(of_rules(RULES))
BY_RULE: Final = {code: {column.name: column for column in of_rules([code])} for code in RULES}


def by_heading() -> dict[str, Column]:
    """Every column there is, by what a heading may say: the heading itself, its label alone, or the plain name."""
    columns = [*FIXED, *OF_METRICS]
    return {
        spelled(words): column
        for column in reversed(columns)
        for words in (column.name, column.label, _now(column.label), column.heading)
    }


def spelled(words: str) -> str:
    """A heading as it is compared: without case and without the width of its spaces."""
    return " ".join(words.casefold().replace("e-mail", "email").split())
