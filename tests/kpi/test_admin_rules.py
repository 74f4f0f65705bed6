"""The rules in Django admin: read by admins and management, made from what rules declare."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kpi.engine.rules import RULES
from kpi.engine.rules.rr import ResponseResolution
from kpi.models import KpiType
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    """The admin, signed in."""
    client.force_login(cast.admin)
    return client


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_index_leads_to_the_rules_and_each_rule_to_its_page(house: Client) -> None:
    assert f'<a href="{reverse("admin:kpi_rules")}" id="model-rules">Rules</a>' in text(house.get("/admin/"))
    page = text(house.get(reverse("admin:kpi_rules")))
    assert [code for code in RULES if f'href="{reverse("admin:kpi_rule", args=[code])}"' not in page] == []


@pytest.mark.parametrize("code", RULES)
def test_a_page_tells_every_declared_field_and_the_scored_example(house: Client, code: str) -> None:
    rule = RULES[code]
    answer = house.get(reverse("admin:kpi_rule", args=[code]))
    page = text(answer).replace("&#x27;", "'")
    fields = [*rule.parameters, *rule.metrics]
    told = [rule.about.measures, rule.about.points, rule.about.passed, *(one.label for one in fields)]
    assert [words for words in told if words not in page] == []
    assert answer.context["tried"].sentence in page


def test_the_example_is_scored_when_the_page_is_made(house: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    about = ResponseResolution.about
    slower = replace(about, metrics={"response_seconds": 3600, "resolution_seconds": 28_801})
    monkeypatch.setattr(ResponseResolution, "about", slower)
    page = text(house.get(reverse("admin:kpi_rule", args=["rr"])))
    assert "Response took 1 h against a target of 1 h, resolution 8 h 0 min 1 s against 8 h: 50.0 points." in page


def test_defaults_and_units_stand_beside_the_parameters(house: Client) -> None:
    rows = {row.label: (row.unit, row.default) for row in house.get("/admin/kpi/rules/rr/").context["parameters"]}
    assert rows == {
        "Response target": ("whole minutes, 1 or more", ""),
        "Resolution target": ("whole minutes, 1 or more", ""),
        "Weight of response": ("whole share of 100", "50"),
        "Weight of resolution": ("whole share of 100", "50"),
        "Targets per priority": ("the targets, for single priorities", "–"),
    }
    uptime = house.get("/admin/kpi/rules/uptime/").context["parameters"]
    assert [(row.unit, row.default) for row in uptime] == [
        ("percentage from 0.01 to 100, at most two decimals", "99.5"),
        ("one of: Around the clock, Working hours", "Around the clock"),
    ]


def test_the_types_of_a_rule_are_listed(house: Client, cast: Cast) -> None:
    KpiType.objects.create(code="bare", name="Bare", rule="rr")
    used = house.get("/admin/kpi/rules/rr/").context["used_by"]
    assert [(type_.name, version and version.group.name) for type_, version in used] == [
        ("Bare", None),
        ("Issue", "Issue"),
        ("Request", "Issue"),
    ]
    assert "No type uses it yet." in text(house.get("/admin/kpi/rules/uptime/"))


def test_management_reads_and_is_offered_nothing_to_add(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    page = text(client.get("/admin/kpi/rules/rr/"))
    assert "Every part that has data is within its target." in page
    assert "Add a type with this rule" not in page


def test_what_is_no_rule_is_not_found(house: Client) -> None:
    assert house.get("/admin/kpi/rules/other/").status_code == 404


def test_a_rule_has_one_name_everywhere() -> None:
    assert {code: str(RULES[code].label) for code in RULES} == {
        code: str(words) for code, words in KpiType.Rule.choices
    }
