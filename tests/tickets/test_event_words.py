"""The audit trail of tickets in words, in the admin's list and in its export."""

import csv
import io

import pytest
from django.test import Client

from tests.cast import START, Cast, make_ticket, minutes
from tickets.event_words import before_after, in_lines
from tickets.models import EventKind, TicketEvent
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.delete import delete
from tickets.verbs.edit import Edit, edit, transfer

pytestmark = pytest.mark.django_db
EVENTS = "/admin/tickets/ticketevent/"


def last(kind: EventKind) -> TicketEvent:
    return TicketEvent.objects.filter(kind=kind).latest("pk")


def test_an_edit_tells_each_field_before_and_after(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS, subject="Printer")
    changes = Edit(
        ticket_date=ticket.ticket_date, type=cast.request, subject="The printer", description=ticket.description,
        priority="high", count_off_day=False,
    )  # fmt: skip
    edit(ticket.pk, actor=cast.assignee, at=START + minutes(9), version=ticket.version, changes=changes)
    assert sorted(before_after(last(EventKind.EDITED))) == [
        ("KPI type", "Issue", "Request"),
        ("Priority", "normal", "high"),
        ("Subject", "Printer", "The printer"),
    ]


def test_hand_overs_and_moves_tell_from_whom_to_whom(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.mate)
    ticket = assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=START + minutes(5))
    assert in_lines(last(EventKind.ASSIGNED)) == ["Assignee: Moses Mate → Asha Assignee"]
    transfer(
        ticket.pk, actor=cast.admin, at=START + minutes(6), version=ticket.version, department=cast.other_department,
        type=cast.issue,
    )  # fmt: skip
    assert in_lines(last(EventKind.TRANSFERRED)) == ["Department: Kenya / Operations → Kenya / Finance"]


def test_of_a_deleted_ticket_it_tells_what_is_gone(cast: Cast) -> None:
    ticket = make_ticket(cast, subject="Printer")
    delete(ticket.pk, actor=cast.admin, at=START + minutes(1))
    assert in_lines(last(EventKind.DELETED))[0] == "Subject: Printer → –"


def test_mere_words_move_nothing(cast: Cast) -> None:
    make_ticket(cast, status=Status.CLOSED)
    assert before_after(last(EventKind.REPLIED)) == []


def test_list_and_export_show_it_newest_first(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.mate, description="=cmd|' /C calc'!A0")
    client.force_login(cast.manager)
    assert "Assignee: – → Moses Mate" in client.get(EVENTS).content.decode()
    text = b"".join(client.get(f"{EVENTS}export/?q={ticket.pk}")).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["Kind"] for row in rows] == ["Assigned", "Submitted"]
    assert rows[0]["Before → after"] == "Assignee: – → Moses Mate"
    assert rows[1]["Body"] == "'=cmd|' /C calc'!A0"
