"""A change put in force: its rows in one transaction, then the items cell by cell, each cell in one of its own.

Lock order: countries and types, then items by id, then cells by key (domain section 2). Killed at any point, the next
slice goes on where the last transaction ended.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from accounts.audit import acting_as
from accounts.models import Country
from kpi import cells, plans, rescoring, scope
from kpi.basis import Loaded, Rows
from kpi.models import Change, ChangedCell, KpiItem, KpiType
from kpi.plans import Write
from kpi.previewing import basis_print, begin, gather, slice_of
from kpi.scope import Scope

NAMED = 50  # items that changed since the preview and are named
State = Change.State


def apply(change: Change, *, at: datetime, most: int) -> bool:
    """A slice of the application; whether something is left to do."""
    if not change.written:
        return _write(change)
    basis, loader = Loaded.stored(), rescoring.Loader()
    for cell in slice_of(change.cells.filter(applied=False), most):
        _apply_cell(change, cell, loader, basis, at)
    return change.cells.filter(applied=False).exists() or _late_comers(change) or _finish(change, at)


@transaction.atomic
def _write(change: Change) -> bool:
    """Put the rows in force, unless what the preview saw is no longer so: then it is asked again."""
    writes = plans.read(change.plan)
    _lock(writes)
    if basis_print(Rows.stored()) != change.basis:
        begin(change)
        return True
    changed = changed_since(change)
    asked = rescoring.print_of(changed) if changed else ""
    if asked != change.confirmed and changed:
        summary = change.summary | {"changed": changed[:NAMED], "changed_count": len(changed), "confirm": asked}
        Change.objects.filter(pk=change.pk).update(state=State.PREVIEWED, summary=summary, done=F("total"))
        return False
    if changed:
        change.total = gather(change, Scope.from_json(change.scope))
    with acting_as(change.decided_by or change.by):
        plans.carry_out(writes)
    Change.objects.filter(pk=change.pk).update(written=True, done=0, total=change.total)
    return True


def changed_since(change: Change) -> list[int]:
    """The ids of the items that are not as the preview saw them: changed, come or gone."""
    seen = dict(change.items.values_list("item_id", "fingerprint"))
    items = scope.items(Scope.from_json(change.scope)).values_list("pk", *rescoring.SEEN)
    now = {pk: rescoring.print_of(columns) for pk, *columns in items.iterator(chunk_size=2000)}
    return sorted(pk for pk in seen.keys() | now.keys() if seen.get(pk) != now.get(pk))


def _lock(writes: Iterable[Write]) -> None:
    """Countries, then types, by id. Inside the caller's transaction."""
    rows = [write.either for write in writes]
    of_departments = [row["department_id"] for row in rows if row.get("department_id")]
    countries = Q(pk__in=[row["country_id"] for row in rows if row.get("country_id")]) | Q(
        departments__in=of_departments
    )
    wanted = sorted(set(Country.objects.filter(countries).values_list("pk", flat=True)))
    list(Country.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    types = [row["type_id"] for row in rows if row.get("type_id")]
    list(KpiType.objects.select_for_update().filter(pk__in=types).order_by("pk"))


@transaction.atomic
def _apply_cell(change: Change, cell: ChangedCell, loader: rescoring.Loader, basis: Loaded, at: datetime) -> None:
    list(KpiItem.objects.select_for_update().filter(pk__in=cell.item_ids).order_by("pk").values_list("pk"))
    remeasure = Scope.from_json(change.scope).remeasures
    outcomes = [rescoring.judge(work, basis, at=at, remeasure=remeasure) for work in loader.works(cell.item_ids)]
    rescoring.keep(outcomes, at=at, why=f"{change.title}: {change.reason}")
    # An item that was moved meanwhile is in another cell by now.
    cells.rebuild({cells.key_of(cell), *(cells.key_of(one.work.item) for one in outcomes)})
    if ChangedCell.objects.filter(pk=cell.pk, applied=False).update(applied=True):
        Change.objects.filter(pk=change.pk).update(done=F("done") + len(cell.item_ids), worked_at=at)


@transaction.atomic
def _late_comers(change: Change) -> bool:
    """Items that were entered by the old rows while the new ones were being written."""
    known = {pk for ids in change.cells.values_list("item_ids", flat=True) for pk in ids}
    there = scope.items(Scope.from_json(change.scope)).values_list("pk", flat=True)
    if set(there) <= known:
        return False
    total = gather(change, Scope.from_json(change.scope))
    late = [cell.pk for cell in change.cells.all() if set(cell.item_ids) - known]
    change.cells.filter(pk__in=late).update(applied=False)
    Change.objects.filter(pk=change.pk).update(total=total, done=F("done"))
    return True


def _finish(change: Change, at: datetime) -> bool:
    Change.objects.filter(pk=change.pk).update(state=State.APPLIED, finished_at=at, done=F("total"))
    return False
