"""/performance/: what management, leads and agents see of a month, and what it costs."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from kpi import locking
from kpi.models import Cell, KpiItem
from tests.cast import Cast
from tests.kpi.months import EVER, MINUTE, OVER, RUNNING, done, make, second_country, unit

pytestmark = pytest.mark.django_db
OCTOBER = {"month": "2026-10"}


def see(client: Client, person: object, **query: str) -> Any:
    client.force_login(person)  # type: ignore[arg-type]
    return client.get("/performance/", OCTOBER | query)


def half_met(cast: Cast) -> None:
    """September all met, October half of it in Operations; Finance and Indonesia all met."""
    care = second_country(cast)
    for day in (date(2026, 9, 7), date(2026, 10, 5)):
        done(cast.issue, cast.other_agent, MINUTE, day=day)
        done(cast.issue, cast.mate, MINUTE, day=day, department=care)
        done(cast.issue, cast.assignee, MINUTE, day=day)
    done(cast.request, cast.assignee, EVER)


def test_management_sees_a_card_per_country_with_its_change_and_departments(client: Client, cast: Cast) -> None:
    half_met(cast)
    answer = see(client, cast.manager)
    cards = [(one.name, one.score, one.change, one.now.counted) for one, _spark in answer.context["cards"]]
    assert cards == [("Indonesia", 1_000_000, 0, 1), ("Kenya", 750_000, -250, 3)]
    words = answer.content.decode()
    assert "Indonesia is on target, the others are not. Kenya fell by 25.0, most of it in Operations." in words
    assert "Down 25.0 since September" in words
    assert "As in September" in words
    assert '<a href="/performance/2026-10/?department=ke-operations">Operations</a>' in words
    assert '<a href="/performance/2026-09/?country=KE">100.0</a>' in words


def test_the_trend_has_six_months_and_the_same_as_a_table(client: Client, cast: Cast) -> None:
    half_met(cast)
    answer = see(client, cast.admin)
    assert [f"{month:%Y-%m}" for _x, month in answer.context["trend"].months] == [
        "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10",
    ]  # fmt: skip
    kenya = next(line for line in answer.context["trend"].lines if line.name == "Kenya")
    assert [(point.x, point.y) for point in kenya.points] == [("78.4%", "12.0"), ("96.0%", "187.0")]
    rows = {course.name: [score for _month, score in scores] for course, scores in answer.context["rows"]}
    assert rows["Kenya"] == [None, None, None, None, 1_000_000, 750_000]


def test_uptime_names_the_units_below_the_threshold(client: Client, cast: Cast) -> None:
    servers = make("servers", "uptime", cast.group, [cast.department], threshold=99.5, window="24x7")
    down = {"unit": unit(cast.department, "mombasa").pk, "down_from": "2026-10-05T09:00", "downtime_minutes": 600}
    done(servers, cast.lead, down)
    done(servers, cast.lead, {"unit": unit(cast.department, "nairobi").pk, "downtime_minutes": 0})
    words = see(client, cast.manager).content.decode()
    assert '?country=KE">1 of 2<' in words
    assert "Mombasa, 98.655 %" in words
    assert "Units at or above 99.5 % of the month." in words


def test_the_watch_list_leads_to_what_it_names(client: Client, cast: Cast) -> None:
    half_met(cast)
    answer = see(client, cast.manager)
    assert [row.what for row in answer.context["watched"].critical] == ["Request", "Operations"]
    assert "department=ke-operations&amp;type=request" in answer.content.decode()


def test_a_lead_sees_the_departments_they_lead_and_no_country(client: Client, cast: Cast) -> None:
    half_met(cast)
    answer = see(client, cast.lead)
    assert [one.name for one, _spark in answer.context["cards"]] == ["Operations"]
    words = answer.content.decode()
    assert "Indonesia" not in words
    assert "Finance" not in words


def test_an_agent_sees_the_own_months_alone(client: Client, cast: Cast) -> None:
    half_met(cast)
    answer = see(client, cast.assignee)
    assert (answer.context["own"].score, answer.context["course"].change) == (500_000, -500)
    words = answer.content.decode()
    assert "Your score is below target. It fell by 50.0, most of it in Issue." not in words
    assert "Your score is below target. It fell by 50.0." in words
    assert cast.other_agent.name not in words
    assert "Finance" not in words


def test_customers_find_no_dashboard(client: Client, cast: Cast) -> None:
    assert see(client, cast.submitter).status_code == 404


def test_a_running_month_says_so(client: Client, cast: Cast) -> None:
    half_met(cast)
    for at, expected in ((RUNNING, True), (OVER, False)):
        with time_machine.travel(at, tick=False):
            answer = see(client, cast.manager)
        assert answer.context["so_far"] is expected
        assert ("so far" in answer.content.decode()) is expected


def test_a_locked_month_keeps_its_place_among_the_others(client: Client, cast: Cast) -> None:
    half_met(cast)
    locking.lock(date(2026, 9, 1), actor=cast.admin, at=OVER)
    rows = {course.name: [n for _month, n in scores] for course, scores in see(client, cast.manager).context["rows"]}
    assert rows["Kenya"][-2:] == [1_000_000, 750_000]
    own = see(client, cast.assignee)
    assert [score for _month, score in own.context["rows"][0][1]][-2:] == [1_000_000, 500_000]


def test_who_did_nothing_in_a_locked_month_has_an_empty_one(client: Client, cast: Cast) -> None:
    half_met(cast)
    locking.lock(date(2026, 9, 1), actor=cast.admin, at=OVER)
    newcomer = User.objects.create_user("new@example.org", name="Nia New", role=Role.AGENT, department=cast.department)
    assert see(client, newcomer, month="2026-09").context["own"].score is None
    report = client.get("/performance/2026-09/")
    assert (report.context["person"].name, report.context["person"].groups) == ("Nia New", [])


@pytest.mark.parametrize("typed", ["", "2026-13", "x", "9999-01", "2026-10-10"])
def test_a_nonsense_month_is_the_present_one(client: Client, cast: Cast, typed: str) -> None:
    with time_machine.travel(OVER, tick=False):
        assert see(client, cast.manager, month=typed).context["month"] == date(2026, 11, 1)


def copies(item: KpiItem, number: int) -> None:
    """`number` more items like this one by a single statement, and their cell as a rebuild would leave it."""
    columns = ", ".join(f'"{field.column}"' for field in KpiItem._meta.concrete_fields if field.name != "id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO kpi_kpiitem ({columns}) "
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
            f"SELECT {columns} FROM kpi_kpiitem CROSS JOIN n WHERE kpi_kpiitem.id = %s",
            [number, item.pk],
        )
    cell = Cell.objects.get(owner=item.owner)
    cell.counted, cell.scored, cell.total = cell.counted + number, cell.scored + number, cell.total + number * 10**6
    cell.save()


@pytest.mark.parametrize("path", ["/performance/?month=2026-10", "/performance/2026-10/"])
def test_a_hundred_thousand_items_cost_the_queries_of_a_hundred_and_none_is_read(
    client: Client, cast: Cast, path: str
) -> None:
    (item,) = done(cast.issue, cast.assignee, MINUTE)
    client.force_login(cast.manager)
    client.get(path)
    found = []
    for number in (99, 99_900):
        copies(item, number)
        with CaptureQueriesContext(connection) as queries:
            words = client.get(path).content.decode()
        found.append([query["sql"] for query in queries])
        assert f"{KpiItem.objects.count()} counted" in words
    assert KpiItem.objects.count() == 100_000
    assert len(found[0]) == len(found[1])
    assert [sql for sql in found[1] if "kpi_kpiitem" in sql] == []
