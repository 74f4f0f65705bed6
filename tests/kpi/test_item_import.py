"""A workbook is checked, then stored whole or not at all; a dead worker, a repeat and a race change nothing."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kpi import cells, item_import, ledger
from kpi.item_import import LEASE, MOST_TRIES
from kpi.models import Cell, ImportProblem, ItemImport, KpiItem
from tests.cast import MASHUJAA_DAY, Cast, local
from tests.kpi.excel.workbooks import ACCURACY, HEAD, MONDAY, row, typed_type, workbook

NOW = local(25, 12, month=11)
ROWS = 10_000


@pytest.fixture
def cast(cast: Cast) -> Cast:
    typed_type(cast, "accuracy", name="Accuracy")
    return cast


def now() -> datetime:
    return NOW


def received(cast: Cast, *rows: list[Any], head: Any = ACCURACY) -> ItemImport:
    return item_import.receive(workbook(head, rows), name="october.xlsx", by=cast.admin, at=NOW)


def worked(file: ItemImport) -> ItemImport:
    item_import.work_on(file.pk, clock=now)
    file.refresh_from_db()
    return file


def stored(file: ItemImport) -> ItemImport:
    worked(file)
    assert item_import.confirm(file.pk)
    return worked(file)


def test_a_good_file_is_checked_then_stored(cast: Cast) -> None:
    file = worked(received(cast, row(cast), row(cast, "A-2", date=MASHUJAA_DAY)))
    assert (file.state, file.rows, file.new, file.known) == ("checked", 2, 2, 0)
    assert file.not_counted == {"off_day": 1}
    assert KpiItem.objects.count() == 0
    assert item_import.confirm(file.pk)
    worked(file)
    assert (file.state, file.content) == ("stored", None)
    item = KpiItem.objects.get(external_id="A-1")
    assert (item.file, item.source, item.owner, item.value) == (file, "imported", cast.assignee, 1_000_000)
    cell = Cell.objects.get()
    assert (cell.counted, cell.total, cell.not_counted) == (1, 1_000_000, {"off_day": 1})
    assert cells.drift() == []


def test_one_bad_row_stores_nothing_and_every_error_is_kept(cast: Cast) -> None:
    file = worked(received(cast, row(cast), row(cast, "A-2", owner="x@example.org", date="soon")))
    assert (file.state, file.problems, file.content) == ("refused", 2, None)
    found = ImportProblem.objects.values_list("row", "column", "heading", "message")
    assert list(found) == [
        (3, "B", "Owner email", "No agent has this address"),
        (3, "E", "Date", "Enter Date as a real date, such as 2026-11-19"),
    ]
    assert not item_import.confirm(file.pk)
    assert KpiItem.objects.count() == 0


def test_a_repeat_is_a_no_op_that_says_so(cast: Cast) -> None:
    first = stored(received(cast, row(cast)))
    content = workbook(ACCURACY, [row(cast)])
    assert item_import.stored_before(first.digest) == first
    assert item_import.stored_before(item_import.digest_of(b"another")) is None
    again = worked(item_import.receive(content, name="again.xlsx", by=cast.admin, at=NOW))
    assert (again.state, again.known, again.new) == ("checked", 1, 0)
    more = stored(received(cast, row(cast, response=12), row(cast, "A-2")))
    assert (more.known, more.new) == (1, 1)
    assert KpiItem.objects.get(external_id="A-1").metrics["response_accuracy"] == 97.5
    assert cells.drift() == []


def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(cast: Cast) -> None:
    file = received(cast, row(cast))
    ItemImport.objects.filter(pk=file.pk).update(content=b"PK broken meanwhile")
    assert (worked(file).state, file.why) == ("refused", "Choose an Excel workbook (.xlsx)")


def test_what_changed_between_check_and_storing_refuses_the_file(cast: Cast) -> None:
    file = worked(received(cast, row(cast)))
    cast.department.type_map.all().delete()
    assert item_import.confirm(file.pk)
    assert (worked(file).state, file.problems) == ("refused", 1)
    assert KpiItem.objects.count() == 0


def test_a_discarded_file_stores_nothing(cast: Cast) -> None:
    file = worked(received(cast, row(cast)))
    assert item_import.discard(file.pk, at=NOW)
    assert not item_import.confirm(file.pk)
    assert not item_import.discard(file.pk, at=NOW)
    assert (worked(file).state, file.content) == ("discarded", None)


def test_a_worker_that_died_at_the_check_loses_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    file = received(cast, row(cast))
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "judged", _die)
        with pytest.raises(KeyboardInterrupt):
            item_import.work_on(file.pk, clock=now)
    assert item_import.to_do(at=NOW) == []  # somebody may still be at it
    later = NOW + LEASE + timedelta(seconds=1)
    assert item_import.to_do(at=later) == [file.pk]
    item_import.work_on(file.pk, clock=lambda: later)
    file.refresh_from_db()
    assert file.state == "checked"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_died_while_storing_left_nothing_half(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    file = worked(received(cast, row(cast), row(cast, "A-2")))
    item_import.confirm(file.pk)
    with monkeypatch.context() as patch:
        patch.setattr(cells, "rebuild", _die)
        with pytest.raises(KeyboardInterrupt):
            item_import.work_on(file.pk, clock=now)
    assert KpiItem.objects.count() == 0
    later = NOW + LEASE + timedelta(seconds=1)
    for _ in range(2):  # the second finds nothing to do
        item_import.work_on(file.pk, clock=lambda: later)
    file.refresh_from_db()
    assert (file.state, KpiItem.objects.count(), cells.drift()) == ("stored", 2, [])


def _die(*args: object, **kwargs: object) -> None:
    raise KeyboardInterrupt


def test_a_file_that_always_fails_says_so_in_the_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(ledger, "judged", broken)
    file = received(cast, row(cast))
    for number in range(MOST_TRIES):
        with pytest.raises(RuntimeError):
            item_import.work_on(file.pk, clock=lambda n=number: NOW + n * 2 * LEASE)  # type: ignore[misc]
    file.refresh_from_db()
    assert (file.state, file.why[:20]) == ("failed", "Something went wrong")
    assert item_import.to_do(at=NOW + timedelta(days=1)) == []


def test_two_workers_at_one_file_store_it_once(cast: Cast) -> None:
    file = worked(received(cast, row(cast)))
    item_import.confirm(file.pk)
    seen: list[str] = []

    def meanwhile() -> datetime:
        """While this worker reads, the claim of another one runs at the same time."""
        if not seen:
            seen.append("once")
            ItemImport.objects.filter(pk=file.pk).update(claimed_until=None)
            item_import.work_on(file.pk, clock=now)
        return NOW

    item_import.work_on(file.pk, clock=_second_call(meanwhile))
    file.refresh_from_db()
    assert (file.state, file.new, KpiItem.objects.count()) == ("stored", 1, 1)


def _second_call(meanwhile: Any) -> Any:
    calls: Iterator[Any] = iter([now])
    return lambda: next(calls, meanwhile)()


def many(cast: Cast, number: int) -> list[list[Any]]:
    """Work of three agents in two departments and ten months, some of it on days off."""
    people = [cast.assignee.email, cast.mate.email, cast.lead.email]
    return [
        row(
            cast,
            f"INC-{n}",
            owner=people[n % 3],
            date=date(2026, 1, 1) + timedelta(days=n % 300),
            tick="yes" if n % 5 == 0 else None,
            response=80 + n % 21,
            data=None if n % 7 == 0 else 90.25,
        )
        for n in range(number)
    ]


def test_ten_thousand_rows_one_bad_then_all_good(cast: Cast) -> None:
    rows = many(cast, ROWS)
    spoilt = [*rows[:4999], [*rows[4999][:1], "gone@example.org", *rows[4999][2:]], *rows[5000:]]
    refused = worked(received(cast, *spoilt))
    assert (refused.state, refused.problems, refused.rows) == ("refused", 1, ROWS)
    assert list(ImportProblem.objects.values_list("row", "column")) == [(5001, "B")]
    assert KpiItem.objects.count() == 0
    good = stored(received(cast, *rows))
    assert (good.state, good.new, good.known) == ("stored", ROWS, 0)
    assert KpiItem.objects.count() == ROWS
    assert cells.drift() == []


def test_progress_is_told_while_rows_are_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(item_import, "TOLD_EVERY", 2)
    file, seen = received(cast, *many(cast, 5)), []

    def watched() -> datetime:
        seen.append(ItemImport.objects.values_list("done", "rows").get(pk=file.pk))
        return NOW

    item_import.work_on(file.pk, clock=watched)
    assert [step for step in dict.fromkeys(seen) if step != (0, 0)] == [(2, 5), (4, 5), (5, 5)]


def test_a_month_rule_adds_up_imported_work(cast: Cast) -> None:
    typed_type(cast, "project")
    head = (*HEAD, "Count")
    rows = [[str(n), cast.assignee.email, cast.department.code, "project", MONDAY, None, n] for n in (1, 2, 3)]
    stored(received(cast, *rows, head=head))
    cell = Cell.objects.get()
    assert (cell.counted, cell.amounts) == (3, {"sum": 6})
    assert cells.drift() == []
