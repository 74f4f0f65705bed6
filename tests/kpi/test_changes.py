"""Changes of the past: what the preview says is what applying does, item for item, and nothing happens before."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from kpi import calendars, changes, frames, plans, reports
from kpi.engine.score import display
from kpi.models import (
    Adjustment,
    Cell,
    Change,
    ChangedCell,
    Clock,
    DepartmentType,
    KpiItem,
    MonthLock,
    ReplacedDay,
    TypeVersion,
    WorkingHours,
)
from kpi.outlook import Shift
from kpi.plans import Write
from tests.cast import OFFICE_HOURS, SINCE, Cast, local, minutes
from tests.kpi.past import NOW, apply, faults, october, proposed, run, scores, told, worked

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)
EARLY = {str(day): [["07:00", "12:00"]] for day in range(5)}


def version(cast: Cast, **changed: Any) -> Write:
    """The issue's version with other columns or parameters."""
    row = TypeVersion.objects.get(type=cast.issue)
    for name, value in changed.items():
        setattr(row, name, value)
    return plans.saving(row)


def stricter(cast: Cast) -> Write:
    return version(cast, parameters={"response_target": 15, "resolution_target": 240})


def holiday(cast: Cast, day: date = date(2026, 10, 6), **columns: Any) -> Write:
    return plans.saving(ReplacedDay(country=cast.country, date=day, name="Election Day", **columns))


def early(cast: Cast) -> Write:
    return plans.saving(WorkingHours(country=cast.country, valid_from=date(2026, 10, 6), week=EARLY))


def new_version(cast: Cast) -> Write:
    return plans.saving(
        TypeVersion(
            type=cast.issue,
            valid_from=date(2026, 10, 7),
            group=cast.group,
            parameters={"response_target": 12, "resolution_target": 60},
        )
    )


def no_holiday(cast: Cast) -> Write:
    return plans.deleting(ReplacedDay.objects.get())


def own_hours(cast: Cast) -> Write:
    return plans.saving(WorkingHours(department=cast.department, valid_from=date(2026, 10, 5), week=EARLY))


KINDS = [stricter, new_version, holiday, no_holiday, early, own_hours]


@pytest.mark.both
@pytest.mark.parametrize("write", KINDS)
def test_preview_equals_what_applying_does_item_for_item(cast: Cast, write: Callable[[Cast], Write]) -> None:
    october(cast)
    before = scores()
    change = proposed(cast, write(cast))
    assert scores() == before
    said = told(change)
    applied = apply(change, cast)
    assert applied.state == Change.State.APPLIED
    assert scores() == before | said
    assert change.summary["moved"] > 0
    assert faults() == []


@pytest.mark.parametrize("write", KINDS)
def test_cells_are_what_the_preview_said(cast: Cast, write: Callable[[Cast], Write]) -> None:
    october(cast)
    change = proposed(cast, write(cast))
    said = {
        (cell.department_id, cell.type_id, cell.month, cell.subject): cell.after
        for cell in change.cells.exclude(after={})
    }
    apply(change, cast)
    assert said != {}
    for (department, type_, month, subject), columns in said.items():
        cell = Cell.objects.get(department=department, type=type_, month=month, subject=subject)
        assert {name: getattr(cell, name) for name in columns} == columns


@pytest.mark.both
def test_a_holiday_in_the_past_moves_exactly_what_worked_on_it(cast: Cast) -> None:
    october(cast)
    clocks = list(Clock.objects.filter(stopped_at__isnull=False).select_related("item"))
    write = holiday(cast)
    change = proposed(cast, write)
    old = calendars.for_department(cast.department)
    plans.carry_out([write])
    new = calendars.for_department(cast.department)
    spans = {clock.pk: clock.spans.get() for clock in clocks}
    other_time = {
        clock.item_id
        for clock in clocks
        if old.elapsed(spans[clock.pk].start, spans[clock.pk].stop)
        != new.elapsed(spans[clock.pk].start, spans[clock.pk].stop)
    }
    on_the_day = set(KpiItem.objects.filter(date=date(2026, 10, 6)).values_list("pk", flat=True))
    assert set(change.items.filter(moves=True).values_list("item", flat=True)) == other_time | on_the_day
    assert other_time != set()


def test_a_target_that_changes_no_verdict_moves_nothing(cast: Cast) -> None:
    worked(cast, local(5, 9), response=10, resolution=100)
    change = proposed(cast, stricter(cast))
    assert (change.summary["items"], change.summary["moved"]) == (1, 0)
    apply(change, cast)
    assert KpiItem.objects.get().result["parts"][0]["target"] == 15 * 60
    assert faults() == []


def test_nothing_that_was_not_touched_is_in_the_scope(cast: Cast) -> None:
    october(cast)
    change = proposed(cast, new_version(cast))
    assert set(change.items.values_list("item__type", flat=True)) == {cast.issue.pk}
    assert min(change.items.values_list("item__date", flat=True)) == date(2026, 10, 7)


def shown(change: Change) -> dict[tuple[str, str], tuple[str, str]]:
    """The means that the preview of a change moves, as displayed: {(level, name): (before, after)}."""
    found = [Shift.from_json(one) for one in change.summary["shifts"]]
    return {(one.level, one.name): (display(one.before or 0), display(one.after or 0)) for one in found}


def test_a_weight_moves_no_item_but_the_means_it_weighs_in(cast: Cast) -> None:
    worked(cast, local(5, 9), response=25, resolution=100)
    worked(cast, local(6, 9), response=90, resolution=60 * 26, type_=cast.request)
    change = proposed(cast, version(cast, weight=3))
    assert (change.summary["items"], change.summary["cells"]) == (0, 0)
    assert shown(change) == {
        ("country", "Kenya"): ("50.0", "75.0"),
        ("department", "Kenya / Operations"): ("50.0", "75.0"),
    }
    apply(change, cast)
    frame = frames.live([OCTOBER], as_of=NOW)[OCTOBER]
    assert [display(one.score or 0) for one in reports.countries(frame)] == ["75.0"]


@pytest.mark.parametrize("write", KINDS)
def test_means_are_what_the_preview_said(cast: Cast, write: Callable[[Cast], Write]) -> None:
    october(cast)
    change = proposed(cast, write(cast))
    apply(change, cast)
    frame = frames.live([OCTOBER], as_of=NOW)[OCTOBER]
    now = {("country", one.name): display(one.score or 0) for one in reports.countries(frame)}
    now |= {
        ("department", f"{one.country.name} / {one.name}"): display(one.score or 0)
        for one in reports.departments(frame)
    }
    said = {key: after for key, (_before, after) in shown(change).items() if key[0] != "type"}
    assert {key: now[key] for key in said} == said
    assert {key[0] for key in said} == {"country", "department"}


def test_a_type_taken_off_the_map_is_no_longer_listed(cast: Cast) -> None:
    october(cast)
    row = DepartmentType.objects.get(department=cast.department, type=cast.issue)
    change = proposed(cast, plans.deleting(row))
    assert change.summary["items"] == 0
    apply(change, cast)
    assert not DepartmentType.objects.filter(pk=row.pk).exists()


def test_a_locked_month_keeps_its_numbers_and_the_items_that_move_become_adjustments(cast: Cast) -> None:
    october(cast)
    lock = MonthLock.objects.create(month=OCTOBER, locked_at=NOW, locked_by=cast.admin)
    change = apply(proposed(cast, stricter(cast)), cast)
    assert change.summary["locked"] == ["2026-10"]
    rows = change.items.filter(item__state="done").values_list("item", "before_value", "after_value")
    noted = set(Adjustment.objects.filter(lock=lock, item__state="done").values_list("item", flat=True))
    assert noted == {pk for pk, before, after in rows if before != after}
    assert noted != set()
    assert set(Adjustment.objects.values_list("why", flat=True)) == {"A change: The contract says so."}


def test_only_from_a_date_leaves_older_dates_as_they_were(cast: Cast) -> None:
    october(cast)
    before = scores()
    change = proposed(cast, stricter(cast))
    changes.hold_from(change.pk, date(2026, 10, 12))
    change = run(change)
    said = told(change)
    assert min(change.items.values_list("item__date", flat=True)) >= date(2026, 10, 12)
    apply(change, cast)
    assert scores() == before | said
    assert list(
        TypeVersion.objects.filter(type=cast.issue).order_by("valid_from").values_list("valid_from", "parameters")
    ) == [
        (SINCE, {"response_target": 30, "resolution_target": 240}),
        (date(2026, 10, 12), {"response_target": 15, "resolution_target": 240}),
    ]
    assert faults() == []


def test_nothing_is_left_of_a_holiday_before_the_date(cast: Cast) -> None:
    october(cast)
    change = proposed(cast, holiday(cast))
    changes.hold_from(change.pk, date(2026, 10, 12))
    change = run(change)
    assert (change.plan, change.summary["items"]) == ([], 0)
    with pytest.raises(changes.NotNow):
        changes.decide(change.pk, reason="Why not", by=cast.admin, at=NOW)


@pytest.mark.both
def test_an_item_that_changed_since_the_preview_asks_again_by_name(cast: Cast) -> None:
    items = october(cast)
    change = proposed(cast, stricter(cast))
    late = worked(cast, local(29, 9), response=20)
    KpiItem.objects.filter(pk=items[0].pk).update(priority="high")
    asked = apply(change, cast)
    assert asked.state == Change.State.PREVIEWED
    assert asked.summary["changed"] == sorted([items[0].pk, late.pk])
    assert TypeVersion.objects.get(type=cast.issue).parameters["response_target"] == 30
    applied = apply(asked, cast, confirmed=asked.summary["confirm"])
    assert applied.state == Change.State.APPLIED
    late.refresh_from_db()
    assert (late.passed, late.result["parts"][0]["target"]) == (False, 15 * 60)
    assert faults() == []


def test_settings_that_changed_since_the_preview_make_a_new_one(cast: Cast) -> None:
    october(cast)
    change = proposed(cast, stricter(cast))
    plans.carry_out([holiday(cast)])
    changes.decide(change.pk, reason="Why not", by=cast.admin, at=NOW)
    again = run(change)
    assert again.state == Change.State.PREVIEWED
    assert TypeVersion.objects.get(type=cast.issue).parameters["response_target"] == 30


@pytest.mark.both
def test_killed_half_way_it_goes_on_and_ends_like_a_rebuild(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    october(cast)
    before = scores()
    change = proposed(cast, early(cast), stricter(cast))
    said = told(change)
    changes.decide(change.pk, reason="Hours were wrong.", by=cast.admin, at=NOW)
    assert changes.go_on(change.pk, at=NOW, most=1)  # the rows
    assert changes.go_on(change.pk, at=NOW, most=1)  # the first cell
    assert ChangedCell.objects.filter(change=change, applied=True).count() == 1
    killed(change)
    assert not changes.go_on(change.pk, at=NOW + minutes(1))
    applied = run(change, at=NOW + minutes(2))
    assert (applied.state, applied.done) == (Change.State.APPLIED, applied.total)
    assert scores() == before | said
    assert faults() == []


def killed(change: Change) -> None:
    """Somebody took it up and was never heard of again."""
    Change.objects.filter(pk=change.pk).update(worked_at=NOW)


@pytest.mark.parametrize("page", ["/performance/?month=2026-10", "/performance/2026-10/", "/tickets/"])
def test_pages_answer_and_say_so_while_it_is_applied(client: Client, cast: Cast, page: str) -> None:
    october(cast)
    change = proposed(cast, stricter(cast))
    changes.decide(change.pk, reason="Why not", by=cast.admin, at=NOW)
    assert [changes.go_on(change.pk, at=NOW, most=1) for _ in range(2)] == [True, True]
    client.force_login(cast.manager)
    answer = client.get(page)
    said = "Scores are being recalculated." in answer.content.decode()
    assert (answer.status_code, said) == (200, "performance" in page)
    run(change)
    assert "Scores are being recalculated." not in client.get(page).content.decode()


def test_an_item_entered_by_the_old_rows_while_the_new_ones_were_written_follows(cast: Cast) -> None:
    october(cast)
    change = proposed(cast, stricter(cast))
    changes.decide(change.pk, reason="Why not", by=cast.admin, at=NOW)
    assert changes.go_on(change.pk, at=NOW)
    late = worked(cast, local(29, 9), response=20, owner=cast.lead)
    KpiItem.objects.filter(pk=late.pk).update(passed=True, value=1_000_000)
    run(change)
    late.refresh_from_db()
    assert (late.passed, late.value) == (False, 500_000)
    assert faults() == []


def test_one_change_is_applied_at_a_time(cast: Cast) -> None:
    october(cast)
    first, second = proposed(cast, stricter(cast)), proposed(cast, holiday(cast))
    changes.decide(first.pk, reason="Why not", by=cast.admin, at=NOW)
    assert changes.running() == first
    with pytest.raises(changes.NotNow):
        changes.decide(second.pk, reason="Why not", by=cast.admin, at=NOW)
    run(first)
    assert changes.running() is None


def test_what_was_cancelled_stays_as_it_was(cast: Cast) -> None:
    october(cast)
    before = scores()
    change = proposed(cast, stricter(cast))
    changes.cancel(change.pk, by=cast.admin, at=NOW)
    assert not changes.go_on(change.pk, at=NOW)
    with pytest.raises(changes.NotNow):
        changes.decide(change.pk, reason="Why not", by=cast.admin, at=NOW)
    assert scores() == before
    assert TypeVersion.objects.get(type=cast.issue).parameters["response_target"] == 30


def test_a_deleted_version_gives_its_items_to_the_one_before(cast: Cast) -> None:
    october(cast)
    apply(proposed(cast, new_version(cast)), cast)
    later = TypeVersion.objects.get(type=cast.issue, valid_from=date(2026, 10, 7))
    change = apply(proposed(cast, plans.deleting(later)), cast)
    assert change.state == Change.State.APPLIED
    assert set(KpiItem.objects.filter(type=cast.issue).values_list("version__valid_from", flat=True)) == {SINCE}
    assert faults() == []


def test_an_open_clock_is_dated_anew_by_the_same_pass(cast: Cast) -> None:
    item = worked(cast, local(30, 16), response=12, done=False)
    assert Clock.objects.get(item=item, kind="resolution").due_at == local(2, 11, month=11)
    apply(proposed(cast, holiday(cast, date(2026, 11, 2))), cast)
    assert Clock.objects.get(item=item, kind="resolution").due_at == local(3, 11, month=11)


@pytest.mark.parametrize(
    ("write", "past"),
    [
        (lambda cast: holiday(cast, date(2026, 11, 10)), True),
        (lambda cast: holiday(cast, date(2026, 11, 11)), False),
        (lambda cast: stricter(cast), True),
        (lambda cast: version(cast, pk=None, valid_from=date(2026, 11, 11)), False),
        (lambda cast: version(cast, pk=None, valid_from=date(2026, 11, 10)), True),
        (lambda cast: own_hours(cast), True),
        (lambda cast: plans.saving(TypeVersion(type=cast.request, group=cast.group, valid_from=SINCE)), False),
        (
            lambda cast: plans.saving(
                DepartmentType(department=cast.department, type=cast.issue, valid_from=date(2026, 12, 1))
            ),
            False,
        ),
        (lambda cast: plans.deleting(DepartmentType.objects.get(department=cast.department, type=cast.issue)), True),
    ],
)
def test_what_reaches_back_to_today(cast: Cast, write: Callable[[Cast], Write], past: bool) -> None:
    worked(cast, local(5, 9))
    assert changes.is_past([write(cast)], at=NOW) is past


def test_hours_of_nobody_have_no_past(cast: Cast) -> None:
    assert not changes.is_past([early(cast)], at=NOW)
    assert WorkingHours.objects.get().week == OFFICE_HOURS
