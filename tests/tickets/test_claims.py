import pytest

from tests.cast import START, Cast, kinds, make_ticket, minutes
from tickets.claims import claim_address, keep_link, new_link
from tickets.models import Ticket
from tickets.verbs.running import Forbidden


def test_a_verified_address_takes_the_tickets_nobody_owns_once(cast: Cast) -> None:
    mine = make_ticket(cast, anonymous=True, email="SAM.Submitter@example.org")
    other = make_ticket(cast, anonymous=True, email="somebody@example.org")
    assert claim_address(cast.submitter, cast.submitter.email, at=START + minutes(5)) == 1
    assert claim_address(cast.submitter, cast.submitter.email, at=START + minutes(6)) == 0
    mine.refresh_from_db()
    assert (mine.submitter, mine.organisation, mine.claimed_at) == (
        cast.submitter,
        cast.organisation,
        START + minutes(5),
    )
    assert Ticket.objects.get(pk=other.pk).submitter is None
    assert kinds(mine) == ["submitted", "claimed"]


def test_what_has_an_owner_is_never_claimed(cast: Cast) -> None:
    ticket = make_ticket(cast, submitter=cast.stranger, email=cast.submitter.email)
    assert claim_address(cast.submitter, cast.submitter.email, at=START) == 0
    assert Ticket.objects.get(pk=ticket.pk).submitter == cast.stranger


def test_who_handles_a_ticket_does_not_become_its_client(cast: Cast) -> None:
    make_ticket(cast, anonymous=True, email=cast.assignee.email, assignee=cast.assignee)
    assert claim_address(cast.assignee, cast.assignee.email, at=START) == 0


def test_a_new_link_retires_the_old_one(cast: Cast) -> None:
    ticket = make_ticket(cast, anonymous=True)
    claim_address(cast.submitter, ticket.requester_email, at=START)
    changed = new_link(ticket.pk, actor=cast.submitter, at=START + minutes(1))
    assert changed.reference != ticket.reference
    assert not Ticket.objects.filter(reference=ticket.reference).exists()
    for who in (cast.colleague, cast.admin, cast.stranger):
        with pytest.raises(Forbidden):
            new_link(ticket.pk, actor=who, at=START + minutes(2))


def test_the_owner_may_keep_the_link_and_nothing_else_changes(cast: Cast) -> None:
    ticket = make_ticket(cast, anonymous=True)
    claim_address(cast.submitter, ticket.requester_email, at=START)
    before = Ticket.objects.get(pk=ticket.pk)
    for who in (cast.colleague, cast.admin, cast.stranger):
        with pytest.raises(Forbidden):
            keep_link(ticket.pk, actor=who, at=START + minutes(2))
    kept = keep_link(ticket.pk, actor=cast.submitter, at=START + minutes(2))
    assert (kept.reference, kept.version, kept.last_public_at) == (
        before.reference,
        before.version,
        before.last_public_at,
    )
    assert Ticket.objects.get(pk=ticket.pk).claimed_at is None
    assert kinds(ticket) == ["submitted", "claimed"]
