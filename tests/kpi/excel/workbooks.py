"""Workbooks for tests, written by openpyxl as a stranger would write them, and typed work to fill them with."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import openpyxl

from kpi.models import DepartmentType, KpiType, TypeVersion, UptimeUnit
from tests.cast import SINCE, Cast

HEAD = ("External id", "Owner e-mail", "Department code", "Type code", "Date", "Count as weekend/holiday work")
ACCURACY = (*HEAD, "Response accuracy (%)", "Data accuracy (%)")
MONDAY = date(2026, 10, 5)
PARAMETERS = {
    "accuracy": {"response_target": 95, "data_target": 98},
    "submit": {"cutoff": "17:00"},
    "ic-closure": {"target": 480},
    "project": {"target": 10},
    "uptime": {"threshold": 99.5, "window": "24x7"},
}


def typed_type(cast: Cast, rule: str, **fields: Any) -> KpiType:
    """A type of this rule that Operations uses."""
    type_ = KpiType.objects.create(code=rule, name=fields.pop("name", rule.capitalize()), rule=rule)
    parameters = PARAMETERS.get(rule, {})
    TypeVersion.objects.create(type=type_, valid_from=SINCE, group=cast.group, parameters=parameters, **fields)
    DepartmentType.objects.create(department=cast.department, type=type_, valid_from=SINCE)
    return type_


def unit(cast: Cast) -> UptimeUnit:
    """A unit of Operations."""
    return UptimeUnit.objects.create(department=cast.department, code="router-1", name="Router 1", active_from=SINCE)


def workbook(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """A sheet of these cells. Text that begins with = is text."""
    book = openpyxl.Workbook()
    sheet = book.active
    for number, row in enumerate([head, *rows], start=1):
        for place, value in enumerate(row, start=1):
            if value is not None:
                cell = sheet.cell(number, place)
                cell.value = value
                if isinstance(value, str) and value.startswith("="):
                    cell.data_type = "s"
    return saved(book)


def saved(book: Any) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def row(cast: Cast, external_id: str = "A-1", **changes: Any) -> list[Any]:
    """A good row of accuracy; name a heading's place in `changes` by the names below."""
    values = {
        "id": external_id,
        "owner": cast.assignee.email,
        "department": cast.department.code,
        "type": "accuracy",
        "date": MONDAY,
        "tick": None,
        "response": 97.5,
        "data": 99,
    }
    return list({**values, **changes}.values())


def repacked(content: bytes, **entries: bytes) -> bytes:
    """The same zip with entries added, or replaced by another content; `__` in a name stands for `/`."""
    wanted = {name.replace("__", "/"): data for name, data in entries.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in wanted:
                new.writestr(name, old.read(name))
        for name, data in wanted.items():
            new.writestr(name, data)
    return target.getvalue()
