"""What items are judged by: the stored rows, or rows as a change would make them."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kpi import ledger
from kpi.basis import Loaded, Rows, Stored
from kpi.models import Clock, ClockKind, KpiItem, ReplacedDay, TypeVersion, WorkState
from kpi.scoring import Work, settle
from tests.cast import Cast, local, make_ticket
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.end import close

pytestmark = pytest.mark.django_db


def test_stored_and_loaded_say_the_same(cast: Cast) -> None:
    later = TypeVersion.objects.create(
        type=cast.issue, valid_from=date(2026, 11, 1), group=cast.group, parameters={"response_target": 5}
    )
    stored, loaded = Stored(), Loaded.stored()
    for day in (date(2025, 1, 1), date(2026, 10, 31), date(2026, 11, 1)):
        assert stored.version_on(cast.issue, day) == loaded.version_on(cast.issue, day)
    assert loaded.version_on(cast.issue, date(2026, 12, 1)) == later
    assert stored.calendar(cast.department) == loaded.calendar(cast.department)


def test_a_loaded_basis_asks_no_more_queries(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as loading:
        loaded = Loaded.stored()
    assert len(loading) == 4
    with CaptureQueriesContext(connection) as judging:
        loaded.version_on(cast.request, date(2026, 10, 1))
        loaded.calendar(cast.other_department)
    assert len(judging) == 0


def test_a_holiday_tried_in_memory_moves_only_a_remeasured_clock(cast: Cast) -> None:
    ticket = closed_next_day(cast)
    rows = Rows.stored()
    rows.days.append(ReplacedDay(country=cast.country, date=date(2026, 10, 6), name="Tried"))
    tried = Loaded(rows, [cast.department])
    kept, again = work_of(ticket), work_of(ticket)
    settle(kept, tried, at=local(9, 12))
    settle(again, tried, at=local(9, 12), remeasure=True)
    stored = Clock.objects.get(item=ticket.item_id, kind=ClockKind.RESOLUTION).value_seconds
    assert stored is not None
    assert kept.clocks["resolution"].value_seconds == stored
    # Monday 16:00 to Tuesday 10:00: the hours of Tuesday morning fall away.
    assert again.clocks["resolution"].value_seconds == stored - 2 * 3600
    assert (kept.item.passed, again.item.passed) == (False, True)
    assert KpiItem.objects.get(pk=ticket.item_id).passed is False


def test_a_close_without_chat_keeps_borrowing_from_the_time_before_it(cast: Cast) -> None:
    ticket = closed_next_day(cast)
    with transaction.atomic(), ledger.posting(ticket.item_id, at=local(9, 12)) as item:
        item.start(ClockKind.RESOLUTION, cast.department)
    before = work_of(ticket).clocks["response"].value_seconds
    with transaction.atomic(), ledger.posting(ticket.item_id, at=local(9, 13)) as item:
        item.remeasure()
    assert work_of(ticket).clocks["response"].value_seconds == before == 3 * 3600


def test_finished_work_is_entered_once_with_its_cells(cast: Cast) -> None:
    facts = ledger.Facts(
        cast.issue,
        cast.department,
        date(2026, 10, 5),
        owner=cast.assignee,
        state=WorkState.DONE,
        metrics={"response_seconds": 60, "resolution_seconds": 10**6, "strange": 1, "priority": None},
        source=KpiItem.Source.TYPED,
    )
    with transaction.atomic():
        items = ledger.enter([facts, facts], at=local(9, 12))
    assert [(item.value, item.passed, item.not_counted) for item in items] == [(500_000, False, "")] * 2
    assert items[0].metrics == {"response_seconds": 60, "resolution_seconds": 10**6}
    cell = cast.department.cells.get()
    assert (cell.counted, cell.total, cell.owner) == (2, 1_000_000, cast.assignee)


def closed_next_day(cast: Cast) -> Ticket:
    """A request of Monday 16:00, closed without chat on Tuesday at 10:00: three working hours, one allowed."""
    at = local(5, 16)
    ticket = make_ticket(cast, type=cast.request, assignee=cast.assignee, status=Status.NEW, at=at)
    return close(ticket.pk, actor=cast.assignee, at=local(6, 10))


def work_of(ticket: Ticket) -> Work:
    """Everything an item is judged by, as stored."""
    item = KpiItem.objects.select_related("type", "department__country").get(pk=ticket.item_id)
    clocks = {clock.kind: clock for clock in item.clocks.all()}
    spans = {kind: list(clock.spans.select_related("department__country")) for kind, clock in clocks.items()}
    return Work(item, clocks, spans)
