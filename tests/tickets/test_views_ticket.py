"""The ticket page: who may open it, what is shown, the live part, a constant number of queries."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import START, Cast, make_ticket, minutes, set_policy
from tickets import conversation
from tickets.models import Ticket
from tickets.states import Status, Verb
from tickets.verbs.assign import assign

pytestmark = pytest.mark.django_db
QUERIES = 15
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


def page(client: Client, ticket: Ticket, query: str = "") -> Any:
    return client.get(f"/tickets/{ticket.reference}/{query}")


def masked(answer: Any, reference: uuid.UUID) -> str:
    """The page without the echoed path and the form key of the account menu."""
    return TOKEN.sub("TOKEN", answer.content.decode().replace(str(reference), "REFERENCE"))


def test_anonymous_people_are_sent_to_sign_in_whether_the_ticket_exists_or_not(client: Client, cast: Cast) -> None:
    for reference in (make_ticket(cast).reference, uuid.UUID(int=7)):
        answer = client.get(f"/tickets/{reference}/")
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next=/tickets/{reference}/")


def test_only_staff_who_may_see_it_open_it(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    expected = {
        "assignee": 200, "mate": 200, "lead": 200, "manager": 200, "admin": 200,
        "other_agent": 404, "submitter": 404, "colleague": 404, "stranger": 404, "namesake": 404,
    }  # fmt: skip
    found = {}
    for name in expected:
        client.force_login(getattr(cast, name))
        found[name] = page(client, ticket).status_code
    assert found == expected


def test_a_ticket_one_may_not_see_answers_like_one_that_does_not_exist(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    client.force_login(cast.other_agent)
    missing = uuid.uuid4()
    foreign, absent = page(client, ticket), client.get(f"/tickets/{missing}/")
    assert foreign.status_code == absent.status_code == 404
    assert masked(foreign, ticket.reference) == masked(absent, missing)


def test_the_buttons_are_the_allowed_verbs(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    client.force_login(cast.mate)
    assert page(client, ticket).context["verbs"] == {Verb.TAKE, Verb.REPLY, Verb.NOTE}
    client.force_login(cast.manager)
    answer = page(client, ticket)
    assert answer.context["verbs"] == set()
    assert b"Update Ticket" not in answer.content
    assert b'<form class="composer' not in answer.content


def test_status_moves_forward_only_and_auto_metrics_are_hidden(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    client.force_login(cast.assignee)
    answer = page(client, ticket)
    assert [value for value, _label in answer.context["edit"].fields["status"].choices] == ["progress", "closed"]
    assert not [name for name in answer.context["edit"].fields if "response" in name or "resolution" in name]


def test_a_closed_ticket_is_locked_and_can_be_reopened(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    client.force_login(cast.assignee)
    words = page(client, ticket).content.decode()
    assert "so its fields are locked" in words
    assert "Re-open Ticket" in words
    assert "Update Ticket" not in words
    assert '<form class="composer' in words


def test_what_a_close_would_mean_is_said_before(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee, at=timezone.now() - timedelta(minutes=3))
    client.force_login(cast.assignee)
    assert "the close counts as your first response" in page(client, ticket).content.decode()


def test_the_live_part_answers_304_until_something_happens(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    client.force_login(cast.assignee)
    url = f"/tickets/{ticket.reference}/live?version={ticket.version}"
    first = client.get(url)
    assert b"blank pages" in first.content
    assert b"<form" not in first.content
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    conversation.note(ticket.pk, actor=cast.mate, at=START + minutes(9), body="Only between us.")
    second = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert b"Only between us." in second.content
    assert b"This ticket has changed since you opened it" in second.content


def test_a_message_reads_as_text_never_as_markup(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, description="<script>alert(1)</script> {{ 7 }}", name="<b>Sam</b>", subject="<i>x</i>")
    client.force_login(cast.mate)
    words = page(client, ticket).content.decode()
    assert "<script>alert" not in words
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 }}" in words


def test_every_kind_of_event_is_told(client: Client, cast: Cast) -> None:
    set_policy(cast.department, "service-desk")
    ticket = make_ticket(cast, status=Status.CLOSED)
    client.force_login(cast.admin)
    client.post(f"/tickets/{ticket.reference}/reopening")
    words = page(client, ticket).content.decode()
    for told in ("assigned it to", "closed it", "re-opened it"):
        assert told in words


@pytest.mark.parametrize("number", [3, 300])
def test_query_count_is_constant(client: Client, cast: Cast, number: int, django_assert_num_queries: Any) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    for place in range(number):
        who = cast.assignee if place % 2 else cast.mate
        conversation.note(ticket.pk, actor=who, at=START + minutes(2 + place), body=f"note {place}")
    assign(ticket.pk, to=cast.mate, actor=cast.admin, at=START + minutes(1000))
    client.force_login(cast.mate)
    with django_assert_num_queries(QUERIES):
        assert page(client, ticket).status_code == 200
