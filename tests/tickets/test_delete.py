import pytest

from kpi import cells
from kpi.models import KpiItem
from tests.cast import START, Cast, make_ticket, minutes
from tickets.models import Ticket, TicketEvent
from tickets.states import Status
from tickets.verbs.delete import delete
from tickets.verbs.running import Forbidden, Refused


def test_a_pending_ticket_goes_for_ever_and_one_row_tells_who_did_it(cast: Cast) -> None:
    ticket = make_ticket(cast)
    number = ticket.pk
    delete(number, actor=cast.admin, at=START + minutes(5))
    assert (Ticket.objects.count(), KpiItem.objects.count(), cells.drift()) == (0, 0, [])
    left = TicketEvent.objects.get()
    assert (left.ticket, left.number, left.kind, left.actor) == (None, number, "deleted", cast.admin)


def test_only_what_is_pending(cast: Cast) -> None:
    for ticket in (make_ticket(cast, assignee=cast.mate), make_ticket(cast, status=Status.REJECTED)):
        with pytest.raises(Refused):
            delete(ticket.pk, actor=cast.admin, at=START + minutes(5))
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize("who", ["mate", "lead", "other_agent", "manager", "submitter", "stranger", "gone"])
def test_only_an_admin(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        delete(make_ticket(cast).pk, actor=getattr(cast, who), at=START)
    assert Ticket.objects.count() == 1


def test_a_deleted_ticket_is_gone_for_every_verb(cast: Cast) -> None:
    ticket = make_ticket(cast)
    delete(ticket.pk, actor=cast.admin, at=START)
    with pytest.raises(Refused, match="deleted meanwhile"):
        delete(ticket.pk, actor=cast.admin, at=START)
