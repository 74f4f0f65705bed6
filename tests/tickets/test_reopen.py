from datetime import timedelta

import pytest

from kpi.models import KpiItem
from tests.cast import START, Cast, clock, kinds, local, mails, make_ticket, minutes, seconds, set_policy
from tickets import conversation
from tickets.states import Status
from tickets.verbs.end import close
from tickets.verbs.reopen import client_reopen, reopen
from tickets.verbs.running import Forbidden, Refused


def test_closed_time_never_counts(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)  # closed after 3 minutes
    reopen(ticket.pk, actor=cast.assignee, at=START + minutes(120))
    ticket = close(ticket.pk, actor=cast.assignee, at=START + minutes(130))
    assert seconds(ticket, "resolution") == (3 + 10) * 60
    assert ticket.reopen_count == 1
    assert kinds(ticket)[-3:] == ["closed", "reopened", "closed"]


def test_the_recorded_response_survives_even_when_a_first_reply_follows(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    close(ticket.pk, actor=cast.assignee, at=START + minutes(20))
    reopen(ticket.pk, actor=cast.assignee, at=START + minutes(60))
    conversation.reply(ticket.pk, actor=cast.assignee, at=START + minutes(61), body="What else?")
    assert (seconds(ticket, "response"), clock(ticket, "response").borrowed) == (20 * 60, True)


def test_a_reopened_item_is_pending_with_its_last_verdict(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    reopen(ticket.pk, actor=cast.assignee, at=START + minutes(60))
    item = KpiItem.objects.get(pk=ticket.item_id)
    assert (item.not_counted, item.value, item.passed) == ("pending", 1_000_000, True)


def test_the_requester_is_told(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    ticket = reopen(ticket.pk, actor=cast.admin, at=START + minutes(60))
    assert (ticket.status, ticket.closed_at, ticket.close_kind) == ("progress", None, "")
    assert mails(ticket)[-1] == ("reopened", cast.submitter.email)


def test_a_rejected_ticket_comes_back_without_its_reason(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.REJECTED)
    ticket = reopen(ticket.pk, actor=cast.assignee, at=START + minutes(60))
    assert (ticket.status, ticket.reject_reason) == ("progress", "")
    close(ticket.pk, actor=cast.assignee, at=START + minutes(70))
    assert KpiItem.objects.get(pk=ticket.item_id).not_counted == ""


@pytest.mark.parametrize("status", [Status.NEW, Status.PROGRESS])
def test_an_open_ticket_is_not_reopened(cast: Cast, status: Status) -> None:
    ticket = make_ticket(cast, status=status, assignee=cast.assignee)
    with pytest.raises(Refused):
        reopen(ticket.pk, actor=cast.assignee, at=START + minutes(60))


@pytest.mark.parametrize("who", ["mate", "lead", "other_agent", "manager", "submitter", "stranger", "gone"])
def test_only_assignee_and_admin_reopen(cast: Cast, who: str) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    with pytest.raises(Forbidden):
        reopen(ticket.pk, actor=getattr(cast, who), at=START + minutes(60))


def test_clients_reopen_where_and_as_long_as_the_policy_says(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    with pytest.raises(Forbidden):
        client_reopen(ticket.pk, actor=cast.submitter, at=START + minutes(60))
    set_policy(cast.department, "client-portal", reopen_days=14)
    last = ticket.closed_at + timedelta(days=14)
    with pytest.raises(Forbidden, match="over"):
        client_reopen(ticket.pk, actor=cast.submitter, at=last + minutes(1))
    assert client_reopen(ticket.pk, actor=cast.submitter, at=last).status == "progress"


def test_a_client_reply_reopens_a_closed_ticket_only_by_policy(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    conversation.client_reply(ticket.pk, actor=cast.submitter, at=local(5, 12), body="It is broken again.")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.replied_after_close) == ("closed", True)
    set_policy(cast.department, "client-portal")
    conversation.client_reply(ticket.pk, actor=cast.submitter, at=local(5, 13), body="Still broken.")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.replied_after_close, ticket.reopen_count) == ("progress", False, 1)
    assert kinds(ticket)[-2:] == ["client_replied", "reopened"]
