"""What tests of all apps share: a fast password hasher, the mail sink, the worker, Redis and product processes."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.browsing import browser, open_page, page  # noqa: F401 - fixtures for every folder
from tests.servers.processes import start, stop, temporary_folder, wait_until
from tests.servers.redis import RedisServer
from tests.servers.smtp import SmtpSink

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    # Real hashing takes a tenth of a second for each person; what tests need is that a password is checked.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """The cache is a table without a model: what a test commits to it, Django's clean-up between tests leaves there."""
    marker = request.node.get_closest_marker("django_db")
    marked = marker is not None and marker.kwargs.get("transaction", False)
    commits = marked or {"transactional_db", "live_server"} & set(request.fixturenames)
    if commits:
        request.getfixturevalue("_django_db_helper")
    yield
    if commits:
        from django.core.cache import cache

        cache.clear()


@pytest.fixture(scope="session")
def _smtp_sink() -> Iterator[SmtpSink]:
    sink = SmtpSink()
    yield sink
    sink.close()


@pytest.fixture
def smtp(_smtp_sink: SmtpSink, settings: Any) -> Iterator[SmtpSink]:
    """A real mail server; mails sent by this process or by the worker arrive in it."""
    _smtp_sink.reset()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = _smtp_sink.host, _smtp_sink.port
    yield _smtp_sink
    _smtp_sink.reset()


@pytest.fixture(scope="session")
def _provider() -> Iterator[Any]:
    from tests.servers.oidc import OpenIdProvider

    provider = OpenIdProvider()
    yield provider
    provider.close()


@pytest.fixture
def google(_provider: Any, settings: Any) -> Iterator[Any]:
    """A real OpenID provider in Google's place, and credentials for it: the Google button is on the pages."""
    from tests.servers.oidc import CLIENT_ID

    settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET = CLIENT_ID, "a secret"
    settings.GOOGLE_ADDRESSES = _provider.addresses
    yield _provider
    _provider.reset()


@pytest.fixture
def cast(db: None) -> Any:
    """The fixed cast of tests/cast.py, in the database."""
    from tests.cast import make_cast

    return make_cast()


class Worker:
    """The real Celery worker on the test database, stopped between the tests that ask for it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.folder = temporary_folder("worker")
        self.log = self.folder / "log"
        self.environment = environment
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        process = start(
            [
                sys.executable, "-m", "celery", "-A", "kpiweb", "worker", "--pool=solo", "--loglevel=INFO", "--purge",
                "--without-gossip", "--without-mingle", "--without-heartbeat",
            ],
            log=self.log,
            cwd=ROOT,
            env=self.environment,
        )  # fmt: skip
        wait_until(lambda: b" ready." in self.log.read_bytes(), process=process, log=self.log)
        return process

    def restart(self) -> None:
        self.kill()
        # The log tells when it is ready, so it must not remember the last one.
        self.log.unlink()
        self.process = self._start()

    def pause(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        stop(self.process, how=signal.SIGKILL)

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _worker(django_db_setup: None, _smtp_sink: SmtpSink) -> Iterator[Worker]:
    worker = Worker(product_environment(EMAIL_URL=_smtp_sink.url, DATABASE_URL=database_url()))
    worker.pause()
    yield worker
    worker.close()


@pytest.fixture
def celery_worker(_worker: Worker, transactional_db: None, smtp: SmtpSink) -> Iterator[Worker]:
    """A running worker for tests whose data is committed (transactional_db, live_server).

    Between tests it is paused and its queue emptied, so it never acts on rows of a test that did not ask for it.
    """
    from redis import Redis

    with Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
    if _worker.process.poll() is not None:
        _worker.restart()
    _worker.go_on()
    yield _worker
    _worker.pause()


@pytest.fixture
def private_redis() -> Iterator[RedisServer]:
    """A Redis that a test may stop, freeze and flush."""
    server = RedisServer()
    yield server
    server.close()


def database_url() -> str:
    """The test database, as another process must be told."""
    from django.db import connection

    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/{database['NAME']}"


def product_environment(**changes: str) -> dict[str, str]:
    """The environment of a product process that shares nothing with this one but what `changes` says."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST", "KPIWEB_TEST", "DJANGO_ALLOW"))
    }
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **changes}
