"""What time alone changes in the ledger: a clock runs past its due, an admin moves hours or targets."""

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from kpi import ledger
from kpi.models import Clock, KpiItem, WorkState

BATCH = 500
logger = logging.getLogger(__name__)


@shared_task
def mark_breaches() -> int:
    """Judge again every item whose running clock is past its due, so that lists and cells say so. Idempotent."""
    now = timezone.now().replace(microsecond=0)
    late = Clock.objects.filter(stopped_at__isnull=True, breached_at__isnull=True, due_at__lt=now)
    items = list(late.order_by("due_at").values_list("item_id", flat=True)[:BATCH])
    for item_id in sorted(set(items)):
        with transaction.atomic(), ledger.posting(item_id, at=now) as item:
            item.touch()
    return len(items)


@shared_task
def redate_open_clocks() -> int:
    """After a change of hours, holidays or targets: every open item gets its dues anew. Stopped clocks stay."""
    now = timezone.now().replace(microsecond=0)
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
