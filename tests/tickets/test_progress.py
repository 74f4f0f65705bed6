import pytest

from tests.cast import START, Cast, clock, kinds, mails, make_ticket, minutes, seconds, set_policy
from tickets.states import Status
from tickets.verbs.progress import acknowledge, start
from tickets.verbs.running import Forbidden, Refused


def test_start_is_a_status_and_no_clock(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    before = mails(ticket)
    ticket = start(ticket.pk, actor=cast.assignee, at=START + minutes(5))
    assert (ticket.status, ticket.started_at) == ("progress", START + minutes(5))
    assert clock(ticket, "response").stopped_at is None
    assert mails(ticket) == before


def test_start_needs_an_assignee_and_a_new_ticket(cast: Cast) -> None:
    with pytest.raises(Refused, match="Nobody is assigned"):
        start(make_ticket(cast).pk, actor=cast.admin, at=START)
    for status in (Status.PROGRESS, Status.CLOSED, Status.REJECTED):
        with pytest.raises(Refused):
            start(make_ticket(cast, status=status).pk, actor=cast.admin, at=START + minutes(9))


@pytest.mark.parametrize("who", ["mate", "lead", "other_agent", "manager", "submitter", "stranger", "gone"])
def test_only_assignee_and_admin_start(cast: Cast, who: str) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    with pytest.raises(Forbidden):
        start(ticket.pk, actor=getattr(cast, who), at=START + minutes(5))
    assert kinds(ticket) == ["submitted", "assigned"]


def test_acknowledging_stops_the_response_clock_where_the_policy_has_it(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    with pytest.raises(Forbidden):
        acknowledge(ticket.pk, actor=cast.assignee, at=START + minutes(5))
    set_policy(cast.department, "service-desk")
    with pytest.raises(Forbidden):
        acknowledge(ticket.pk, actor=cast.admin, at=START + minutes(5))
    ticket = acknowledge(ticket.pk, actor=cast.assignee, at=START + minutes(5))
    assert (ticket.status, seconds(ticket, "response")) == ("progress", 4 * 60)
    assert mails(ticket)[-1][0] == "assigned"
