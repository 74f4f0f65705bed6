"""A department in Django admin: policies under headings, presets with what they change, wrong combinations refused."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Department, SettingsChange, User
from accounts.policies import HEADINGS, KPI_WEB, PRESETS, apply_preset
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def page_of(cast: Cast, page: str = "change") -> str:
    return f"/admin/accounts/department/{cast.department.pk}/{page}/"


def typed(house: Client, cast: Cast, **fields: Any) -> dict[str, Any]:
    """What the form of the department shows, with `fields` typed over it."""
    initial = house.get(page_of(cast)).context["adminform"].form.initial
    shown = {name: value for name, value in initial.items() if value not in (None, False) and name != "leads"}
    return {**shown, "leads": [lead.pk for lead in initial["leads"]], **fields}


def refused(answer: Any) -> dict[str, list[str]]:
    return dict(answer.context["adminform"].form.errors)


def test_every_policy_stands_under_one_heading_and_says_what_it_does() -> None:
    under = [column for _heading, columns in HEADINGS for column in columns]
    assert sorted(under) == sorted(KPI_WEB)
    fields = [Department._meta.get_field(name) for name in (*under, "notification_address")]
    assert [field.name for field in fields if not field.help_text] == []


def test_a_new_department_starts_with_the_preset_it_is_given(house: Client, cast: Cast) -> None:
    form = {"country": cast.country.pk, "code": "ke-desk", "name": "Desk", "preset": "service-desk"}
    answer = house.post("/admin/accounts/department/add/", form)
    desk = Department.objects.get(code="ke-desk")
    assert answer.headers["Location"] == f"/admin/accounts/department/{desk.pk}/change/"
    assert {column: getattr(desk, column) for column in KPI_WEB} == PRESETS["service-desk"][1]
    assert desk.active


def test_without_a_preset_a_new_department_is_refused(house: Client, cast: Cast) -> None:
    form = {"country": cast.country.pk, "code": "ke-desk", "name": "Desk", "preset": "none of them"}
    answer = house.post("/admin/accounts/department/add/", form)
    assert list(refused(answer)) == ["preset"]
    assert not Department.objects.filter(code="ke-desk").exists()


@pytest.mark.parametrize(
    ("policies", "field", "sentence"),
    [
        (
            {"clients_reopen": True, "reopen_days": 0},
            "reopen_days",
            "Clients may re-open here, so enter at least 1 day.",
        ),
        (
            {"reply_reopens": True, "reopen_days": 0},
            "reopen_days",
            "Clients may re-open here, so enter at least 1 day.",
        ),
    ],
)
def test_policies_that_contradict_each_other_are_refused_beside_the_field(
    house: Client, cast: Cast, policies: dict[str, Any], field: str, sentence: str
) -> None:
    answer = house.post(page_of(cast), typed(house, cast, **policies))
    assert refused(answer) == {field: [sentence]}
    department = Department(country=cast.country, code="x", name="X", **policies)
    with pytest.raises(ValidationError) as error:
        department.full_clean()
    assert error.value.message_dict == {field: [sentence]}


@pytest.mark.parametrize(
    ("policies", "sentence"),
    [
        (
            {"remind_after_days": 7, "close_after_days": 7},
            "The reminder must come before the closing: enter fewer days than there.",
        ),
        ({"close_after_days": 7}, "A ticket is closed only after a reminder. Enter after how many days."),
    ],
)
def test_a_closing_needs_a_reminder_before_it(cast: Cast, policies: dict[str, Any], sentence: str) -> None:
    department = Department(country=cast.country, code="x", name="X", **policies)
    with pytest.raises(ValidationError) as error:
        department.full_clean()
    assert error.value.message_dict == {"remind_after_days": [sentence]}
    department.remind_after_days = 6
    department.full_clean()


def test_what_does_nothing_yet_is_not_offered(house: Client, cast: Cast) -> None:
    """Tickets cannot wait for the client yet, so there are no days to set for it."""
    page = house.get(page_of(cast)).content.decode()
    assert "remind_after_days" not in page
    assert "close_after_days" not in page
    apply_preset(cast.department, "client-portal")
    assert (cast.department.remind_after_days, cast.department.close_after_days) == (None, None)


def test_a_wrong_notification_address_is_refused(house: Client, cast: Cast) -> None:
    answer = house.post(page_of(cast), typed(house, cast, notification_address="desk at example"))
    assert refused(answer) == {"notification_address": ["Enter an email address in the format name@example.com."]}


def test_leads_are_chosen_among_the_active_agents_of_the_department(house: Client, cast: Cast) -> None:
    offered = house.get(page_of(cast)).context["adminform"].form.fields["leads"].queryset
    assert set(offered) == {cast.lead, cast.assignee, cast.mate}
    answer = house.post(page_of(cast), typed(house, cast, leads=[cast.other_agent.pk]))
    assert refused(answer) == {"leads": ["Leads are agents of this department; add the person to it first."]}
    assert house.post(page_of(cast), typed(house, cast, leads=[cast.mate.pk])).status_code == 302
    assert list(cast.department.leads.all()) == [cast.mate]


def test_the_leads_of_a_large_department_are_looked_up(house: Client, cast: Cast) -> None:
    for number in range(50):
        User.objects.create_user(
            f"agent{number}@example.org", PASSWORD, name=f"Agent {number}", role="agent", department=cast.department
        )
    page = house.get(page_of(cast)).content.decode()
    assert "Agent 7" not in page
    assert 'data-field-name="leads"' in page


def test_choosing_a_preset_shows_what_it_changes_and_stores_nothing(house: Client, cast: Cast) -> None:
    answer = house.get(page_of(cast, "preset"), {"preset": "client-portal"})
    assert [tuple(one) for one in answer.context["changes"]] == [
        ("Ask for the priority on intake", "no", "yes"),
        ("Clients may close their tickets", "no", "yes"),
        ("Clients may re-open their tickets", "no", "yes"),
        ("A client reply re-opens a closed ticket", "no", "yes"),
    ]
    cast.department.refresh_from_db()
    assert not cast.department.clients_close


def test_applying_it_sets_the_policies_and_writes_what_changed_down(house: Client, cast: Cast) -> None:
    path = f"{page_of(cast, 'preset')}?preset=service-desk"
    SettingsChange.objects.all().delete()
    house.post(path, {"seen": house.get(path).context["seen"]})
    cast.department.refresh_from_db()
    assert {column: getattr(cast.department, column) for column in KPI_WEB} == PRESETS["service-desk"][1]
    written = SettingsChange.objects.get()
    assert (written.actor, written.changes["agents_assign"]) == (cast.admin, [False, True])
    assert set(written.changes) == {
        "agents_assign",
        "acknowledge_stops_response",
        "ask_priority",
        "assign_within_minutes",
    }


def test_policies_changed_meanwhile_are_shown_before_they_are_overwritten(house: Client, cast: Cast) -> None:
    path = f"{page_of(cast, 'preset')}?preset=service-desk"
    seen = house.get(path).context["seen"]
    Department.objects.filter(pk=cast.department.pk).update(clients_close=True)
    answer = house.post(path, {"seen": seen})
    assert "The policies have changed meanwhile." in answer.content.decode()
    cast.department.refresh_from_db()
    assert not cast.department.agents_assign
    house.post(path, {"seen": answer.context["seen"]})
    cast.department.refresh_from_db()
    assert (cast.department.agents_assign, cast.department.clients_close) == (True, False)


@pytest.mark.parametrize("query", ["?preset=", "?preset=none+of+them"])
def test_an_unknown_preset_is_refused_with_a_sentence(house: Client, cast: Cast, query: str) -> None:
    answer = house.get(page_of(cast, "preset") + query)
    assert answer.status_code == 422
    assert "Choose one of the presets." in answer.content.decode()


def test_a_preset_that_is_in_force_has_nothing_to_apply(house: Client, cast: Cast) -> None:
    page = house.get(page_of(cast, "preset"), {"preset": "kpi-web"}).content.decode()
    assert "Every policy is as KPI Web has it. There is nothing to apply." in page
    assert "Apply KPI Web" not in page


def test_a_department_is_found_by_its_name_as_it_is_written(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    field = {"app_label": "accounts", "model_name": "user", "field_name": "department"}
    found = client.get("/admin/autocomplete/", {**field, "term": "Kenya / Operations"}).json()["results"]
    assert [one["text"] for one in found] == ["Kenya / Operations"]
