"""The rules by their code. A new rule is a module of its own and a line here."""

from typing import Final

from kpi.engine.rules.base import Rule
from kpi.engine.rules.rr import ResponseResolution

RULES: Final[dict[str, Rule]] = {rule.code: rule for rule in (ResponseResolution(),)}
