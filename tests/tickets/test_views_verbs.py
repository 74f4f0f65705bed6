"""The buttons of the ticket page."""

from typing import Any

import pytest
from django.test import Client

from notifications.models import OutgoingMail
from tests.cast import Cast, make_ticket, set_policy
from tickets.models import Ticket
from tickets.states import Status

pytestmark = pytest.mark.django_db


def post(client: Client, ticket: Ticket, what: str, **fields: Any) -> Any:
    return client.post(f"/tickets/{ticket.reference}/{what}", fields)


def test_an_agent_takes_an_unassigned_ticket_and_the_next_one_is_told(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    client.force_login(cast.mate)
    assert post(client, ticket, "take").status_code == 302
    ticket.refresh_from_db()
    assert ticket.assignee == cast.mate
    client.force_login(cast.assignee)
    answer = post(client, ticket, "take")
    assert answer.status_code == 422
    assert "Moses Mate has taken this ticket already." in answer.content.decode()


def test_an_admin_assigns_with_or_without_the_mail(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    for notify, mails in (({"notify": "on"}, 1), ({}, 0)):
        ticket = make_ticket(cast)
        OutgoingMail.objects.all().delete()
        assert post(client, ticket, "assignment", to=cast.mate.pk, **notify).status_code == 302
        ticket.refresh_from_db()
        assert ticket.assignee == cast.mate
        assert OutgoingMail.objects.count() == mails


def test_people_of_other_departments_and_inactive_ones_are_not_offered(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    client.force_login(cast.admin)
    for to in (cast.other_agent.pk, cast.gone.pk, cast.submitter.pk, "", "x"):
        assert post(client, ticket, "assignment", to=to).status_code == 422
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_an_agent_may_not_assign_unless_the_policy_says_so(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    client.force_login(cast.mate)
    assert post(client, ticket, "assignment", to=cast.assignee.pk).status_code == 403
    set_policy(cast.department, agents_assign=True)
    assert post(client, ticket, "assignment", to=cast.assignee.pk).status_code == 302


def test_acknowledging_is_offered_where_the_policy_has_it(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    client.force_login(cast.assignee)
    assert post(client, ticket, "acknowledgement").status_code == 403
    set_policy(cast.department, acknowledge_stops_response=True)
    assert post(client, ticket, "acknowledgement").status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == Status.PROGRESS


def test_rejecting_asks_for_a_reason_that_the_client_reads(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    client.force_login(cast.assignee)
    assert "Reason" in client.get(f"/tickets/{ticket.reference}/rejection").content.decode()
    refused = post(client, ticket, "rejection", reason=" ")
    assert refused.status_code == 422
    assert "Enter the reason; the client will read it" in refused.content.decode()
    assert post(client, ticket, "rejection", reason="Not ours.").status_code == 302
    ticket.refresh_from_db()
    assert (ticket.status, ticket.reject_reason) == (Status.REJECTED, "Not ours.")


def test_a_second_rejection_is_told_who_was_first(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.REJECTED)
    client.force_login(cast.admin)
    answer = post(client, ticket, "rejection", reason="Mine too.")
    assert answer.status_code == 422
    assert "Asha Assignee has ended this ticket already" in answer.content.decode()


def test_reopening_is_for_the_assignee_and_the_admin(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    client.force_login(cast.mate)
    assert post(client, ticket, "reopening").status_code == 403
    client.force_login(cast.assignee)
    assert post(client, ticket, "reopening").status_code == 302
    ticket.refresh_from_db()
    assert (ticket.status, ticket.reopen_count) == (Status.PROGRESS, 1)


@pytest.mark.parametrize(
    "what", ["take", "assignment", "acknowledgement", "rejection", "reopening", "messages", "update"]
)
def test_strangers_find_nothing_and_get_does_nothing(client: Client, cast: Cast, what: str) -> None:
    ticket = make_ticket(cast)
    before = Ticket.objects.values().get()
    for user in (cast.submitter, cast.other_agent):
        client.force_login(user)
        assert post(client, ticket, what).status_code == 404
    if what != "rejection":
        client.force_login(cast.admin)
        assert client.get(f"/tickets/{ticket.reference}/{what}").status_code == 405
    assert Ticket.objects.values().get() == before
