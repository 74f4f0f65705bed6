"""Killed workers and lost brokers lose no mail; real workers with beat, as an installation runs them."""

from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app
from django.db import connection, transaction
from django.utils import timezone

from notifications.models import MailStatus, OutgoingMail
from notifications.nudge import broker
from notifications.outbox import queue
from tests.conftest import database_url, product_environment
from tests.notifications.conftest import BeatingWorker, make_message
from tests.servers.processes import wait_until
from tests.servers.redis import RedisServer
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)
Begin = Callable[[dict[str, str]], BeatingWorker]


def environment(smtp: SmtpSink, redis_url: str) -> dict[str, str]:
    """An empty `redis_url` means the embedded broker of files."""
    return product_environment(EMAIL_URL=smtp.url, DATABASE_URL=database_url(), REDIS_URL=redis_url)


def fill(count: int = 20) -> None:
    now = timezone.now()
    with transaction.atomic():
        for number in range(count):
            queue(make_message(f"p{number}@example.org"), event_key=f"e:{number}", at=now)


def unsent() -> int:
    return OutgoingMail.objects.exclude(status=MailStatus.SENT).count()


def message_ids(smtp: SmtpSink) -> list[str]:
    return sorted(str(message["Message-ID"]) for message in smtp.messages)


def stored_ids() -> list[str]:
    return sorted(OutgoingMail.objects.values_list("message_id", flat=True))


@pytest.mark.both
def test_a_killed_worker_loses_no_mail(
    smtp: SmtpSink, private_redis: RedisServer, beating_worker: Begin, monkeypatch: Any
) -> None:
    """Of 20 mails some are out, one is under way and the rest waits when worker and beat are killed.

    SQLite goes with the embedded broker of files, PostgreSQL with Redis.
    """
    monkeypatch.setattr(current_app.conf, "broker_write_url", private_redis.url)
    worker = beating_worker(environment(smtp, private_redis.url if connection.vendor == "postgresql" else ""))
    smtp.delay = 0.3
    fill()
    wait_until(lambda: len(smtp.messages) >= 3, log=worker.log, limit=60)
    worker.kill()
    smtp.quiet(seconds=0.5)
    cut_off = OutgoingMail.objects.filter(status=MailStatus.SENDING)
    under_way = set(cut_off.values_list("message_id", flat=True))
    assert len(under_way) <= 1
    assert unsent() > 10

    smtp.delay = 0
    cut_off.update(claimed_until=timezone.now())  # instead of waiting for the lease to run out
    worker.restart()
    wait_until(lambda: unsent() == 0, process=worker.process, log=worker.log, limit=90)
    arrived = message_ids(smtp)
    assert sorted(set(arrived)) == stored_ids()
    # Twice only what the mail server had taken before the worker could write it down, as the same mail.
    assert {one for one in arrived if arrived.count(one) > 1} <= under_way


@pytest.mark.parametrize("fault", ["stop", "freeze"])
def test_mails_of_a_time_without_redis_go_out_when_it_is_back(
    fault: str, smtp: SmtpSink, private_redis: RedisServer, beating_worker: Begin, monkeypatch: Any
) -> None:
    """Nothing is restarted: neither this process, which queues, nor the worker, which delivers."""
    monkeypatch.setattr(current_app.conf, "broker_write_url", private_redis.url)
    worker = beating_worker(environment(smtp, private_redis.url))
    getattr(private_redis, fault)()
    fill()
    assert broker.is_open
    assert OutgoingMail.objects.filter(status=MailStatus.PENDING).count() == 20
    private_redis.start()
    private_redis.thaw()
    wait_until(lambda: unsent() == 0, process=worker.process, log=worker.log, limit=120)
    assert message_ids(smtp) == stored_ids()


def test_a_running_worker_hears_of_each_mail_at_once(celery_worker: Any, smtp: SmtpSink) -> None:
    """This worker has no beat, so nothing but the nudge can tell it."""
    fill(3)
    wait_until(lambda: unsent() == 0, process=celery_worker.process, log=celery_worker.log)
    assert message_ids(smtp) == stored_ids()


def test_mails_go_out_though_the_broker_forgot_them(celery_worker: Any, smtp: SmtpSink) -> None:
    """The nudges of 20 mails are flushed; the next sweep finds every row."""
    from redis import Redis

    from notifications.tasks import sweep

    smtp.delay = 0.05
    fill()
    with Redis.from_url(current_app.conf.broker_url) as client:
        client.flushdb()
    sweep.delay()
    wait_until(lambda: unsent() == 0, process=celery_worker.process, log=celery_worker.log)
    assert message_ids(smtp) == stored_ids()
