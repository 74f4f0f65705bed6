import pytest

from tests.cast import START, Cast, clock, kinds, mails, make_ticket, minutes, seconds, set_policy
from tickets import conversation
from tickets.states import Status
from tickets.verbs.assign import assign, take
from tickets.verbs.end import close
from tickets.verbs.running import Forbidden, Refused


def test_assigning_starts_the_response_clock_and_leaves_the_status(cast: Cast) -> None:
    ticket = make_ticket(cast)
    ticket = assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=START + minutes(20))
    assert (ticket.assignee, ticket.status, ticket.assigned_at) == (cast.assignee, "new", START + minutes(20))
    assert clock(ticket, "response").due_at == START + minutes(20 + 30)
    assert mails(ticket)[-1] == ("assigned", cast.assignee.email)


def test_the_assigner_may_leave_the_mail_out(cast: Cast) -> None:
    ticket = make_ticket(cast)
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=START, notify=False)
    assert "assigned" not in [kind for kind, _recipient in mails(ticket)]


def test_to_the_same_person_nothing_happens(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    again = assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=START + minutes(9))
    assert again.assigned_at == START + minutes(1)
    assert (again.version, kinds(again)) == (ticket.version, ["submitted", "assigned"])


def test_reassigning_restarts_the_response_clock_and_keeps_the_first_assignment(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    ticket = assign(ticket.pk, to=cast.mate, actor=cast.admin, at=START + minutes(25))
    conversation.reply(ticket.pk, actor=cast.mate, at=START + minutes(35), body="On it.")
    ticket.refresh_from_db()
    assert seconds(ticket, "response") == 10 * 60
    assert (ticket.reassign_count, ticket.first_assigned_at) == (1, START + minutes(1))


def test_reassigning_after_the_first_reply_measures_nothing_anew(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    conversation.reply(ticket.pk, actor=cast.assignee, at=START + minutes(6), body="On it.")
    assign(ticket.pk, to=cast.mate, actor=cast.admin, at=START + minutes(25))
    conversation.reply(ticket.pk, actor=cast.mate, at=START + minutes(90), body="I took over.")
    assert seconds(ticket, "response") == 5 * 60


def test_the_item_moves_to_the_new_owner(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    ticket = assign(ticket.pk, to=cast.mate, actor=cast.admin, at=START + minutes(5))
    close(ticket.pk, actor=cast.mate, at=START + minutes(10))
    ticket.item.refresh_from_db()
    assert ticket.item.owner == cast.mate
    counted = {cell.owner: cell.counted for cell in cast.department.cells.all()}
    assert counted == {None: 0, cast.assignee: 0, cast.mate: 1}


@pytest.mark.parametrize("who", ["other_agent", "gone", "manager", "admin", "stranger", "submitter"])
def test_only_an_active_agent_of_the_department_can_have_it(cast: Cast, who: str) -> None:
    ticket = make_ticket(cast)
    with pytest.raises(Refused, match="does not work in Operations"):
        assign(ticket.pk, to=getattr(cast, who), actor=cast.admin, at=START)


def test_an_agent_never_handles_their_own_request(cast: Cast) -> None:
    ticket = make_ticket(cast, submitter=cast.mate)
    with pytest.raises(Refused, match="submitted this ticket"):
        assign(ticket.pk, to=cast.mate, actor=cast.admin, at=START)
    with pytest.raises(Forbidden):
        take(ticket.pk, actor=cast.mate, at=START)


def test_who_may_assign_follows_the_policy(cast: Cast) -> None:
    ticket = make_ticket(cast)
    with pytest.raises(Forbidden):
        assign(ticket.pk, to=cast.mate, actor=cast.mate, at=START)
    assert assign(ticket.pk, to=cast.mate, actor=cast.lead, at=START).assignee == cast.mate
    set_policy(cast.department, leads_assign=False, agents_assign=True)
    assert assign(ticket.pk, to=cast.assignee, actor=cast.mate, at=START).assignee == cast.assignee
    set_policy(cast.department, leads_assign=False)
    with pytest.raises(Forbidden):
        assign(ticket.pk, to=cast.mate, actor=cast.lead, at=START)


def test_taking_is_for_agents_of_the_department_where_the_policy_has_it(cast: Cast) -> None:
    ticket = make_ticket(cast)
    for who in (cast.other_agent, cast.manager, cast.admin, cast.submitter, cast.gone):
        with pytest.raises(Forbidden):
            take(ticket.pk, actor=who, at=START)
    set_policy(cast.department, agents_take=False)
    with pytest.raises(Forbidden):
        take(ticket.pk, actor=cast.mate, at=START)
    set_policy(cast.department)
    assert take(ticket.pk, actor=cast.mate, at=START).assignee == cast.mate
    assert mails(ticket)[-1][0] == "new_in_queue"


def test_who_comes_second_reads_who_was_first(cast: Cast) -> None:
    ticket = make_ticket(cast)
    take(ticket.pk, actor=cast.mate, at=START)
    assert take(ticket.pk, actor=cast.mate, at=START).assignee == cast.mate
    with pytest.raises(Refused, match="Moses Mate has taken this ticket already"):
        take(ticket.pk, actor=cast.assignee, at=START)


@pytest.mark.parametrize("status", ["closed", "rejected"])
def test_an_ended_ticket_is_not_assigned(cast: Cast, status: str) -> None:
    ticket = make_ticket(cast, status=Status(status))
    with pytest.raises(Refused):
        assign(ticket.pk, to=cast.mate, actor=cast.admin, at=START + minutes(10))
