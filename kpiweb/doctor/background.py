"""Redis, the worker and beat: asked for a sign of life, not for their settings."""

import secrets
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from redis import Redis
from redis.exceptions import RedisError

from kpiweb import tasks
from kpiweb.doctor.finding import Finding, fail, ok, warn
from kpiweb.request_log import error_sentence

BROKER_SECONDS = 2
LATE = timedelta(minutes=3)  # beat asks for a heartbeat every ten seconds
START_WORKER = "celery -A kpiweb worker --pool=solo   (or python manage.py serve, which starts all three)"
START_BEAT = "celery -A kpiweb beat   (exactly one; python manage.py serve starts it as well)"


def redis() -> Finding:
    if not settings.REDIS_URL:
        return ok("Broker", f"a folder, {settings.BROKER_DIR}")
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS
        ) as client:
            client.ping()
    except (RedisError, OSError, ValueError) as error:
        return fail("Redis", error_sentence(error), "start Redis, or correct REDIS_URL; until then mails wait")
    return ok("Redis", "answers")


def worker_and_beat(*, at: datetime, wait: float, broker: bool) -> Iterator[Finding]:
    """A task of our own is answered by a worker; a fresh heartbeat was asked for by beat and answered by a worker."""
    beaten = last_heartbeat()
    age = at - beaten if beaten else None
    fresh = age is not None and age < LATE
    if not broker:
        yield warn("Worker", "cannot be told while the broker does not answer", "mend the broker first")
    elif _answers(wait):
        yield ok("Worker", "answers")
    elif fresh:
        yield warn("Worker", f"did not answer in {wait:g} s, but did lately: it may be busy", "ask again in a minute")
    else:
        yield fail("Worker", f"did not answer in {wait:g} s", START_WORKER)
    if fresh:
        yield ok("Beat", f"last heard of {_ago(age)} ago")
    else:
        yield fail("Beat", f"last heard of {_ago(age)} ago" if age else "was never heard of", START_BEAT)


def last_heartbeat() -> datetime | None:
    written = cache.get(tasks.HEARTBEAT)
    return datetime.fromisoformat(written) if written else None


def _answers(wait: float) -> bool:
    """Whether a worker does what it is asked within `wait` seconds."""
    key = secrets.token_hex(8)
    try:
        with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as connection:
            tasks.answer.apply_async((key,), connection=connection, retry=False, expires=wait)
    except Exception:  # whatever the broker's driver throws, nobody will answer
        return False
    end = time.monotonic() + wait
    while not (answered := cache.get(tasks.answer_key(key))) and time.monotonic() < end:
        time.sleep(0.1)
    return bool(answered)


def _ago(age: timedelta | None) -> str:
    seconds = int(age.total_seconds()) if age else 0
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
