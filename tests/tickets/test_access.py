"""The table of domain section 3, written out: who may do what, and who sees what."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from tests.cast import START, Cast, make_ticket, set_policy
from tickets import access
from tickets.access import Relation, allowed_verbs, own_tickets, public_ticket, relation, staff_ticket, staff_tickets
from tickets.models import Ticket
from tickets.states import Status, Verb

R = Relation
EVERYBODY = set(Relation)
STAFF_SIDE = {R.ASSIGNEE, R.LEAD, R.MATE, R.ADMIN}
# What each verb asks for with every policy off, and what a policy adds.
BASE: dict[Verb, set[Relation]] = {
    Verb.ASSIGN: {R.ADMIN},
    Verb.TAKE: set(),
    Verb.START: {R.ASSIGNEE, R.ADMIN},
    Verb.ACKNOWLEDGE: set(),
    Verb.REPLY: STAFF_SIDE,
    Verb.NOTE: STAFF_SIDE,
    Verb.CLOSE: {R.ASSIGNEE, R.ADMIN},
    Verb.REJECT: {R.ASSIGNEE, R.ADMIN},
    Verb.REOPEN: {R.ASSIGNEE, R.ADMIN},
    Verb.EDIT: {R.ASSIGNEE, R.ADMIN},
    Verb.TRANSFER: {R.ASSIGNEE, R.ADMIN},
    Verb.DELETE: {R.ADMIN},
    Verb.CLIENT_CLOSE: set(),
    Verb.WITHDRAW: set(),
    Verb.CLIENT_REOPEN: set(),
}
BY_POLICY: dict[str, dict[Verb, set[Relation]]] = {
    "agents_take": {Verb.TAKE: {R.LEAD, R.MATE}},
    "agents_assign": {Verb.ASSIGN: {R.LEAD, R.MATE, R.ASSIGNEE}},
    "leads_assign": {Verb.ASSIGN: {R.LEAD}},
    "acknowledge_stops_response": {Verb.ACKNOWLEDGE: {R.ASSIGNEE}},
    "clients_close": {Verb.CLIENT_CLOSE: {R.SUBMITTER}, Verb.WITHDRAW: {R.SUBMITTER}},
    "clients_reopen": {Verb.CLIENT_REOPEN: {R.SUBMITTER}},
}
OFF = dict.fromkeys(BY_POLICY, False)
PEOPLE = {
    "nobody": R.ANONYMOUS,
    "gone": R.ANONYMOUS,
    "submitter": R.SUBMITTER,
    "colleague": R.COLLEAGUE,
    "stranger": R.CUSTOMER,
    "namesake": R.CUSTOMER,
    "assignee": R.ASSIGNEE,
    "mate": R.MATE,
    "lead": R.LEAD,
    "other_agent": R.OTHER_AGENT,
    "manager": R.MANAGEMENT,
    "admin": R.ADMIN,
}
SEES_AS_STAFF = {"assignee", "mate", "lead", "manager", "admin"}
# Domain section 2, column "from", for a ticket with an assignee, and for one without.
LEGAL_ASSIGNED: dict[Status, set[Verb]] = {
    Status.NEW: {
        Verb.ASSIGN, Verb.START, Verb.ACKNOWLEDGE, Verb.REPLY, Verb.NOTE, Verb.CLOSE, Verb.REJECT, Verb.EDIT,
        Verb.TRANSFER,
    },
    Status.PROGRESS: {
        Verb.ASSIGN, Verb.ACKNOWLEDGE, Verb.REPLY, Verb.NOTE, Verb.CLIENT_REPLY, Verb.CLOSE, Verb.CLIENT_CLOSE,
        Verb.REJECT, Verb.EDIT, Verb.TRANSFER,
    },
    Status.CLOSED: {Verb.REPLY, Verb.NOTE, Verb.CLIENT_REPLY, Verb.REOPEN, Verb.CLIENT_REOPEN},
    Status.REJECTED: {Verb.REPLY, Verb.NOTE, Verb.REOPEN, Verb.CLIENT_REOPEN},
}  # fmt: skip
LEGAL_PENDING = {Verb.ASSIGN, Verb.TAKE, Verb.REPLY, Verb.NOTE, Verb.WITHDRAW, Verb.REJECT, Verb.EDIT, Verb.TRANSFER,
                 Verb.DELETE}  # fmt: skip
CHATS = {R.SUBMITTER, R.COLLEAGUE}


def test_the_cast_stands_as_it_is_named(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    assert {name: relation(getattr(cast, name), ticket) for name in PEOPLE} == PEOPLE
    assert relation(AnonymousUser(), ticket) == R.ANONYMOUS


@pytest.mark.parametrize("policy", ["", *BY_POLICY])
def test_permission_of_every_verb_and_relation(cast: Cast, policy: str) -> None:
    set_policy(cast.department, **{**OFF, **({policy: True} if policy else {})})
    added = BY_POLICY.get(policy, {})
    for verb, base in BASE.items():
        permitted = {who for who in EVERYBODY if access.permitted(verb, who, cast.department)}
        assert permitted == base | added.get(verb, set()), verb


@pytest.mark.parametrize("status", list(Status))
def test_the_buttons_of_everybody_on_every_status(cast: Cast, status: Status) -> None:
    set_policy(cast.department, **dict.fromkeys(BY_POLICY, True))
    ticket = make_ticket(cast, status=status, assignee=cast.assignee)
    granted = {verb: who | BASE[verb] for policy in BY_POLICY.values() for verb, who in policy.items()}
    granted[Verb.ASSIGN] = {R.ADMIN, R.LEAD, R.MATE, R.ASSIGNEE}
    everything = {**BASE, **granted, Verb.CLIENT_REPLY: CHATS}
    for name, who in PEOPLE.items():
        expected = {verb for verb in LEGAL_ASSIGNED[status] if who in everything[verb]}
        assert allowed_verbs(getattr(cast, name), ticket, at=START) == expected, name


def test_the_buttons_on_a_pending_ticket(cast: Cast) -> None:
    set_policy(cast.department, **dict.fromkeys(BY_POLICY, True))
    ticket = make_ticket(cast)
    assert allowed_verbs(cast.admin, ticket) == LEGAL_PENDING - {Verb.TAKE, Verb.WITHDRAW}
    assert allowed_verbs(cast.mate, ticket) == {Verb.ASSIGN, Verb.TAKE, Verb.REPLY, Verb.NOTE}
    assert allowed_verbs(cast.submitter, ticket) == {Verb.WITHDRAW}
    assert allowed_verbs(cast.manager, ticket) == set()


def test_the_right_to_reopen_ends_with_its_days(cast: Cast) -> None:
    set_policy(cast.department, clients_reopen=True, reopen_days=14)
    ticket = make_ticket(cast, status=Status.CLOSED)
    assert Verb.CLIENT_REOPEN in allowed_verbs(cast.submitter, ticket, at=START + timedelta(days=14))
    assert Verb.CLIENT_REOPEN not in allowed_verbs(cast.submitter, ticket, at=START + timedelta(days=15))


@pytest.mark.parametrize("name", list(PEOPLE))
def test_who_gets_the_ticket_page(cast: Cast, name: str) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    person = getattr(cast, name)
    seen = list(staff_tickets(person))
    if name in SEES_AS_STAFF:
        assert (seen, staff_ticket(person, str(ticket.reference))) == ([ticket], ticket)
    else:
        assert seen == []
        with pytest.raises(Http404):
            staff_ticket(person, ticket.reference)


@pytest.mark.parametrize(
    "spelling", ["", "1", "KPI-1", "x" * 36, "../etc/passwd", "00000000-0000-4000-8000-000000000000"]
)
def test_references_that_lead_nowhere(cast: Cast, spelling: str) -> None:
    make_ticket(cast)
    for door in (staff_ticket, public_ticket):
        with pytest.raises(Http404):
            door(cast.admin, spelling)


def test_a_hidden_ticket_exists_for_staff_alone(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    Ticket.objects.update(hidden=True)
    seeing = set()
    for name in PEOPLE:
        try:
            public_ticket(getattr(cast, name), ticket.reference)
        except Http404:
            continue
        seeing.add(name)
    assert seeing == {"assignee", "mate", "lead", "manager", "admin"}
    assert list(own_tickets(cast.submitter)) == []


def test_the_lists_of_a_client(cast: Cast) -> None:
    mine = make_ticket(cast)
    theirs = make_ticket(cast, submitter=cast.colleague)
    make_ticket(cast, submitter=cast.stranger)
    assert list(own_tickets(cast.submitter)) == [mine]
    assert set(own_tickets(cast.submitter, organisation=True)) == {mine, theirs}
    cast.organisation.members_see = False
    cast.organisation.save()
    cast.submitter.refresh_from_db()
    assert list(own_tickets(cast.submitter, organisation=True)) == [mine]


def test_an_agent_does_not_find_the_own_request_in_the_queue(cast: Cast) -> None:
    make_ticket(cast, submitter=cast.mate)
    assert list(staff_tickets(cast.mate)) == []
