"""What holds for every rule."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from kpi.engine.rules import MONTH_RULES, RULES, checks, typed
from kpi.engine.rules.base import Rule
from kpi.engine.rules.fields import Kind
from kpi.engine.score import Score
from tests.goldens import path_of

DOCUMENT = Path(__file__).parents[4] / "docs" / "rules.md"
every = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def test_the_rules_of_the_guides_are_there() -> None:
    assert set(RULES) == {
        "rr", "submit", "accuracy", "acr", "project", "ic-completion", "ic-closure", "ic-findings", "uptime",
    }  # fmt: skip
    assert {code: rule.subject for code, rule in MONTH_RULES.items()} == {
        "project": "owner",
        "ic-findings": "owner",
        "uptime": "unit",
    }


@every
def test_a_rule_declares_itself(rule: Rule) -> None:
    assert RULES[rule.code] is rule
    assert rule.label
    assert rule.month_rule == (rule.code in MONTH_RULES)
    for fields in (rule.parameters, rule.metrics):
        assert len({one.name for one in fields}) == len(fields)
        assert all(one.label for one in fields)


@every
def test_every_part_of_a_score_has_a_label(rule: Rule) -> None:
    rows = json.loads(path_of(rule.code).read_text(encoding="utf-8"))
    used = {part["name"] for row in rows for part in row["parts"]}
    assert used == set(rule.part_labels)


@every
def test_every_field_that_is_typed_has_a_sentence_of_its_own(rule: Rule) -> None:
    asked = [*rule.parameters, *(metric for metric in rule.metrics if not metric.given)]
    own = [field for field in asked if field.kind not in ("tick", "weight", "per_priority")]
    assert [field.name for field in own if not field.refusal] == []
    assert not any(field.refusal.endswith(".") for field in own)


@every
def test_defaults_can_be_used(rule: Rule) -> None:
    found = rule.validate_parameters({})
    assert set(found) == {one.name for one in rule.parameters if one.required and one.default is None}


@every
def test_given_facts_are_never_a_fault_and_never_asked_for(rule: Rule) -> None:
    given = {"priority": "high", "date": "2026-03-09"}
    without = rule.validate_metrics({})
    assert rule.validate_metrics(given) == without
    assert not set(without) & set(given)
    assert not any(metric.required for metric in rule.metrics if metric.given)


@every
def test_a_name_nobody_declared_is_refused(rule: Rule) -> None:
    assert rule.validate_metrics({"mood": 5})["mood"] == "There is no field of this name"
    assert rule.validate_parameters({"mood": 5})["mood"] == "There is no field of this name"


@every
def test_nothing_measured_is_no_data_and_no_error(rule: Rule) -> None:
    found = rule.score({}, {})
    assert (found.value, found.passed, rule.has_data({})) == (None, None, False)
    assert {part.points for part in found.parts} == {None}
    assert found.sentence
    assert found.values == {}
    assert Score.from_json(json.loads(json.dumps(found.as_json()))) == found


def test_clocks_and_given_facts_are_where_they_were() -> None:
    declared = {(code, metric.name): metric for code, rule in RULES.items() for metric in rule.metrics}
    assert {key: metric.clock for key, metric in declared.items() if metric.clock} == {
        ("rr", "response_seconds"): "response",
        ("rr", "resolution_seconds"): "resolution",
    }
    given = {key for key, metric in declared.items() if metric.given}
    assert given == {("rr", "priority"), ("submit", "date"), ("uptime", "date")}


def test_every_kind_is_checked_read_and_refused_in_words() -> None:
    kinds, tables = set(get_args(Kind)), {"per_priority", *checks.TABLES}
    assert set(checks.FITS) == set(typed.READERS) == set(checks.REFUSALS) == kinds - tables
    assert {one.kind for rule in RULES.values() for one in (*rule.parameters, *rule.metrics)} == kinds


def test_the_document_has_a_section_per_rule() -> None:
    headings = re.findall(r"^## `([\w-]+)`", DOCUMENT.read_text(encoding="utf-8"), re.M)
    assert headings == list(RULES)


@every
def test_a_rule_explains_itself_as_its_document_does(rule: Rule) -> None:
    section = DOCUMENT.read_text(encoding="utf-8").split(f"## `{rule.code}`")[1]
    lead = re.search(r"\*\*(.+?)\*\*", section, re.DOTALL)
    assert lead is not None
    assert rule.about.measures == " ".join(lead[1].split())


@every
def test_the_example_of_a_rule_can_be_stored_and_typed(rule: Rule) -> None:
    units = {one.name: 1 for one in rule.metrics if one.kind == "unit"}
    assert rule.validate_parameters(rule.about.parameters) == {}
    assert rule.validate_metrics({**rule.about.metrics, **units}) == {}
