from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from kpi import cells
from kpi.models import Cell, KpiItem
from tests.cast import START, Cast, local, make_ticket, minutes
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.end import close


def test_a_cell_is_the_integer_sums_of_its_items(cast: Cast) -> None:
    make_ticket(cast, status=Status.CLOSED)
    slow = make_ticket(cast, assignee=cast.assignee)
    close(slow.pk, actor=cast.assignee, at=START + minutes(200))
    make_ticket(cast, status=Status.CLOSED, at=local(20, 9))
    make_ticket(cast, status=Status.REJECTED)
    make_ticket(cast, status=Status.PROGRESS)
    cell = Cell.objects.get(owner=cast.assignee)
    assert (cell.counted, cell.passed, cell.scored, cell.total) == (2, 1, 2, 1_500_000)
    assert cell.parts == {"response": [1_000_000, 2, 1], "resolution": [2_000_000, 2, 2]}
    assert cell.not_counted == {"off_day": 1, "rejected": 1, "pending": 1}
    assert cell.month == date(2026, 10, 1)


def test_a_handed_over_item_leaves_one_cell_and_enters_the_other(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    assign(ticket.pk, to=cast.mate, actor=cast.admin, at=START + minutes(5))
    assert {cell.owner: cell.not_counted for cell in Cell.objects.all()} == {
        None: {},
        cast.assignee: {},
        cast.mate: {"pending": 1},
    }


def test_months_are_apart(cast: Cast) -> None:
    make_ticket(cast, status=Status.CLOSED)
    make_ticket(cast, status=Status.CLOSED, at=local(2, 9, month=11))
    assert sorted(Cell.objects.filter(counted=1).values_list("month", flat=True)) == [
        date(2026, 10, 1),
        date(2026, 11, 1),
    ]


def damage() -> None:
    Cell.objects.filter(counted=1).update(total=999)
    Cell.objects.filter(subject="none").delete()


def test_drift_is_found_named_and_mended(cast: Cast) -> None:
    make_ticket(cast, status=Status.CLOSED)
    make_ticket(cast)
    assert cells.drift() == []
    damage()
    wrong = dict(cells.drift())
    owned = cells.CellKey(cast.department.pk, cast.issue.pk, date(2026, 10, 1), cast.assignee.pk)
    assert wrong[owned] == {"total": (999, 1_000_000)}
    assert len(wrong) == 2
    with transaction.atomic():
        cells.rebuild(wrong)
    assert cells.drift() == []


def test_a_cell_whose_items_are_gone_is_drift_too(cast: Cast) -> None:
    ticket = make_ticket(cast)
    ticket.events.all().delete()
    ticket.delete()
    KpiItem.objects.all().delete()
    assert [wrong for _key, wrong in cells.drift()] == [{"not_counted": ({"pending": 1}, {})}]


def test_rebuild_scores_checks_and_mends(cast: Cast) -> None:
    make_ticket(cast, status=Status.CLOSED)
    make_ticket(cast)
    damage()
    out = StringIO()
    with pytest.raises(CommandError, match="2 cells differ"):
        call_command("rebuild_scores", "--check", stdout=out)
    assert "total: stored 999, rebuilt 1000000" in out.getvalue()
    for _ in range(2):
        call_command("rebuild_scores", stdout=StringIO())
        rows = list(Cell.objects.order_by("pk").values())
    call_command("rebuild_scores", "--check", stdout=StringIO())
    call_command("rebuild_scores", stdout=StringIO())
    assert list(Cell.objects.order_by("pk").values()) == rows
