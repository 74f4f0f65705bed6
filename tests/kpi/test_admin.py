"""Types, their typed parameters, and calendars in Django admin."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from kpi.models import (
    Cell,
    DepartmentType,
    KpiType,
    ReplacedDay,
    TypeVersion,
    UptimeUnit,
    WorkingHours,
    WorkState,
)
from tests.cast import Cast
from tests.kpi.months import MINUTE, done, make

pytestmark = pytest.mark.django_db
ADD = "/admin/kpi/typeversion/add/"


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    """The admin, signed in."""
    client.force_login(cast.admin)
    return client


def version(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {
        "type": cast.issue.pk,
        "valid_from": "2026-11-01",
        "group": cast.group.pk,
        "weight": "1",
        "pass_mark": "95",
        "response_target": "15",
        "resolution_target": "120",
        "response_weight": "40",
        "resolution_weight": "60",
        **fields,
    }


def test_parameters_are_typed_fields(house: Client, cast: Cast) -> None:
    assert house.post(ADD, version(cast, **{"priority_targets.emergency.response_target": "5"})).status_code == 302
    assert TypeVersion.objects.get(type=cast.issue, valid_from="2026-11-01").parameters == {
        "response_target": 15,
        "resolution_target": 120,
        "response_weight": 40,
        "resolution_weight": 60,
        "priority_targets": {"emergency": {"response_target": 5}},
    }


def test_the_form_shows_what_is_stored(house: Client, cast: Cast) -> None:
    house.post(ADD, version(cast, **{"priority_targets.high.resolution_target": "60"}))
    stored = TypeVersion.objects.get(type=cast.issue, valid_from="2026-11-01")
    form = house.get(f"/admin/kpi/typeversion/{stored.pk}/change/").context["adminform"].form
    names = (
        "response_target",
        "resolution_target",
        "response_weight",
        "resolution_weight",
        "priority_targets.high.resolution_target",
    )
    assert [form.get_initial_for_field(form.fields[name], name) for name in names] == [15, 120, 40, 60, 60]


def test_weights_that_do_not_add_up_are_refused_with_their_sum(house: Client, cast: Cast) -> None:
    answer = house.post(ADD, version(cast, response_weight="50"))
    assert answer.context["adminform"].form.errors["resolution_weight"] == [
        "The weights must add up to 100; they add up to 110"
    ]
    assert TypeVersion.objects.filter(type=cast.issue).count() == 1


@pytest.mark.parametrize(("field", "value"), [("response_target", "0"), ("resolution_target", "x"), ("weight", "0")])
def test_a_wrong_number_is_refused_beside_it(house: Client, cast: Cast, field: str, value: str) -> None:
    answer = house.post(ADD, version(cast, **{field: value}))
    assert field in answer.context["adminform"].form.errors


def test_the_rule_of_a_type_never_changes(house: Client, cast: Cast) -> None:
    url = f"/admin/kpi/kpitype/{cast.issue.pk}/change/"
    assert "rule" not in house.get(url).context["adminform"].form.fields
    house.post(url, {"name": "Incident", "code": "issue", "rule": "other"})
    assert KpiType.objects.values_list("name", "rule").get(pk=cast.issue.pk) == ("Incident", "rr")


@pytest.mark.parametrize("week", [{"0": [["17:00", "08:00"], ["16:00", "18:00"]]}, {"9": []}, [], {"0": 5}])
def test_hours_the_engine_cannot_use_are_refused(cast: Cast, week: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        WorkingHours(country=cast.country, valid_from="2026-11-01", week=week).full_clean()
    assert list(refused.value.message_dict) == ["week"]


def test_windows_are_a_list(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        ReplacedDay(country=cast.country, date="2026-12-25", name="Christmas", windows={}).full_clean()
    assert list(refused.value.message_dict) == ["windows"]


@pytest.mark.parametrize(("rule", "intake"), [("rr", True), ("accuracy", False), ("uptime", False)])
def test_the_map_offers_at_intake_what_is_usual_for_the_rule(
    house: Client, cast: Cast, rule: str, intake: bool
) -> None:
    type_ = KpiType.objects.create(code="more", name="More", rule=rule)
    row = {"department": cast.department.pk, "type": type_.pk, "valid_from": "2099-01-01", "self_log": "on"}
    assert house.post("/admin/kpi/departmenttype/add/", {**row, "intake": "unknown"}).status_code == 302
    made = DepartmentType.objects.get(type=type_)
    assert (made.intake, made.self_log) == (intake, True)
    changed = f"/admin/kpi/departmenttype/{made.pk}/change/"
    assert house.post(changed, {**row, "intake": "true"}).status_code == 302
    made.refresh_from_db()
    assert made.intake is True


def test_a_cell_is_told_in_points_hours_and_words(house: Client, cast: Cast) -> None:
    """Never in the integers that the ledger adds up: 1/10,000 points and seconds."""
    done(cast.issue, cast.mate, MINUTE, number=2)
    done(cast.issue, cast.mate, MINUTE | {"resolution_seconds": 10**6})
    done(cast.issue, cast.mate, MINUTE, state=WorkState.OPEN)
    assert told(house, Cell.objects.get(owner=cast.mate)) == {
        "Month:": "October 2026",
        "Department:": "Kenya / Operations",
        "Type:": "Issue",
        "Of:": "Moses Mate",
        "Items that count:": "3",
        "Of these passed:": "2",
        "Of these with a score:": "3",
        "Score:": "83.3",
        "Parts of the score:": "Response: 100.0, 3 of 3 within target Resolution: 66.7, 2 of 3 within target",
        "Added up in the month:": "–",
        "Not counted:": "Still open: 1",
        "Still open and late already:": "0",
    }


def test_a_cell_of_a_month_rule_tells_what_it_adds_up(house: Client, cast: Cast) -> None:
    uptime = make("uptime", "uptime", cast.group, [cast.department], threshold=99.5, window="24x7")
    projects = make("projects", "project", cast.group, [cast.department], target=20)
    unit = UptimeUnit.objects.create(department=cast.department, code="r1", name="Router", active_from="2026-01-01")
    down = {"unit": unit.pk, "down_from": "2026-10-05T16:00", "downtime_minutes": 80}
    done(uptime, cast.mate, down)
    done(projects, cast.mate, {"count": 3}, number=2)
    of_unit = told(house, Cell.objects.get(type=uptime))
    assert (of_unit["Of:"], of_unit["Score:"]) == ("Router", "–")
    listed = house.get("/admin/kpi/cell/").content.decode()
    assert re.findall(r'field-month_of"><a [^>]*>(.*?)</a>', listed) == ["October 2026"] * 2
    assert set(re.findall(r'field-subject_of">(.*?)</td>', listed)) == {"Router", cast.mate.name}
    assert of_unit["Added up in the month:"] == "Downtime, round the clock: 1 h 20 min Downtime in working hours: 1 h"
    assert told(house, Cell.objects.get(type=projects))["Added up in the month:"] == "Count: 6"


def told(house: Client, cell: Cell) -> dict[str, str]:
    """What the page of a cell says, by the label."""
    answer = house.get(f"/admin/kpi/cell/{cell.pk}/change/")
    rows = re.findall(
        r"<label>(.+?)</label>\s*<div class=\"readonly\">(.*?)</div>\s*</div>", answer.content.decode(), re.S
    )
    return {label: " ".join(re.sub("<[^>]+>", " ", value).split()) for label, value in rows}
