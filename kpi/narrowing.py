"""A change that holds only from a date: the writes that leave every older date as it is (domain section 7).

Rows that are valid from a date form series: the versions of a type, the hours of a country or a department, the map
of a department and a type. Before the date a series stays as stored, from then on it is as the change wants it; where
the change began earlier, a row is added on the date. Special days are simply in or out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpi import months
from kpi.models import DepartmentType, TypeVersion, WorkingHours
from kpi.plans import Columns, Write, columns_of, overlaid

SERIES = {
    "typeversion": ("type_id",),
    "workinghours": ("country_id", "department_id"),
    "departmenttype": ("department_id", "type_id"),
}
STORED = {"typeversion": TypeVersion, "workinghours": WorkingHours, "departmenttype": DepartmentType}


@dataclass(frozen=True)
class Entry:
    """A row of a series: since when, which stored row it is (None: a new one), and its columns."""

    since: date
    pk: int | None
    columns: Columns

    def moved(self, since: date) -> "Entry":
        """The same content from another date on, as a new row."""
        return Entry(since, None, self.columns | {"valid_from": since.isoformat()})

    @property
    def content(self) -> Columns:
        return {name: value for name, value in self.columns.items() if name != "valid_from"}


def narrowed(writes: Sequence[Write], since: date) -> list[Write]:
    """The writes that do from `since` on what `writes` do, and nothing to any earlier date."""
    found = [one for write in writes if write.model == "replacedday" for one in _day(write, since)]
    for model, key in SERIES.items():
        own = [write for write in writes if write.model == model]
        keys = {
            tuple(columns[name] for name in key) for write in own for columns in (write.before, write.after) if columns
        }
        for values in sorted(keys, key=str):
            found += _series(model, dict(zip(key, values, strict=True)), own, since)
    return found


def _day(write: Write, since: date) -> list[Write]:
    before = write.before if write.before and date.fromisoformat(write.before["date"]) >= since else None
    after = write.after if write.after and date.fromisoformat(write.after["date"]) >= since else None
    if before is None and after is None:
        return []
    # A day that moves here from before the date stays there as well.
    return [Write(write.model, write.pk if before else None, before, after)]


def _series(model: str, key: Columns, writes: Sequence[Write], since: date) -> list[Write]:
    if model == "departmenttype" and since.day > 1:
        since = months.step(months.month_of(since), 1)
    stored = list(STORED[model]._default_manager.filter(**key))
    wanted = [row for row in overlaid(stored, model, writes) if all(getattr(row, name) == key[name] for name in key)]
    old, new = _entries(stored), _entries(wanted)
    kept = [entry for entry in old if entry.since < since]
    taken = {entry.pk for entry in kept}
    later = [entry if entry.pk not in taken else entry.moved(entry.since) for entry in new if entry.since >= since]
    if kept and not (later and later[0].since == since):
        later = [*_from(model, key, new, later, since), *later]
    if later and kept and later[0].content == kept[-1].content and later[0].pk is None:
        later = later[1:]
    return _difference(model, old, [*kept, *later])


def _entries(rows: Iterable[Any]) -> list[Entry]:
    found = [Entry(row.valid_from, row.pk, columns_of(row)) for row in rows]
    return sorted(found, key=lambda entry: entry.since)


def _from(model: str, key: Columns, new: Sequence[Entry], later: Sequence[Entry], since: date) -> list[Entry]:
    """What holds on `since` itself by the wanted series, as rows that begin there."""
    valid = [entry for entry in new if entry.since <= since][-1:]
    if valid:
        return [valid[0].moved(since)]
    if model == "departmenttype":
        return [_blank_map(key, since)]
    if model == "workinghours" and key["department_id"]:
        return _hours_of_country(key["department_id"], since, later[0].since if later else None)
    return [new[0].moved(since)] if new else []


def _blank_map(key: Columns, since: date) -> Entry:
    row = DepartmentType(**key, valid_from=since, intake=False, self_log=False)
    return Entry(since, None, columns_of(row))


def _hours_of_country(department_id: int, since: date, until: date | None) -> list[Entry]:
    """Without hours of its own a department has its country's: copied, since a series cannot end on a date."""
    rows = WorkingHours.objects.filter(country__departments=department_id).order_by("valid_from")
    entries = [
        Entry(row.valid_from, None, columns_of(row) | {"country_id": None, "department_id": department_id})
        for row in rows
    ]
    ends = [*(entry.since for entry in entries[1:]), until or date.max]
    inside = [
        entry for entry, end in zip(entries, ends, strict=True) if end > since and (not until or entry.since < until)
    ]
    return [entry.moved(max(entry.since, since)) for entry in inside] if entries else []


def _difference(model: str, old: Sequence[Entry], wanted: Sequence[Entry]) -> list[Write]:
    """Of two states of a series, the writes that lead from one to the other."""
    known = {entry.pk for entry in old}
    by_pk = {entry.pk: entry for entry in wanted if entry.pk in known}
    found = [Write(model, entry.pk, entry.columns, None) for entry in old if entry.pk not in by_pk]
    for entry in old:
        after = by_pk.get(entry.pk)
        if after is not None and after.columns != entry.columns:
            found.append(Write(model, entry.pk, entry.columns, after.columns))
    return [*found, *(Write(model, None, None, entry.columns) for entry in wanted if entry.pk not in known)]
