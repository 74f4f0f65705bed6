"""Hours in Django admin are rows of from and to; what they say is what is stored, and nobody meets JSON."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from kpi.models import Change, ReplacedDay, WorkingHours
from tests.cast import Cast, make_ticket

pytestmark = pytest.mark.django_db
HOURS, DAYS = "/admin/kpi/workinghours/", "/admin/kpi/replacedday/"
SPLIT = {
    "week.0.0.from": "8:00",
    "week.0.0.to": "12.00",
    "week.0.1.from": "13:00",
    "week.0.1.to": "17:00",
    "week.5.0.from": "22:00",
    "week.5.0.to": "24:00",
}


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def hours(cast: Cast, **boxes: str) -> dict[str, Any]:
    return {"country": cast.country.pk, "valid_from": "2199-01-01", **boxes}


def day(cast: Cast, **boxes: str) -> dict[str, Any]:
    return {"country": cast.country.pk, "date": "2198-12-24", "name": "Eve", "source": "manual", **boxes}


def made(house: Client, cast: Cast, **boxes: str) -> WorkingHours:
    answer = house.post(f"{HOURS}add/", hours(cast, **boxes))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return WorkingHours.objects.get(valid_from="2199-01-01")


def boxes_of(house: Client, address: str) -> dict[str, str]:
    """Name and value of every box that holds something, as the page shows them."""
    page = house.get(address)
    form = page.context["adminform"].form
    name = "week" if "week" in form.fields else "windows"
    context = form.fields[name].widget.get_context(name, form[name].value(), {})
    pairs = [box for line in context["widget"].get("lines", context["lines"]) for pair in line["boxes"] for box in pair]
    found = {box["name"]: box["value"] for box in pairs if box["value"]}
    assert all(f'name="{box}" value="{value}"' in page.content.decode() for box, value in found.items())
    return found


def test_rows_of_times_are_a_week(house: Client, cast: Cast) -> None:
    assert made(house, cast, **SPLIT).week == {
        "0": [["08:00", "12:00"], ["13:00", "17:00"]],
        "5": [["22:00", "00:00"]],
    }


def test_the_form_shows_what_is_stored_with_room_for_one_more(house: Client, cast: Cast) -> None:
    row = made(house, cast, **SPLIT)
    assert boxes_of(house, f"{HOURS}{row.pk}/change/") == {
        "week.0.0.from": "08:00",
        "week.0.0.to": "12:00",
        "week.0.1.from": "13:00",
        "week.0.1.to": "17:00",
        "week.5.0.from": "22:00",
        "week.5.0.to": "00:00",
    }
    assert 'name="week.0.2.from"' in house.get(f"{HOURS}{row.pk}/change/").content.decode()


def test_round_the_clock_is_one_tick(house: Client, cast: Cast) -> None:
    row = made(house, cast, **{**SPLIT, "week.always": "on"})
    assert row.week == {str(weekday): [["00:00", "00:00"]] for weekday in range(7)}
    page = house.get(f"{HOURS}{row.pk}/change/").content.decode()
    assert 'name="week.always" checked' in page
    assert boxes_of(house, f"{HOURS}{row.pk}/change/") == {}


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        ({"week.2.0.from": "8", "week.2.0.to": "17:00"}, "Wednesday: “8” is no time of day. Write for example 08:00."),
        (
            {"week.2.0.from": "25:00", "week.2.0.to": "26:00"},
            "Wednesday: “25:00” is no time of day. Write for example 08:00.",
        ),
        ({"week.6.0.from": "08:00"}, "Sunday: Enter both from and to."),
        (
            {"week.0.0.from": "08:00", "week.0.0.to": "12:00", "week.0.1.from": "11:00", "week.0.1.to": "17:00"},
            "These hours cannot be used: Monday: 08:00-12:00 and 11:00-17:00 overlap.",
        ),
    ],
)
def test_times_that_cannot_be_are_refused_beside_them_and_kept(
    house: Client, cast: Cast, boxes: dict[str, str], message: str
) -> None:
    answer = house.post(f"{HOURS}add/", hours(cast, **boxes))
    assert answer.context["adminform"].form.errors == {"week": [message]}
    page = answer.content.decode()
    assert [f'name="{name}" value="{value}"' in page for name, value in boxes.items()] == [True] * len(boxes)
    assert WorkingHours.objects.count() == 1


def test_saving_what_says_the_same_changes_nothing(house: Client, cast: Cast) -> None:
    """Also where it was written in another way, and although it reaches back."""
    stored = {"0": [["08:00:00", "17:00"]], "6": []}
    WorkingHours.objects.update(week=stored)
    row = WorkingHours.objects.get()
    address = f"{HOURS}{row.pk}/change/"
    form = {"country": row.country_id, "valid_from": row.valid_from.isoformat(), **boxes_of(house, address)}
    assert house.post(address, form).status_code == 302
    row.refresh_from_db()
    assert (row.week, Change.objects.count()) == (stored, 0)


def test_a_change_that_reaches_back_is_previewed(house: Client, cast: Cast) -> None:
    make_ticket(cast)
    row = WorkingHours.objects.get()
    form = {"country": row.country_id, "valid_from": row.valid_from.isoformat()}
    answer = house.post(f"{HOURS}{row.pk}/change/", {**form, "week.0.0.from": "09:00", "week.0.0.to": "17:00"})
    assert answer["Location"] == f"/admin/kpi/change/{Change.objects.get().pk}/change/"
    assert WorkingHours.objects.get().week == row.week


def test_a_department_has_hours_of_its_own(house: Client, cast: Cast) -> None:
    form = {
        "department": cast.department.pk,
        "valid_from": "2199-01-01",
        "week.0.0.from": "9:00",
        "week.0.0.to": "10:00",
    }
    assert house.post(f"{HOURS}add/", form).status_code == 302
    assert WorkingHours.objects.get(department=cast.department).week == {"0": [["09:00", "10:00"]]}
    both = house.post(f"{HOURS}add/", {**form, "country": cast.country.pk, "valid_from": "2199-02-01"})
    assert both.context["adminform"].form.errors == {
        "department": ["Hours belong to a country or to a department, not to both."]
    }


def test_a_day_off_has_no_windows_and_a_half_day_some(house: Client, cast: Cast) -> None:
    half = {"windows.0.0.from": "8:00", "windows.0.0.to": "12:00"}
    assert house.post(f"{DAYS}add/", day(cast, **half)).status_code == 302
    assert house.post(f"{DAYS}add/", day(cast, date="2198-12-25")).status_code == 302
    stored = dict(ReplacedDay.objects.filter(date__year=2198).values_list("date", "windows"))
    assert stored == {date(2198, 12, 24): [["08:00", "12:00"]], date(2198, 12, 25): []}
    row = ReplacedDay.objects.get(date="2198-12-24")
    assert boxes_of(house, f"{DAYS}{row.pk}/change/") == {"windows.0.0.from": "08:00", "windows.0.0.to": "12:00"}


def test_a_window_of_a_day_that_cannot_be_is_refused(house: Client, cast: Cast) -> None:
    answer = house.post(f"{DAYS}add/", day(cast, **{"windows.0.0.from": "noon", "windows.0.0.to": "13:00"}))
    assert answer.context["adminform"].form.errors == {
        "windows": ["“noon” is no time of day. Write for example 08:00."]
    }


def test_management_reads_hours_in_words(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    WorkingHours.objects.update(week={"0": [["08:00", "12:00"], ["13:00", "17:00"]]})
    page = client.get(f"{HOURS}{WorkingHours.objects.get().pk}/change/").content.decode()
    assert "<div>Monday: 08:00–12:00, 13:00–17:00</div><div>Tuesday: closed</div>" in page
    assert ('name="week' in page, "[[" in page, 'name="_save"' in page) == (False, False, False)
    off = client.get(f"{DAYS}{ReplacedDay.objects.get().pk}/change/").content.decode()
    assert ("day off" in off, 'name="windows' in off) == (True, False)
