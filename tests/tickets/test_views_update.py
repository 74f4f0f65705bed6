"""Update Ticket: edit, transfer, status; refused, stale and forbidden forms lose nothing that was typed."""

from typing import Any

import pytest
from django.test import Client

from kpi.models import Clock, MonthLock
from tests.cast import START, Cast, make_ticket, minutes
from tickets import conversation
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.assign import assign

pytestmark = pytest.mark.django_db


def typed(ticket: Ticket, **changes: Any) -> dict[str, Any]:
    """The form of `ticket` as the page shows it, with `changes`."""
    form = {
        "ticket_date": ticket.ticket_date.isoformat(),
        "status": ticket.status,
        "department": ticket.department_id,
        "offered": ticket.department_id,
        "type": ticket.type_id,
        "priority": ticket.priority,
        "subject": ticket.subject,
        "description": ticket.description,
        "version": ticket.version,
    }
    return {name: value for name, value in {**form, **changes}.items() if value is not None}


def update(client: Client, ticket: Ticket, **changes: Any) -> Any:
    return client.post(f"/tickets/{ticket.reference}/update", typed(ticket, **changes))


@pytest.fixture
def ticket(client: Client, cast: Cast) -> Ticket:
    """Assigned to the assignee, who is signed in."""
    client.force_login(cast.assignee)
    return make_ticket(cast, assignee=cast.assignee)


def test_edits_what_differs(client: Client, cast: Cast, ticket: Ticket) -> None:
    answer = update(client, ticket, subject="Drum is empty", priority="high", type=cast.request.pk, count_off_day="on")
    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{ticket.reference}/")
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority, ticket.type, ticket.count_off_day) == (
        "Drum is empty", "high", cast.request, True,
    )  # fmt: skip
    assert ticket.events.filter(kind="edited").count() == 1


def test_closing_edits_first_and_stands_for_the_response(client: Client, ticket: Ticket) -> None:
    assert update(client, ticket, status="closed", subject="Done").status_code == 302
    ticket.refresh_from_db()
    assert (ticket.status, ticket.subject) == (Status.CLOSED, "Done")
    assert len(set(Clock.objects.filter(item=ticket.item_id).values_list("value_seconds", flat=True))) == 1


def test_going_back_is_refused(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    client.force_login(cast.assignee)
    answer = update(client, ticket, status="new", subject="kept as typed")
    assert answer.status_code == 422
    assert answer.context["edit"].errors["status"] == ["The status moves forward only; choose one from the list"]
    assert b'value="kept as typed"' in answer.content
    ticket.refresh_from_db()
    assert ticket.status == Status.PROGRESS
    assert ticket.subject != "kept as typed"


def test_closing_an_unassigned_ticket_saves_nothing(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    client.force_login(cast.admin)
    answer = update(client, ticket, status="closed", subject="changed")
    assert answer.status_code == 422
    assert "Assign someone first" in answer.context["edit"].errors["status"][0]
    ticket.refresh_from_db()
    assert ticket.subject != "changed"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("subject", "\u200b ", "Enter a subject"),
        ("subject", "a\x00b", "Enter the subject on one line, without control characters"),
        ("description", "", "Enter a description"),
        ("ticket_date", "2999-01-01", "Enter a ticket date that is not in the future"),
        ("ticket_date", "yesterday", "Enter the ticket date as a real date, such as 2026-11-19"),
        ("type", "999999", "Choose a KPI type from the list"),
        ("department", "x", "Choose a department from the list"),
        ("priority", "huge", "Choose a priority from the list"),
    ],
)
def test_a_refused_field_says_why(client: Client, ticket: Ticket, field: str, value: str, words: str) -> None:
    before = Ticket.objects.values().get()
    answer = update(client, ticket, **{field: value})
    assert answer.status_code == 422
    assert answer.context["edit"].errors[field] == [words]
    assert "There is a problem" in answer.content.decode()
    assert "<title>Error: " in answer.content.decode()
    assert Ticket.objects.values().get() == before


def test_a_stale_form_is_shown_beside_the_present_version_and_can_then_be_saved(
    client: Client, cast: Cast, ticket: Ticket
) -> None:
    old = ticket.version
    update(client, ticket, subject="first writer")
    ticket.refresh_from_db()
    answer = update(client, ticket, subject="second writer", version=old)
    assert answer.status_code == 409
    assert answer.context["conflict"] == [("Subject", "first writer", "second writer")]
    assert b'value="second writer"' in answer.content
    ticket.refresh_from_db()
    assert ticket.subject == "first writer"
    assert update(client, ticket, subject="second writer").status_code == 302
    ticket.refresh_from_db()
    assert ticket.subject == "second writer"


def test_closing_without_an_edit_is_not_stale_after_a_message(client: Client, cast: Cast, ticket: Ticket) -> None:
    old = ticket.version
    conversation.note(ticket.pk, actor=cast.mate, at=START + minutes(3), body="FYI")
    assert update(client, ticket, status="closed", version=old).status_code == 302


def test_a_transfer_asks_for_a_type_of_the_new_department(client: Client, cast: Cast, ticket: Ticket) -> None:
    finance = cast.other_department
    asked = update(client, ticket, department=finance.pk)
    assert asked.status_code == 422
    assert asked.context["edit"].errors["type"] == ["Choose the KPI type that Finance will handle this under"]
    assert f'name="offered" value="{finance.pk}"' in asked.content.decode()
    done = update(client, ticket, department=finance.pk, offered=finance.pk, type=cast.request.pk, subject="moved")
    assert (done.status_code, done["Location"]) == (302, "/tickets/")
    ticket.refresh_from_db()
    assert (ticket.department, ticket.type, ticket.assignee, ticket.subject) == (finance, cast.request, None, "moved")


def test_a_mate_sees_the_form_but_may_not_send_it(client: Client, cast: Cast, ticket: Ticket) -> None:
    client.force_login(cast.mate)
    answer = update(client, ticket, subject="not mine")
    assert answer.status_code == 403
    assert "You may see this ticket, but not do this with it." in answer.content.decode()
    client.force_login(cast.other_agent)
    assert update(client, ticket, subject="not mine").status_code == 404
    client.logout()
    assert update(client, ticket)["Location"] == f"/accounts/login/?next=/tickets/{ticket.reference}/"
    ticket.refresh_from_db()
    assert ticket.subject != "not mine"


@pytest.mark.parametrize(
    ("came_from", "tab"),
    [
        ("http://testserver/tickets/{}/?tab=history", "%3Ftab%3Dhistory"),
        ("http://evil.example/tickets/{}/?tab=history", ""),
        ("http://testserver/tickets/?tab=history", ""),
        ("http://[", ""),
        ("?", ""),
    ],
)
def test_who_is_signed_out_comes_back_to_the_tab_of_the_ticket_alone(
    client: Client, cast: Cast, ticket: Ticket, came_from: str, tab: str
) -> None:
    client.logout()
    answer = client.post(f"/tickets/{ticket.reference}/update", headers={"Referer": came_from.format(ticket.reference)})
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/accounts/login/?next=/tickets/{ticket.reference}/{tab}",
    )


def test_a_closed_ticket_takes_no_update(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    client.force_login(cast.assignee)
    answer = update(client, ticket, subject="late")
    assert answer.status_code == 422
    assert "so that is not possible" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.subject != "late"


def test_who_lost_the_ticket_meanwhile_may_not_close_it(client: Client, cast: Cast, ticket: Ticket) -> None:
    assign(ticket.pk, to=cast.mate, actor=cast.admin, at=START + minutes(5))
    assert update(client, ticket, status="closed").status_code == 403


def test_a_date_in_a_locked_month_is_refused_beside_the_field(client: Client, cast: Cast, ticket: Ticket) -> None:
    MonthLock.objects.create(month="2026-09-01", locked_at=START, locked_by=cast.admin)
    answer = update(client, ticket, ticket_date="2026-09-30", subject="Drum is empty")
    assert answer.status_code == 422
    assert answer.context["edit"].errors == {
        "ticket_date": ["September 2026 is locked; no ticket moves into it or out of it"]
    }
    assert answer.context["edit"]["subject"].value() == "Drum is empty"
    assert Ticket.objects.get().ticket_date == ticket.ticket_date
