"""The admin's pages of an Excel import: what is refused beside the field, what a result page says, what may be done."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kpi import item_import, tasks
from kpi.models import ItemImport, KpiItem
from tests.cast import Cast, local
from tests.kpi.excel.workbooks import ACCURACY, repacked, row, typed_type, workbook

PAGE = "/admin/kpi/kpiitem/import/"
NOW = local(25, 12, month=11)


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    typed_type(cast, "accuracy", name="Accuracy")
    client.force_login(cast.admin)
    return client


def sent(house: Client, content: bytes, **fields: Any) -> Any:
    return house.post(PAGE, {"file": SimpleUploadedFile("october.xlsx", content), **fields})


def work(file: ItemImport) -> str:
    """Let the worker have it, and return its page."""
    item_import.work_on(file.pk, clock=lambda: NOW)
    return f"{PAGE}{file.pk}/"


def uploaded(house: Client, *rows: list[Any]) -> ItemImport:
    answer = sent(house, workbook(ACCURACY, rows))
    file = ItemImport.objects.latest("pk")
    assert answer["Location"] == f"{PAGE}{file.pk}/"
    return file


def test_upload_check_store(house: Client, cast: Cast) -> None:
    file = uploaded(house, row(cast), row(cast, "A-2"))
    assert "The file is being checked." in house.get(f"{PAGE}{file.pk}/").content.decode()
    page = house.get(work(file)).content.decode()
    assert "No errors. 2 new rows would be stored." in page
    house.post(f"{PAGE}{file.pk}/store/")
    assert "The rows are being stored." in house.get(f"{PAGE}{file.pk}/").content.decode()
    page = house.get(work(file)).content.decode()
    assert "2 rows were stored and are in their months." in page
    listed = house.get(f"/admin/kpi/kpiitem/?file__id__exact={file.pk}").content.decode()
    assert "2 KPI items" in listed


def test_errors_stand_on_pages_and_in_a_file(house: Client, cast: Cast) -> None:
    file = uploaded(house, *[row(cast, f"A-{n}", owner="=cmd", date="soon") for n in range(60)])
    first = house.get(work(file))
    assert "Nothing was stored: there are 120 errors in 60 rows." in first.content.decode()
    assert (len(first.context["found"]), first.context["found"].paginator.num_pages) == (100, 2)
    last = house.get(f"{PAGE}{file.pk}/?page=2").context["found"]
    assert [(problem.row, problem.column) for problem in last][-1] == (61, "E")
    lines = b"".join(house.get(f"{PAGE}{file.pk}/errors.csv").streaming_content).decode().splitlines()
    assert len(lines) == 121
    assert lines[1] == "2,B,Owner email,No agent has this address"


def test_a_poll_gets_the_part_that_changes(house: Client, cast: Cast) -> None:
    file = uploaded(house, row(cast))
    part = house.get(f"{PAGE}{file.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="state" hx-get=')
    assert "<html" not in part
    work(file)
    assert "hx-get" not in house.get(f"{PAGE}{file.pk}/", headers={"HX-Request": "true"}).content.decode()


def test_the_same_file_again_says_so_and_is_taken_with_the_tick(house: Client, cast: Cast) -> None:
    content = workbook(ACCURACY, [row(cast)])
    sent(house, content)
    first = ItemImport.objects.get()
    work(first)
    house.post(f"{PAGE}{first.pk}/store/")
    work(first)
    refused = sent(house, content)
    assert refused.status_code == 422
    words = refused.content.decode()
    assert "This very file was imported before: all of its rows are stored." in words
    assert f"{PAGE}{first.pk}/" in words
    assert ItemImport.objects.count() == 1
    assert sent(house, content, again="on").status_code == 302
    page = house.get(work(ItemImport.objects.latest("pk"))).content.decode()
    assert "No errors. 0 new rows would be stored." in page
    assert "/store/" not in page
    assert KpiItem.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"a,b\n1,2\n", "Choose an Excel workbook (.xlsx)"),
        (repacked(workbook(["A"], []), **{"xl__vbaProject.bin": b"x"}), "The file holds macros."),
        (b"\0" * (5 * 1024 * 1024 + 1), "The file is larger than 5 MB."),
    ],
)
def test_what_is_no_workbook_is_refused_beside_the_field(house: Client, content: bytes, sentence: str) -> None:
    answer = sent(house, content)
    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors["file"])
    assert ItemImport.objects.count() == 0


def test_no_file_at_all_is_refused(house: Client) -> None:
    answer = house.post(PAGE, {})
    assert "Choose an Excel workbook (.xlsx)" in answer.content.decode()


def test_storing_and_discarding_wait_for_the_check(house: Client, cast: Cast) -> None:
    file = uploaded(house, row(cast))
    for verb in ("store", "discard"):
        answer = house.post(f"{PAGE}{file.pk}/{verb}/", follow=True)
        assert "This file is not waiting to be stored any more." in answer.content.decode()
    work(file)
    page = house.post(f"{PAGE}{file.pk}/discard/", follow=True).content.decode()
    assert "The file was discarded; nothing was stored." in page


def test_the_template_has_columns_of_the_chosen_types(house: Client, cast: Cast) -> None:
    answer = house.get(f"{PAGE}template/", {"types": cast.issue.pk})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]][6:] == ["Response time (min)", "Resolution time (min)"]
    everything = openpyxl.load_workbook(io.BytesIO(house.get(f"{PAGE}template/").content)).worksheets[0]
    assert "Data accuracy (%)" in [cell.value for cell in everything[1]]
    assert "Choose types of the list" in house.get(f"{PAGE}template/", {"types": "0"}).content.decode()


def test_the_sweep_takes_up_what_nobody_works_on(house: Client, cast: Cast) -> None:
    file = uploaded(house, row(cast))
    assert tasks.import_waiting_files() == 1
    file.refresh_from_db()
    assert file.state == "checked"
    assert tasks.import_waiting_files() == 0
