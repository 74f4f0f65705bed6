"""The product itself as a process: `manage.py serve` on a free port with an environment of its own."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import psutil

from tests.servers.processes import free_port, start, stop, temporary_folder, wait_until

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (
    "KPIWEB_ENV", "SITE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "VAR_DIR",
    "TRUSTED_PROXIES", "DEBUG", "LOG_LEVEL",
)  # fmt: skip


def bare_environment(**settings: str) -> dict[str, str]:
    """This process's environment without any of the product's settings but those given."""
    others = {
        name: value
        for name, value in os.environ.items()
        if name.removesuffix("_FILE") not in SETTINGS and not name.startswith("DJANGO_ALLOW")
    }
    return {**others, **settings}


def manage(*arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class Product:
    """A running product in an empty folder, embedded unless `settings` say otherwise."""

    def __init__(self, *arguments: str, **settings: str) -> None:
        self.folder = temporary_folder("product")
        self.var = self.folder / "var"
        self.log = self.folder / "log"
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = bare_environment(VAR_DIR=str(self.var), **settings)
        self.process = start(
            [sys.executable, "manage.py", "serve", "--port", str(self.port), *arguments],
            log=self.log,
            cwd=ROOT,
            env=self.environment,
        )
        wait_until(self.answers, process=self.process, log=self.log, limit=90)

    def answers(self) -> bool:
        try:
            return self.get("/healthz") == (200, "ok")
        except (urllib.error.URLError, OSError):
            return False

    def get(self, path: str) -> tuple[int, str]:
        """Status and body."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def child(self, words: str) -> psutil.Process | None:
        """The supervisor's living child whose command line holds these words."""
        children = [p for p in psutil.Process(self.process.pid).children() if p.status() != psutil.STATUS_ZOMBIE]
        return next((child for child in children if words in " ".join(child.cmdline())), None)

    def family(self) -> list[psutil.Process]:
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def stop(self, *, how: int = signal.SIGTERM) -> None:
        stop(self.process, how=how)

    def close(self) -> None:
        # SIGTERM first: killing the supervisor outright is what one of the tests is about.
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
