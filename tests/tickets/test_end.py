import pytest

from kpi.models import KpiItem
from tests.cast import START, Cast, clock, kinds, local, mails, make_ticket, minutes, seconds, set_policy
from tickets import conversation
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.end import client_close, close, reject, withdraw
from tickets.verbs.running import Forbidden, Refused


def item(ticket: Ticket) -> KpiItem:
    return KpiItem.objects.get(pk=ticket.item_id)


def test_response_counts_from_assignment_and_resolution_from_submission(cast: Cast) -> None:
    ticket = make_ticket(cast)
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=START + minutes(100))
    conversation.reply(ticket.pk, actor=cast.assignee, at=START + minutes(110), body="On it.")
    ticket = close(ticket.pk, actor=cast.assignee, at=START + minutes(200))
    assert (seconds(ticket, "response"), seconds(ticket, "resolution")) == (600, 12_000)
    scored = item(ticket)
    assert (scored.value, scored.passed, scored.not_counted) == (1_000_000, True, "")
    assert (ticket.status, ticket.close_kind, ticket.closed_at) == ("closed", "staff", START + minutes(200))
    assert mails(ticket)[-1] == ("closed", cast.submitter.email)


@pytest.mark.parametrize(
    ("reply_after", "close_after", "points"),
    [
        (minutes(31), minutes(240), 1_000_000),
        (minutes(31) + minutes(1 / 60), minutes(240), 500_000),
        (minutes(31), minutes(240) + minutes(1 / 60), 500_000),
        (minutes(32), minutes(241), 0),
    ],
)
def test_a_second_over_the_target_misses_it(cast: Cast, reply_after, close_after, points: int) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)  # assigned at minute 1: the target of 30 ends at minute 31
    conversation.reply(ticket.pk, actor=cast.assignee, at=START + reply_after, body="On it.")
    close(ticket.pk, actor=cast.assignee, at=START + close_after)
    assert item(ticket).value == points


def test_a_close_without_chat_gives_both_the_same_duration(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    close(ticket.pk, actor=cast.assignee, at=START + minutes(45))
    response = clock(ticket, "response")
    assert (response.value_seconds, response.own_seconds, response.borrowed) == (45 * 60, 44 * 60, True)
    assert seconds(ticket, "resolution") == 45 * 60
    assert item(ticket).value == 500_000


def test_a_new_ticket_may_be_closed_in_one_step_but_not_without_an_owner(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    assert close(ticket.pk, actor=cast.admin, at=START + minutes(3)).status == "closed"
    with pytest.raises(Refused, match="Nobody is assigned"):
        close(make_ticket(cast).pk, actor=cast.admin, at=START + minutes(3))


def test_nights_and_holidays_count_for_nothing(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee, at=local(19, 16, 0))
    conversation.reply(ticket.pk, actor=cast.assignee, at=local(21, 8, 10), body="Back after Mashujaa Day.")
    close(ticket.pk, actor=cast.assignee, at=local(21, 9, 0))
    assert seconds(ticket, "response") == (59 + 10) * 60
    assert seconds(ticket, "resolution") == (60 + 60) * 60


@pytest.mark.parametrize("who", ["mate", "lead", "other_agent", "manager", "submitter", "stranger", "gone"])
def test_only_assignee_and_admin_close_and_reject(cast: Cast, who: str) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    with pytest.raises(Forbidden):
        close(ticket.pk, actor=getattr(cast, who), at=START + minutes(5))
    with pytest.raises(Forbidden):
        reject(ticket.pk, actor=getattr(cast, who), at=START + minutes(5), reason="No.")
    assert kinds(ticket) == ["submitted", "assigned"]


def test_the_second_to_end_a_ticket_reads_who_was_first(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    for verb, words in ((close, {}), (reject, {"reason": "No."})):
        with pytest.raises(Refused, match=r"Asha Assignee .* already"):
            verb(ticket.pk, actor=cast.admin, at=START + minutes(9), **words)


def test_a_rejected_ticket_is_never_scored(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    with pytest.raises(Refused, match="reason"):
        reject(ticket.pk, actor=cast.assignee, at=START + minutes(5), reason="  ")
    ticket = reject(ticket.pk, actor=cast.assignee, at=START + minutes(5), reason="Not ours.")
    assert (ticket.status, ticket.reject_reason) == ("rejected", "Not ours.")
    assert (item(ticket).not_counted, seconds(ticket, "response")) == ("rejected", None)
    assert clock(ticket, "response").stopped_at == START + minutes(5)
    assert mails(ticket)[-1] == ("rejected", cast.submitter.email)


def test_spam_is_rejected_without_a_mail(cast: Cast) -> None:
    ticket = make_ticket(cast)
    reject(ticket.pk, actor=cast.admin, at=START + minutes(5), reason="Spam.", spam=True)
    assert "rejected" not in [kind for kind, _recipient in mails(ticket)]


def test_a_clients_close_is_never_a_response(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    with pytest.raises(Forbidden):
        client_close(ticket.pk, actor=cast.submitter, at=START + minutes(9))
    set_policy(cast.department, "client-portal")
    with pytest.raises(Forbidden):
        client_close(ticket.pk, actor=cast.colleague, at=START + minutes(9))
    before = mails(ticket)
    ticket = client_close(ticket.pk, actor=cast.submitter, at=START + minutes(9), message="It works again.")
    assert (ticket.status, ticket.close_kind) == ("closed", "client")
    assert (seconds(ticket, "response"), seconds(ticket, "resolution")) == (None, 9 * 60)
    assert (item(ticket).value, item(ticket).not_counted) == (1_000_000, "")
    assert mails(ticket) == before


def test_withdrawing_is_for_the_client_while_nobody_has_it(cast: Cast) -> None:
    set_policy(cast.department, "client-portal")
    ticket = make_ticket(cast)
    before = mails(ticket)
    ticket = withdraw(ticket.pk, actor=cast.submitter, at=START + minutes(9))
    assert (ticket.status, ticket.close_kind, ticket.assignee) == ("closed", "withdrawn", None)
    assert (item(ticket).not_counted, mails(ticket)) == ("withdrawn", before)
    with pytest.raises(Refused):
        withdraw(make_ticket(cast, assignee=cast.mate).pk, actor=cast.submitter, at=START + minutes(9))


def test_a_ticket_of_a_day_off_counts_only_with_the_tick(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED, at=local(20, 9))
    assert (item(ticket).not_counted, item(ticket).off_day) == ("off_day", "Mashujaa Day")
    saturday = make_ticket(cast, status=Status.CLOSED, at=local(10, 9))
    assert (item(saturday).not_counted, item(saturday).off_day) == ("off_day", "weekend")
