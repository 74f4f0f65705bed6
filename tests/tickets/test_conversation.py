import pytest

from tests.cast import START, Cast, clock, kinds, mails, make_ticket, minutes, seconds, set_policy
from tickets.access import ANONYMOUS_CHAT, STRANGER_CHAT
from tickets.conversation import client_reply, note, reply
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.running import Forbidden, Refused


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_the_first_reply_stops_the_response_and_starts_the_work(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    reply(ticket.pk, actor=cast.assignee, at=START + minutes(8), body="On it.")
    reply(ticket.pk, actor=cast.assignee, at=START + minutes(50), body="Nearly done.")
    now = fresh(ticket)
    assert (now.status, now.first_reply_at, seconds(now, "response")) == ("progress", START + minutes(8), 7 * 60)
    assert mails(now)[-2:] == [("reply", cast.submitter.email)] * 2


def test_a_mate_and_a_lead_answer_too(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    reply(ticket.pk, actor=cast.mate, at=START + minutes(8), body="Asha is at lunch.")
    reply(ticket.pk, actor=cast.lead, at=START + minutes(9), body="And so am I.")
    assert (fresh(ticket).assignee, seconds(ticket, "response")) == (cast.assignee, 7 * 60)


def test_who_answers_an_unassigned_ticket_takes_it(cast: Cast) -> None:
    ticket = make_ticket(cast)
    reply(ticket.pk, actor=cast.mate, at=START + minutes(8), body="On it.")
    assert (fresh(ticket).assignee, seconds(ticket, "response")) == (cast.mate, 0)
    assert kinds(ticket) == ["submitted", "assigned", "replied"]


def test_an_admin_assigns_first(cast: Cast) -> None:
    with pytest.raises(Refused, match="Assign someone first"):
        reply(make_ticket(cast).pk, actor=cast.admin, at=START, body="On it.")


@pytest.mark.parametrize("who", ["other_agent", "manager", "submitter", "colleague", "stranger", "gone"])
def test_who_is_not_of_the_department_does_not_speak_for_it(cast: Cast, who: str) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    for verb in (reply, note):
        with pytest.raises(Forbidden):
            verb(ticket.pk, actor=getattr(cast, who), at=START, body="Hello")


def test_the_submitter_is_never_staff_on_the_own_ticket(cast: Cast) -> None:
    ticket = make_ticket(cast, submitter=cast.mate, assignee=cast.assignee)
    with pytest.raises(Forbidden):
        reply(ticket.pk, actor=cast.mate, at=START + minutes(3), body="Stops my own clock?")
    assert clock(ticket, "response").stopped_at is None


@pytest.mark.parametrize("status", list(Status))
def test_a_note_changes_nothing_else_ever(cast: Cast, status: Status) -> None:
    ticket = fresh(make_ticket(cast, status=status))
    before, queued = ticket.__dict__ | {"_state": None}, mails(ticket)
    event = note(ticket.pk, actor=cast.mate, at=START + minutes(30), body="Has called twice.")
    after = fresh(ticket).__dict__ | {"_state": None}
    moved = {"version": ticket.version + 1, "last_activity_at": START + minutes(30)}
    assert after == before | moved
    assert (event.visibility, mails(ticket)) == ("staff", queued)


@pytest.mark.parametrize("status", [Status.CLOSED, Status.REJECTED])
def test_the_discussion_stays_open_after_the_end(cast: Cast, status: Status) -> None:
    ticket = make_ticket(cast, status=status)
    value = seconds(ticket, "response")
    reply(ticket.pk, actor=cast.assignee, at=START + minutes(30), body="One more thing.")
    assert (fresh(ticket).status, seconds(ticket, "response")) == (status, value)


@pytest.mark.parametrize("verb", [reply, note])
def test_empty_messages_are_refused(cast: Cast, verb) -> None:
    with pytest.raises(Refused, match="Enter a message"):
        verb(make_ticket(cast, assignee=cast.assignee).pk, actor=cast.assignee, at=START, body=" \n ")


def test_the_client_answers_and_the_assignee_is_told(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    event = client_reply(ticket.pk, actor=cast.submitter, at=START + minutes(9), body="Thank you.")
    client_reply(ticket.pk, actor=cast.colleague, at=START + minutes(10), body="From me as well.")
    assert (event.side, event.actor_name, fresh(ticket).status) == ("client", "Sam Submitter", "progress")
    assert mails(ticket)[-2:] == [("customer_replied", cast.assignee.email)] * 2
    assert clock(ticket, "response").stopped_at is None


def test_the_sentences_that_close_the_chat(cast: Cast) -> None:
    anonymous = make_ticket(cast, status=Status.PROGRESS, anonymous=True)
    with pytest.raises(Forbidden) as refusal:
        client_reply(anonymous.pk, actor=cast.submitter, at=START + minutes(9), body="Me!")
    assert refusal.value.sentence == ANONYMOUS_CHAT
    owned = make_ticket(cast, status=Status.PROGRESS)
    for who in (cast.stranger, cast.namesake, cast.mate, cast.assignee, cast.admin, cast.gone):
        with pytest.raises(Forbidden) as refusal:
            client_reply(owned.pk, actor=who, at=START + minutes(9), body="Me too!")
        assert refusal.value.sentence == STRANGER_CHAT
    for status in (Status.NEW, Status.REJECTED):
        with pytest.raises(Forbidden):
            client_reply(make_ticket(cast, status=status).pk, actor=cast.submitter, at=START + minutes(9), body="?")


def test_colleagues_answer_only_where_their_company_lets_them(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    cast.organisation.members_answer = False
    cast.organisation.save()
    with pytest.raises(Forbidden):
        client_reply(ticket.pk, actor=cast.colleague, at=START + minutes(9), body="May I?")


def test_a_hidden_ticket_writes_nothing_to_the_client(cast: Cast) -> None:
    set_policy(cast.department)
    ticket = make_ticket(cast, assignee=cast.assignee)
    Ticket.objects.filter(pk=ticket.pk).update(hidden=True)
    before = mails(ticket)
    reply(ticket.pk, actor=cast.assignee, at=START + minutes(8), body="On it.")
    assert mails(ticket) == before
