"""Hostile words in a workbook, in its name and in what is exported stay words, and no cell becomes a formula."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kpi import item_import
from kpi.models import ItemImport, KpiItem
from tests.cast import Cast, local, make_ticket
from tests.gates.poison import POISONS, Bottle, Reader
from tests.kpi.excel.workbooks import HEAD, MONDAY, workbook
from tickets.states import Status

PAGE = "/admin/kpi/kpiitem/import/"


@pytest.fixture(params=POISONS)
def bottle(request: pytest.FixtureRequest) -> Bottle:
    """Each kind of poison in turn, without what no cell of a workbook can hold."""
    return Bottle(request.param)


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def fitting(words: str) -> str:
    """As much of the words as openpyxl agrees to write."""
    return "".join(char for char in words if char >= " " or char in "\t\r\n")


def uploaded(house: Client, content: bytes, name: str) -> ItemImport:
    answer = house.post(PAGE, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302
    file = ItemImport.objects.latest("pk")
    item_import.work_on(file.pk, clock=lambda: local(25, 12, month=11))
    return file


def test_poison_in_a_workbook_comes_back_as_words(house: Client, cast: Cast, bottle: Bottle) -> None:
    words = fitting(bottle.of("cell"))
    heading = uploaded(house, workbook([*HEAD, words], [["1"]]), f"{bottle.of('name')}.xlsx")
    cells = uploaded(house, workbook(HEAD, [[words, words, words, words, MONDAY, words], [words] * 6]), "b.xlsx")
    assert (heading.found.count(), cells.found.count()) != (0, 0)
    for file in (heading, cells):
        assert _faults(house.get(f"{PAGE}{file.pk}/")) == []
        lines = b"".join(house.get(f"{PAGE}{file.pk}/errors.csv").streaming_content).decode().splitlines()
        assert not [line for line in lines if line.split(",")[2].strip('"').startswith(("=", "+", "-", "@"))]
    assert _faults(house.get(PAGE)) == []


def test_poison_in_an_imported_item_stays_words(house: Client, cast: Cast, bottle: Bottle) -> None:
    item = make_ticket(cast, status=Status.CLOSED).item
    KpiItem.objects.filter(pk=item.pk).update(source="imported", external_id=bottle.of("id")[:80])
    for rest in ("change/", "imported/", "imported/removal/"):
        assert _faults(house.get(f"/admin/kpi/kpiitem/{item.pk}/{rest}")) == []
    typed = dict.fromkeys(("owner", "department", "date", "response_seconds", "why"), bottle.of("typed"))
    refused = house.post(f"/admin/kpi/kpiitem/{item.pk}/imported/", typed)
    assert (refused.status_code, Reader(refused.content.decode()).faults) == (422, [])


def _faults(answer: Any) -> list[str]:
    assert answer.status_code == 200
    return Reader(answer.content.decode()).faults
