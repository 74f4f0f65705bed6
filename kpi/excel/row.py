"""One row of a workbook: its cells by the name of their column, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from kpi.engine.rules import typed
from kpi.engine.rules.fields import Metric
from kpi.excel.columns import Column
from kpi.excel.values import Odd, text_of


class Fault(NamedTuple):
    """One error: row as Excel counts, number of the column (0: there is none), its heading, and the sentence."""

    row: int
    place: int
    heading: str
    message: str

    @property
    def letter(self) -> str:
        return get_column_letter(self.place) if self.place else ""


@dataclass
class Row:
    """`cells` by column name as openpyxl read them, `places` the number of each column of the sheet."""

    number: int
    cells: Mapping[str, Any]
    places: Mapping[str, int]
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, column: Column, message: str | Promise) -> None:
        """Keep the first fault of each cell; more would say the same in other words."""
        if column.heading not in [fault.heading for fault in self.faults]:
            place = self.places.get(column.name, 0)
            self.faults.append(Fault(self.number, place, column.heading, str(message)))

    def text(self, column: Column, *, required: str | Promise = "") -> str:
        """The cell as text; a fault where it holds nothing readable, or nothing although it is `required`."""
        try:
            found = text_of(self.cells.get(column.name), column.kind)
        except Odd as odd:
            self.wrong(column, odd.sentence)
            return ""
        if required and not found:
            self.wrong(column, required)
        return found

    def value(self, column: Column, metric: Metric) -> Any:
        """The cell as the value of a declared field, None where it is empty or wrong."""
        try:
            return typed.read(metric, self.text(column))
        except typed.Unreadable as unreadable:
            self.wrong(column, unreadable.problem.translated(_))
            return None
