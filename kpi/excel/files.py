"""An Excel file from outside: refused by its directory before anything is unpacked, then read row by row.

A workbook is a zip of XML. What its directory declares is what the unpacker stops at, so the limits hold for files
that lie. XML is parsed by defusedxml, which openpyxl uses where it is installed.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

import openpyxl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_UNPACKED: Final = 60 * 1024 * 1024
MOST_RATIO: Final = 150
SMALL: Final = 1024 * 1024  # an entry may be as dense as it likes below this
MOST_ENTRIES: Final = 300
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 100
LAST_ROW: Final = 1_048_576  # of any sheet
ENCRYPTED_OR_OLD: Final = b"\xd0\xcf\x11\xe0"
MACROS: Final = ("vbaproject.bin", "macrosheets/")

WRONG_TYPE = _("Choose an Excel workbook (.xlsx)")
TOO_BIG = _("The file is larger than %(most)s MB. Split it into several files.") % {"most": MOST_BYTES // 1024**2}
PROTECTED = _("The file is protected by a password or of the old .xls kind. Save it as a plain Excel workbook (.xlsx)")
WITH_MACROS = _("The file holds macros. Save it as an Excel workbook without macros (.xlsx)")
BOMB = _("The file unpacks to far more than a list of work needs. Copy the values into the template.")
BROKEN = _("The file cannot be read. Open it in Excel, save it as an Excel workbook (.xlsx) and choose it again.")
TOO_MANY_ROWS = ngettext_lazy("%(most)s row at most", "The sheet has more than %(most)s rows. Split it.", MOST_ROWS) % {
    "most": f"{MOST_ROWS:,}"
}
TOO_MANY_COLUMNS = _("The sheet has more than %(most)s columns") % {"most": MOST_COLUMNS}


class Unusable(ValueError):
    """The file is not read at all; `sentence` says why, for people."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def inspect(content: bytes) -> None:
    """Unusable for anything but a plain workbook of a bearable size. Reads the directory only."""
    if len(content) > MOST_BYTES:
        raise Unusable(TOO_BIG)
    if content.startswith(ENCRYPTED_OR_OLD):
        raise Unusable(PROTECTED)
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unusable(WRONG_TYPE) from error
    _refuse_entries(entries)


def _refuse_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename.casefold() for entry in entries]
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unusable(PROTECTED)
    if any(word in name for name in names for word in MACROS):
        raise Unusable(WITH_MACROS)
    if "[content_types].xml" not in names or not any(name.startswith("xl/workbook.xml") for name in names):
        raise Unusable(WRONG_TYPE)
    dense = [entry for entry in entries if entry.file_size > max(SMALL, MOST_RATIO * max(1, entry.compress_size))]
    twice = len(set(names)) < len(names)
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED or dense or twice:
        raise Unusable(BOMB)


def rows(content: bytes) -> Iterator[tuple[int, dict[int, Any]]]:
    """(row number, {column number: cell}) of the filled rows of the first sheet, both from 1; cells as openpyxl reads.

    Formulas stay formulas, since the value that was stored beside one may be old or missing.
    """
    inspect(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        yield from _filled(book.worksheets[0])
    except Unusable:
        raise
    except Exception as error:  # openpyxl has no error of its own: whatever a broken file makes it trip over
        raise Unusable(BROKEN) from error


def _filled(sheet: Any) -> Iterator[tuple[int, dict[int, Any]]]:
    seen = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, max_row=LAST_ROW), start=1):
        filled = {place: cell for place, cell in enumerate(cells, start=1) if _is_filled(cell)}
        if not filled:
            continue
        seen += 1
        if seen > MOST_ROWS + 1:  # with the headings
            raise Unusable(TOO_MANY_ROWS)
        if max(filled) > MOST_COLUMNS:
            raise Unusable(TOO_MANY_COLUMNS)
        yield number, filled


def _is_filled(cell: Any) -> bool:
    value = cell.value
    return value is not None and not (isinstance(value, str) and not value.strip())
