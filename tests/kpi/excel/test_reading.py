"""Rows become facts for the ledger; whatever is wrong is told by row and column, all of it at once."""

# ruff: noqa: DTZ001 - a cell of Excel has no time zone

import io
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from kpi import ledger, locks
from kpi.basis import Loaded
from kpi.excel import files
from kpi.excel.known import Known
from kpi.excel.reading import Reading, read
from kpi.models import DepartmentType, KpiItem
from tests.cast import MASHUJAA_DAY, Cast, local
from tests.kpi.excel.workbooks import ACCURACY, HEAD, MONDAY, row, typed_type, unit, workbook

NOW = local(25, 12, month=11)


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Operations uses accuracy besides the types of the cast."""
    typed_type(cast, "accuracy", name="Accuracy")
    return cast


def reading(content: bytes) -> Reading:
    return read(files.rows(content), Known(at=NOW))


def faults(*rows: list[Any], head: Any = ACCURACY) -> list[tuple[int, str, str]]:
    """(row, column letter, sentence) of every error."""
    return [(fault.row, fault.letter, fault.message) for fault in reading(workbook(head, rows)).faults]


def test_a_good_row_becomes_finished_imported_work(cast: Cast) -> None:
    (facts,) = reading(workbook(ACCURACY, [row(cast)])).facts
    assert (facts.external_id, facts.source, facts.state) == ("A-1", "imported", "done")
    assert (facts.owner, facts.reporter, facts.department) == (cast.assignee, None, cast.department)
    assert (facts.type.code, facts.date, facts.count_off_day) == ("accuracy", MONDAY, False)
    assert facts.metrics == {"response_accuracy": 97.5, "data_accuracy": 99}


def test_text_reads_like_real_values(cast: Cast) -> None:
    typed = row(
        cast, date="2026-10-05", tick="Yes", response="97,5", data="99", owner=f" {cast.assignee.email.upper()} "
    )
    real = row(cast, date=datetime(2026, 10, 5), tick=True)
    by_text, by_value = (reading(workbook(ACCURACY, [cells])).facts for cells in (typed, real))
    assert by_text == by_value


def test_a_file_of_excels_own_making_is_read(cast: Cast) -> None:
    """With shared strings, and numbers for dates."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ACCURACY)
    sheet.write_row(1, 0, row(cast, date=""))
    sheet.write_datetime(1, 4, datetime(2026, 10, 5), book.add_format({"num_format": "d mmm yyyy"}))
    book.close()
    (facts,) = reading(target.getvalue()).facts
    assert (facts.date, facts.metrics) == (MONDAY, {"response_accuracy": 97.5, "data_accuracy": 99})


def test_every_rule_is_read_by_its_own_fields(cast: Cast) -> None:
    for rule in ("submit", "acr", "project", "ic-completion", "ic-closure", "ic-findings", "uptime"):
        typed_type(cast, rule)
    router = unit(cast)
    head = (
        *HEAD, "Response time (min)", "submit_time", "FRT", "Count", "Completion", "Found at", "Closed at",
        "Number of findings", "Unit", "Down from", "Downtime in minutes",
    )  # fmt: skip
    start = [cast.assignee.email, cast.department.code]
    at = datetime(2026, 10, 5, 9, 30)
    rows = [
        ["1", *start, "issue", MONDAY, None, timedelta(minutes=30)],
        ["2", *start, "submit", MONDAY, None, None, time(16, 30)],
        ["3", *start, "acr", MONDAY, None, None, None, 4],
        ["4", *start, "project", MONDAY, None, None, None, None, 3],
        ["5", *start, "ic-completion", MONDAY, None, None, None, None, None, 80],
        ["6", *start, "ic-closure", MONDAY, None, None, None, None, None, None, at, "2026-10-05 16:30"],
        ["7", *start, "ic-findings", MONDAY, *[None] * 8, 0],
        ["8", *start, "uptime", MONDAY, *[None] * 9, "router-1", at, 12],
    ]
    found = reading(workbook(head, rows))
    assert found.faults == []
    assert {facts.type.rule: facts.metrics for facts in found.facts} == {
        "rr": {"response_seconds": 1800},
        "submit": {"submit_time": "16:30"},
        "acr": {"frt": 4},
        "project": {"count": 3},
        "ic-completion": {"completion": 80},
        "ic-closure": {"found_at": "2026-10-05T09:30", "closed_at": "2026-10-05T16:30"},
        "ic-findings": {"findings": 0},
        "uptime": {"unit": router.pk, "down_from": "2026-10-05T09:30", "downtime_minutes": 12},
    }
    uptime = found.facts[-1]
    assert (uptime.owner, uptime.reporter, uptime.count_off_day) == (None, cast.assignee, True)


@pytest.mark.parametrize(
    ("changes", "letter", "sentence"),
    [
        ({"id": None}, "A", "Enter the id that the work has where it comes from"),
        ({"id": "x" * 81}, "A", "Enter at most 80 characters"),
        ({"owner": None}, "B", "Fill in this cell"),
        ({"owner": "nobody@example.org"}, "B", "No agent has this address"),
        ({"owner": "sam.submitter@example.org"}, "B", "No agent has this address"),
        ({"department": "nowhere"}, "C", "There is no department with this code"),
        ({"type": "nothing"}, "D", "There is no KPI type with this code"),
        ({"department": "ke-finance"}, "D", "Finance does not use this type on that date"),
        ({"date": None}, "E", "Fill in this cell"),
        ({"date": "5.10.2026"}, "E", "Enter Date as a real date, such as 2026-11-19"),
        ({"date": "2026-02-30"}, "E", "Enter Date as a real date, such as 2026-11-19"),
        ({"date": 46300}, "E", "Enter Date as a real date, such as 2026-11-19"),
        ({"date": date(1999, 12, 31)}, "E", "Enter a date from 2000 to 2100"),
        ({"date": date(2026, 11, 26)}, "E", "This date is in the future"),
        ({"date": date(2025, 12, 31)}, "D", "Operations does not use this type on that date"),
        ({"tick": "perhaps"}, "F", "Answer Count as weekend/holiday work with yes or no"),
        ({"response": 100.5}, "G", "Enter the response accuracy as a percentage from 0 to 100"),
        ({"response": "nan"}, "G", "Enter the response accuracy as a percentage from 0 to 100"),
        ({"response": "１００"}, "G", "Enter the response accuracy as a percentage from 0 to 100"),
        ({"response": 97.123}, "G", "Give at most two decimals for Response accuracy"),
        ({"response": None, "data": None}, "G", "Enter the response accuracy, the data accuracy or both"),
        ({"type": "issue", "data": None}, "G", "Leave this cell empty: Issue does not use it"),
    ],
)
def test_each_fault_is_told_in_its_cell(cast: Cast, changes: dict[str, Any], letter: str, sentence: str) -> None:
    assert (2, letter, sentence) in faults(row(cast, **changes))


def test_all_faults_of_all_rows_come_at_once(cast: Cast) -> None:
    bad = row(cast, "A-2", owner="nobody@example.org", date="soon", response=101, data="x")
    assert [(number, letter) for number, letter, _words in faults(row(cast), bad, row(cast, "A-3", tick="?"))] == [
        (3, "B"), (3, "E"), (3, "G"), (3, "H"), (4, "F"),
    ]  # fmt: skip


def test_a_formula_is_asked_for_its_value(cast: Cast) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(ACCURACY, [row(cast)])))
    book.active["G2"] = "=90+7.5"
    target = io.BytesIO()
    book.save(target)
    found = reading(target.getvalue()).faults
    assert [(fault.letter, fault.message) for fault in found] == [
        ("G", "This cell holds a formula. Paste its value instead.")
    ]


def test_text_that_looks_like_a_formula_is_text(cast: Cast) -> None:
    (facts,) = reading(workbook(ACCURACY, [row(cast, "=1+1|'cmd'!A0")])).facts
    assert facts.external_id == "=1+1|'cmd'!A0"


def test_the_same_work_twice_in_a_file_names_the_first_row(cast: Cast) -> None:
    assert faults(row(cast), row(cast, "A-2"), row(cast)) == [(4, "A", "Row 2 has the same id and type")]


def test_work_that_is_stored_is_known_and_no_longer_looked_at(cast: Cast) -> None:
    (facts,) = reading(workbook(ACCURACY, [row(cast)])).facts
    ledger.enter([facts], at=NOW, basis=Loaded.stored())
    again = reading(workbook(ACCURACY, [row(cast, owner="left@example.org"), row(cast, "A-2")]))
    assert (again.known, [facts.external_id for facts in again.facts], again.faults) == (1, ["A-2"], [])
    other = reading(workbook(ACCURACY, [row(cast, type="issue", response=None, data=None)]))
    assert [fault.letter for fault in other.faults] == [""]


def test_a_locked_month_refuses_its_rows(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "is_locked", lambda month: month == date(2026, 9, 1))
    late = row(cast, "A-2", date=date(2026, 9, 30))
    assert faults(row(cast), late) == [(3, "E", "This month is locked. Unlock it first, or leave its rows out.")]


def test_a_unit_belongs_to_the_department_and_is_active(cast: Cast) -> None:
    typed_type(cast, "uptime")
    DepartmentType.objects.create(
        department=cast.other_department, type_id=DepartmentType.objects.latest("pk").type_id, valid_from="2026-01-01"
    )
    router = unit(cast)
    router.active_from = date(2026, 10, 5)
    router.save()
    head = (*HEAD, "Unit", "Downtime in minutes")

    def one(department: str, day: date, code: str) -> list[tuple[int, str, str]]:
        return faults(["1", cast.assignee.email, department, "uptime", day, None, code, 0], head=head)

    assert one("ke-operations", MONDAY, "router-1") == []
    assert one("ke-operations", MONDAY, "router-2") == [(2, "G", "There is no uptime unit with this code")]
    assert one("ke-finance", MONDAY, "router-1") == [(2, "G", "This unit belongs to another department")]
    assert one("ke-operations", date(2026, 10, 2), "router-1") == [(2, "G", "This unit is not active on that date")]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ((*ACCURACY, "Colour"), (1, "I", "No type has a column of this name")),
        ((*ACCURACY, "date"), (1, "I", "There is another column of this name")),
        ((*ACCURACY[1:], None), (1, "", "This column is missing")),
        ((*ACCURACY, None), (2, "I", "This cell stands in a column without a heading")),
    ],
)
def test_headings(cast: Cast, head: Any, expected: tuple[int, str, str]) -> None:
    assert expected in faults([*row(cast), "more"], head=head)


def test_a_missing_column_of_a_needed_metric_is_named(cast: Cast) -> None:
    typed_type(cast, "ic-completion")
    (fault,) = reading(workbook(HEAD, [row(cast, type="ic-completion")[:6]])).faults
    assert (fault.row, fault.letter, fault.heading) == (2, "", "Completion (%)")


def test_a_sheet_without_rows_says_so(cast: Cast) -> None:
    assert faults() == [(2, "", "There is no row below the headings")]
    assert [words for _row, _letter, words in faults(head=[])] == ["This column is missing"] * 5


def test_an_unticked_day_off_is_stored_and_not_counted(cast: Cast) -> None:
    facts = reading(
        workbook(ACCURACY, [row(cast, date=MASHUJAA_DAY), row(cast, "A-2", date=MASHUJAA_DAY, tick=1)])
    ).facts
    items = ledger.judged(facts, Loaded.stored(), at=NOW)
    assert [item.not_counted for item in items] == ["off_day", ""]
    assert KpiItem.objects.count() == 0
