"""Celery's entrances to the outbox. Both may be lost, repeated or run at the same time."""

import logging
import time

from celery import shared_task
from django.utils import timezone

from . import delivery
from .breaker import Breaker
from .delivery import Outcome

logger = logging.getLogger(__name__)

SWEEP_ROWS = 200
SWEEP_SECONDS = 20  # a slow mail server must not keep the worker from its other work; the next sweep goes on
mail_server = Breaker(seconds=15)


@shared_task(name="notifications.tasks.deliver", ignore_result=True)
def deliver(mail_pk: int) -> None:
    """Deliver one mail now. While the mail server is away this leaves it to the sweep."""
    if not mail_server.is_open:
        _attempt(mail_pk)


@shared_task(name="notifications.tasks.sweep", ignore_result=True)
def sweep() -> int:
    """Deliver what is due and what a dead worker left; returns how many mails went out. Run often, by beat."""
    sent = 0
    stop_at = time.monotonic() + SWEEP_SECONDS
    for mail_pk in delivery.due(at=timezone.now(), limit=SWEEP_ROWS):
        outcome = _attempt(mail_pk)
        sent += outcome is Outcome.SENT
        if outcome is Outcome.SERVER_DOWN or time.monotonic() > stop_at:
            break
    return sent


def _attempt(mail_pk: int) -> Outcome:
    outcome = delivery.attempt(mail_pk, clock=timezone.now)
    if outcome is Outcome.SERVER_DOWN:
        mail_server.trip()
    if outcome in {Outcome.SERVER_DOWN, Outcome.FAILED}:
        logger.warning("Mail %s: %s", mail_pk, outcome.value)
    return outcome
