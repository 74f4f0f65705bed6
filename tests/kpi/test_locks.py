"""A locked month does not move: what moves afterwards is written down beside it, item by item."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kpi import cells, ledger, locks
from kpi.ledger import Facts
from kpi.models import Adjustment, KpiItem, MonthLock, Override, WorkState
from tests.cast import START, Cast, local, make_ticket, minutes
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.delete import delete
from tickets.verbs.edit import Edit, edit
from tickets.verbs.end import close
from tickets.verbs.reopen import reopen
from tickets.verbs.running import Refused

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
LATER = local(4, 9, month=11)


def locked(cast: Cast, month: date = OCTOBER) -> MonthLock:
    return MonthLock.objects.create(month=month, locked_at=LATER, locked_by=cast.admin)


def of(item_id: int) -> Adjustment:
    return Adjustment.objects.get(item=item_id)


def told(pk: int) -> dict[str, Any]:
    return locks.told(KpiItem.objects.select_related("type").get(pk=pk))


def moved(adjustment: Adjustment) -> dict[str, tuple[Any, Any]]:
    before, after = adjustment.before, adjustment.after
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


def test_a_month_is_locked_until_somebody_unlocks_it(cast: Cast) -> None:
    assert not locks.is_locked(OCTOBER)
    lock = locked(cast)
    assert (locks.is_locked(OCTOBER), locks.is_locked(NOVEMBER)) == (True, False)
    lock.unlocked_at, lock.unlocked_by, lock.unlock_reason = LATER, cast.admin, "A holiday was missing."
    lock.save()
    assert not locks.is_locked(OCTOBER)
    locked(cast)
    assert locks.locked_among([OCTOBER, NOVEMBER]) == {OCTOBER}


def test_a_month_is_locked_once_and_unlocked_for_a_reason(cast: Cast) -> None:
    lock = locked(cast)
    with pytest.raises(IntegrityError, match="month"), transaction.atomic():
        locked(cast)
    lock.unlocked_at, lock.unlocked_by = LATER, cast.admin
    with pytest.raises(IntegrityError, match="unlocked_by_somebody"), transaction.atomic():
        lock.save()


def test_what_was_pending_and_closes_later_is_an_adjustment(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    locked(cast)
    close(ticket.pk, actor=cast.assignee, at=LATER)
    adjustment = of(ticket.item_id)
    assert (adjustment.before["not_counted"], adjustment.after["not_counted"]) == ("pending", "")
    assert adjustment.after == told(ticket.item_id)
    assert (adjustment.at, cells.drift()) == (LATER, [])


def test_a_second_change_keeps_what_was_locked(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    locked(cast)
    close(ticket.pk, actor=cast.assignee, at=LATER)
    reopen(ticket.pk, actor=cast.assignee, at=LATER + minutes(5))
    assign(ticket.pk, to=cast.mate, actor=cast.admin, at=LATER + minutes(6))
    adjustment = of(ticket.item_id)
    assert adjustment.before["owner"] == cast.assignee.pk
    assert (adjustment.after["owner"], adjustment.after["not_counted"]) == (cast.mate.pk, "pending")


def test_what_is_again_as_it_was_locked_is_none(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    locked(cast)
    assign(ticket.pk, to=cast.mate, actor=cast.admin, at=LATER)
    assert moved(of(ticket.item_id))["owner"] == (cast.assignee.pk, cast.mate.pk)
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=LATER + minutes(1))
    assert moved(of(ticket.item_id)) == {"late": (False, True)}


def test_a_correction_in_a_locked_month(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    locked(cast)
    known = {"item_id": ticket.item_id, "metric": "response_seconds", "value": 7200}
    Override.objects.create(**known, by=cast.admin, at=LATER, why="The clock was wrong.")
    with transaction.atomic(), ledger.posting(ticket.item_id, at=LATER) as posting:
        posting.touch()
    assert moved(of(ticket.item_id)) == {
        "value": (1_000_000, 500_000),
        "passed": (True, False),
        "parts": (
            {"response": [1_000_000, True], "resolution": [1_000_000, True]},
            {"response": [0, False], "resolution": [1_000_000, True]},
        ),
    }


def test_touching_what_does_not_move_writes_nothing(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    locked(cast)
    with transaction.atomic(), ledger.posting(ticket.item_id, at=LATER) as posting:
        posting.touch()
    assert Adjustment.objects.count() == 0


def test_what_appears_was_not_there(cast: Cast) -> None:
    locked(cast)
    late = local(31, 23)
    finished = Facts(cast.issue, cast.department, date(2026, 10, 30), owner=cast.assignee, state=WorkState.DONE)
    with transaction.atomic():
        entered = ledger.enter([finished], at=late)[0]
    posted = make_ticket(cast, at=late)
    assert {row.item_id: (row.before, row.after) for row in Adjustment.objects.all()} == {
        entered.pk: (None, told(entered.pk)),
        posted.item_id: (None, told(posted.item_id)),
    }


def test_what_is_deleted_stays_as_it_was(cast: Cast) -> None:
    ticket = make_ticket(cast)
    item_id, before = ticket.item_id, told(ticket.item_id)
    locked(cast)
    delete(ticket.pk, actor=cast.admin, at=LATER)
    assert (of(item_id).before, of(item_id).after) == (before, None)


def test_a_move_between_months_leaves_the_one_and_enters_the_other(cast: Cast) -> None:
    """No page allows it; whoever does it behind the pages is told on in both months."""
    ticket = make_ticket(cast, status=Status.CLOSED)
    before = told(ticket.item_id)
    first, second = locked(cast), locked(cast, NOVEMBER)
    moves = Facts(cast.issue, cast.department, NOVEMBER, owner=cast.assignee, state=WorkState.DONE)
    with transaction.atomic(), ledger.posting(ticket.item_id, at=local(2, 9, month=12)) as posting:
        posting.follow(moves)
    assert [(row.lock, row.before, row.after) for row in Adjustment.objects.order_by("lock_id")] == [
        (first, before, None),
        (second, None, told(ticket.item_id)),
    ]


def test_a_month_that_still_runs_costs_no_query(cast: Cast, django_assert_num_queries: Any) -> None:
    item = KpiItem.objects.select_related("type").get(pk=make_ticket(cast).item_id)
    move = locks.Moved(item.pk, None, locks.told(item))
    with django_assert_num_queries(0):
        locks.note([move], at=datetime(2026, 10, 31, 9, 59, tzinfo=UTC))
    with django_assert_num_queries(1):
        locks.note([move], at=datetime(2026, 10, 31, 10, 0, tzinfo=UTC))


def dated(cast: Cast, day: date) -> Edit:
    return Edit(day, cast.issue, "Printer", "The printer prints blank pages.", "normal", False)


@pytest.mark.parametrize(("month", "before", "after"), [(OCTOBER, 5, 2), (NOVEMBER, 2, 5)])
def test_no_ticket_date_moves_into_or_out_of_a_locked_month(cast: Cast, month: date, before: int, after: int) -> None:
    days = {5: date(2026, 10, 5), 2: date(2026, 11, 2)}
    at = {5: START, 2: local(2, 9, month=11)}[before]
    ticket = make_ticket(cast, status=Status.PROGRESS, at=at)
    locked(cast, month)
    sentence = f"{month:%B} 2026 is locked; no ticket moves into it or out of it"
    with pytest.raises(Refused) as refused:
        edit(ticket.pk, actor=cast.assignee, at=LATER, version=ticket.version, changes=dated(cast, days[after]))
    assert refused.value.sentence == sentence
    ticket.refresh_from_db()
    assert ticket.ticket_date == days[before]


def test_within_a_locked_month_a_ticket_date_moves_and_is_told(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    locked(cast)
    edit(
        ticket.pk,
        actor=cast.assignee,
        at=LATER,
        version=ticket.version,
        changes=dated(cast, date(2026, 10, 6)),
    )
    assert moved(of(ticket.item_id))["date"] == ("2026-10-05", "2026-10-06")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 10, 31), "October 2026 is locked; choose a date in another month"),
        (date(2026, 11, 1), ""),
    ],
)
def test_new_work_is_refused_in_a_locked_month(cast: Cast, day: date, sentence: str) -> None:
    locked(cast)
    assert locks.why_not_on(day) == sentence
