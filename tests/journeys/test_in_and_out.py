"""Work comes in from Excel with its errors told, and the month goes out as it stands on the page."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from kpi import ledger
from kpi.ledger import Facts
from kpi.models import ItemImport, KpiItem, KpiType, WorkState
from tests.cast import Cast, local, make_cast
from tests.journeys.steps import sign_in
from tests.kpi.excel.workbooks import MONDAY, saved, typed_type

REPORT = "/performance/2026-10/"
IMPORT = "/admin/kpi/kpiitem/import/"


@pytest.fixture
def office(transactional_db: None) -> Cast:
    """The cast, whose Operations department measures accuracy, with 95 and 98 % as targets."""
    cast = make_cast()
    typed_type(cast, "accuracy", name="Accuracy")
    return cast


def filled(template: bytes, rows: list[list[Any]]) -> bytes:
    """The template with these rows below its headings."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    for number, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            book.worksheets[0].cell(number, place).value = value
    return saved(book)


def downloaded(page: Page, press: Callable[[], object]) -> bytes:
    with page.expect_download() as waiting:
        press()
    return waiting.value.path().read_bytes()


def send(page: Page, site: str, name: str, content: bytes) -> None:
    """Choose a file on the import page and have it checked."""
    page.goto(f"{site}{IMPORT}")
    page.get_by_label("Excel workbook").set_input_files({"name": name, "mimeType": "", "buffer": content})
    page.get_by_role("button", name="Check the file").click()
    page.wait_for_url(f"{site}{IMPORT}*/")


@pytest.mark.feature("M6")
def test_a_file_with_errors_is_mended_imported_reported_and_exported(
    site: str, office: Cast, page: Page, celery_worker: object
) -> None:
    cast = office
    sign_in(page, site, cast.admin, then="/admin/kpi/kpiitem/")
    page.get_by_role("link", name="Import from Excel").click()
    page.get_by_label("Accuracy").check()
    template = downloaded(page, page.get_by_role("button", name="Download the template").click)
    where = [cast.department.code, "accuracy"]
    good = [
        ["INC-1", cast.assignee.email, *where, MONDAY, "no", 95, 98],
        ["INC-2", cast.assignee.email, *where, MONDAY, None, 47.5, 98],
    ]
    bad = [good[0], ["INC-2", "otieno@example.org", *where, "Monday", None, 147.5, 98]]

    send(page, site, "october.xlsx", filled(template, bad))
    expect(page.get_by_text("Nothing was stored: there are 3 errors in 2 rows.")).to_be_visible(timeout=30_000)
    for cells in ("3 B Owner email No agent has this address", "3 E Date Enter Date as a real date", "3 G Response"):
        expect(page.get_by_role("row", name=cells)).to_be_visible()
    assert KpiItem.objects.count() == 0

    mended = filled(template, good)
    send(page, site, "october.xlsx", mended)
    expect(page.get_by_text("No errors. 2 new rows would be stored.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Store 2 rows").click()
    expect(page.get_by_text("2 rows were stored and are in their months.")).to_be_visible(timeout=30_000)

    page.goto(f"{site}{REPORT}?department={cast.department.code}")
    row = page.get_by_role("row", name="Accuracy").first
    expect(row).to_contain_text("87.5")
    book = openpyxl.load_workbook(
        io.BytesIO(downloaded(page, page.get_by_role("link", name="Excel", exact=True).click))
    )
    types = [values for values in book["Types"].iter_rows(values_only=True) if values[4] == "Accuracy"]
    assert [values[8:12] for values in types] == [(87.5, 2, 0, 1)]
    items = {values[0]: values[11] for values in book["Items"].iter_rows(min_row=2, values_only=True)}
    assert items == {"INC-1": 100, "INC-2": 75}

    page.goto(f"{site}{IMPORT}")
    page.get_by_label("Excel workbook").set_input_files({"name": "again.xlsx", "mimeType": "", "buffer": mended})
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("This very file was imported before: all of its rows are stored.")).to_be_visible()
    assert (KpiItem.objects.count(), ItemImport.objects.count()) == (2, 2)


@pytest.mark.feature("M6")
def test_an_admin_corrects_imported_work_and_the_month_follows(site: str, office: Cast, page: Page) -> None:
    cast = office
    facts = Facts(
        type=KpiType.objects.get(code="accuracy"),
        department=cast.department,
        date=MONDAY,
        owner=cast.assignee,
        state=WorkState.DONE,
        metrics={"data_accuracy": 49},
        source="imported",
        external_id="INC-9",
    )
    with transaction.atomic():
        (item,) = ledger.enter([facts], at=local(5, 12))
    sign_in(page, site, cast.admin, then=f"/admin/kpi/kpiitem/{item.pk}/change/")
    page.get_by_role("link", name="Correct or remove").click()
    page.get_by_label("Data accuracy").fill("98")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Say why; the reason stands in the audit log")).to_be_visible()
    page.get_by_label("Reason").fill("Half of the day was missing.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The item is corrected and scored anew.")).to_be_visible()
    page.goto(f"{site}/profile/performance/?month=2026-10&owner={cast.assignee.pk}")
    expect(page.locator(".score").first).to_have_text("Explain 100.0")
    page.goto(f"{site}/admin/accounts/settingschange/")
    expect(page.locator("#result_list tbody tr").first).to_contain_text("Data accuracy: 49 → 98")
