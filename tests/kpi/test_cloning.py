"""Clone this type: what is copied, what is asked, who may, and what stays in the audit log."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import Department, SettingsChange
from kpi import cloning
from kpi.models import DepartmentType, KpiType, TypeVersion
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TODAY = "2026-10-07T09:00:00Z"


@pytest.fixture
def house(client: Client, cast: Cast) -> Any:
    """The admin, signed in, on 7 October 2026."""
    with time_machine.travel(TODAY, tick=False):
        client.force_login(cast.admin)
        yield client


def address(type_: KpiType) -> str:
    return f"/admin/kpi/kpitype/{type_.pk}/clone/"


def wish(**fields: str) -> dict[str, str]:
    return {"name": "Complaint", "code": "complaint", "valid_from": "2026-10-01", **fields}


def test_the_version_in_force_is_copied_from_the_date_on(house: Client, cast: Cast) -> None:
    parameters = {"response_target": 20, "resolution_target": 200, "priority_targets": {"high": {"response_target": 5}}}
    TypeVersion.objects.create(
        type=cast.issue, valid_from="2026-10-02", group=cast.group, parameters=parameters, weight=4, pass_mark=90
    )
    TypeVersion.objects.create(type=cast.issue, valid_from="2027-01-01", group=cast.group, parameters={})
    answer = house.post(address(cast.issue), wish(valid_from="2026-12-01"))
    made = KpiType.objects.get(code="complaint")
    assert answer["Location"] == f"/admin/kpi/kpitype/{made.pk}/change/"
    assert (made.name, made.rule) == ("Complaint", "rr")
    columns = ("valid_from", "group", "parameters", "weight", "pass_mark")
    assert list(TypeVersion.objects.filter(type=made).values_list(*columns)) == [
        (date(2026, 12, 1), cast.group.pk, parameters, 4, 90)
    ]
    assert not DepartmentType.objects.filter(type=made).exists()


def test_the_page_says_what_will_be_copied(house: Client, cast: Cast) -> None:
    answer = house.get(address(cast.issue))
    page = " ".join(answer.content.decode().split())
    assert answer.context["words"]["Response target"] == "30 min"
    assert "the version in force since 1 Jan 2026" in page
    assert "Kenya / Finance (intake and self-logging), Kenya / Operations (intake and self-logging)" in page
    assert str(answer.context["form"]["valid_from"].value()) == "2026-10-01"


def test_departments_that_use_the_original_today_are_offered_the_new_type(house: Client, cast: Cast) -> None:
    rows = {"department": cast.other_department, "type": cast.issue}
    DepartmentType.objects.create(**rows, valid_from="2026-08-01", intake=False, self_log=False)
    DepartmentType.objects.create(
        department=cast.department, type=cast.issue, valid_from="2026-09-01", intake=False, self_log=True
    )
    house.post(address(cast.issue), wish(valid_from="2026-11-15", with_departments="on"))
    made = DepartmentType.objects.filter(type__code="complaint")
    assert list(made.values_list("department", "valid_from", "intake", "self_log")) == [
        (cast.department.pk, date(2026, 11, 1), False, True)
    ]


def test_a_department_that_is_switched_off_is_left_out(house: Client, cast: Cast) -> None:
    Department.objects.filter(pk=cast.other_department.pk).update(active=False)
    house.post(address(cast.issue), wish(with_departments="on"))
    made = DepartmentType.objects.filter(type__code="complaint").values_list("department", flat=True)
    assert list(made) == [cast.department.pk]


def test_an_empty_code_is_made_from_the_name(house: Client, cast: Cast) -> None:
    house.post(address(cast.issue), wish(name="Second-hand Desks", code=""))
    assert KpiType.objects.filter(name="Second-hand Desks").values_list("code", flat=True)[0] == "second-hand-desks"


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"name": ""}, {"name": ["Enter the name of the type"]}),
        ({"name": "Issue"}, {"name": ["There is a type of this name already; choose another one"]}),
        ({"code": "issue"}, {"code": ["There is a type of this code already; choose another one"]}),
        ({"name": "Issue!", "code": ""}, {"code": ["There is a type of this code already; choose another one"]}),
        ({"code": "a b"}, {"code": ["Use only letters, digits, hyphens and underscores in the code"]}),
        ({"name": "工具", "code": ""}, {"code": ["Enter the code: letters, digits and hyphens"]}),
        ({"valid_from": ""}, {"valid_from": ["Enter the date from which the version holds"]}),
        ({"valid_from": "2026-02-30"}, {"valid_from": ["Enter a real date, such as 2026-11-19"]}),
        ({"valid_from": "0001-01-01"}, {"valid_from": ["Enter a real date, such as 2026-11-19"]}),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_made(
    house: Client, cast: Cast, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    typed = wish(**fields)
    answer = house.post(address(cast.issue), typed)
    assert (answer.status_code, answer.context["form"].errors) == (422, errors)
    assert {name: answer.context["form"][name].value() for name in typed} == typed
    assert KpiType.objects.count() == 2


def test_every_row_is_in_the_audit_log_under_the_name_of_the_admin(house: Client, cast: Cast) -> None:
    SettingsChange.objects.all().delete()
    house.post(address(cast.issue), wish(with_departments="on"))
    found = SettingsChange.objects.order_by("pk").values_list("content_type__model", "action", "actor")
    create = SettingsChange.Action.CREATE
    assert list(found) == [
        ("kpitype", create, cast.admin.pk),
        ("typeversion", create, cast.admin.pk),
        ("departmenttype", create, cast.admin.pk),
        ("departmenttype", create, cast.admin.pk),
    ]
    assert LogEntry.objects.get().get_change_message() == "Cloned from Issue."


def test_sent_twice_it_is_made_once(house: Client, cast: Cast) -> None:
    answers = [house.post(address(cast.issue), wish()).status_code for _ in range(2)]
    assert answers == [302, 422]
    assert KpiType.objects.filter(name="Complaint").count() == 1


def test_sent_twice_at_once_the_later_one_is_told(house: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other request stores its type after this one looked whether the name is free."""
    clone = cloning.clone

    def overtaken(original: KpiType, **wanted: Any) -> KpiType:
        clone(original, **wanted)
        return clone(original, **wanted)

    monkeypatch.setattr(cloning, "clone", overtaken)
    answer = house.post(address(cast.issue), wish())
    assert (answer.status_code, sorted(answer.context["form"].errors)) == (422, ["code", "name"])
    assert KpiType.objects.filter(name="Complaint").count() == 1


def test_without_a_version_there_is_nothing_to_copy(house: Client, cast: Cast) -> None:
    bare = KpiType.objects.create(code="bare", name="Bare", rule="rr")
    answer = house.post(address(bare), wish(), follow=True)
    assert "This type has no version yet, so there is nothing to copy." in answer.content.decode()
    assert not KpiType.objects.filter(code="complaint").exists()
