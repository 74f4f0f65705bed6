"""The rules by their code. A new rule is a module of its own and a line here."""

from typing import Final

from kpi.engine.rules.accuracy import Accuracy
from kpi.engine.rules.acr import Ratings
from kpi.engine.rules.base import MonthRule, Rule
from kpi.engine.rules.ic import Closure, Completion, Findings
from kpi.engine.rules.project import Project
from kpi.engine.rules.rr import ResponseResolution
from kpi.engine.rules.submit import Submit
from kpi.engine.rules.uptime import Uptime

OF_ITEMS: Final[tuple[Rule, ...]] = (ResponseResolution(), Submit(), Accuracy(), Ratings(), Completion(), Closure())
OF_MONTHS: Final[tuple[MonthRule, ...]] = (Project(), Findings(), Uptime())

RULES: Final[dict[str, Rule]] = {rule.code: rule for rule in (*OF_ITEMS, *OF_MONTHS)}
MONTH_RULES: Final[dict[str, MonthRule]] = {rule.code: rule for rule in OF_MONTHS}
