"""The template for an import: typed columns for the chosen types, lists to choose from, a sheet that explains."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from accounts.models import Department
from kpi.excel import columns
from kpi.excel.columns import DATE, DEPARTMENT, EXTERNAL_ID, FIXED, OWNER, TICK, TYPE, Column
from kpi.excel.writing import Book, Sheet
from kpi.models import KpiType, UptimeUnit

PREPARED: Final = 2_000  # rows with a list to choose from; more may be filled in
FIRST_CODE: Final = 3  # the row below title and heading
GAP: Final = 4.0
WIDTHS: Final = {"text": 22.0, "instant": 18.0, "date": 13.0}
EXAMPLES: Final = {
    "external_id": "INC-2041",
    "owner": "name@example.com",
    "department": "ke-operations",
    "count_off_day": "no",
    "minutes": "45",
    "duration": "45",
    "percent": "97.5",
    "rating": "4",
    "count": "3",
    "time": "16:30",
    "date": "2026-11-19",
    "instant": "2026-11-19 16:30",
    "tick": "yes",
    "unit": "router-1",
}


def template(types: Sequence[KpiType], departments: Sequence[Department], units: Sequence[UptimeUnit]) -> bytes:
    """A workbook for work of `types`, as bytes. Its first sheet is what an import reads."""
    own = [column for column in columns.OF_METRICS if any(type_.rule in column.metrics for type_ in types)]
    target = io.BytesIO()
    book = Book(target, title=_("KPI Web import"))
    items = book.sheet(_("Items"), [(column.heading, _width(column), _kind(column)) for column in (*FIXED, *own)])
    told = book.sheet(
        _("How to fill it in"),
        [(_("Column"), 32, "words"), (_("What goes in"), 70, "words"), (_("Example"), 20, "text")],
    )
    _explain(told, own, types)
    blocks = _blocks(types, departments, units)
    places = _list_codes(book, blocks)
    _offer(items, own, {block.column: place for block, place in zip(blocks, places, strict=True) if block.rows})
    book.close()
    return target.getvalue()


def _kind(column: Column) -> str:
    return column.kind if column.kind in ("text", "date", "instant", "time") else ""


def _width(column: Column) -> float:
    return max(WIDTHS.get(column.kind, 10.0), min(28.0, len(column.heading) * 0.9))


def _explain(sheet: Sheet, own: Sequence[Column], types: Sequence[KpiType]) -> None:
    fixed = {
        EXTERNAL_ID: _("The id of the work where it comes from. A row whose id is known for its type changes nothing."),
        OWNER: _("The email address of the agent whose work it is; for uptime, of who reports it."),
        DEPARTMENT: _("A code of the sheet Codes."),
        TYPE: _("A code of the sheet Codes."),
        DATE: _("The day the work counts on: a real date, or text such as 2026-11-19. Not in the future."),
        TICK: _("yes or no. Work on a day off counts only with yes; empty means no, for uptime yes."),
    }
    for column, words in fixed.items():
        sheet.add([column.heading, words, EXAMPLES.get(column.name, types[0].code)])
    for column in own:
        users = ", ".join(type_.name for type_ in types if type_.rule in column.metrics)
        metric = next(iter(column.metrics.values()))
        needed = _("Needed by %(types)s.") if metric.required else _("Used by %(types)s.")
        words = f"{needed % {'types': users}} {_(metric.help) if metric.help else ''}"
        sheet.add([column.heading, words.strip(), EXAMPLES[column.kind]])
    sheet.add([_("All rows"), _("One row per piece of work. Cells that its type does not use stay empty.")])
    sheet.add([_("All cells"), _("Values, no formulas. The file is checked first and stored whole or not at all.")])


@dataclass(frozen=True)
class Block:
    """Codes of one kind, for one column of the items. Its columns are (heading, width); the code is the first."""

    column: str
    columns: tuple[tuple[str, float], ...]
    rows: list[tuple[str, ...]]


def _blocks(types: Sequence[KpiType], departments: Sequence[Department], units: Sequence[UptimeUnit]) -> list[Block]:
    of_units = next(column for column in columns.OF_METRICS if column.kind == "unit")
    codes = {place.pk: place.code for place in departments}
    found = [
        Block(
            DEPARTMENT.heading,
            ((_("Code"), 24), (_("Country"), 20), (_("Department"), 28)),
            [(one.code, one.country.name, one.name) for one in departments],
        ),
        Block(TYPE.heading, ((_("Code"), 24), (_("KPI type"), 28)), [(one.code, one.name) for one in types]),
        Block(
            of_units.heading,
            ((_("Code"), 24), (_("Unit"), 28), (_("Department code"), 24)),
            [(one.code, one.name, codes.get(one.department_id, "")) for one in units],
        ),
    ]
    return [block for block in found if block.rows or block.column != of_units.heading]


def _list_codes(book: Book, blocks: Sequence[Block]) -> list[str]:
    """The blocks beside each other, an empty column between them; where the codes of each stand, for Excel."""
    above: list[str] = []
    heads: list[tuple[str, float, str]] = []
    where: list[str] = []
    for block in blocks:
        if heads:
            above.append("")
            heads.append(("", GAP, "text"))
        letter = xl_col_to_name(len(heads))
        where.append(f"='{_('Codes')}'!${letter}${FIRST_CODE}:${letter}${FIRST_CODE + len(block.rows) - 1}")
        above += [_("For the column “%(column)s”") % {"column": block.column}, *[""] * (len(block.columns) - 1)]
        heads += [(heading, width, "text") for heading, width in block.columns]
    sheet = book.sheet(_("Codes"), heads, above=above)
    for place in range(max(len(block.rows) for block in blocks)):
        row: list[Any] = []
        for block in blocks:
            row += [None] if row else []
            row += block.rows[place] if place < len(block.rows) else [None] * len(block.columns)
        sheet.add(row)
    return where


def _offer(items: Sheet, own: Sequence[Column], listed: Mapping[str, str]) -> None:
    """Lists and bounds that Excel itself checks while the cells are filled in; `listed` by the heading."""
    for place, column in enumerate((*FIXED, *own)):
        if column.heading in listed:
            source = listed[column.heading]
            items.raw.data_validation(1, place, PREPARED, place, {"validate": "list", "source": source})
        elif column.kind == "tick":
            items.raw.data_validation(1, place, PREPARED, place, {"validate": "list", "source": ["yes", "no"]})
        elif column.kind in ("percent", "rating"):
            least, most = (0, 100) if column.kind == "percent" else (1, 5)
            kind = "decimal" if column.kind == "percent" else "integer"
            bounds = {"validate": kind, "criteria": "between", "minimum": least, "maximum": most}
            items.raw.data_validation(1, place, PREPARED, place, bounds)
