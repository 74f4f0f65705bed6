"""What time alone changes in the ledger: a clock runs past its due, an admin moves hours or targets."""

import logging
from datetime import datetime

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from kpi import changes, drift, item_import, ledger
from kpi.models import Change, Clock, KpiItem, WorkState

BATCH = 500
logger = logging.getLogger(__name__)


@shared_task
def mark_breaches() -> int:
    """Judge again every item whose running clock is past its due, so that lists and cells say so. Idempotent."""
    now = _now()
    late = Clock.objects.filter(stopped_at__isnull=True, breached_at__isnull=True, due_at__lt=now)
    items = list(late.order_by("due_at").values_list("item_id", flat=True)[:BATCH])
    for item_id in sorted(set(items)):
        with transaction.atomic(), ledger.posting(item_id, at=now) as item:
            item.touch()
    return len(items)


@shared_task
def check_drift() -> int:
    """Compare every cell with a rebuild, mend what differs, and keep what was found for the admin."""
    return drift.check(at=timezone.now()).differing


@shared_task
def redate_open_clocks() -> int:
    """After a change of hours, holidays or targets: every open item gets its dues anew. Stopped clocks stay."""
    now = _now()
    items = KpiItem.objects.filter(state=WorkState.OPEN).order_by("pk").values_list("pk", flat=True)
    for item_id in items.iterator(chunk_size=BATCH):
        with transaction.atomic(), ledger.posting(item_id, at=now) as item:
            item.touch()
    return len(items)


def ask_to_redate() -> None:
    """Nudge the worker; while the broker is away the regular run of beat does it instead."""
    try:
        redate_open_clocks.apply_async(retry=False)
    except OperationalError:
        logger.warning("the broker is away; open clocks are re-dated by the next regular run")


@shared_task
def go_on_with_change(change_id: int) -> None:
    """A slice of a preview or an application; the next one is asked for, so that other work gets its turn."""
    if changes.go_on(change_id, at=_now()):
        ask_to_go_on(change_id)


@shared_task
def go_on_with_changes() -> int:
    """The sweep behind the nudges: whatever is not finished gets a slice, also what a killed worker left."""
    found = list(Change.objects.filter(state__in=changes.AT_WORK).order_by("pk").values_list("pk", flat=True))
    for change_id in found:
        go_on_with_change(change_id)
    return len(found)


def ask_to_go_on(change_id: int) -> None:
    """Nudge the worker; while the broker is away the sweep does it."""
    try:
        go_on_with_change.apply_async((change_id,), retry=False)
    except OperationalError:
        logger.warning("the broker is away; the change goes on with the next sweep")


def start(change: Change) -> Change:
    """Do what few items need at once, so that the page can show it; leave many to the worker."""
    if change.total > changes.INLINE:
        transaction.on_commit(lambda: ask_to_go_on(change.pk))
        return change
    while changes.go_on(change.pk, at=_now()):
        pass
    change.refresh_from_db()
    return change


@shared_task
def import_file(pk: int) -> None:
    """Check or store one uploaded workbook. May be lost, repeated, or run twice at the same time."""
    item_import.work_on(pk, clock=timezone.now)


@shared_task
def import_waiting_files() -> int:
    """The sweep behind the nudge: files nobody works on, also those whose worker died. Run often, by beat."""
    waiting = item_import.to_do(at=timezone.now())
    for pk in waiting:
        try:
            item_import.work_on(pk, clock=timezone.now)
        except Exception:  # one file must not keep the others waiting; it is in the log and tried again
            logger.warning("import %s is tried again later", pk)
    return len(waiting)


def ask_to_import(pk: int) -> None:
    """Nudge the worker; while the broker is away the sweep does it instead."""
    try:
        import_file.apply_async((pk,), retry=False)
    except OperationalError:
        logger.warning("the broker is away; import %s is taken up by the next sweep", pk)


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)
