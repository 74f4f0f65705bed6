"""The page of a country: what holds there now and what is to come, in few rows of each."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Country, Department
from kpi.in_force import in_force
from kpi.models import ReplacedDay, WorkingHours
from tests.cast import MASHUJAA_DAY, SINCE, START, Cast, make_ticket

pytestmark = pytest.mark.django_db
NOW = START


def page_of(cast: Cast) -> str:
    return f"/admin/accounts/country/{cast.country.pk}/change/"


def test_the_week_in_force_is_told_in_words_with_what_comes_later(cast: Cast) -> None:
    later = WorkingHours.objects.create(
        country=cast.country, valid_from=date(2027, 1, 1), week={"0": [["07:00", "12:00"]]}
    )
    force = in_force(cast.country, as_of=NOW)
    assert force.now is not None
    assert (force.now.row.valid_from, force.later) == (SINCE, [later])
    assert (force.now.lines["Monday"], force.now.lines["Sunday"]) == ("08:00–17:00", "closed")
    assert force.wall.isoformat() == "2026-10-05T09:00:00"


def test_the_first_hours_also_hold_before_they_begin(cast: Cast) -> None:
    force = in_force(cast.country, as_of=datetime(2025, 6, 1, tzinfo=UTC))
    assert force.now is not None
    assert (force.now.row.valid_from, force.later) == (SINCE, [])


def test_a_country_without_hours_has_none_in_force(db: None) -> None:
    uganda = Country.objects.create(code="UG", name="Uganda", zone="Africa/Kampala")
    force = in_force(uganda, as_of=NOW)
    assert (force.now, force.later, force.days, force.departments) == (None, [], [], [])


def test_special_days_are_those_of_the_next_twelve_months(cast: Cast) -> None:
    for day in (date(2026, 10, 4), date(2026, 10, 5), date(2027, 10, 4), date(2027, 10, 5)):
        ReplacedDay.objects.create(country=cast.country, date=day, name=f"{day}", windows=[["08:00", "12:00"]])
    days = in_force(cast.country, as_of=NOW).days
    assert [(day.row.date, day.windows) for day in days] == [
        (date(2026, 10, 5), "08:00–12:00"),
        (MASHUJAA_DAY, ""),
        (date(2027, 10, 4), "08:00–12:00"),
    ]


def test_of_many_days_and_departments_the_first_twenty_are_shown(cast: Cast) -> None:
    ReplacedDay.objects.bulk_create(
        ReplacedDay(country=cast.country, date=date(2026, 11, 1) + timedelta(days=n), name=f"Day {n}")
        for n in range(25)
    )
    Department.objects.bulk_create(
        Department(country=cast.country, code=f"ke-{n}", name=f"Team {n:02}") for n in range(25)
    )
    force = in_force(cast.country, as_of=NOW)
    assert (len(force.days), force.more_days) == (20, True)
    assert (len(force.departments), force.more_departments) == (20, True)


def test_departments_say_whether_they_have_hours_of_their_own(cast: Cast) -> None:
    WorkingHours.objects.create(department=cast.other_department, valid_from=SINCE, week={})
    own = {place.name: getattr(place, "own_hours") for place in in_force(cast.country, as_of=NOW).departments}  # noqa: B009
    assert own == {"Finance": True, "Operations": False}


def test_management_reads_all_of_it_and_is_offered_nothing_to_do(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    page = client.get(page_of(cast)).content.decode()
    assert "Hours in force" in page
    assert "08:00–17:00" in page
    assert "Import holidays" not in page
    client.force_login(cast.admin)
    assert "Import holidays" in client.get(page_of(cast)).content.decode()


def test_the_zone_stays_once_work_was_recorded_in_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    form = {"code": "KE", "name": "Kenya", "zone": "Asia/Jakarta", "date_format": ""}
    assert "zone" in client.get(page_of(cast)).context["adminform"].form.fields
    make_ticket(cast)
    assert client.post(page_of(cast), {**form, "name": "Kenia"}).status_code == 302
    cast.country.refresh_from_db()
    assert (cast.country.name, cast.country.zone) == ("Kenia", "Africa/Nairobi")


def test_a_form_refused_for_its_zone_shows_the_page_all_the_same(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    form = {"code": "KE", "name": "Kenya", "zone": "Africa/Nowhere", "date_format": ""}
    answer = client.post(page_of(cast), form)
    assert list(answer.context["adminform"].form.errors) == ["zone"]
    assert answer.context["force"].now is not None
