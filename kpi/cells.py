"""Cells: recomputed from their items inside the transaction that changed one, so they never drift."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from kpi.models import Cell, KpiItem, NotCounted


class CellKey(NamedTuple):
    """What names a cell; `rebuild` locks in the order of these columns with the subject last."""

    department_id: int
    type_id: int
    month: date
    owner_id: int

    @property
    def subject(self) -> str:
        return f"u{self.owner_id}" if self.owner_id else "none"


def key_of(item: KpiItem) -> CellKey:
    """The cell an item belongs to; 0 stands for no owner."""
    return CellKey(item.department_id, item.type_id, item.month, item.owner_id or 0)


def rebuild(keys: Iterable[CellKey]) -> None:
    """Recompute these cells from their items. Inside the caller's transaction, after the items were written."""
    ordered = sorted(set(keys), key=lambda key: (*key[:3], key.subject))
    if not ordered:
        return
    Cell.objects.bulk_create(
        [
            Cell(
                department_id=key.department_id,
                type_id=key.type_id,
                month=key.month,
                subject=key.subject,
                owner_id=key.owner_id or None,
            )
            for key in ordered
        ],
        ignore_conflicts=True,
    )
    wanted = Q()
    for key in ordered:
        wanted |= Q(department_id=key.department_id, type_id=key.type_id, month=key.month, subject=key.subject)
    locked = Cell.objects.select_for_update().filter(wanted).order_by("department_id", "type_id", "month", "subject")
    for cell in list(locked):
        for column, value in contents(cell_items(cell)).items():
            setattr(cell, column, value)
        cell.save()


def cell_items(cell: Cell) -> Iterable[KpiItem]:
    """The items a cell is made of, counted and not."""
    return KpiItem.objects.filter(
        department_id=cell.department_id, type_id=cell.type_id, month=cell.month, owner_id=cell.owner_id
    )


def contents(items: Iterable[KpiItem]) -> dict[str, Any]:
    """The columns of a cell made of `items`: integer sums only."""
    counted = passed = scored = total = pending_breached = 0
    parts: dict[str, list[int]] = {}
    not_counted: Counter[str] = Counter()
    for item in items:
        if item.not_counted:
            not_counted[item.not_counted] += 1
            pending_breached += item.not_counted == NotCounted.PENDING and item.breached
            continue
        counted += 1
        passed += bool(item.passed)
        if item.value is not None:
            scored += 1
            total += item.value
        for part in item.result.get("parts", []):
            if part["points"] is not None:
                sums = parts.setdefault(part["name"], [0, 0, 0])
                sums[0] += part["points"]
                sums[1] += 1
                sums[2] += bool(part["met"])
    return {
        "counted": counted,
        "passed": passed,
        "scored": scored,
        "total": total,
        "parts": parts,
        "not_counted": dict(not_counted),
        "pending_breached": pending_breached,
    }


def drift() -> list[tuple[CellKey, dict[str, tuple[Any, Any]]]]:
    """Every cell that differs from a rebuild: (key, {column: (stored, rebuilt)}). Reads only."""
    stored = {
        CellKey(cell.department_id, cell.type_id, cell.month, cell.owner_id or 0): cell for cell in Cell.objects.all()
    }
    grouped: dict[CellKey, list[KpiItem]] = {}
    for item in KpiItem.objects.order_by("id").iterator(chunk_size=2000):
        grouped.setdefault(key_of(item), []).append(item)
    found = []
    for key in sorted(stored.keys() | grouped.keys()):
        rebuilt = contents(grouped.get(key, []))
        cell = stored.get(key)
        wrong = {
            column: (getattr(cell, column, None), value)
            for column, value in rebuilt.items()
            if getattr(cell, column, None) != value
        }
        if wrong:
            found.append((key, wrong))
    return found
