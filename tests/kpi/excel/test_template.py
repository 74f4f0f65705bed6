"""The template reads back as an import, explains every column and lists the codes."""

import io
from typing import Any

import openpyxl

from accounts.models import Country, Department
from kpi.engine.rules import RULES
from kpi.excel import columns, files
from kpi.excel.known import Known
from kpi.excel.reading import read
from kpi.excel.template import template
from kpi.models import KpiType
from tests.cast import Cast
from tests.kpi.excel.test_reading import NOW
from tests.kpi.excel.workbooks import MONDAY, saved, typed_type, unit


def book_of(cast: Cast, *types: KpiType) -> Any:
    units = [unit(cast)] if any(type_.rule == "uptime" for type_ in types) else []
    return openpyxl.load_workbook(io.BytesIO(template(types, list(Department.objects.all()), units)))


def test_headings_of_all_rules_differ() -> None:
    headings = [column.heading for column in (*columns.FIXED, *columns.of_rules(RULES))]
    assert len({columns.spelled(heading) for heading in headings}) == len(headings)
    assert {column.name for column in columns.by_heading().values()} >= {
        metric.name for rule in RULES.values() for metric in rule.metrics if not metric.given
    }


def test_a_filled_template_is_taken(cast: Cast) -> None:
    book = book_of(cast, typed_type(cast, "accuracy"), cast.issue)
    items = book.worksheets[0]
    assert items.freeze_panes == "A2"
    own = ["Response time (min)", "Resolution time (min)", "Response accuracy (%)", "Data accuracy (%)"]
    assert [cell.value for cell in items[1]][6:] == own
    items.append(["1", cast.assignee.email, "ke-operations", "accuracy", MONDAY, None, None, None, 90, 91.5])
    items.append(["2", cast.assignee.email, "ke-operations", "issue", MONDAY, "no", 12, 30])
    found = read(files.rows(saved(book)), Known(at=NOW))
    assert found.faults == []
    assert [facts.metrics for facts in found.facts] == [
        {"response_accuracy": 90, "data_accuracy": 91.5},
        {"response_seconds": 720, "resolution_seconds": 1800},
    ]


def test_the_second_sheet_explains_the_columns(cast: Cast) -> None:
    book = book_of(cast, typed_type(cast, "uptime", name="Uptime"), cast.issue)
    told = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows(min_row=2)}
    assert told["Unit"].startswith("Needed by Uptime.")
    assert told["Response time (min)"].startswith("Used by Issue.")


def test_each_code_stands_under_the_column_that_it_is_for(cast: Cast) -> None:
    """Codes of departments beside those of types are no pairs, and what is a pair stands together."""
    uganda = Country.objects.create(code="UG", name="Uganda", zone="Africa/Kampala")
    Department.objects.create(country=uganda, code="ug-ops", name="Operations")
    book = book_of(cast, typed_type(cast, "uptime", name="Uptime"), cast.issue)
    sheet = book["Codes"]
    assert sheet.freeze_panes == "A3"
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        [*["For the column “Department code”", None, None], None, *["For the column “Type code”", None], None,
         *["For the column “Unit”", None, None]],
        [*["Code", "Country", "Department"], None, *["Code", "KPI type"], None, *["Code", "Unit", "Department code"]],
        [*["ke-finance", "Kenya", "Finance"], None, *["uptime", "Uptime"], None,
         *["router-1", "Router 1", "ke-operations"]],
        [*["ke-operations", "Kenya", "Operations"], None, *["issue", "Issue"], None, None, None, None],
        [*["ug-ops", "Uganda", "Operations"], None, None, None, None, None, None, None],
    ]  # fmt: skip
    items = book.worksheets[0]
    lists = {str(one.sqref).split(":")[0]: one.formula1 for one in items.data_validations.dataValidation}
    heads = {cell.value: cell.column_letter for cell in items[1]}
    assert lists[f"{heads['Department code']}2"] == "'Codes'!$A$3:$A$5"
    assert lists[f"{heads['Type code']}2"] == "'Codes'!$E$3:$E$4"
    assert lists[f"{heads['Unit']}2"] == "'Codes'!$H$3:$H$3"


def test_without_units_there_is_no_block_of_them(cast: Cast) -> None:
    titles = [cell.value for cell in book_of(cast, cast.issue)["Codes"][1] if cell.value]
    assert titles == ["For the column “Department code”", "For the column “Type code”"]
