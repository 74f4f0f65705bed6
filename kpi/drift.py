"""Cells compared with a rebuild from their items, every night and by hand; what differs is mended and written down.

Nothing should ever differ, since cells are rebuilt inside the transaction that changed an item. A restore of half a
backup, or a hand in the database, can make them.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Department, User
from kpi import cells, months
from kpi.cells import CellKey, Differences
from kpi.models import Cell, DriftCheck, KpiType, UptimeUnit

BATCH = 200
TOLD = 100  # cells that a check tells about one by one
KEPT = 100  # checks
logger = logging.getLogger(__name__)


@dataclass
class Outcome:
    """What a comparison found: how many cells it saw, and of which the first so many differences are told."""

    compared: int = 0
    differing: Differences = field(default_factory=dict)


def compare(wanted: Iterable[date], *, mend: bool, tell: Callable[[date], None] = lambda month: None) -> Outcome:
    """Compare the cells of these months, and mend them where asked. `tell` hears of each month that is done.

    Whatever seems to differ is judged again under its lock, so that what people change meanwhile is no drift.
    """
    outcome = Outcome()
    for month in wanted:
        suspects = [key for key, _wrong in cells.drift(month)]
        for start in range(0, len(suspects), BATCH):
            with transaction.atomic():
                outcome.differing |= cells.rebuild(suspects[start : start + BATCH])
                transaction.set_rollback(not mend)
        outcome.compared += Cell.objects.filter(month=month).count()
        tell(month)
    return outcome


def check(*, at: datetime, mend: bool = True) -> DriftCheck:
    """Compare all months and keep the result for the admin; older results than the last hundred go."""
    outcome = compare(cells.kept_months(), mend=mend)
    if outcome.differing:
        logger.error("%s score cells differed from a rebuild", len(outcome.differing))
    result = DriftCheck.objects.create(
        started_at=at,
        compared=outcome.compared,
        differing=len(outcome.differing),
        found=told(outcome.differing),
        mended=mend and bool(outcome.differing),
    )
    DriftCheck.objects.filter(pk__in=DriftCheck.objects.values_list("pk", flat=True)[KEPT:]).delete()
    return result


def told(differing: Differences) -> list[dict[str, Any]]:
    """The first differences in words and plain values, as they are stored and printed."""
    wanted = sorted(differing)[:TOLD]
    return [
        {"cell": name, "columns": {column: list(values) for column, values in differing[key].items()}}
        for key, name in zip(wanted, _names(wanted), strict=True)
    ]


def _names(keys: list[CellKey]) -> list[str]:
    """What each cell is, in words. Four queries."""
    departments = Department.objects.select_related("country").in_bulk({key.department_id for key in keys})
    types = KpiType.objects.in_bulk({key.type_id for key in keys})
    owners = User.objects.in_bulk({key.owner_id for key in keys})
    units = UptimeUnit.objects.in_bulk({key.unit_id for key in keys})
    return [
        ", ".join(
            str(word)
            for word in (
                departments[key.department_id],
                types[key.type_id],
                months.written(key.month),
                owners.get(key.owner_id) or units.get(key.unit_id),
            )
            if word
        )
        for key in keys
    ]
