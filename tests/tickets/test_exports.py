"""The report as a file: the page's numbers to the displayed digit, real values, its rights, no formula from data."""

import csv as csv_module
import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kpi import ledger
from kpi.engine.score import display
from kpi.ledger import Facts
from kpi.locking import lock
from kpi.models import KpiItem, KpiType, WorkState
from tests.cast import MASHUJAA_DAY, START, Cast, local, make_ticket, minutes
from tests.gates.addresses import come_as
from tests.gates.poison import POISONS, Bottle
from tests.kpi.excel.workbooks import MONDAY, typed_type
from tickets.models import Ticket
from tickets.states import Status

MONTH = "2026-10"
REPORT = f"/performance/{MONTH}/"
NOW = local(25, 12, month=11)


def imported(cast: Cast, number: int = 1, **fields: Any) -> list[KpiItem]:
    type_ = fields.pop("type", None) or typed_type(cast, "accuracy", name="Accuracy")
    facts = {
        "type": type_, "department": cast.department, "date": MONDAY, "owner": cast.assignee, "state": WorkState.DONE,
        "metrics": {"response_accuracy": 47.5, "data_accuracy": 99}, "source": "imported",
    }  # fmt: skip
    return ledger.enter([Facts(**{**facts, "external_id": f"A-{n}", **fields}) for n in range(number)], at=NOW)


@pytest.fixture
def month(cast: Cast) -> Cast:
    """October: a ticket met, one half missed, one on a holiday, one still open, and imported accuracy."""
    make_ticket(cast, status=Status.CLOSED, subject="Blank pages")
    make_ticket(cast, status=Status.PROGRESS, at=START + minutes(30), subject="Still open")
    off = make_ticket(cast, status=Status.CLOSED, at=START + minutes(90), subject="On a holiday")
    with ledger.posting(off.item_id, at=NOW) as item:
        facts = {"type": off.type, "department": off.department, "date": MASHUJAA_DAY, "owner": cast.assignee}
        item.follow(Facts(**facts, state=WorkState.DONE))  # type: ignore[arg-type]
    make_ticket(cast, status=Status.CLOSED, at=START, department=cast.other_department, assignee=cast.other_agent)
    imported(cast)
    return cast


def book(client: Client, query: str = "") -> Any:
    answer = client.get(f"{REPORT}export.xlsx{query}")
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


def rows(sheet: Any) -> list[dict[str, Any]]:
    head = [cell.value for cell in sheet[1]]
    return [dict(zip(head, values, strict=True)) for values in sheet.iter_rows(min_row=2, values_only=True)]


def lines(client: Client, query: str) -> list[dict[str, str]]:
    answer = client.get(f"{REPORT}export.csv{query}")
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv_module.DictReader(io.StringIO(text)))


def shown(score: Any) -> str | None:
    return None if score is None else display(score)


def in_digits(value: Any) -> str | None:
    return None if value is None else f"{value:.1f}"


def test_numbers_agree_with_the_page_to_the_displayed_digit(month: Cast) -> None:
    client = come_as(month, "manager")
    context = client.get(REPORT).context
    expected = []
    for country, places, _whole in context["countries"]:
        expected.append((country.name, None, None, None, None, shown(country.score), country.counted))
        for place in places:
            for person, level in [(None, place), *[(one.name, one) for one in place.owners]]:
                where = (country.name, place.name, person)
                expected.append((*where, None, None, shown(level.score), level.counted))
                for group in level.groups:
                    expected.append((*where, group.name, None, shown(group.score), group.counted))
                    for row in group.types:
                        expected.append((*where, group.name, row.name, shown(row.score), row.counted))
    found = [
        (*[row[name] for name in ("Country", "Department", "Person", "Group", "KPI type")], in_digits(row["Score"]),
         row["Counted"])
        for row in rows(book(client)["Report"])
    ]  # fmt: skip
    assert found == expected
    assert ("Kenya", "Operations", None, "Issue", "Accuracy", "75.0", 1) in found
    page = client.get(REPORT).content.decode()
    assert all(score in page for *_rest, score, _counted in found if score)


def test_cells_are_real_numbers_and_dates_below_a_frozen_head(month: Cast) -> None:
    found = book(come_as(month, "manager"))
    assert found.sheetnames == ["Report", "Types", "Items", "About"]
    assert {sheet.freeze_panes for sheet in found.worksheets} == {"A2"}
    items = rows(found["Items"])
    assert {type(item["Date"]) for item in items} == {datetime}
    assert {type(item["Score"]) for item in items if item["Score"] is not None} <= {int, float}
    (accuracy,) = [row for row in rows(found["Types"]) if row["KPI type"] == "Accuracy"]
    assert (accuracy["Score"], accuracy["Response accuracy"], accuracy["Data accuracy"]) == (75, 50, 100)
    assert (accuracy["Pass mark"], accuracy["Passed"], accuracy["Of"], accuracy["Result"]) == (95, 0, 1, "Not passed")


def test_items_stand_counted_or_with_the_reason(month: Cast) -> None:
    items = rows(book(come_as(month, "manager"))["Items"])
    by_subject = {item["Subject"]: item for item in items}
    assert len(items) == KpiItem.objects.count() == 5
    open_, off = by_subject["Still open"], by_subject["On a holiday"]
    assert (open_["Counted"], open_["Why not"], open_["Score"]) == ("no", "Still open", None)
    assert (off["Counted"], off["Why not"]) == ("no", "Dated on a day off, without the tick")
    met = by_subject["Blank pages"]
    number = Ticket.objects.get(subject="Blank pages").pk
    assert (met["Number"], met["Counted"], met["Score"], met["Passed"]) == (f"KPI-{number}", "yes", 100, "yes")
    (from_file,) = [item for item in items if item["Source"] == "Imported"]
    assert (from_file["Number"], from_file["Subject"], from_file["Score"]) == ("A-0", None, 75)
    assert from_file["Why"].startswith("Response accuracy")


def test_a_csv_says_the_same_as_its_sheet(month: Cast) -> None:
    client = come_as(month, "manager")
    found = book(client)
    for code, sheet in (("report", "Report"), ("types", "Types"), ("items", "Items")):
        expected = [{name: _as_text(value) for name, value in row.items()} for row in rows(found[sheet])]
        written = [
            {name: value.removesuffix(".0") for name, value in row.items()} for row in lines(client, f"?table={code}")
        ]
        assert written == expected
    assert lines(client, "") == lines(client, "?table=items")
    assert client.get(f"{REPORT}export.csv?table=evil").status_code == 404


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value).removesuffix(".0")


def test_filters_and_rights_are_those_of_the_page(month: Cast) -> None:
    def subjects(person: str, query: str = "") -> set[tuple[str, str]]:
        items = rows(book(come_as(month, person), query)["Items"])
        return {(item["Department"], item["Person"]) for item in items}

    operations, finance = ("Operations", "Asha Assignee"), ("Finance", "Olga Other")
    assert subjects("manager") == subjects("admin") == {operations, finance}
    assert subjects("manager", "?department=ke-finance") == subjects("other_agent") == {finance}
    assert subjects("manager", f"?owner={month.assignee.pk}") == subjects("lead") == {operations}
    assert subjects("mate") == set()
    for name in ("submitter", "stranger"):
        assert come_as(month, name).get(f"{REPORT}export.xlsx").status_code == 404
    assert come_as(month, "lead").get(f"{REPORT}export.xlsx?department=ke-finance").status_code == 404
    assert come_as(month, "mate").get(f"{REPORT}export.csv?owner={month.assignee.pk}").status_code == 404


def test_a_locked_month_is_exported_as_it_was_locked(month: Cast) -> None:
    client = come_as(month, "manager")
    before = rows(book(client)["Report"])
    lock(date(2026, 10, 1), actor=month.admin, at=NOW)
    ticket = Ticket.objects.get(subject="Blank pages")
    with ledger.posting(ticket.item_id, at=NOW) as item:
        facts = {"type": ticket.type, "department": ticket.department, "date": MASHUJAA_DAY, "owner": month.assignee}
        item.follow(Facts(**facts, state=WorkState.DONE))  # type: ignore[arg-type]
    (late,) = imported(month, type=KpiType.objects.get(code="accuracy"), external_id="late")
    found = book(client)
    assert rows(found["Report"]) == before
    items = {item["Subject"] or item["Number"]: item for item in rows(found["Items"])}
    moved, new = items["Blank pages"], items["late"]
    assert (moved["Counted"], moved["Score"], moved["Why"]) == ("yes", 100, "As locked; see Adjustments")
    assert (new["Counted"], new["Why not"], new["Score"]) == ("no", "Not in the locked month", None)
    adjusted = {row["Item"]: row for row in rows(found["Adjustments"])}
    assert set(adjusted) == {ticket.item_id, late.pk}
    row = adjusted[ticket.item_id]
    assert (row["Score as locked"], row["Not counted now"]) == (100, "Dated on a day off, without the tick")
    assert ("State", "Locked") in book(client)["About"].iter_rows(values_only=True)


@pytest.mark.parametrize("kind", POISONS)
def test_hostile_words_stay_text_and_no_cell_is_a_formula(cast: Cast, kind: str) -> None:
    bottle = Bottle(kind)
    cast.assignee.name = bottle.of("agent")
    cast.assignee.save()
    cast.issue.name = bottle.of("type")
    cast.issue.save()
    make_ticket(cast, status=Status.CLOSED, subject=bottle.much_of("subject")[:120])
    imported(cast, external_id=bottle.of("id")[:80])
    client = come_as(cast, "admin")
    found = book(client)
    cells = [cell for sheet in found.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert any(Bottle.mark("subject") in str(cell.value) for cell in cells)
    for table in ("report", "types", "items"):
        for line in lines(client, f"?table={table}"):
            assert not [value for value in line.values() if value.lstrip().startswith(("=", "+", "-", "@"))]


def test_the_number_of_queries_does_not_grow_with_the_items(cast: Cast) -> None:
    type_ = typed_type(cast, "accuracy", name="Accuracy")
    client = come_as(cast, "manager")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            book(client)
        return len(queries)

    imported(cast, 3, type=type_)
    few = cost()
    ledger.enter(
        [
            Facts(
                type=type_, department=cast.department, date=MONDAY, owner=cast.assignee, state=WorkState.DONE,
                metrics={"data_accuracy": 90}, source="imported", external_id=f"B-{n}",
            )
            for n in range(300)
        ],
        at=NOW,
    )  # fmt: skip
    assert cost() == few
