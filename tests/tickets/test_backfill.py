"""First responses that older tickets missed."""

from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from kpi import cells, ledger
from kpi.models import Cell, Clock, KpiItem, MonthLock, Span
from tests.cast import START, Cast, clock, kinds, local, mails, make_ticket, minutes, seconds
from tickets import backfill, conversation
from tickets.models import CloseKind, Ticket
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.end import close
from tickets.verbs.reopen import reopen

AT = local(25, 9, month=11)


def forgotten(ticket: Ticket, *, clock_too: bool = True) -> Ticket:
    """As an older system left it: the reply is there, its time was never taken."""
    Span.objects.filter(clock__item=ticket.item_id, clock__kind="response").delete()
    missed = Clock.objects.filter(item=ticket.item_id, kind="response")
    if clock_too:
        missed.delete()
    else:
        missed.update(value_seconds=None, own_seconds=None, breached_at=None, borrowed=False)
    Ticket.objects.filter(pk=ticket.pk).update(first_reply_at=None)
    with_posting(ticket)
    ticket.refresh_from_db()
    return ticket


def with_posting(ticket: Ticket) -> None:
    with ledger.posting(ticket.item_id, at=START + minutes(500)) as item:
        item.touch()


def closed(cast: Cast, *, reply: datetime, end: datetime | None = None) -> Ticket:
    """Assigned one minute after START, answered at `reply`, closed a minute later."""
    ticket = make_ticket(cast, assignee=cast.assignee)
    conversation.reply(ticket.pk, actor=cast.assignee, at=reply, body="We replaced the drum.")
    return close(ticket.pk, actor=cast.assignee, at=end or reply + minutes(1))


@pytest.mark.parametrize("clock_too", [True, False])
def test_the_time_between_assignment_and_reply_is_filled_in(cast: Cast, clock_too: bool) -> None:
    ticket = forgotten(closed(cast, reply=START + minutes(26)), clock_too=clock_too)
    assert (seconds(ticket, "response"), KpiItem.objects.get().result["parts"][0]["points"]) == (None, None)
    assert backfill.fill_in(ticket.pk, at=AT) == ticket
    ticket.refresh_from_db()
    measured = clock(ticket, "response")
    assert measured is not None
    assert (measured.value_seconds, measured.stopped_at, measured.borrowed) == (25 * 60, START + minutes(26), False)
    assert (ticket.first_reply_at, measured.breached_at) == (START + minutes(26), None)
    assert KpiItem.objects.get().result["parts"][0]["points"] == 1_000_000
    assert (Cell.objects.get(counted=1).parts["response"], cells.drift()) == ([1_000_000, 1, 1], [])


def test_nights_do_not_count_and_a_late_reply_is_late(cast: Cast) -> None:
    ticket = make_ticket(cast, at=local(5, 16, 49))
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=local(5, 16, 50))
    conversation.reply(ticket.pk, actor=cast.assignee, at=local(6, 8, 30), body="Good morning.")
    close(ticket.pk, actor=cast.assignee, at=local(6, 9))
    before = list(Clock.objects.order_by("pk").values("kind", "value_seconds", "breached_at", "due_at"))
    forgotten(ticket)
    backfill.fill_in(ticket.pk, at=AT)
    assert seconds(ticket, "response") == 40 * 60
    after = Clock.objects.order_by("kind").values("kind", "value_seconds", "breached_at", "due_at")
    assert sorted(before, key=lambda row: str(row["kind"])) == list(after)


def test_the_assignment_that_was_valid_then_counts(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    assign(ticket.pk, to=cast.mate, actor=cast.admin, at=START + minutes(10))
    conversation.reply(ticket.pk, actor=cast.mate, at=START + minutes(15), body="Mine now.")
    assign(ticket.pk, to=cast.lead, actor=cast.admin, at=START + minutes(20))
    close(ticket.pk, actor=cast.lead, at=START + minutes(30))
    forgotten(ticket)
    backfill.fill_in(ticket.pk, at=AT)
    assert seconds(ticket, "response") == 5 * 60


def test_a_second_run_does_nothing(cast: Cast) -> None:
    ticket = forgotten(closed(cast, reply=START + minutes(26)))
    assert backfill.fill_in(ticket.pk, at=AT) is not None
    rows = [list(model.objects.order_by("pk").values()) for model in (Ticket, Clock, Span, KpiItem, Cell)]
    assert backfill.fill_in(ticket.pk, at=AT + minutes(1)) is None
    assert rows == [list(model.objects.order_by("pk").values()) for model in (Ticket, Clock, Span, KpiItem, Cell)]
    assert kinds(ticket).count("backfilled") == 1


def test_it_leaves_an_event_for_staff_and_disturbs_nobody(cast: Cast) -> None:
    ticket = forgotten(closed(cast, reply=START + minutes(26)))
    before = (ticket.last_activity_at, ticket.last_public_at, len(mails(ticket)))
    backfill.fill_in(ticket.pk, at=AT)
    ticket.refresh_from_db()
    event = ticket.events.get(kind="backfilled")
    assert (event.side, event.visibility, event.at) == ("system", "staff", AT)
    assert (ticket.last_activity_at, ticket.last_public_at, len(mails(ticket))) == before


def test_what_nobody_answered_stays_not_recorded(cast: Cast) -> None:
    silent = make_ticket(cast, assignee=cast.assignee)
    conversation.note(silent.pk, actor=cast.assignee, at=START + minutes(5), body="Called them.")
    close(silent.pk, actor=cast.assignee, at=START + minutes(9))
    Ticket.objects.filter(pk=silent.pk).update(close_kind=CloseKind.CLIENT)
    forgotten(silent)
    assert backfill.fill_in(silent.pk, at=AT) is None
    assert clock(silent, "response") is None


def test_what_is_said_after_the_end_answers_nothing_unless_it_was_reopened(cast: Cast) -> None:
    late = make_ticket(cast, assignee=cast.assignee)
    close(late.pk, actor=cast.assignee, at=START + minutes(9))
    conversation.reply(late.pk, actor=cast.assignee, at=START + minutes(20), body="Does it work?")
    forgotten(late)
    assert backfill.fill_in(late.pk, at=AT) is None
    reopen(late.pk, actor=cast.assignee, at=START + minutes(30))
    conversation.reply(late.pk, actor=cast.assignee, at=START + minutes(36), body="We come again.")
    close(late.pk, actor=cast.assignee, at=START + minutes(40))
    forgotten(late)
    backfill.fill_in(late.pk, at=AT)
    assert seconds(late, "response") == 35 * 60


def test_open_tickets_and_recorded_responses_are_left_alone(cast: Cast) -> None:
    make_ticket(cast, status=Status.CLOSED)
    forgotten(make_ticket(cast, status=Status.PROGRESS))
    assert list(backfill.without_response()) == []


def test_in_a_locked_month_it_is_an_adjustment(cast: Cast) -> None:
    ticket = forgotten(closed(cast, reply=START + minutes(40)))
    lock = MonthLock.objects.create(month=date(2026, 10, 1), locked_at=AT, locked_by=cast.admin)
    backfill.fill_in(ticket.pk, at=AT)
    adjustment = lock.adjustments.get()
    assert (adjustment.before["value"], adjustment.after["value"]) == (1_000_000, 500_000)


def test_the_command_lists_then_fills_in(cast: Cast) -> None:
    ticket = forgotten(closed(cast, reply=START + minutes(26)))
    make_ticket(cast, status=Status.CLOSED)
    listed, first, second = StringIO(), StringIO(), StringIO()
    call_command("backfill_first_response", "--dry-run", stdout=listed)
    times = "assigned 2026-10-05 06:01 UTC, replied 2026-10-05 06:26 UTC"
    assert listed.getvalue().splitlines() == [
        f"KPI-{ticket.pk} Kenya / Operations: Asha Assignee, {times}",
        "1 ticket would be filled in; nothing was changed.",
    ]
    assert seconds(ticket, "response") is None
    call_command("backfill_first_response", stdout=first)
    call_command("backfill_first_response", stdout=second)
    assert (first.getvalue(), second.getvalue()) == ("1 ticket filled in.\n", "0 tickets filled in.\n")
    assert seconds(ticket, "response") == 25 * 60
