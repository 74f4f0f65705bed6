"""Locking a month: its reports stay as they were, whatever happens to its items; unlocking lets them go on."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from kpi import cells, frames, ledger, locking, reports
from kpi.engine.score import display
from kpi.frame import Frame
from kpi.locking import CannotLock, NotYours
from kpi.models import Change, KpiItem, MonthLock, Override
from tests.cast import START, Cast, local, make_ticket, minutes
from tests.kpi.balance import of_cells, of_snapshot
from tests.racing import of_type, race
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.delete import delete
from tickets.verbs.end import close, reject
from tickets.verbs.reopen import reopen

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
LATER = local(4, 9, month=11)
REASON = "A holiday was missing."


@pytest.fixture
def october(cast: Cast) -> dict[str, Ticket]:
    """A met and a missed ticket, one in progress and one that nobody has."""
    missed = make_ticket(cast, assignee=cast.assignee)
    close(missed.pk, actor=cast.assignee, at=START + minutes(241))
    return {
        "met": make_ticket(cast, status=Status.CLOSED),
        "missed": missed,
        "open": make_ticket(cast, status=Status.PROGRESS),
        "new": make_ticket(cast),
    }


def score(month: date = OCTOBER) -> str:
    frame = frames.load([month], as_of=LATER)[month]
    value = reports.countries(frame)[0].score
    return "" if value is None else display(value)


def correct(ticket: Ticket, cast: Cast, seconds: int) -> None:
    Override.objects.create(
        item=ticket.item, metric="resolution_seconds", value=seconds, by=cast.admin, at=LATER, why="Closed late."
    )
    with transaction.atomic(), ledger.posting(ticket.item_id, at=LATER) as posting:
        posting.touch()


def test_a_locked_month_does_not_move(cast: Cast, october: dict[str, Ticket]) -> None:
    before = score()
    lock = locking.lock(OCTOBER, actor=cast.admin, at=LATER)
    frame = frames.load([OCTOBER], as_of=LATER)[OCTOBER]
    correct(october["met"], cast, 10**6)
    close(october["open"].pk, actor=cast.assignee, at=LATER + minutes(1))
    assert (frames.load([OCTOBER], as_of=LATER)[OCTOBER], score()) == (frame, before)
    live = frames.live([OCTOBER], as_of=LATER)[OCTOBER]
    assert (live.locked, frame.locked, live.cells == frame.cells) == (False, True, False)
    assert {row.item_id for row in lock.adjustments.all()} == {october["met"].item_id, october["open"].item_id}


def test_the_snapshot_is_the_report_as_json(cast: Cast, october: dict[str, Ticket]) -> None:
    live = frames.live([OCTOBER], as_of=LATER)[OCTOBER]
    lock = locking.lock(OCTOBER, actor=cast.admin, at=LATER)
    lock.refresh_from_db()
    kept = Frame.from_json(json.loads(json.dumps(lock.snapshot)))
    assert kept.as_json() | {"locked": False} == live.as_json()
    assert lock.snapshot["means"] == locking.means(live) == locking.means(kept)
    assert lock.snapshot["means"]["countries"] == {str(cast.country.pk): score()}
    assert (lock.locked_by, lock.locked_at, lock.pending) == (cast.admin, LATER, 2)


def test_one_persons_and_one_departments_part_of_a_locked_month(cast: Cast, october: dict[str, Ticket]) -> None:
    locking.lock(OCTOBER, actor=cast.admin, at=LATER)
    correct(october["met"], cast, 10**6)
    of_owner = frames.load([OCTOBER], as_of=LATER, owner=cast.assignee.pk)[OCTOBER]
    assert reports.owner_in(of_owner, cast.assignee.pk).score == 500_000
    of_other = frames.load([OCTOBER], as_of=LATER, departments=[cast.other_department.pk])[OCTOBER]
    assert (of_other.cells, [one.id for one in of_other.departments]) == ((), [cast.other_department.pk])


def test_locked_and_running_months_are_read_together(cast: Cast, october: dict[str, Ticket]) -> None:
    make_ticket(cast, status=Status.CLOSED, at=local(2, 9, month=11))
    locking.lock(OCTOBER, actor=cast.admin, at=LATER)
    found = frames.load([OCTOBER, NOVEMBER], as_of=LATER)
    assert {month: frame.locked for month, frame in found.items()} == {OCTOBER: True, NOVEMBER: False}


def test_what_happens_after_locking_adds_up(cast: Cast, october: dict[str, Ticket]) -> None:
    lock = locking.lock(OCTOBER, actor=cast.admin, at=LATER)
    assert of_snapshot(lock) == of_cells(OCTOBER)
    reopen(october["missed"].pk, actor=cast.assignee, at=LATER + minutes(1))
    assign(october["missed"].pk, to=cast.mate, actor=cast.admin, at=LATER + minutes(2))
    reject(october["open"].pk, actor=cast.assignee, at=LATER + minutes(3), reason="Not ours.")
    delete(october["new"].pk, actor=cast.admin, at=LATER + minutes(4))
    correct(october["met"], cast, 10**6)
    close(october["missed"].pk, actor=cast.mate, at=LATER + minutes(5))
    assert of_snapshot(lock) == of_cells(OCTOBER)
    assert (lock.adjustments.count(), cells.drift()) == (4, [])


def test_unlocking_shows_the_live_numbers_and_keeps_the_history(cast: Cast, october: dict[str, Ticket]) -> None:
    locking.lock(OCTOBER, actor=cast.admin, at=LATER)
    locked = score()
    correct(october["met"], cast, 10**6)
    lock = locking.unlock(OCTOBER, actor=cast.admin, at=LATER + minutes(9), reason=f" {REASON} ")
    assert (locked, score()) == ("50.0", "25.0")
    assert (lock.unlocked_by, lock.unlocked_at, lock.unlock_reason) == (cast.admin, LATER + minutes(9), REASON)
    again = locking.lock(OCTOBER, actor=cast.admin, at=LATER + minutes(10))
    assert (score(), again.adjustments.count(), lock.adjustments.count()) == ("25.0", 0, 1)
    assert MonthLock.objects.count() == 2


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (datetime(2026, 10, 31, 20, 59, 59, tzinfo=UTC), "October 2026 has not ended yet in Kenya."),
        (datetime(2026, 10, 31, 21, 0, tzinfo=UTC), ""),
    ],
)
def test_a_month_is_over_before_it_is_locked(cast: Cast, at: datetime, sentence: str) -> None:
    assert locking.why_not(OCTOBER, at=at).partition(" Lock it")[0] == sentence


def test_a_month_is_locked_once(cast: Cast) -> None:
    locking.lock(OCTOBER, actor=cast.admin, at=LATER)
    with pytest.raises(CannotLock, match="October 2026 is locked already, by Ada Admin"):
        locking.lock(OCTOBER, actor=cast.admin, at=LATER)


def test_no_month_is_locked_while_its_scores_are_recalculated(cast: Cast) -> None:
    Change.objects.create(title="Targets", state=Change.State.APPLYING, at=LATER, by=cast.admin)
    with pytest.raises(CannotLock, match="being recalculated"):
        locking.lock(OCTOBER, actor=cast.admin, at=LATER)


@pytest.mark.parametrize("who", ["manager", "lead", "assignee", "submitter"])
def test_only_admins_lock_and_unlock(cast: Cast, who: str) -> None:
    with pytest.raises(NotYours):
        locking.lock(OCTOBER, actor=getattr(cast, who), at=LATER)
    locking.lock(OCTOBER, actor=cast.admin, at=LATER)
    with pytest.raises(NotYours):
        locking.unlock(OCTOBER, actor=getattr(cast, who), at=LATER, reason=REASON)
    assert MonthLock.objects.filter(unlocked_at=None).count() == 1


@pytest.mark.parametrize(("reason", "sentence"), [(" ", "Enter the reason"), (REASON, "is not locked")])
def test_what_cannot_be_unlocked(cast: Cast, reason: str, sentence: str) -> None:
    with pytest.raises(CannotLock, match=sentence):
        locking.unlock(OCTOBER, actor=cast.admin, at=LATER, reason=reason)


def test_the_pending_are_told_by_department(cast: Cast, october: dict[str, Ticket]) -> None:
    make_ticket(cast, department=cast.other_department)
    frame = frames.live([OCTOBER], as_of=LATER)[OCTOBER]
    assert locking.pending(frame) == [("Kenya / Finance", 1), ("Kenya / Operations", 2)]


@pytest.mark.django_db(transaction=True)
def test_nothing_falls_between_a_lock_and_those_who_write_meanwhile(cast: Cast) -> None:
    tickets = [make_ticket(cast, status=Status.PROGRESS) for _ in range(6)]
    closings: list[Any] = [partial(close, one.pk, actor=cast.assignee, at=LATER) for one in tickets]
    closings.insert(3, partial(locking.lock, OCTOBER, actor=cast.admin, at=LATER + timedelta(seconds=1)))
    results = race(*closings, partial(locking.lock, OCTOBER, actor=cast.admin, at=LATER))
    assert (len(of_type(results, MonthLock)), len(of_type(results, CannotLock))) == (1, 1)
    assert KpiItem.objects.filter(not_counted="").count() == 6
    assert of_snapshot(MonthLock.objects.get()) == of_cells(OCTOBER)
