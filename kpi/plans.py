"""Row writes: what a change would save or delete, as plain JSON that can be kept, tried in memory and carried out.

A write is {"model", "pk", "before", "after"}: the columns as they are and as they shall be, None where there is no
row. Writes are about versions of types, hours, special days and the department-type map.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from kpi.basis import Rows
from kpi.models import DepartmentType, KpiItem, ReplacedDay, TypeVersion, WorkingHours
from kpi.types import valid

MODELS: dict[str, type[Model]] = {
    model._meta.model_name or "": model for model in (TypeVersion, WorkingHours, ReplacedDay, DepartmentType)
}
Columns = dict[str, Any]


@dataclass(frozen=True)
class Write:
    """One row to add (`before` None), to change, or to delete (`after` None)."""

    model: str
    pk: int | None
    before: Columns | None
    after: Columns | None

    def as_json(self) -> dict[str, Any]:
        return {"model": self.model, "pk": self.pk, "before": self.before, "after": self.after}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Write":
        return cls(data["model"], data["pk"], data["before"], data["after"])

    @property
    def either(self) -> Columns:
        """The columns after, else before: what the row is about."""
        return self.after or self.before or {}

    def row(self) -> Any:
        """The row as it shall be, not saved; None for a deletion."""
        return None if self.after is None else row_of(self.model, self.pk, self.after)


def columns_of(row: Model) -> Columns:
    """The columns of a row but its key, as JSON keeps them."""
    return {
        field.attname: _plain(field.value_from_object(row))
        for field in row._meta.concrete_fields
        if not field.primary_key
    }


def row_of(model: str, pk: int | None, columns: Columns) -> Any:
    """The row of `columns_of`, not saved."""
    fields = {field.attname: field for field in MODELS[model]._meta.concrete_fields}
    return MODELS[model](pk=pk, **{name: fields[name].to_python(value) for name, value in columns.items()})


def saving(row: Model) -> Write:
    """The write that saves `row` as it is in memory."""
    stored = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
    return Write(name_of(row), row.pk, columns_of(stored) if stored else None, columns_of(row))


def deleting(row: Model) -> Write:
    """The write that deletes `row`."""
    return Write(name_of(row), row.pk, columns_of(row), None)


def name_of(row: Model) -> str:
    return row._meta.model_name or ""


def read(plan: Iterable[dict[str, Any]]) -> list[Write]:
    """The writes of a stored plan."""
    return [Write.from_json(one) for one in plan]


def written(writes: Iterable[Write]) -> list[dict[str, Any]]:
    """As `read` takes them."""
    return [write.as_json() for write in writes]


def tried(rows: Rows, writes: Sequence[Write]) -> Rows:
    """Copies of the lists with the writes made; the rows of the map are not among them."""
    return Rows(
        versions=overlaid(rows.versions, "typeversion", writes),
        hours=overlaid(rows.hours, "workinghours", writes),
        days=overlaid(rows.days, "replacedday", writes),
    )


def overlaid(rows: Iterable[Any], model: str, writes: Sequence[Write]) -> list[Any]:
    """The rows of one model as the writes leave them."""
    own = [write for write in writes if write.model == model]
    gone = {write.pk for write in own if write.pk is not None}
    return [row for row in rows if row.pk not in gone] + [row for write in own if (row := write.row()) is not None]


def as_stored(writes: Iterable[Write]) -> list[Write]:
    """The same wishes on the rows as they are now; a row that is gone meanwhile is added, or needs no deletion."""
    found = []
    for write in writes:
        stored = MODELS[write.model]._default_manager.filter(pk=write.pk).first() if write.pk else None
        if stored is not None:
            found.append(Write(write.model, write.pk, columns_of(stored), write.after))
        elif write.after is not None:
            found.append(Write(write.model, None, None, write.after))
    return found


def carry_out(writes: Sequence[Write]) -> None:
    """Save and delete the rows, deletions first, so that their dates are free. Inside the caller's transaction."""
    for write in writes:
        if write.after is None:
            _delete(write)
    for write in writes:
        row = write.row()
        if row is not None:
            # The stored row is edited, so that the audit log sees what was different.
            stored = MODELS[write.model]._default_manager.filter(pk=write.pk).first() if write.pk else None
            (_edited(stored, write) if stored else row).save()


def _edited(stored: Model, write: Write) -> Model:
    row = write.row()
    for name in write.after or {}:
        setattr(stored, name, getattr(row, name))
    return stored


def _delete(write: Write) -> None:
    """Items of a version that goes away point at its successor at once, since their rescoring comes later."""
    row = MODELS[write.model]._default_manager.filter(pk=write.pk).first()
    if row is None:
        return
    if isinstance(row, TypeVersion):
        left = [one for one in TypeVersion.objects.filter(type=row.type_id) if one.pk != row.pk]
        KpiItem.objects.filter(version=row).update(version=valid(left, on=row.valid_from))
    row.delete()


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
