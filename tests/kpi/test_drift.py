"""The nightly check finds what differs from a rebuild, mends it, and tells the admin."""

from datetime import date
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from kpi import cells, drift, tasks
from kpi.models import Cell, DriftCheck
from tests.cast import START, Cast, local, make_ticket, minutes
from tickets.states import Status

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def damaged(cast: Cast) -> Cast:
    """A closed ticket in October and one in November, with wrong numbers in both cells."""
    make_ticket(cast, status=Status.CLOSED)
    make_ticket(cast, status=Status.CLOSED, at=local(2, 9, month=11))
    Cell.objects.filter(counted=1).update(total=999)
    return cast


def test_the_check_finds_mends_and_keeps_what_it_found(damaged: Cast) -> None:
    result = drift.check(at=START)
    assert (result.compared, result.differing, result.mended) == (4, 2, True)
    assert result.found == [
        {"cell": f"Kenya / Operations, Issue, {month}, Asha Assignee", "columns": {"total": [999, 1_000_000]}}
        for month in ("2026-10", "2026-11")
    ]
    assert cells.drift() == []


def test_a_second_check_finds_nothing(damaged: Cast) -> None:
    drift.check(at=START)
    again = drift.check(at=START + minutes(1))
    assert (again.compared, again.differing, again.found, again.mended) == (4, 0, [], False)


def test_a_cell_that_is_missing_is_made_again(damaged: Cast) -> None:
    Cell.objects.filter(month=OCTOBER, counted=1).delete()
    outcome = drift.compare([OCTOBER], mend=True)
    assert (len(outcome.differing), cells.drift(OCTOBER)) == (1, [])
    assert Cell.objects.get(month=OCTOBER, counted=1).total == 1_000_000


def test_looking_alone_changes_nothing(damaged: Cast) -> None:
    before = list(Cell.objects.order_by("pk").values())
    outcome = drift.compare(cells.kept_months(), mend=False)
    assert (len(outcome.differing), list(Cell.objects.order_by("pk").values())) == (2, before)


def test_what_only_seemed_to_differ_is_no_drift(damaged: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read without a lock, a cell can be older than its items; under its lock it is not."""
    suspects = cells.drift(OCTOBER)
    drift.check(at=START)
    monkeypatch.setattr(cells, "drift", lambda month: suspects if month == OCTOBER else [])
    assert drift.check(at=START + minutes(1)).differing == 0


def test_the_night_run_keeps_its_result(damaged: Cast) -> None:
    before = timezone.now()
    assert tasks.check_drift() == 2
    assert DriftCheck.objects.get().started_at >= before
    assert cells.drift() == []


def test_it_is_on_the_nightly_schedule() -> None:
    entry = next(one for one in settings.CELERY_BEAT_SCHEDULE.values() if one["task"] == tasks.check_drift.name)
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({1}, {30})


def test_old_results_go(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "KEPT", 2)
    for number in range(4):
        drift.check(at=START + minutes(number))
    kept = list(DriftCheck.objects.values_list("started_at", flat=True))
    assert kept == [START + minutes(3), START + minutes(2)]


def test_one_month_alone(damaged: Cast) -> None:
    out = StringIO()
    call_command("rebuild_scores", "--month", "2026-10", stdout=out)
    assert out.getvalue().splitlines() == [
        "Kenya / Operations, Issue, 2026-10, Asha Assignee",
        "  total: stored 999, rebuilt 1000000",
        "2 cells compared, 1 mended.",
    ]
    assert [key.month for key, _wrong in cells.drift()] == [NOVEMBER]
    again = StringIO()
    call_command("rebuild_scores", "--month", "2026-10", stdout=again)
    assert again.getvalue() == "No drift: 2 cells compared, every one equals a rebuild.\n"


def test_a_month_is_written_as_year_and_month(cast: Cast) -> None:
    with pytest.raises(CommandError, match="'October' is no month; write it as 2026-10"):
        call_command("rebuild_scores", "--month", "October")


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def test_the_admin_reads_what_differed(house: Client, damaged: Cast) -> None:
    check = drift.check(at=START)
    page = house.get(f"/admin/kpi/driftcheck/{check.pk}/change/").content.decode()
    told = "Kenya / Operations, Issue, 2026-10, Asha Assignee: total was 999, a rebuild gives 1000000"
    assert (told in page, 'name="_save"' in page) == (True, False)


def test_the_index_says_so_until_a_check_finds_nothing(house: Client, damaged: Cast) -> None:
    line = ("2", "scores differed from their rebuild")
    assert line not in _waiting(house)
    drift.check(at=START)
    assert line in _waiting(house)
    drift.check(at=START + minutes(1))
    assert line not in _waiting(house)


def _waiting(house: Client) -> list[tuple[str, str]]:
    return [(one.count, one.words) for one in house.get("/admin/").context["waiting"]]
