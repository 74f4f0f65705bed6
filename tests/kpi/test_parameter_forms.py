"""Typed fields of a rule's parameters: what is stored comes back, what is wrong stands beside its field."""

from typing import Any

import pytest

from kpi.engine.rules import RULES
from kpi.parameter_forms import ParameterForm, possible_owners
from tests.cast import Cast

pytestmark = pytest.mark.django_db

EXAMPLES: dict[str, dict[str, Any]] = {
    "rr": {
        "response_target": 15, "resolution_target": 240, "response_weight": 40, "resolution_weight": 60,
        "priority_targets": {"emergency": {"response_target": 5}},
    },
    "submit": {"cutoff": "17:00", "weekday_cutoffs": {"4": "12:30"}},
    "accuracy": {"response_target": 97.5, "data_target": 99},
    "project": {"target": 20},
    "uptime": {"threshold": 99.5, "window": "working"},
}  # fmt: skip


def typed_back(rule: str, stored: dict[str, Any]) -> dict[str, str]:
    """What a browser sends of an untouched form."""
    form = ParameterForm(rule=RULES[rule], stored=stored)
    return {name: _text(form[name].value()) for name in form.fields}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_what_is_stored_comes_back_from_an_untouched_form(rule: str) -> None:
    defaults = {one.name: one.default for one in RULES[rule].parameters if one.default is not None}
    example = {
        name: value
        for name, value in EXAMPLES.get(rule, {}).items()
        if name in {p.name for p in RULES[rule].parameters}
    }
    stored = defaults | example
    missing = [one.name for one in RULES[rule].parameters if one.required and stored.get(one.name) is None]
    stored |= dict.fromkeys(missing, 1)
    assert RULES[rule].validate_parameters(stored) == {}, "the example of this rule is not whole"
    form = ParameterForm(typed_back(rule, stored), rule=RULES[rule], stored=stored)
    assert form.is_valid(), form.errors
    assert form.parameters == stored


def test_weights_name_their_sum_beside_the_field() -> None:
    typed = typed_back("rr", EXAMPLES["rr"]) | {"response_weight": "50"}
    form = ParameterForm(typed, rule=RULES["rr"], stored=EXAMPLES["rr"])
    assert form.errors == {"resolution_weight": ["The weights must add up to 100; they add up to 110"]}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("response_target", "1_000"),
        ("response_target", "1e3"),
        ("response_target", "١٥"),
        ("response_target", "0"),
        ("priority_targets.high.response_target", "-5"),
        ("priority_targets.low.resolution_target", "soon"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_it_and_kept(name: str, text: str) -> None:
    form = ParameterForm(typed_back("rr", EXAMPLES["rr"]) | {name: text}, rule=RULES["rr"], stored={})
    assert list(form.errors) == [name]
    assert form[name].value() == text


def test_a_comma_is_a_decimal_sign() -> None:
    form = ParameterForm({"threshold": "99,25", "window": "24x7"}, rule=RULES["uptime"], stored={})
    assert form.is_valid(), form.errors
    assert form.parameters == {"threshold": 99.25, "window": "24x7"}


def test_people_have_targets_from_a_month(cast: Cast) -> None:
    people = possible_owners({})
    typed = {"target": "20"}
    rows = {0: (cast.assignee.pk, "2026-03", "12"), 2: (cast.mate.pk, "2026-05", "")}
    for at, row in rows.items():
        typed |= {
            f"owner_targets.{at}.{part}": str(value)
            for part, value in zip(("owner", "from", "value"), row, strict=True)
        }
    form = ParameterForm(typed, rule=RULES["project"], stored={}, people=people)
    assert form.is_valid(), form.errors
    assert form.parameters["owner_targets"] == [
        {"owner": cast.assignee.pk, "from": "2026-03", "value": 12},
        {"owner": cast.mate.pk, "from": "2026-05", "value": None},
    ]
    again = ParameterForm(rule=RULES["project"], stored=form.parameters, people=people)
    assert again["owner_targets.1.owner"].value() == cast.mate.pk


def test_a_row_that_is_half_filled_in_is_refused_where_it_lacks(cast: Cast) -> None:
    typed = {"target": "20", "owner_targets.1.owner": str(cast.assignee.pk), "owner_targets.1.value": "12"}
    form = ParameterForm(typed, rule=RULES["project"], stored={}, people=possible_owners({}))
    assert form.errors == {"owner_targets.1.from": ["Enter the first month as yyyy-mm"]}
