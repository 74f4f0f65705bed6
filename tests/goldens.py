"""`python -m tests.goldens` writes what the rules make of the chosen cases; --check fails where that differs.

A golden file has one row per case: what went in, and the score that came out with its sentence in English. A change of
a rule is reviewed as the diff of these files.
"""

import json
import sys
from calendar import monthrange
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from difflib import unified_diff
from pathlib import Path
from typing import Any, Final

from kpi.engine.instants import at_local
from kpi.engine.rules import MONTH_RULES, RULES
from kpi.engine.rules.base import Bounds, Month
from kpi.engine.score import Score
from tests.kpi.engine.rules.chosen import CALENDARS, CHOSEN, Item, Subject

FOLDER: Final = Path(__file__).parent / "kpi" / "engine" / "rules" / "golden"


def item_row(code: str, item: Item) -> dict[str, Any]:
    """A case of one piece of work with its score."""
    metrics = RULES[code].derived(item.metrics, CALENDARS[item.calendar])
    asked = {"case": item.case, "parameters": item.parameters, "metrics": metrics}
    return asked | scored(RULES[code].score(item.parameters, metrics))


def month_row(code: str, one: Subject) -> dict[str, Any]:
    """A case of one subject's month with its amounts and score."""
    rule, bounds = MONTH_RULES[code], bounds_of(one)
    amounts = rule.amounts(one.items, bounds)
    windows = {
        "24x7": int((bounds.stop - bounds.start).total_seconds()),
        "working": int(bounds.calendar.elapsed(bounds.start, bounds.stop).total_seconds()),
    }
    month = Month(one.subject, one.month, amounts, len(one.items), one.over, windows)
    asked = {"case": one.case, "parameters": one.parameters, "subject": one.subject, "month": f"{one.month:%Y-%m}"}
    asked |= {"over": one.over, "items": one.items, "window_seconds": windows, "amounts": amounts}
    return asked | scored(rule.score_month(one.parameters, month))


def bounds_of(one: Subject) -> Bounds:
    """The subject's active days of the month, from local midnight to local midnight."""
    calendar = CALENDARS[one.calendar]
    first, last = one.days or (1, monthrange(one.month.year, one.month.month)[1])
    start, stop = (datetime.combine(one.month + timedelta(days=days), time()) for days in (first - 1, last))
    return Bounds(calendar, at_local(calendar.zone, start), at_local(calendar.zone, stop))


def scored(score: Score) -> dict[str, Any]:
    """The score as it is stored, and its sentence filled in."""
    stored = score.as_json()
    sentence = stored.pop("sentence") % score.values if stored.pop("values") else score.sentence
    return stored | {"sentence": sentence}


def text(code: str) -> str:
    """The golden file of a rule."""
    rows = [item_row(code, item) for item in CHOSEN[code].items] + [month_row(code, one) for one in CHOSEN[code].months]
    return "[\n" + ",\n".join("\n".join(lines(row)) for row in rows) + "\n]\n"


def lines(row: dict[str, Any]) -> Iterator[str]:
    """A row as JSON with a line per key and per part, so that a diff shows what moved."""
    yield " {"
    for place, (key, value) in enumerate(row.items(), 1):
        end = "," if place < len(row) else ""
        if key in ("parts", "items") and value:
            inner = ",\n".join(f"   {json.dumps(one)}" for one in value)
            yield f"  {json.dumps(key)}: [\n{inner}\n  ]{end}"
        else:
            yield f"  {json.dumps(key)}: {json.dumps(value)}{end}"
    yield " }"


def path_of(code: str) -> Path:
    return FOLDER / f"{code}.json"


def differences(code: str) -> list[str]:
    """Lines of a diff between the file and what the rule says now; empty when they agree."""
    known = path_of(code).read_text(encoding="utf-8") if path_of(code).exists() else ""
    name = path_of(code).name
    return list(unified_diff(known.splitlines(), text(code).splitlines(), name, f"{name} now", lineterm=""))


def main(arguments: list[str]) -> int:
    found = [line for code in CHOSEN for line in differences(code)]
    print("\n".join(found) if found else f"{len(CHOSEN)} golden files hold")  # noqa: T201
    if "--check" in arguments:
        return bool(found)
    for code in CHOSEN:
        path_of(code).write_text(text(code), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
