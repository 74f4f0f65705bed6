"""What is no plain workbook is refused with a sentence, most of it before anything is unpacked."""

import io
import zipfile

import openpyxl
import pytest

from kpi.excel import files
from kpi.excel.files import Unusable
from tests.kpi.excel.workbooks import repacked, saved, workbook

PLAIN = workbook(["A", "B"], [["x", 1], [None, None], ["y", 2]])
MANY = 60 * 1024 * 1024
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)


def refusal(content: bytes) -> str:
    with pytest.raises(Unusable) as caught:
        list(files.rows(content))
    return str(caught.value.sentence)


def encrypted(content: bytes) -> bytes:
    """The same with the flag that says so on every entry of the directory."""
    marked, place = bytearray(content), content.find(b"PK\x01\x02")
    while place >= 0:
        marked[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(marked)


def test_filled_rows_come_with_their_numbers() -> None:
    read = [(number, {place: cell.value for place, cell in cells.items()}) for number, cells in files.rows(PLAIN)]
    assert read == [(1, {1: "A", 2: "B"}), (2, {1: "x", 2: 1}), (4, {1: "y", 2: 2})]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", files.WRONG_TYPE),
        (b"id,owner\n1,2\n", files.WRONG_TYPE),
        (b"PK\x03\x04" + b"\0" * 100, files.WRONG_TYPE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, files.PROTECTED),
        (encrypted(PLAIN), files.PROTECTED),
        (repacked(PLAIN, **{"xl__vbaProject.bin": b"x"}), files.WITH_MACROS),
        (repacked(PLAIN, **{"xl__macrosheets__sheet1.xml": b"x"}), files.WITH_MACROS),
        (repacked(PLAIN, **{"xl__media__image.bin": b"\0" * MANY}), files.BOMB),
        (repacked(PLAIN, **{"xl__sharedStrings.xml": b" " * 2_000_000}), files.BOMB),
        (repacked(PLAIN, **{f"xl__extra__{n}.xml": b"x" for n in range(300)}), files.BOMB),
        (b"\0" * (files.MOST_BYTES + 1), files.TOO_BIG),
        (repacked(PLAIN, **{"xl__worksheets__sheet1.xml": b"<worksheet>"}), files.BROKEN),
        (repacked(PLAIN, **{"xl__workbook.xml": b"no xml"}), files.BROKEN),
        (repacked(PLAIN, **{"xl__worksheets__sheet1.xml": ENTITIES}), files.BROKEN),
    ],
)
def test_refusals(content: bytes, sentence: object) -> None:
    assert refusal(content) == str(sentence)


def test_a_zip_of_another_kind_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
        archive.writestr("[Content_Types].xml", "<Types/>")
    assert refusal(target.getvalue()) == str(files.WRONG_TYPE)


def test_an_entry_that_lies_about_its_size_is_refused() -> None:
    honest = repacked(PLAIN, **{"xl__worksheets__sheet1.xml": b" " * 900_000})
    size, lie = (900_000).to_bytes(4, "little"), (100).to_bytes(4, "little")
    assert refusal(honest.replace(size, lie)) in {str(files.BROKEN), str(files.BOMB)}


def test_too_many_rows_and_columns_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 2)
    assert refusal(workbook(["A"], [[1], [2], [3]])) == str(files.TOO_MANY_ROWS)
    assert len(list(files.rows(workbook(["A"], [[1], [2]])))) == 3
    monkeypatch.setattr(files, "MOST_COLUMNS", 2)
    assert refusal(workbook(["A", "B", "C"], [])) == str(files.TOO_MANY_COLUMNS)


def test_a_row_far_below_costs_nothing() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1048576"] = "A", "end"
    assert [number for number, _cells in files.rows(saved(book))] == [1, 1_048_576]
