"""Parameters and metrics of any rule, drawn from its declarations."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from kpi.engine.rules.base import Rule
from kpi.engine.rules.checks import bounds, inside
from kpi.engine.rules.fields import Field, Parameter

days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
times = st.times().map(lambda at: f"{at:%H:%M}")
instants = st.builds("{:%Y-%m-%d}T{}".format, st.dates(date(2026, 1, 1), date(2026, 12, 31)), times)
months = days.map(lambda day: f"{day:%Y-%m}")


def hundredths(least: float, most: float) -> st.SearchStrategy[Any]:
    """Percentages as JSON has them: whole ones as int."""
    whole = st.integers(round(least * 100), round(most * 100))
    return whole.map(lambda n: n // 100 if n % 100 == 0 else n / 100)


def value_of(field: Field) -> st.SearchStrategy[Any]:
    """Values that a field can hold, its extremes among them."""
    least, most = bounds(field)
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "percent": hundredths(least, most),
        "time": times,
        "date": days.map(str),
        "instant": instants,
        "tick": st.booleans(),
        "choice": st.sampled_from([code for code, _label in field.choices] or [""]),
        "priority": st.sampled_from(["low", "normal", "high", "emergency"]),
    }
    if field.kind in by_kind:
        return by_kind[field.kind]
    least, most = int(least), int(most)
    return st.integers(least, min(most, least + 20)) | st.integers(least, most) | st.just(most)


def metrics_of(rule: Rule) -> st.SearchStrategy[dict[str, Any]]:
    """Metrics of an item, any of them missing."""
    return st.fixed_dictionaries({metric.name: st.none() | value_of(metric) for metric in rule.metrics})


@st.composite
def parameters_of(draw: st.DrawFn, rule: Rule) -> dict[str, Any]:
    """Parameters that the rule accepts: weights add up to 100."""
    found = {one.name: draw(_parameter(one, rule)) for one in rule.parameters if one.kind != "weight"}
    weights = [one.name for one in rule.parameters if one.kind == "weight"]
    if weights:
        cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=len(weights) - 1, max_size=len(weights) - 1)))
        edges = zip([0, *cuts], [*cuts, 100], strict=True)
        found |= dict(zip(weights, (end - start for start, end in edges), strict=True))
    return found


def _parameter(one: Parameter, rule: Rule) -> st.SearchStrategy[Any]:
    if one.kind == "per_priority":
        targets = {target.name: st.none() | value_of(target) for target in rule.parameters[:2]}
        return st.dictionaries(st.sampled_from(["low", "high"]), st.fixed_dictionaries(targets), max_size=2)
    if one.kind == "per_weekday":
        return st.dictionaries(st.sampled_from("0123456"), st.none() | value_of(inside(one)), max_size=7)
    if one.kind == "per_owner":
        row = {"owner": st.integers(1, 4), "from": months, "value": st.none() | value_of(inside(one))}
        rows = st.lists(st.fixed_dictionaries(row), max_size=4, unique_by=lambda row: (row["owner"], row["from"]))
        return rows.map(list)
    return value_of(one)
