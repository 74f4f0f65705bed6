"""Signs of life of the background work, as rows in the cache's table: manage.py doctor reads them."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

HEARTBEAT = "kpiweb.heartbeat"
ANSWER_SECONDS = 300


@shared_task
def heartbeat() -> None:
    """Sent by beat every ten seconds: that it was written shows a living beat and a living worker."""
    cache.set(HEARTBEAT, timezone.now().isoformat(), timeout=None)


@shared_task
def answer(key: str) -> None:
    """Sent by the doctor, who waits for the row."""
    cache.set(answer_key(key), True, timeout=ANSWER_SECONDS)


def answer_key(key: str) -> str:
    return f"kpiweb.answer.{key}"
