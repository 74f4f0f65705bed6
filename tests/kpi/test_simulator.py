"""The calendar simulator: every interval on the way, and the same due as the clocks have."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from kpi import calendars, simulator
from kpi.models import Clock
from tests.cast import Cast, local, minutes
from tests.kpi.past import worked

pytestmark = pytest.mark.django_db
PAGE = "/performance/calendar/"


def test_every_interval_is_told_and_adds_up(cast: Cast) -> None:
    calendar = calendars.for_department(cast.department)
    found = simulator.to_target(calendar, local(19, 16), timedelta(hours=4))
    assert [(one.kind, one.name, one.start, one.stop, one.so_far) for one in found.intervals] == [
        ("working", "", local(19, 16), local(19, 17), 3600),
        ("off", "", local(19, 17), local(20, 0), 3600),
        ("holiday", "Mashujaa Day", local(20, 0), local(21, 0), 3600),
        ("off", "", local(21, 0), local(21, 8), 3600),
        ("working", "", local(21, 8), local(21, 11), 4 * 3600),
    ]
    assert (found.due, found.worked, found.whole) == (local(21, 11), 4 * 3600, 43 * 3600)
    assert sum(one.seconds for one in found.intervals) == found.whole


def test_it_says_what_the_clock_of_a_ticket_says(cast: Cast) -> None:
    item = worked(cast, local(30, 16), done=False)
    calendar = calendars.for_department(cast.department)
    due = simulator.to_target(calendar, local(30, 16), minutes(240)).due
    assert due == Clock.objects.get(item=item, kind="resolution").due_at


def test_until_an_end_it_counts(cast: Cast) -> None:
    found = simulator.to_end(simulator.for_country(cast.country), local(16, 16), local(19, 9))
    assert (found.worked, found.due, found.sums) == (
        2 * 3600,
        None,
        [("working", "", 2 * 3600), ("off", "", 63 * 3600)],
    )


def test_a_target_without_working_time_ahead_is_never_reached(cast: Cast) -> None:
    cast.country.hours.update(week={})
    found = simulator.to_target(calendars.for_department(cast.department), local(5, 9), minutes(1))
    assert (found.due, found.worked) == (None, 0)


def test_the_page_shows_the_intervals_in_local_time(client: Client, cast: Cast) -> None:
    client.force_login(cast.assignee)
    page = client.get(PAGE, {"where": "ke-operations", "start": "2026-10-19T16:00", "target": "240"}).content.decode()
    assert "Due Wednesday, 21 October 2026, 11:00 EAT" in page
    assert "Holiday, Mashujaa Day" in page
    country = client.get(PAGE, {"where": "country-KE", "start": "2026-10-19T16:00", "end": "2026-10-21T11:00"})
    assert "4 h of 43 h count" in country.content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"where": "nowhere"}, "Choose a place from the list"),
        ({"start": ""}, "Enter the start as a real date and time, such as 2026-11-19 16:30"),
        ({"start": "yesterday"}, "Enter the start as a real date and time, such as 2026-11-19 16:30"),
        ({"target": ""}, "Enter a target in minutes, or an end"),
        ({"target": "-1"}, "Enter the target in whole minutes, 1 or more"),
        ({"target": "99999999"}, "Enter at most 527040 for Target"),
        ({"end": "2026-10-20T10:00"}, "Enter a target or an end, not both"),
        ({"target": "", "end": "2026-10-19T16:00"}, "Enter an end after the start"),
        ({"target": "", "end": "2036-10-19T16:00"}, "Enter an end within three years of the start"),
    ],
)
def test_what_cannot_be_shown_is_refused_beside_its_field(
    client: Client, cast: Cast, fields: dict[str, str], words: str
) -> None:
    client.force_login(cast.assignee)
    typed = {"where": "ke-operations", "start": "2026-10-19T16:00", "target": "240", **fields}
    answer = client.get(PAGE, typed)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_customers_find_nothing_there(client: Client, cast: Cast) -> None:
    client.force_login(cast.submitter)
    assert client.get(PAGE).status_code == 404


def test_it_opens_with_four_hours_of_ones_own_department(client: Client, cast: Cast) -> None:
    client.force_login(cast.assignee)
    with time_machine.travel(local(19, 16), tick=False):
        page = client.get(PAGE).content.decode()
    assert "Due Wednesday, 21 October 2026, 11:00" in page
    client.force_login(cast.manager)
    assert "Due " not in client.get(PAGE).content.decode()
