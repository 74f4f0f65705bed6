"""Rows of a workbook become facts for the ledger, or a list of everything that is wrong with them.

Nothing is written. Every row and every column is read, so that all errors are told at once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import Department, User
from kpi.engine.rules import RULES
from kpi.engine.rules.fields import Metric
from kpi.excel import columns
from kpi.excel.columns import DATE, DEPARTMENT, EXTERNAL_ID, OWNER, REQUIRED, TICK, TYPE, Column
from kpi.excel.known import Known, stored
from kpi.excel.row import Fault, Row
from kpi.excel.values import Odd, text_of
from kpi.ledger import Facts
from kpi.models import ItemImport, KpiItem, KpiType, WorkState
from kpi.months import EARLIEST, LATEST

LONGEST_ID: Final = 80
TICK_FIELD: Final = Metric(TICK.name, TICK.label, "tick")
DATE_FIELD: Final = Metric(DATE.name, DATE.label, "date")
Rows = Iterable[tuple[int, Mapping[int, Any]]]


@dataclass
class Reading:
    """What a workbook holds: facts of its new rows, how many are stored already, and every error."""

    facts: list[Facts] = field(default_factory=list)
    rows: int = 0
    known: int = 0
    faults: list[Fault] = field(default_factory=list)


def read(
    rows: Rows,
    known: Known,
    *,
    file: ItemImport | None = None,
    told: Callable[[int, int], None] = lambda done, rows: None,
) -> Reading:
    """Read the headings and all rows of `file`; `told(done, rows)` is called after each row."""
    filled = iter(rows)
    number, headings = next(filled, (1, {}))
    by_place, faults = _headings(number, headings)
    if faults:
        return Reading(faults=faults)
    places = {column.name: place for place, column in by_place.items()}
    found = [_row(number, cells, by_place, places) for number, cells in filled]
    if not found:
        return Reading(faults=[Fault(number + 1, 0, "", _("There is no row below the headings"))])
    reading, seen = Reading(rows=len(found)), _Seen(found)
    for done, row in enumerate(found, start=1):
        facts = _facts(row, known, seen)
        reading.faults += row.faults
        if row.faults:
            pass
        elif facts is None:
            reading.known += 1
        else:
            reading.facts.append(replace(facts, file=file))
        told(done, len(found))
    reading.faults.sort()
    return reading


class _Seen:
    """What is stored already, and in which row of the file a piece of work came first."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._stored = stored(_id_of(row) for row in rows)
        self._first: dict[tuple[str, int], int] = {}

    def is_stored(self, external_id: str, type_: KpiType) -> bool:
        return (external_id, type_.pk) in self._stored

    def before(self, row: Row, external_id: str, type_: KpiType) -> int | None:
        """The earlier row with the same id and type, None for the first one."""
        first = self._first.setdefault((external_id, type_.pk), row.number)
        return None if first == row.number else first


def _headings(number: int, cells: Mapping[int, Any]) -> tuple[dict[int, Column], list[Fault]]:
    known, found, faults = columns.by_heading(), dict[int, Column](), list[Fault]()
    for place, cell in cells.items():
        try:
            words = text_of(cell)
        except Odd as odd:
            faults.append(Fault(number, place, "", str(odd.sentence)))
            continue
        column = known.get(columns.spelled(words))
        if column is None:
            faults.append(Fault(number, place, words[:80], _("No type has a column of this name")))
        elif column in found.values():
            faults.append(Fault(number, place, words[:80], _("There is another column of this name")))
        else:
            found[place] = column
    missing = [column for column in REQUIRED if column not in found.values()]
    faults += [Fault(number, 0, column.heading, _("This column is missing")) for column in missing]
    return found, faults


def _row(number: int, cells: Mapping[int, Any], by_place: Mapping[int, Column], places: Mapping[str, int]) -> Row:
    row = Row(number, {by_place[place].name: cell for place, cell in cells.items() if place in by_place}, places)
    for place in cells:
        if place not in by_place:
            row.faults.append(Fault(number, place, "", _("This cell stands in a column without a heading")))
    return row


def _id_of(row: Row) -> str:
    try:
        return text_of(row.cells.get(EXTERNAL_ID.name))
    except Odd:
        return ""


def _facts(row: Row, known: Known, seen: _Seen) -> Facts | None:
    """What the row says; None where it is stored already or has faults."""
    external_id = row.text(EXTERNAL_ID, required=_("Enter the id that the work has where it comes from"))
    if len(external_id) > LONGEST_ID:
        row.wrong(EXTERNAL_ID, _("Enter at most %(most)s characters") % {"most": LONGEST_ID})
    type_ = _named(row, TYPE, known.types, _("There is no KPI type with this code"))
    if external_id and type_:
        if seen.is_stored(external_id, type_):
            row.faults.clear()
            return None
        first = seen.before(row, external_id, type_)
        if first is not None:
            row.wrong(EXTERNAL_ID, _("Row %(row)s has the same id and type") % {"row": first})
    department = _named(row, DEPARTMENT, known.departments, _("There is no department with this code"))
    person = _named(row, OWNER, known.agents, _("No agent has this address"))
    day = _day(row, department, type_, known)
    tick = row.value(TICK, TICK_FIELD)
    metrics = _metrics(row, type_, department, day, known)
    if row.faults or not (type_ and department and day):
        return None
    return _whole(external_id, type_, department, day, person, tick, metrics)


def _whole(
    external_id: str,
    type_: KpiType,
    department: Department,
    day: date,
    person: User | None,
    tick: bool | None,
    metrics: dict[str, Any],
) -> Facts:
    """Reported uptime has a reporter and no owner, and counts on days off unless the tick says no."""
    of_unit = type_.rule == KpiType.Rule.UPTIME
    return Facts(
        type=type_,
        department=department,
        date=day,
        owner=None if of_unit else person,
        reporter=person if of_unit else None,
        count_off_day=of_unit if tick is None else tick,
        state=WorkState.DONE,
        metrics=metrics,
        source=KpiItem.Source.IMPORTED,
        external_id=external_id,
    )


def _named(row: Row, column: Column, known: Mapping[str, Any], sentence: str) -> Any:
    """What a code or an address names, None with a fault where it names nothing."""
    words = row.text(column, required=_("Fill in this cell"))
    found = known.get(words) or known.get(words.casefold())
    if words and found is None:
        row.wrong(column, sentence)
    return found


def _day(row: Row, department: Department | None, type_: KpiType | None, known: Known) -> date | None:
    row.text(DATE, required=_("Fill in this cell"))
    text = row.value(DATE, DATE_FIELD)
    if text is None:
        return None
    day = date.fromisoformat(text)
    if not EARLIEST <= day.year <= LATEST:
        row.wrong(DATE, _("Enter a date from %(first)s to %(last)s") % {"first": EARLIEST, "last": LATEST})
    elif department and day > known.today(department):
        row.wrong(DATE, _("This date is in the future"))
    elif known.is_locked(day):
        row.wrong(DATE, _("This month is locked. Unlock it first, or leave its rows out."))
    elif department and type_ and not known.uses(department, type_, day):
        words = _("%(department)s does not use this type on that date")
        row.wrong(TYPE, words % {"department": department.name})
    return day


def _metrics(
    row: Row, type_: KpiType | None, department: Department | None, day: date | None, known: Known
) -> dict[str, Any]:
    """The values of the type's rule; a fault for each that is wrong, missing, or belongs to another rule."""
    if type_ is None:
        return {}
    rule, values, before = RULES[type_.rule], dict[str, Any](), len(row.faults)
    own = columns.BY_RULE[rule.code]
    for column in (column for column in columns.OF_METRICS if column.name in row.cells):
        if column.name not in own:
            words = _("Leave this cell empty: %(type)s does not use it")
            row.wrong(column, words % {"type": type_.name})
        elif column.kind == "unit":
            values[column.name] = _unit(row, column, department, day, known)
        else:
            values[column.name] = row.value(column, own[column.name].metrics[rule.code])
    values = {name: value for name, value in values.items() if value is not None}
    if len(row.faults) == before:
        told = values | ({"date": day.isoformat()} if day else {})
        for name, problem in rule.validate_metrics(told).items():
            row.wrong(own.get(name, TYPE), problem.translated(_))
    if len(row.faults) == before and not rule.has_data(values):
        row.wrong(next(iter(own.values())), _("Fill in at least one value that the type is scored by"))
    return values


def _unit(row: Row, column: Column, department: Department | None, day: date | None, known: Known) -> int | None:
    """The id of the unit with this code; it belongs to the department and is active on the day."""
    unit = _named(row, column, known.units, _("There is no uptime unit with this code"))
    if unit is None or department is None or day is None:
        return None
    if unit.department_id != department.pk:
        row.wrong(column, _("This unit belongs to another department"))
    elif not unit.active_on(day):
        row.wrong(column, _("This unit is not active on that date"))
    return int(unit.pk)
