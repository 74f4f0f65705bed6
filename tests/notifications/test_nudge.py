"""The commit nudges a worker; a broker that is gone, or hangs, hurts nobody."""

from typing import Any

import pytest
from celery import current_app
from django.db import transaction
from redis import Redis

from notifications.nudge import broker, nudge
from notifications.outbox import queue
from tests.notifications.conftest import AT, make_message
from tests.servers.redis import RedisServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def redis(private_redis: RedisServer, monkeypatch: Any) -> RedisServer:
    monkeypatch.setattr(current_app.conf, "broker_write_url", private_redis.url)
    return private_redis


def waiting(redis: RedisServer) -> int:
    with Redis.from_url(redis.url) as client:
        return int(client.llen("celery"))


def test_the_worker_hears_of_a_mail_after_the_commit(redis: RedisServer) -> None:
    with transaction.atomic():
        queue(make_message(), event_key="ticketevent:1", at=AT)
        assert waiting(redis) == 0
    assert waiting(redis) == 1


def test_nobody_hears_of_what_was_rolled_back_kept_already_or_is_not_to_be_sent(redis: RedisServer) -> None:
    with transaction.atomic():
        queue(make_message(), event_key="ticketevent:1", at=AT)
        transaction.set_rollback(True)
    queue(make_message("nobody"), event_key="ticketevent:1", at=AT)
    queue(make_message(), event_key="ticketevent:2", at=AT)
    queue(make_message(), event_key="ticketevent:2", at=AT)
    assert waiting(redis) == 1


@pytest.mark.parametrize("fault", ["stop", "freeze"])
def test_a_broken_broker_is_left_alone_for_a_while(redis: RedisServer, fault: str) -> None:
    getattr(redis, fault)()
    with transaction.atomic():
        mails = [queue(make_message(), event_key=f"ticketevent:{number}", at=AT) for number in range(3)]
    assert all(mails)
    assert broker.is_open
    redis.start()
    redis.thaw()
    before = waiting(redis)
    nudge(mails[0].pk)  # type: ignore[union-attr] - asserted above
    assert waiting(redis) == before
    broker.reset()
    nudge(mails[0].pk)  # type: ignore[union-attr] - asserted above
    assert waiting(redis) == before + 1
