"""Many at once on one ticket: exactly one wins, the others are told, nothing said is lost."""

import uuid
from functools import partial
from itertools import cycle, islice

import pytest

from kpi import cells
from kpi.models import Clock
from tests.cast import START, Cast, kinds, mails, make_ticket, minutes
from tests.racing import of_type, race, race_of_processes
from tickets import conversation
from tickets.claims import claim_address
from tickets.models import Ticket, TicketEvent
from tickets.once import once
from tickets.states import Status
from tickets.verbs.assign import assign, take
from tickets.verbs.end import close, reject
from tickets.verbs.reopen import reopen
from tickets.verbs.running import Refused

pytestmark = pytest.mark.django_db(transaction=True)
FIFTY = 50


def test_fifty_replies_are_one_first_response(cast: Cast) -> None:
    ticket = make_ticket(cast)
    results = race(
        *[
            partial(conversation.reply, ticket.pk, actor=actor, at=START + minutes(5 + n), body=f"Reply {n}")
            for n, actor in enumerate(islice(cycle([cast.assignee, cast.mate, cast.lead]), FIFTY))
        ]
    )
    assert len(of_type(results, TicketEvent)) == FIFTY
    bodies = set(ticket.events.filter(kind="replied").values_list("body", flat=True))
    assert bodies == {f"Reply {n}" for n in range(FIFTY)}
    assert kinds(ticket).count("assigned") == 1
    ticket.refresh_from_db()
    response = Clock.objects.get(item=ticket.item_id, kind="response")
    assert (ticket.status, ticket.reassign_count, response.run) == ("progress", 0, 1)
    assert response.stopped_at == ticket.first_reply_at
    assert mails(ticket).count(("reply", cast.submitter.email)) == FIFTY
    assert cells.drift() == []


def test_fifty_closers_close_once(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    closers = islice(cycle([cast.assignee, cast.admin]), FIFTY)
    results = race(*[partial(close, ticket.pk, actor=actor, at=START + minutes(9)) for actor in closers])
    assert len(of_type(results, Ticket)) == 1
    refused = of_type(results, Refused)
    assert len(refused) == FIFTY - 1
    winner = ticket.events.get(kind="closed").actor_name
    assert {refusal.sentence.split(" has ")[0] for refusal in refused} == {winner}
    assert mails(ticket).count(("closed", cast.submitter.email)) == 1
    assert cells.drift() == []


def test_fifty_assigners_leave_one_assignee_and_a_mail_for_each_change(cast: Cast) -> None:
    ticket = make_ticket(cast)
    people = list(islice(cycle([cast.assignee, cast.mate]), FIFTY))
    results = race(*[partial(assign, ticket.pk, to=to, actor=cast.admin, at=START + minutes(9)) for to in people])
    assert len(of_type(results, Ticket)) == FIFTY
    ticket.refresh_from_db()
    events = list(ticket.events.filter(kind="assigned").order_by("pk"))
    assert [event.data["before"] for event in events[1:]] == [event.data["to"] for event in events[:-1]]
    assert all(event.data["before"] != event.data["to"] for event in events)
    assert events[-1].data["to_id"] == ticket.assignee_id
    assert ticket.reassign_count == len(events) - 1
    assert len([kind for kind, _to in mails(ticket) if kind == "assigned"]) == len(events)
    assert Clock.objects.get(item=ticket.item_id, kind="response").spans.filter(stop=None).count() == 1


def test_one_of_many_takes_it_and_the_others_read_who(cast: Cast) -> None:
    ticket = make_ticket(cast)
    results = race(*[partial(take, ticket.pk, actor=who, at=START) for who in (cast.assignee, cast.mate, cast.lead)])
    ticket.refresh_from_db()
    assert len(of_type(results, Ticket)) == 1
    assert {refusal.sentence for refusal in of_type(results, Refused)} == {
        f"{ticket.assignee} has taken this ticket already."
    }


def test_close_against_reject_against_reopen(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    results = race(
        *[partial(reopen, ticket.pk, actor=cast.assignee, at=START + minutes(20)) for _ in range(10)],
        *[partial(close, ticket.pk, actor=cast.assignee, at=START + minutes(21)) for _ in range(10)],
        *[partial(reject, ticket.pk, actor=cast.admin, at=START + minutes(22), reason="No.") for _ in range(10)],
    )
    assert len(of_type(results, Ticket)) + len(of_type(results, Refused)) == 30
    told = kinds(ticket)[3:]
    assert all((kind == "reopened") == bool(place % 2) for place, kind in enumerate(told))
    assert cells.drift() == []


def test_twenty_times_the_same_form_at_once_is_one_ticket(cast: Cast) -> None:
    key = uuid.uuid4()
    send = partial(once, key, purpose="submit", content={"a": 1}, at=START, make=partial(make_ticket, cast))
    results = race(*[send] * 20)
    assert {ticket.pk for ticket in of_type(results, Ticket)} == {Ticket.objects.get().pk}
    assert len(of_type(results, Ticket)) == 20


def test_an_address_is_claimed_once(cast: Cast) -> None:
    for _ in range(3):
        make_ticket(cast, anonymous=True)
    claim = partial(claim_address, cast.submitter, cast.submitter.email, at=START)
    assert sum(race(*[claim] * 10)) == 3
    assert TicketEvent.objects.filter(kind="claimed").count() == 3


def test_two_accounts_that_prove_one_address_at_once_part_nothing_of_a_ticket(cast: Cast) -> None:
    """However it came that both could: each ticket gets one owner, and is told about once."""
    tickets = [make_ticket(cast, anonymous=True).pk for _ in range(3)]
    claims = [
        partial(claim_address, who, "sam.submitter@example.org", at=START) for who in (cast.submitter, cast.stranger)
    ]
    assert sum(race(*claims * 5)) == 3
    owners = dict(Ticket.objects.filter(pk__in=tickets).values_list("pk", "submitter"))
    told = dict(TicketEvent.objects.filter(kind="claimed").values_list("ticket", "actor"))
    assert owners == told
    assert set(owners.values()) <= {cast.submitter.pk, cast.stranger.pk}


def test_verbs_in_opposite_order_never_deadlock(cast: Cast) -> None:
    """Tickets that share their cells, handed to and fro in opposite order by twenty processes, 100 verbs each."""
    tickets = [make_ticket(cast, assignee=cast.assignee), make_ticket(cast, assignee=cast.mate)]

    people = {name: getattr(cast, name).pk for name in ("admin", "lead", "mate", "assignee")}
    facts = {"tickets": [ticket.pk for ticket in tickets], "people": people}
    assert race_of_processes("tests.tickets.opposite_order", facts, 20) == [0] * 20
    assert TicketEvent.objects.filter(kind="noted").count() == 20 * 25 * 2
    assert cells.drift() == []
