"""Sheets that are written row by row: real numbers and dates, text that stays text, headings that stay in sight."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

import xlsxwriter

LONGEST: Final = 32_000  # a cell ends at 32,767 characters, and what is longer is lost whole
UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
OPTIONS: Final[Mapping[str, Any]] = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
    "default_date_format": "yyyy-mm-dd",
}
FORMATS: Final[Mapping[str, Mapping[str, Any]]] = {
    "text": {"num_format": "@"},
    "words": {"text_wrap": True, "valign": "top"},
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
    "date": {"num_format": "yyyy-mm-dd"},
    "instant": {"num_format": "yyyy-mm-dd hh:mm"},
    "time": {"num_format": "hh:mm"},
    "whole": {"num_format": "#,##0"},
    "tenths": {"num_format": "0.0"},
    "percent": {"num_format": "0.00"},
    "strong": {"bold": True},
}


class Book:
    """A workbook on its way into `target`, a file or a path. Rows are written in their order and forgotten."""

    def __init__(self, target: Any, *, title: str) -> None:
        self._book = xlsxwriter.Workbook(target, {**OPTIONS, "constant_memory": True})
        self._book.set_properties({"title": title, "author": "KPI Web"})
        self._formats = {name: self._book.add_format(dict(options)) for name, options in FORMATS.items()}

    def sheet(self, name: str, columns: Sequence[tuple[str, float, str]], *, above: Sequence[str] = ()) -> "Sheet":
        """A sheet with (heading, width, kind of its cells) per column, which stays in sight.

        `above` are titles of groups of columns, in a row above the headings; an empty one leaves its cell empty.
        """
        return Sheet(self._book.add_worksheet(name), columns, self._formats, above)

    def close(self) -> None:
        self._book.close()


class Sheet:
    """One sheet; `raw` is XlsxWriter's own, for what only one caller needs."""

    def __init__(
        self,
        raw: Any,
        columns: Sequence[tuple[str, float, str]],
        formats: Mapping[str, Any],
        above: Sequence[str] = (),
    ) -> None:
        self.raw, self._formats = raw, formats
        self._kinds = [kind for _heading, _width, kind in columns]
        for place, (_heading, width, kind) in enumerate(columns):
            raw.set_column(place, place, width, formats.get(kind))
        raw.freeze_panes(2 if above else 1, 0)
        self._next = 0
        if above:
            self.add(above, kind="strong")
        self.add([heading for heading, _width, _kind in columns], kind="head")

    def add(self, cells: Iterable[Any], *, kind: str = "") -> None:
        """The next row. Numbers, dates and times as what they are, everything else as text; None is an empty cell."""
        for place, value in enumerate(cells):
            self._put(place, value, kind or self._kinds[place])
        self._next += 1

    def _put(self, place: int, value: Any, kind: str) -> None:
        row, shape = self._next, self._formats.get(kind)
        if value is None or value == "":
            return
        if isinstance(value, bool) or not isinstance(value, int | float | date | datetime | time):
            self.raw.write_string(row, place, plain(value), shape)
        elif isinstance(value, int | float):
            self.raw.write_number(row, place, value, shape)
        else:
            self.raw.write_datetime(row, place, value, shape)


def plain(value: object) -> str:
    """Text that a cell can hold: without what XML cannot carry, and cut where a cell ends."""
    text = UNFIT.sub("\ufffd", str(value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def in_tenths(points: int) -> float:
    """Tenths of a point as a number: 913 is 91.3, exactly as it is shown."""
    return points / 10
