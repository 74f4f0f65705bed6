"""The department queue: who sees what, tabs, search, a constant number of queries."""

from typing import Any

import pytest
from django.test import Client

from kpi import ledger
from tests.cast import START, Cast, make_ticket, minutes
from tickets.states import Status

pytestmark = pytest.mark.django_db
QUERIES = 7


def subjects(client: Client, **query: Any) -> list[str]:
    """The subjects on the queue's page, in their order."""
    return [ticket.subject for ticket, _number, _clocks in client.get("/tickets/", query).context["rows"]]


def test_anonymous_people_are_sent_to_sign_in(client: Client) -> None:
    answer = client.get("/tickets/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/tickets/")


def test_customers_find_no_queue(client: Client, cast: Cast) -> None:
    client.force_login(cast.submitter)
    assert client.get("/tickets/").status_code == 404


def test_agents_see_their_department_and_management_sees_all(client: Client, cast: Cast) -> None:
    make_ticket(cast, subject="ours")
    make_ticket(cast, subject="theirs", department=cast.other_department, at=START + minutes(5))
    for user, expected in (
        (cast.mate, ["ours"]),
        (cast.other_agent, ["theirs"]),
        (cast.manager, ["theirs", "ours"]),
        (cast.admin, ["theirs", "ours"]),
    ):
        client.force_login(user)
        assert subjects(client) == expected, user


def test_tabs_count_and_filter(client: Client, cast: Cast) -> None:
    make_ticket(cast, subject="a")
    make_ticket(cast, subject="b", assignee=cast.assignee)
    make_ticket(cast, subject="c", status=Status.PROGRESS)
    make_ticket(cast, subject="d", status=Status.CLOSED)
    make_ticket(cast, subject="e", status=Status.REJECTED)
    client.force_login(cast.mate)
    counts = {tab.key: tab.count for tab in client.get("/tickets/").context["tabs"]}
    assert counts == {"unassigned": 1, "first-response": 2, "progress": 1, "closed": 1, "rejected": 1, "all": 5}
    assert subjects(client, tab="unassigned") == ["a"]
    assert sorted(subjects(client, tab="first-response")) == ["b", "c"]
    assert subjects(client, tab="rejected") == ["e"]
    assert len(subjects(client, tab="nonsense", page="-4")) == 5


def test_search_finds_a_number_or_words_of_the_subject(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, subject="The lift stops")
    make_ticket(cast, subject="Payroll export")
    client.force_login(cast.mate)
    assert subjects(client, q=f"kpi-{ticket.pk}") == ["The lift stops"]
    assert subjects(client, q="LIFT") == ["The lift stops"]
    assert subjects(client, q="lift\x00 stops") == ["The lift stops"]
    assert subjects(client, q="9" * 40) == []


@pytest.mark.parametrize("number", [3, 300])
def test_query_count_is_constant(client: Client, cast: Cast, number: int, django_assert_num_queries: Any) -> None:
    with ledger.together():
        for place in range(number):
            make_ticket(cast, subject=f"ticket {place}", assignee=cast.assignee if place % 2 else None)
    client.force_login(cast.mate)
    with django_assert_num_queries(QUERIES):
        assert client.get("/tickets/").status_code == 200


def test_the_box_of_the_keyboard_leads_by_number_to_what_one_may_open_and_else_searches(
    client: Client, cast: Cast
) -> None:
    ours = make_ticket(cast, subject="ours")
    theirs = make_ticket(cast, subject="theirs", department=cast.other_department)
    client.force_login(cast.mate)
    for words in (f"KPI-{ours.pk}", f"{ours.pk}", f" #{ours.pk} "):
        assert client.get("/tickets/", {"go": 1, "q": words})["Location"] == f"/tickets/{ours.reference}/"
    for words in (f"KPI-{theirs.pk}", "999999999999999", "ours", "", "KPI-", "²", "\x00"):
        assert client.get("/tickets/", {"go": 1, "q": words}).status_code == 200, words
    assert client.get("/tickets/", {"q": f"KPI-{ours.pk}"}).status_code == 200
