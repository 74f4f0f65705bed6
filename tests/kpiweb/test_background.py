"""Background work when its parts fail: the outbox is the truth, broker and worker may vanish."""

import time
from collections.abc import Iterator
from email.message import EmailMessage

import psutil
import pytest
from django.conf import settings

from tests.servers.processes import wait_until
from tests.servers.product import Product, manage
from tests.servers.redis import RedisServer
from tests.servers.smtp import SmtpSink

QUEUE = """
from django.utils import timezone
from notifications import outbox
from notifications.messages import Message
for number in range({first}, {first} + {count}):
    outbox.queue(
        Message(kind="test", recipient=f"person{{number}}@example.com", recipient_name="Person", subject="Hello",
                text="Hello", html="", thread=""),
        event_key=f"test:{{number}}", at=timezone.now(),
    )
"""


def queue_mails(product: Product, *, count: int, first: int = 0) -> None:
    """Store mails as a page would: a process of its own, the rows first, then the nudges."""
    environment = {**product.environment, "LOG_LEVEL": "WARNING"}
    done = manage("shell", "--no-imports", "-c", QUEUE.format(first=first, count=count), environment=environment)
    assert done.returncode == 0, done.stderr


def recipients(messages: list[EmailMessage]) -> list[str]:
    return sorted(str(message["To"]) for message in messages)


def expected(count: int) -> list[str]:
    return sorted(f"Person <person{number}@example.com>" for number in range(count))


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    server = SmtpSink()
    yield server
    server.close()


@pytest.fixture
def with_redis(sink: SmtpSink, private_redis: RedisServer) -> Iterator[Product]:
    running = Product(REDIS_URL=private_redis.url, EMAIL_URL=sink.url)
    yield running
    running.close()


def grown_up(product: Product) -> list[psutil.Process]:
    children = [product.child(words) for words in ("granian", "kpiweb worker", "kpiweb beat")]
    return [child for child in children if child is not None]


def test_mails_go_out_after_redis_is_back_without_a_restart(
    with_redis: Product, private_redis: RedisServer, sink: SmtpSink
) -> None:
    queue_mails(with_redis, count=1)
    wait_until(lambda: len(sink.messages) == 1, limit=60)
    before = grown_up(with_redis)
    assert len(before) == 3

    private_redis.stop()
    queue_mails(with_redis, first=1, count=2)
    private_redis.start()

    private_redis.freeze()
    queue_mails(with_redis, first=3, count=2)
    # Longer than the worker waits for an answer, so that it has to connect anew.
    time.sleep(settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"] + 2)
    private_redis.thaw()

    queue_mails(with_redis, first=5, count=2)
    private_redis.flush()

    wait_until(lambda: len(sink.messages) >= 7, limit=120)
    assert sink.quiet() == 7
    assert recipients(sink.messages) == expected(7)
    assert grown_up(with_redis) == before


def test_a_killed_worker_loses_no_mail(sink: SmtpSink) -> None:
    product = Product(EMAIL_URL=sink.url)
    try:
        sink.delay = 0.5
        queue_mails(product, count=20)
        wait_until(lambda: len(sink.messages) >= 2, limit=60)
        worker = product.child("kpiweb worker")
        assert worker is not None
        worker.kill()
        sink.delay = 0.0
        wait_until(lambda: len({message["Message-ID"] for message in sink.messages}) == 20, limit=180)
        # The mail the worker was killed over may come twice, as one and the same mail.
        assert recipients(list({m["Message-ID"]: m for m in sink.messages}.values())) == expected(20)
        assert sink.quiet() <= 21
    finally:
        product.close()
