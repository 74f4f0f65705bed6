"""My Profile: the tickets one handles and the ones one submitted."""

from typing import Any

import pytest
from django.test import Client

from kpi import ledger
from tests.cast import START, Cast, make_ticket, minutes
from tickets import conversation
from tickets.states import Status

pytestmark = pytest.mark.django_db
MINE, SUBMITTED = 9, 8


def subjects(client: Client, url: str, **query: Any) -> list[str]:
    """The subjects a list shows, in its order."""
    return [row[0].subject for row in client.get(url, query).context["rows"]]


@pytest.mark.parametrize("url", ["/profile/", "/profile/submitted/", "/profile/performance/"])
def test_anonymous_people_are_sent_to_sign_in(client: Client, url: str) -> None:
    answer = client.get(url)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={url}")


def test_customers_land_on_what_they_submitted(client: Client, cast: Cast) -> None:
    client.force_login(cast.submitter)
    answer = client.get("/profile/")
    assert (answer.status_code, answer["Location"]) == (302, "/profile/submitted/")
    assert [tab.name for tab in client.get("/profile/submitted/").context["tabs"]] == ["submitted"]


def test_my_tickets_are_those_assigned_to_me_with_a_pencil_each(client: Client, cast: Cast) -> None:
    mine = make_ticket(cast, assignee=cast.assignee, subject="mine")
    make_ticket(cast, assignee=cast.mate, subject="the mate's")
    make_ticket(cast, status=Status.CLOSED, subject="done")
    client.force_login(cast.assignee)
    assert subjects(client, "/profile/") == ["mine"]
    assert sorted(subjects(client, "/profile/", state="all")) == ["done", "mine"]
    words = client.get("/profile/").content.decode()
    assert words.count(f'href="/tickets/{mine.reference}/"') == 2
    assert f'Edit<span class="vh"> KPI-{mine.pk}</span>' in words


def test_submitted_lists_own_tickets_and_on_demand_the_organisations(client: Client, cast: Cast) -> None:
    make_ticket(cast, subject="mine")
    make_ticket(cast, submitter=cast.colleague, subject="my colleague's")
    make_ticket(cast, submitter=cast.stranger, subject="a stranger's")
    client.force_login(cast.submitter)
    url = "/profile/submitted/"
    assert subjects(client, url) == ["mine"]
    assert sorted(subjects(client, url, scope="organisation")) == ["mine", "my colleague's"]
    cast.organisation.members_see = False
    cast.organisation.save()
    assert subjects(client, url, scope="organisation") == ["mine"]
    client.force_login(cast.stranger)
    assert subjects(client, url, scope="organisation") == ["a stranger's"]


def test_submitted_sorts_by_header_and_searches_public_words_only(client: Client, cast: Cast) -> None:
    first = make_ticket(cast, subject="b", at=START)
    make_ticket(cast, subject="a", at=START + minutes(10))
    make_ticket(cast, subject="c", at=START + minutes(20), status=Status.CLOSED)
    conversation.reply(first.pk, actor=cast.assignee, at=START + minutes(30), body="The courier brings a drum.")
    conversation.note(first.pk, actor=cast.assignee, at=START + minutes(31), body="A secret password.")
    client.force_login(cast.submitter)
    url = "/profile/submitted/"
    assert subjects(client, url, state="open") == ["b", "a"]
    assert subjects(client, url, sort="subject", state="all") == ["a", "b", "c"]
    assert subjects(client, url, sort="-number", state="all") == ["c", "a", "b"]
    assert subjects(client, url, sort="assignee__password", state="closed") == ["c"]
    assert subjects(client, url, q="COURIER") == ["b"]
    assert subjects(client, url, q="secret") == []
    assert subjects(client, url, q=f"KPI-{first.pk}") == ["b"]


def test_hidden_tickets_are_not_listed(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    ticket.hidden = True
    ticket.save()
    client.force_login(cast.submitter)
    assert subjects(client, "/profile/submitted/", state="all") == []


@pytest.mark.parametrize("number", [3, 300])
def test_query_counts_are_constant(client: Client, cast: Cast, number: int, django_assert_num_queries: Any) -> None:
    with ledger.together():
        for place in range(number):
            make_ticket(cast, subject=f"ticket {place}", assignee=cast.assignee)
    client.force_login(cast.assignee)
    with django_assert_num_queries(MINE):
        assert client.get("/profile/").status_code == 200
    client.force_login(cast.submitter)
    with django_assert_num_queries(SUBMITTED):
        assert client.get("/profile/submitted/").status_code == 200
