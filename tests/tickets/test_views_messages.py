"""Replies and notes from the ticket page."""

import uuid
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, make_ticket
from tickets.models import Ticket
from tickets.states import Status

pytestmark = pytest.mark.django_db


def send(client: Client, ticket: Ticket, body: str, **fields: Any) -> Any:
    form = {"body": body, "form_key": str(uuid.uuid4()), "tab": "reply", **fields}
    return client.post(f"/tickets/{ticket.reference}/messages", form)


def test_the_first_reply_moves_the_ticket_on_and_stops_the_response_clock(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    client.force_login(cast.assignee)
    answer = send(client, ticket, "On our way.")
    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{ticket.reference}/#discussion")
    ticket.refresh_from_db()
    assert ticket.status == Status.PROGRESS
    assert ticket.item.clocks.get(kind="response").value_seconds is not None


def test_a_note_is_for_staff_alone(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    client.force_login(cast.mate)
    assert send(client, ticket, "Careful, an old cable.", tab="note").status_code == 302
    event = ticket.events.get(kind="noted")
    assert (event.body, event.visibility) == ("Careful, an old cable.", "staff")
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW


def test_the_note_tab_works_without_scripts(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    client.force_login(cast.mate)
    words = client.get(f"/tickets/{ticket.reference}/?tab=note").content.decode()
    assert '<input type="hidden" name="tab" value="note">' in words
    assert "composer inner" in words


def test_the_same_form_twice_is_one_message_and_other_words_are_asked_about(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    client.force_login(cast.assignee)
    key = str(uuid.uuid4())
    assert [send(client, ticket, "Once.", form_key=key).status_code for _ in range(2)] == [302, 302]
    other = send(client, ticket, "Twice.", form_key=key)
    assert other.status_code == 422
    assert "You already sent a message from this page" in other.content.decode()
    assert "Twice." in other.content.decode()
    assert list(ticket.events.filter(kind="replied").values_list("body", flat=True)) == ["Once."]


@pytest.mark.parametrize("body", ["", " \u200b\u2060", "a\x00b", "x" * 20_001])
def test_refuses_empty_and_unreadable_messages(client: Client, cast: Cast, body: str) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    client.force_login(cast.assignee)
    events = ticket.events.count()
    assert send(client, ticket, body).status_code == 422
    assert ticket.events.count() == events


def test_an_admin_assigns_before_replying(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    client.force_login(cast.admin)
    answer = send(client, ticket, "Hello")
    assert answer.status_code == 422
    assert "Assign someone first" in answer.content.decode()


def test_management_reads_but_does_not_write(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    client.force_login(cast.manager)
    assert [send(client, ticket, "Hello", tab=tab).status_code for tab in ("reply", "note")] == [403, 403]
    client.force_login(cast.other_agent)
    assert send(client, ticket, "Hello").status_code == 404
    assert not ticket.events.filter(kind__in=["replied", "noted"]).exists()
