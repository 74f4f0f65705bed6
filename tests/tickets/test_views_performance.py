"""Monthly Performance under My Profile: scores from cells, what was left out, who may read whose month."""

from typing import Any

import pytest
from django.test import Client

from kpi import ledger
from kpi.models import Cell
from tests.cast import Cast, local, make_ticket, minutes
from tests.every_rule import DAY, make_types, metrics_of
from tests.kpi.months import done
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.end import close

pytestmark = pytest.mark.django_db
MONTH = 17
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
    own = f"/performance/2026-10/explain/?owner={cast.assignee.pk}"
    assert f'<a href="{own}"><span class="vh">Explain </span>75.0</a>' in words
    assert f'<a href="{own}&amp;type=issue"><span class="vh">Explain Issue </span>50.0</a>' in words
    assert "Weekend, without the tick" in words


def test_scores_are_read_from_cells(client: Client, cast: Cast) -> None:
    make_ticket(cast, status=Status.CLOSED)
    Cell.objects.filter(owner=cast.assignee).update(total=420_000)
    client.force_login(cast.assignee)
    assert month(client).context["report"].score == 420_000


def test_month_rules_are_shown_and_reported_uptime_stands_apart(client: Client, cast: Cast) -> None:
    types = make_types(cast)
    done(types["project"], cast.assignee, metrics_of("project"), day=DAY)
    (outage,) = done(types["uptime"], cast.assignee, metrics_of("uptime"), day=DAY)
    client.force_login(cast.assignee)
    answer = month(client)
    rows = {row.type.rule: (row.score, row.counted) for row in answer.context["report"].types}
    assert rows == {"project": (750_000, 1)}
    assert [row.item.pk for row in answer.context["reported"]] == [outage.pk]
    assert "in nobody’s score" in answer.content.decode()


def test_a_month_without_work_has_no_score(client: Client, cast: Cast) -> None:
    client.force_login(cast.assignee)
    answer = client.get("/profile/performance/", {"month": "2026-03"})
    assert answer.context["report"].score is None
    assert "there is no score" in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "2026-13", "x", "9999-01", "2026-10-10", "0000-00", "２０２６-10"])
def test_a_nonsense_month_is_the_present_one(client: Client, cast: Cast, typed: str) -> None:
    client.force_login(cast.assignee)
    assert client.get("/profile/performance/", {"month": typed}).status_code == 200


def test_own_months_leads_their_department_management_all(client: Client, cast: Cast) -> None:
    make_ticket(cast, status=Status.CLOSED)
    expected = {
        "assignee": 200, "lead": 200, "manager": 200, "admin": 200,
        "mate": 404, "other_agent": 404, "submitter": 404, "stranger": 404,
    }  # fmt: skip
    found = {}
    for name in expected:
        client.force_login(getattr(cast, name))
        found[name] = month(client, owner=str(cast.assignee.pk)).status_code
    assert found == expected


@pytest.mark.parametrize("owner", ["x", "-1", "9" * 30, "0"])
def test_nobody_has_no_month(client: Client, cast: Cast, owner: str) -> None:
    client.force_login(cast.admin)
    assert client.get("/profile/performance/", {"owner": owner}).status_code == 404


@pytest.mark.parametrize("number", [3, 300])
def test_query_counts_are_constant(client: Client, cast: Cast, number: int, django_assert_num_queries: Any) -> None:
    with ledger.together():
        for _place in range(number):
            make_ticket(cast, status=Status.CLOSED)
    reassigned = make_ticket(cast, assignee=cast.mate)
    assign(reassigned.pk, to=cast.assignee, actor=cast.admin, at=reassigned.submitted_at + minutes(9))
    client.force_login(cast.assignee)
    with django_assert_num_queries(MONTH):
        assert month(client).status_code == 200
