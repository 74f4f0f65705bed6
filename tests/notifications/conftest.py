"""A mail to put into the outbox, real workers with beat, and a clock that tests move."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifications.messages import Message
from notifications.nudge import broker
from notifications.tasks import mail_server
from tests.conftest import ROOT
from tests.servers.processes import start, temporary_folder, wait_until

AT = datetime(2026, 10, 5, 6, 0, tzinfo=UTC)


def make_message(recipient: str = "sam@example.org", **changes: str) -> Message:
    values = {
        "kind": "reply",
        "recipient": recipient,
        "recipient_name": "Sam Submitter",
        "subject": "New reply: KPI-12 Printer",
        "text": "The drum was empty.\n",
        "html": "<p>The drum was empty.</p>",
        "thread": "KPI-12",
    }
    return Message(**{**values, **changes})


@pytest.fixture(autouse=True)
def _closed_breakers() -> Iterator[None]:
    """A server that one test broke is whole again for the next."""
    broker.reset()
    mail_server.reset()
    yield
    broker.reset()
    mail_server.reset()


class BeatingWorker:
    """A real worker with beat in it, as an installation runs; the broker is the environment's."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.log = folder / "worker.log"
        self.schedule = folder / "schedule"
        self.environment = environment
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        process = start(
            [
                sys.executable, "-m", "celery", "-A", "kpiweb", "worker", "--pool=solo", "--loglevel=INFO", "--beat",
                f"--schedule={self.schedule}", "--without-gossip", "--without-mingle", "--without-heartbeat",
            ],
            log=self.log,
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
        )  # fmt: skip
        wait_until(lambda: b" ready." in self.log.read_bytes(), process=process, log=self.log, limit=60)
        return process

    def kill(self) -> None:
        """As a crash of the machine would: worker and beat at once, without a word."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def restart(self) -> None:
        self.log.unlink()
        self.process = self._start()


@pytest.fixture
def beating_worker() -> Iterator[Callable[[dict[str, str]], BeatingWorker]]:
    """Starts workers in an environment of their own and ends them with the test."""
    started: list[BeatingWorker] = []

    def begin(environment: dict[str, str]) -> BeatingWorker:
        folder = temporary_folder("beating")
        for name in ("messages", "control"):
            (folder / "broker" / name).mkdir(parents=True)
        worker = BeatingWorker(folder, {**environment, "VAR_DIR": str(folder)})
        started.append(worker)
        return worker

    yield begin
    for worker in started:
        worker.kill()
        shutil.rmtree(worker.folder, ignore_errors=True)
