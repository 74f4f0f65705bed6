"""The rules by their code. A new rule is a module of its own and a line here."""

from typing import Final

from kpi.engine.rules.base import MonthRule, Rule
from kpi.engine.rules.rr import ResponseResolution

OF_ITEMS: Final[tuple[Rule, ...]] = (ResponseResolution(),)
OF_MONTHS: Final[tuple[MonthRule, ...]] = ()

RULES: Final[dict[str, Rule]] = {rule.code: rule for rule in (*OF_ITEMS, *OF_MONTHS)}
MONTH_RULES: Final[dict[str, MonthRule]] = {rule.code: rule for rule in OF_MONTHS}
