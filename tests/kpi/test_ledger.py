"""The ledger without tickets: items, clocks and scores through its one door."""

from datetime import date, datetime

import pytest
from django.db import transaction

from kpi import items, ledger
from kpi.ledger import Facts
from kpi.models import Breach, Cell, Clock, ClockKind, KpiItem, Override, Span, WorkingHours, WorkState
from tests.cast import START, Cast, local, minutes

RESPONSE, RESOLUTION = ClockKind.RESPONSE, ClockKind.RESOLUTION


def facts(cast: Cast, **changes: object) -> Facts:
    known = {
        "type": cast.issue,
        "department": cast.department,
        "date": date(2026, 10, 5),
        "priority": "normal",
        "owner": cast.assignee,
    }
    return Facts(**{**known, **changes})  # type: ignore[arg-type]


def posted(cast: Cast, **changes: object) -> KpiItem:
    with transaction.atomic():
        item = ledger.post(facts(cast, **changes))
        with ledger.posting(item.pk, at=START) as change:
            change.start(RESOLUTION, cast.department)
            change.start(RESPONSE, cast.department)
    return item


def change(item: KpiItem, at: datetime, *steps: tuple[str, object]) -> KpiItem:
    with transaction.atomic(), ledger.posting(item.pk, at=at) as posting:
        for verb, *arguments in steps:
            getattr(posting, verb)(*arguments)
    return KpiItem.objects.get(pk=item.pk)


def value(item: KpiItem, kind: ClockKind) -> int | None:
    return Clock.objects.get(item=item, kind=kind).value_seconds


def test_a_piece_of_work_opens_pending_in_its_cell(cast: Cast) -> None:
    item = posted(cast)
    item.refresh_from_db()
    assert (item.month, item.country, item.not_counted, item.value) == (
        date(2026, 10, 1),
        cast.country,
        "pending",
        None,
    )
    cell = Cell.objects.get()
    assert (cell.subject, cell.counted, cell.not_counted) == (f"u{cast.assignee.pk}", 0, {"pending": 1})


def test_a_pause_is_not_counted_and_has_no_due(cast: Cast) -> None:
    item = posted(cast)
    change(item, START + minutes(10), ("pause", RESOLUTION))
    assert Clock.objects.get(item=item, kind=RESOLUTION).due_at is None
    change(item, START + minutes(70), ("start", RESOLUTION, cast.department))
    assert Clock.objects.get(item=item, kind=RESOLUTION).due_at == START + minutes(240 + 60)
    change(item, START + minutes(80), ("stop", RESOLUTION))
    assert value(item, RESOLUTION) == 20 * 60


def test_starting_what_runs_changes_nothing(cast: Cast) -> None:
    item = posted(cast)
    change(item, START + minutes(10), ("start", RESOLUTION, cast.department))
    assert Span.objects.filter(clock__item=item, clock__kind=RESOLUTION).count() == 1


def test_a_restart_begins_a_new_run_and_keeps_the_old_one(cast: Cast) -> None:
    item = posted(cast)
    change(item, START + minutes(10), ("restart", RESPONSE, cast.department))
    change(item, START + minutes(15), ("stop", RESPONSE))
    clock = Clock.objects.get(item=item, kind=RESPONSE)
    assert (clock.run, clock.value_seconds) == (2, 5 * 60)
    assert [(span.run, span.start, span.stop) for span in clock.spans.order_by("pk")] == [
        (1, START, START + minutes(10)),
        (2, START + minutes(10), START + minutes(15)),
    ]


def test_a_response_is_recorded_once(cast: Cast) -> None:
    item = posted(cast)
    change(item, START + minutes(5), ("stop", RESPONSE))
    change(item, START + minutes(9), ("stop", RESPONSE))
    change(item, START + minutes(11), ("restart", RESPONSE, cast.department), ("drop", RESPONSE))
    assert value(item, RESPONSE) == 5 * 60


def test_a_dropped_clock_leaves_its_part_without_data(cast: Cast) -> None:
    item = posted(cast)
    done = change(
        item,
        START + minutes(300),
        ("stop", RESOLUTION),
        ("drop", RESPONSE),
        ("follow", facts(cast, state=WorkState.DONE)),
    )
    assert (value(item, RESPONSE), value(item, RESOLUTION)) == (None, 300 * 60)
    assert (done.value, done.passed, done.not_counted) == (0, False, "")
    assert [part["points"] for part in done.result["parts"]] == [None, 0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"owner": None}, "no_owner"),
        ({"state": WorkState.REJECTED}, "rejected"),
        ({"state": WorkState.WITHDRAWN}, "withdrawn"),
        ({"state": WorkState.MERGED}, "merged"),
        ({"state": WorkState.OPEN}, "pending"),
        ({"date": date(2026, 10, 20)}, "off_day"),
        ({"date": date(2026, 10, 20), "count_off_day": True}, ""),
    ],
)
def test_why_an_item_is_not_counted(cast: Cast, changes: dict[str, object], reason: str) -> None:
    item = posted(cast)
    ended = ("stop", RESOLUTION), ("stop", RESPONSE)
    done = change(item, START + minutes(9), *ended, ("follow", facts(cast, **{"state": WorkState.DONE, **changes})))
    assert done.not_counted == reason
    cells = Cell.objects.exclude(not_counted={}, counted=0)
    assert [(cell.counted, cell.not_counted) for cell in cells] == [(int(not reason), {reason: 1} if reason else {})]


def test_a_breach_stays_after_a_late_stop(cast: Cast) -> None:
    item = posted(cast)
    late = change(item, START + minutes(31), ("touch",))
    assert late.breached
    assert Clock.objects.get(item=item, kind=RESPONSE).breached_at == START + minutes(30)
    assert change(item, START + minutes(40), ("stop", RESPONSE)).breached


def test_an_item_carries_the_hours_of_the_department_its_clock_ran_on(cast: Cast) -> None:
    item = posted(cast)
    stopped = change(item, local(6, 8, 10), ("stop", RESOLUTION))
    assert value(stopped, RESOLUTION) == (8 * 60 + 10) * 60


def test_a_manual_correction_wins_over_the_clock(cast: Cast) -> None:
    item = posted(cast)
    Override.objects.create(item=item, metric="response_seconds", value=60, by=cast.admin, at=START, why="Phone call.")
    ended = ("stop", RESOLUTION), ("stop", RESPONSE), ("follow", facts(cast, state=WorkState.DONE))
    done = change(item, START + minutes(100), *ended)
    assert (value(item, RESPONSE), done.value) == (6000, 1_000_000)
    Override.objects.all().delete()
    assert change(item, START + minutes(101), ("touch",)).value == 500_000


def test_removing_an_item_empties_its_cell(cast: Cast) -> None:
    item = posted(cast)
    with transaction.atomic():
        ledger.remove(item.pk, at=START + minutes(1))
    assert (KpiItem.objects.count(), Clock.objects.count()) == (0, 0)
    assert Cell.objects.get().not_counted == {}


def test_a_target_reached_exactly_at_closing_is_no_breach_over_night(cast: Cast) -> None:
    """Resolution within 4 hours from 13:00 is due at 17:00; at 20:00 nothing more has elapsed."""
    with transaction.atomic():
        item = ledger.post(facts(cast))
        with ledger.posting(item.pk, at=local(5, 13)) as posting:
            posting.start(RESOLUTION, cast.department)
    change(item, local(5, 20), ("touch",))
    clock = Clock.objects.get(item=item, kind=RESOLUTION)
    assert (clock.due_at, clock.breached_at) == (local(5, 17), None)
    change(item, local(6, 8, 1), ("touch",))
    clock.refresh_from_db()
    assert clock.breached_at == local(5, 17)


def test_a_clock_stopped_past_its_target_is_breached_though_no_sweep_ran_before(cast: Cast) -> None:
    item = posted(cast)
    change(item, START + minutes(241), ("stop", RESOLUTION))
    assert Clock.objects.get(item=item, kind=RESOLUTION).breached_at == START + minutes(240)


def test_the_tail_of_a_night_shift_is_no_day_off(cast: Cast) -> None:
    """Friday 22:00 to 06:00: work begun on Saturday at 02:00 belongs to Friday's shift; at noon it does not."""
    WorkingHours.objects.update(week={str(day): [["22:00", "06:00"]] for day in range(5)})
    reasons = []
    for begun in (local(10, 2), local(10, 12)):
        with transaction.atomic():
            item = ledger.post(facts(cast, date=date(2026, 10, 10), state=WorkState.DONE))
            with ledger.posting(item.pk, at=begun) as posting:
                posting.start(RESOLUTION, cast.department)
                posting.stop(RESOLUTION)
        reasons.append(KpiItem.objects.get(pk=item.pk).not_counted)
    assert reasons == ["", "off_day"]


def test_a_breach_stays_with_the_one_who_had_the_work(cast: Cast) -> None:
    item = posted(cast)
    with transaction.atomic(), ledger.posting(item.pk, at=START + minutes(45)) as posting:
        posting.restart(RESPONSE, cast.department)
        posting.follow(facts(cast, owner=cast.mate))
    breach = Breach.objects.get()
    assert (breach.owner, breach.kind, breach.at) == (cast.assignee, "response", START + minutes(30))
    assert items.breaches_before_reassignment(cast.assignee, date(2026, 10, 1)) == 1
    assert items.breaches_before_reassignment(cast.mate, date(2026, 10, 1)) == 0
    assert Clock.objects.get(item=item, kind=RESPONSE).breached_at is None
