"""Monthly Performance: scores from cells, what is behind them, who may read whose month."""

from typing import Any

import pytest
from django.test import Client

from kpi.models import Cell
from tests.cast import Cast, local, make_ticket, minutes
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.end import close

pytestmark = pytest.mark.django_db
MONTH, TYPE, ITEM = 14, 12, 13
OCTOBER = {"month": "2026-10"}


def late(cast: Cast, **fields: Any) -> Ticket:
    """Closed without a reply after five working hours: both parts of an Issue missed."""
    ticket = make_ticket(cast, assignee=cast.assignee, **fields)
    return close(ticket.pk, actor=cast.assignee, at=ticket.submitted_at + minutes(300))


def month(client: Client, **query: str) -> Any:
    return client.get("/profile/performance/", OCTOBER | query)


def test_the_month_shows_overall_group_and_type_with_counts(client: Client, cast: Cast) -> None:
    make_ticket(cast, status=Status.CLOSED)
    late(cast)
    make_ticket(cast, status=Status.CLOSED, type=cast.request)
    make_ticket(cast, status=Status.REJECTED)
    make_ticket(cast, status=Status.CLOSED, at=local(10, 9))
    client.force_login(cast.assignee)
    answer = month(client)
    report = answer.context["report"]
    (group,) = report.groups
    rows = {row.type.code: (row.score, row.counted, row.passed, row.not_counted) for row in group.types}
    assert rows == {
        "issue": (500_000, 2, 1, {"off_day": 1, "rejected": 1}),
        "request": (1_000_000, 1, 1, {}),
    }
    assert (report.score, report.counted, report.left_out) == (750_000, 3, 2)
    words = answer.content.decode()
    assert '<p class="score">75.0</p>' in words
    assert "Weekend, without the tick" in words


def test_scores_are_read_from_cells(client: Client, cast: Cast) -> None:
    make_ticket(cast, status=Status.CLOSED)
    Cell.objects.filter(owner=cast.assignee).update(total=420_000)
    client.force_login(cast.assignee)
    assert month(client).context["report"].score == 420_000


def test_a_month_without_work_has_no_score(client: Client, cast: Cast) -> None:
    client.force_login(cast.assignee)
    answer = client.get("/profile/performance/", {"month": "2026-03"})
    assert answer.context["report"].score is None
    assert "there is no score" in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "2026-13", "x", "9999-01", "2026-10-10", "0000-00", "２０２６-10"])
def test_a_nonsense_month_is_the_present_one(client: Client, cast: Cast, typed: str) -> None:
    client.force_login(cast.assignee)
    assert client.get("/profile/performance/", {"month": typed}).status_code == 200


def test_a_number_opens_its_tickets_counted_and_not(client: Client, cast: Cast) -> None:
    counted = late(cast)
    rejected = make_ticket(cast, status=Status.REJECTED)
    make_ticket(cast, status=Status.CLOSED, type=cast.request)
    client.force_login(cast.assignee)
    answer = client.get("/profile/performance/issue/", OCTOBER)
    assert {ticket.pk for _item, ticket in answer.context["rows"]} == {counted.pk, rejected.pk}
    assert "Rejected" in answer.content.decode()
    assert client.get("/profile/performance/no-such-type/", OCTOBER).status_code == 404


def test_an_item_explains_parts_formula_version_and_time(client: Client, cast: Cast) -> None:
    ticket = late(cast, at=local(19, 15))
    client.force_login(cast.assignee)
    answer = client.get(f"/profile/performance/item/{ticket.item_id}/")
    words = answer.content.decode()
    assert [(part.name, part.points, part.met) for part, _over in answer.context["parts"]] == [
        ("response", 0, False),
        ("resolution", 1_000_000, True),
    ]
    assert answer.context["formula"] == [(50, 0), (50, 100)]
    assert "Targets in force since 1 January 2026." in words
    assert "Closed without a reply" in words
    assert [strip.clock.kind for strip in answer.context["strips"]] == ["response", "resolution"]
    assert {(kind, name): s for kind, name, s in answer.context["strips"][1].sums} == {
        ("working", ""): 2 * 3600,
        ("off", ""): 3 * 3600,
    }


def test_a_breach_stays_on_the_explanation(client: Client, cast: Cast) -> None:
    ticket = late(cast)
    client.force_login(cast.assignee)
    words = client.get(f"/profile/performance/item/{ticket.item_id}/").content.decode()
    assert "The clock ran past its target on" in words


def test_an_open_item_says_that_it_is_not_settled(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    client.force_login(cast.assignee)
    answer = client.get(f"/profile/performance/item/{ticket.item_id}/")
    assert "Its score is settled when it is closed." in answer.content.decode()


def test_own_months_leads_their_department_management_all(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    owner = str(cast.assignee.pk)
    expected = {
        "assignee": 200, "lead": 200, "manager": 200, "admin": 200,
        "mate": 404, "other_agent": 404, "submitter": 404, "stranger": 404,
    }  # fmt: skip
    urls = (
        f"/profile/performance/?month=2026-10&owner={owner}",
        f"/profile/performance/issue/?month=2026-10&owner={owner}",
        f"/profile/performance/item/{ticket.item_id}/",
    )
    for url in urls:
        found = {}
        for name in expected:
            client.force_login(getattr(cast, name))
            found[name] = client.get(url).status_code
        assert found == expected, url


@pytest.mark.parametrize("owner", ["x", "-1", "9" * 30, "0"])
def test_nobody_has_no_month(client: Client, cast: Cast, owner: str) -> None:
    client.force_login(cast.admin)
    assert client.get("/profile/performance/", {"owner": owner}).status_code == 404


def test_customers_find_no_performance(client: Client, cast: Cast) -> None:
    client.force_login(cast.submitter)
    assert client.get("/profile/performance/").status_code == 404
    assert client.get("/profile/performance/item/1/").status_code == 404


@pytest.mark.parametrize("number", [3, 300])
def test_query_counts_are_constant(client: Client, cast: Cast, number: int, django_assert_num_queries: Any) -> None:
    for _place in range(number):
        ticket = make_ticket(cast, status=Status.CLOSED)
    reassigned = make_ticket(cast, assignee=cast.mate)
    assign(reassigned.pk, to=cast.assignee, actor=cast.admin, at=reassigned.submitted_at + minutes(9))
    client.force_login(cast.assignee)
    with django_assert_num_queries(MONTH):
        assert month(client).status_code == 200
    with django_assert_num_queries(TYPE):
        assert client.get("/profile/performance/issue/", OCTOBER).status_code == 200
    with django_assert_num_queries(ITEM):
        assert client.get(f"/profile/performance/item/{ticket.item_id}/").status_code == 200
