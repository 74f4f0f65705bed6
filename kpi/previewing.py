"""The preview of a change: which items it touches, and what becomes of each, without saving anything of it."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Department
from kpi import cells, outlook, plans, rescoring, scope
from kpi.basis import Loaded, Rows
from kpi.cells import CellKey
from kpi.models import Cell, Change, ChangedCell, ChangedItem
from kpi.narrowing import narrowed
from kpi.rescoring import Outcome
from kpi.scope import Scope

State = Change.State


@transaction.atomic
def begin(change: Change) -> None:
    """Work out plan, scope and cells from the rows as they are now."""
    wanted = plans.as_stored(plans.read(change.wanted))
    writes = narrowed(wanted, change.from_date) if change.from_date else wanted
    rows = Rows.stored()
    before, after = loaded(rows), loaded(plans.tried(rows, writes))
    found = scope.between(before, after)
    change.plan, change.scope, change.basis = plans.written(writes), found.as_json(), basis_print(rows)
    change.state, change.summary, change.written, change.done = State.PREVIEWING, {}, False, 0
    change.save()
    change.cells.all().delete()
    change.total = gather(change, found)
    change.save(update_fields=["total"])


def gather(change: Change, found: Scope) -> int:
    """A cell of work for each cell with items in the scope; what is there already gets its items anew."""
    by_cell: dict[CellKey, list[int]] = defaultdict(list)
    rows = scope.items(found).order_by("pk").values_list("pk", *cells.KEY)
    for pk, department, type_, month, owner, unit in rows.iterator(chunk_size=5000):
        by_cell[CellKey(department, type_, month, owner or 0, unit or 0)].append(pk)
    known = {cells.key_of(cell): cell for cell in change.cells.all()}
    for key, cell in known.items():
        cell.item_ids = by_cell.pop(key, [])
    ChangedCell.objects.bulk_update(known.values(), ["item_ids"], batch_size=500)
    previewed = bool(known)
    ChangedCell.objects.bulk_create(
        [_cell_of(change, key, ids, previewed=previewed) for key, ids in sorted(by_cell.items())], batch_size=500
    )
    return sum(len(ids) for ids in by_cell.values()) + sum(len(cell.item_ids) for cell in known.values())


def _cell_of(change: Change, key: CellKey, ids: list[int], *, previewed: bool) -> ChangedCell:
    return ChangedCell(
        change=change,
        department_id=key.department_id,
        type_id=key.type_id,
        month=key.month,
        subject=key.subject,
        owner_id=key.owner_id or None,
        unit_id=key.unit_id or None,
        item_ids=ids,
        previewed=previewed,
    )


def preview(change: Change, *, at: datetime, most: int) -> bool:
    """A slice of the preview; whether something is left to do."""
    rows = Rows.stored()
    if basis_print(rows) != change.basis:
        begin(change)
        return True
    basis, loader = loaded(plans.tried(rows, plans.read(change.plan))), rescoring.Loader()
    for cell in slice_of(change.cells.filter(previewed=False).select_related("type"), most):
        _preview_cell(change, cell, loader, basis, at)
    if change.cells.filter(previewed=False).exists():
        return True
    summary = outlook.of(change, basis, at=at)
    Change.objects.filter(pk=change.pk, state=State.PREVIEWING).update(state=State.PREVIEWED, summary=summary)
    return False


@transaction.atomic
def _preview_cell(change: Change, cell: ChangedCell, loader: rescoring.Loader, basis: Loaded, at: datetime) -> None:
    if not Change.objects.select_for_update().filter(pk=change.pk, state=State.PREVIEWING).exists():
        return  # cancelled meanwhile
    remeasure = Scope.from_json(change.scope).remeasures
    outcomes = [rescoring.judge(work, basis, at=at, remeasure=remeasure) for work in loader.works(cell.item_ids)]
    cell.items.all().delete()
    ChangedItem.objects.bulk_create([_told(change, cell, one) for one in outcomes], batch_size=1000)
    before, after = _contents(cell, outcomes, basis)
    moved = (before, after) if before != after else ({}, {})
    ChangedCell.objects.filter(pk=cell.pk).update(before=moved[0], after=moved[1], previewed=True)
    Change.objects.filter(pk=change.pk).update(done=F("done") + len(cell.item_ids), worked_at=at)


def _contents(cell: ChangedCell, outcomes: list[Outcome], basis: Loaded) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of the cell as stored and as the outcomes make them."""
    key = cells.key_of(cell)
    blank = cells.blank(key)
    blank.type = cell.type
    stored = Cell.objects.filter(
        department=cell.department_id, type=cell.type_id, month=cell.month, subject=cell.subject
    ).first()
    others = cells.cell_items(blank).exclude(pk__in=cell.item_ids)
    after = rescoring.contents(blank, [*others, *(one.work.item for one in outcomes)], basis)
    return {column: getattr(stored or blank, column) for column in after}, after


def _told(change: Change, cell: ChangedCell, outcome: Outcome) -> ChangedItem:
    before, after = outcome.before, outcome.after
    return ChangedItem(
        change=change,
        cell=cell,
        item=outcome.work.item,
        fingerprint=outcome.fingerprint,
        moves=outcome.moves,
        before_value=before.value,
        after_value=after.value,
        before_passed=before.passed,
        after_passed=after.passed,
        before_reason=before.not_counted,
        after_reason=after.not_counted,
    )


def slice_of(waiting: Any, most: int) -> Iterable[ChangedCell]:
    """Cells with about `most` items, at least one cell."""
    taken = 0
    for cell in waiting[:most]:
        if taken >= most:
            return
        taken += max(1, len(cell.item_ids))
        yield cell


def loaded(rows: Rows) -> Loaded:
    return Loaded(rows, list(Department.objects.select_related("country")))


def basis_print(rows: Rows) -> str:
    """All rows that scores depend on, in 32 letters."""
    told = [[row.pk, plans.columns_of(row)] for row in (*rows.versions, *rows.hours, *rows.days)]
    text = json.dumps(sorted(told, key=str), sort_keys=True, default=str)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
