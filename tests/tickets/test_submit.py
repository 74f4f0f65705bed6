from datetime import date

import pytest

from kpi.models import Cell, Clock
from tests.cast import START, Cast, kinds, local, mails, make_ticket, minutes, set_policy
from tickets.models import Ticket
from tickets.verbs.running import Refused
from tickets.verbs.submit import email_key, name_key, subject_from


def test_a_request_is_new_with_its_resolution_clock_running(cast: Cast) -> None:
    ticket = make_ticket(cast)
    assert (ticket.status, ticket.assignee, ticket.submitter) == ("new", None, cast.submitter)
    assert (ticket.submitted_at, ticket.ticket_date) == (START, date(2026, 10, 5))
    clocks = Clock.objects.filter(item=ticket.item_id)
    assert [(clock.kind, clock.target_seconds, clock.due_at) for clock in clocks] == [
        ("resolution", 240 * 60, START + minutes(240))
    ]
    assert kinds(ticket) == ["submitted"]


def test_the_ticket_date_is_the_local_day(cast: Cast) -> None:
    late = make_ticket(cast, at=local(6, 0, 30))
    assert late.ticket_date == date(2026, 10, 6)
    assert late.submitted_at.date() == date(2026, 10, 5)


def test_instants_are_cut_to_whole_seconds(cast: Cast) -> None:
    ticket = make_ticket(cast, at=START.replace(microsecond=999_999))
    assert ticket.submitted_at == START


def test_the_queue_is_told_when_nobody_was_picked(cast: Cast) -> None:
    set_policy(cast.department, notification_address="operations@example.org")
    cast.admin.told_of_new_tickets = True
    cast.admin.save()
    assert mails(make_ticket(cast)) == [
        ("received", cast.submitter.email),
        ("new_in_queue", cast.admin.email),
        ("new_in_queue", cast.lead.email),
        ("new_in_queue", "operations@example.org"),
    ]


def test_a_picked_user_is_assigned_at_once_and_the_queue_is_not_told(cast: Cast) -> None:
    ticket = make_ticket(cast, picked=cast.mate)
    assert (ticket.assignee, ticket.assigned_at, ticket.status) == (cast.mate, START, "new")
    assert mails(ticket) == [("received", cast.submitter.email), ("assigned", cast.mate.email)]
    assert kinds(ticket) == ["submitted", "assigned"]


@pytest.mark.parametrize("who", ["other_agent", "gone", "manager", "stranger"])
def test_only_an_active_agent_of_the_department_can_be_picked(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        make_ticket(cast, picked=getattr(cast, who))
    assert Ticket.objects.count() == 0


def test_nobody_picks_themselves(cast: Cast) -> None:
    with pytest.raises(Refused, match="yourself"):
        make_ticket(cast, submitter=cast.mate, picked=cast.mate)


def test_the_ticket_keeps_the_organisation_of_its_submitter(cast: Cast) -> None:
    ticket = make_ticket(cast)
    cast.submitter.organisation = None
    cast.submitter.save()
    assert Ticket.objects.get(pk=ticket.pk).organisation == cast.organisation
    assert make_ticket(cast, anonymous=True).organisation is None


def test_an_unassigned_ticket_waits_in_the_cell_of_nobody(cast: Cast) -> None:
    make_ticket(cast)
    assert list(Cell.objects.values_list("subject", "counted", "not_counted")) == [("none", 0, {"pending": 1})]


@pytest.mark.parametrize(
    ("description", "subject"),
    [
        ("The lift is stuck.", "The lift is stuck."),
        ("Two\n lines\tof   text", "Two lines of text"),
        ("word " * 20, "word " * 14 + "word…"),
        ("x" * 100, "x" * 79 + "…"),
    ],
)
def test_the_subject_is_the_beginning_of_the_description(description: str, subject: str) -> None:
    assert subject_from(description) == subject
    assert len(subject_from(description)) <= 80


def test_names_and_addresses_are_compared_folded() -> None:
    assert name_key("  ÅSA \u00a0 Straße ") == name_key("a\u030asa strasse")
    assert email_key(" Sam@Example.ORG ") == "sam@example.org"
