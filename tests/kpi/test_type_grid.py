"""The department-type map as a grid: what it shows as of a month, and what becomes of what is ticked."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Country, Department, SettingsChange
from kpi import type_grid
from kpi.models import Change, DepartmentType, KpiType
from kpi.type_grid import Offered
from kpi.types import offered_at_intake, offered_for_self_logging
from tests.cast import SINCE, Cast, make_ticket, make_type

pytestmark = pytest.mark.django_db
PATH = "/admin/kpi/departmenttype/grid/"
LATER = date(2099, 1, 1)
BOTH, NEITHER = Offered(intake=True, self_log=True), Offered()


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def box(department: Department, type_: KpiType) -> str:
    return f"{department.pk}-{type_.pk}"


def ticks(grid: type_grid.Grid) -> dict[str, list[str]]:
    """What the page sends when nothing is touched."""
    return {
        name: ["-".join(map(str, key)) for key, cell in grid.cells.items() if getattr(cell.offered, name)]
        for name in ("intake", "self_log")
    }


def sent(house: Client, query: str, **changed: list[str]) -> tuple[Any, Any]:
    """The page as it was opened, and the answer to its form with other ticks."""
    opened = house.get(PATH + query).context["grid"]
    return opened, house.post(PATH + query, {**ticks(opened), **changed, "seen": opened.mark})


def rows() -> list[tuple[str, str, date, bool, bool]]:
    found = DepartmentType.objects.order_by("department__name", "type__name", "valid_from")
    return list(found.values_list("department__name", "type__name", "valid_from", "intake", "self_log"))


def test_types_stand_by_group_and_departments_beside_each_other(cast: Cast) -> None:
    grid = type_grid.grid(cast.country, month=date(2026, 11, 1))
    assert [place.name for place in grid.departments] == ["Finance", "Operations"]
    assert [(group.name, [type_.name for type_, _cells in members]) for group, members in grid.groups] == [
        ("Issue", ["Issue", "Request"])
    ]
    assert {cell.offered for cell in grid.cells.values()} == {BOTH}


def test_it_shows_what_holds_in_the_month_and_what_comes_later(cast: Cast) -> None:
    later = DepartmentType.objects.create(
        department=cast.department, type=cast.issue, valid_from=date(2027, 1, 1), intake=False, self_log=True
    )
    key = (cast.department.pk, cast.issue.pk)
    before, now, after = (
        type_grid.grid(cast.country, month=month).cells[key]
        for month in (date(2025, 12, 1), date(2026, 12, 1), date(2027, 1, 1))
    )
    assert (before.offered, before.later[0].valid_from) == (NEITHER, SINCE)
    assert (now.offered, now.later) == (BOTH, [later])
    assert (after.offered, after.row, after.later) == (Offered(self_log=True), later, [])


def test_what_holds_from_later_on_is_saved_at_once_and_earlier_rows_stay(house: Client, cast: Cast) -> None:
    make_ticket(cast)
    SettingsChange.objects.all().delete()
    keep = [
        box(cast.department, cast.request),
        *(box(cast.other_department, one) for one in (cast.issue, cast.request)),
    ]
    _opened, answer = sent(house, f"?country={cast.country.pk}&month=2099-01", intake=keep, self_log=keep)
    assert answer.headers["Location"] == f"{PATH}?country={cast.country.pk}&month=2099-01"
    assert ("Operations", "Issue", LATER, False, False) in rows()
    assert len(rows()) == 5
    assert cast.issue in offered_at_intake(cast.department, on=date(2098, 12, 31))
    assert cast.issue not in offered_for_self_logging(cast.department, on=LATER)
    assert SettingsChange.objects.get().actor == cast.admin


def test_a_second_save_edits_the_row_of_the_month(house: Client, cast: Cast) -> None:
    query = f"?country={cast.country.pk}&month=2099-01"
    sent(house, query, intake=[])
    assert len(rows()) == 8
    sent(house, query, self_log=[])
    assert len(rows()) == 8
    assert {(row.intake, row.self_log) for row in DepartmentType.objects.filter(valid_from=LATER)} == {(False, False)}


def test_what_reaches_back_to_recorded_work_is_one_change_to_look_at(house: Client, cast: Cast) -> None:
    today = timezone.now()
    make_ticket(cast, at=today)
    make_ticket(cast, at=today, type=cast.request)
    month = f"{today:%Y-%m}"
    before = rows()
    _opened, answer = sent(house, f"?country={cast.country.pk}&month={month}", intake=[])
    change = Change.objects.get()
    assert answer.headers["Location"] == f"/admin/kpi/change/{change.pk}/change/"
    # Nothing was ever recorded in Finance, so its two fields have no past.
    assert (change.title, len(change.wanted)) == ("Department-type map, 2 fields", 2)
    first = date(today.year, today.month, 1)
    assert set(rows()) - set(before) == {("Finance", name, first, False, True) for name in ("Issue", "Request")}


def test_nothing_ticked_otherwise_saves_nothing(house: Client, cast: Cast) -> None:
    before = rows()
    _opened, answer = sent(house, f"?country={cast.country.pk}")
    assert answer.status_code == 302
    assert rows() == before
    assert "Nothing was saved." in house.get(PATH).content.decode()


def test_of_two_people_the_second_is_told_and_keeps_the_ticks(house: Client, cast: Cast) -> None:
    query = f"?country={cast.country.pk}&month=2099-01"
    opened = house.get(PATH + query).context["grid"]
    sent(house, query, self_log=[])
    before = rows()
    mine = {"seen": opened.mark, "intake": [box(cast.department, cast.issue)], "self_log": []}
    answer = house.post(PATH + query, mine)
    assert answer.status_code == 422
    assert "The map has changed meanwhile" in answer.content.decode()
    assert rows() == before
    kept = {
        one["value"]: one["offered"]
        for _group, members in answer.context["groups"]
        for _type, boxes in members
        for one in boxes
    }
    assert [value for value, offered in kept.items() if offered.intake] == mine["intake"]
    house.post(PATH + query, {**mine, "seen": answer.context["grid"].mark})
    assert cast.issue in offered_at_intake(cast.department, on=LATER)
    assert offered_at_intake(cast.other_department, on=LATER) == []


@pytest.mark.parametrize("tick", ["x", "1", "1-2-3", "²-1", "-1-1", "999999-1", "1-" + "9" * 40])
def test_ticks_of_another_page_are_refused(house: Client, cast: Cast, tick: str) -> None:
    before = rows()
    _opened, answer = sent(house, f"?country={cast.country.pk}", intake=[tick])
    assert answer.status_code == 422
    assert "These ticks do not belong to this page" in answer.content.decode()
    assert rows() == before


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?country=999", "Choose a country of the list."),
        ("?country=abc", "Choose a country of the list."),
        ("?month=2026-13", "Write the month as year and month, such as 2026-11."),
        ("?month=soon", "Write the month as year and month, such as 2026-11."),
    ],
)
def test_a_wrong_address_is_told_and_saves_nothing(house: Client, cast: Cast, query: str, sentence: str) -> None:
    before = rows()
    for answer in (house.get(PATH + query), house.post(PATH + query, {"seen": "x", "intake": []})):
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert rows() == before


def test_of_many_departments_and_types_a_page_shows_a_part(house: Client, cast: Cast) -> None:
    for number in range(9):
        Department.objects.create(country=cast.country, code=f"ke-{number}", name=f"Team {number}")
    for number in range(40):
        make_type(f"type-{number}", f"Type {number:02}", cast.group, response=60, resolution=60)
    first = house.get(PATH)
    assert first.context["grid"].parts == (2, 2)
    assert (len(first.context["grid"].departments), len(first.context["grid"].cells)) == (8, 320)
    last = house.get(PATH, {"columns": "2", "rows": "2"}).context["grid"]
    assert ([place.name for place in last.departments], len(last.cells)) == (["Team 6", "Team 7", "Team 8"], 6)
    assert "Departments, page 2" in first.content.decode()
    assert house.get(PATH, {"columns": "9999"}).context["grid"].departments == []


def test_the_form_of_a_full_page_is_not_too_large(house: Client, cast: Cast) -> None:
    """Django takes a thousand fields at most."""
    assert type_grid.DEPARTMENTS_A_PAGE * type_grid.TYPES_A_PAGE * 2 + 2 < 1000


def test_management_reads_the_same_grid(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    page = client.get(PATH).content.decode()
    assert "intake, own work" in page
    assert 'type="checkbox"' not in page
    assert client.post(PATH, {"intake": []}).status_code == 403


def test_without_a_country_the_first_step_is_offered(client: Client, cast: Cast) -> None:
    uganda = Country.objects.create(code="UG", name="Uganda", zone="Africa/Kampala")
    client.force_login(cast.admin)
    assert "Uganda has no department here." in client.get(PATH, {"country": uganda.pk}).content.decode()
