"""`manage.py serve`: the whole product in one terminal."""

import os
import shutil
import socket
import sys
import threading
import urllib.error
import urllib.request
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connections

from kpiweb.supervisor import Child, Supervisor


class Command(BaseCommand):
    help = "Starts web, worker and beat together, restarts what dies, stops all on Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--demo", action="store_true", help="fill an empty database with demo data first")
        parser.add_argument("--no-demo", action="store_false", dest="demo")

    def handle(self, *, host: str, port: int, demo: bool, **options: Any) -> None:
        refuse_taken_port(host, port)
        environment = {**os.environ, **site_environment(port)}
        try:
            self.prepare(demo=demo, environment=environment)
        except KeyboardInterrupt:
            raise CommandError("Stopped while preparing; the next start goes on from here.") from None
        watch = FirstAnswer(f"http://{host}:{port}/healthz")
        supervisor = Supervisor(children=children(host, port, demo=demo), environment=environment, say=self.say)

        def announce() -> None:
            if watch.is_news():
                self.say(f"\nKPI Web answers on {environment['SITE_URL']}  (Ctrl-C stops it)\n")

        supervisor.run(on_tick=announce)
        self.say("KPI Web has stopped.")

    def prepare(self, *, demo: bool, environment: dict[str, str]) -> None:
        """All that must be done before the first process starts."""
        self.say("Preparing the database ...")
        call_command("migrate", interactive=False, verbosity=0)
        if settings.PRODUCTION:
            call_command("collectstatic", interactive=False, verbosity=0)
        if not settings.REDIS_URL:
            empty_broker()
        if demo:
            self.seed_demo(site_url=environment["SITE_URL"])
        # A connection must not be shared with the processes that start now.
        connections.close_all()

    def seed_demo(self, *, site_url: str) -> None:
        """The recent part of the demo, before the first page; a database with real data is served as it is."""
        self.say("Writing demo data ...")
        # The links in the mails of the demo must lead to this server.
        settings.SITE_URL = site_url
        try:
            call_command("seed_demo", recent_only=True, stdout=self.stdout)
        except CommandError as refusal:
            self.say(str(refusal))

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def children(host: str, port: int, *, demo: bool) -> list[Child]:
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "kpiweb"]
    threads = min(8, 2 * (os.cpu_count() or 1) + 1)
    worker = ["worker", "--pool=solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    running = [
        Child(
            "web",
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
                "--workers", "1", "--blocking-threads", str(threads), "--no-ws", "--log-level", "warning",
                "--respawn-failed-workers", "kpiweb.wsgi:application",
            ],
        ),
        Child("worker", [*celery, *worker, "--loglevel=WARNING"]),
        Child("beat", [*celery, "beat", "--pidfile=", "--loglevel=WARNING"]),
    ]  # fmt: skip
    # The demo's older months take longer than a first page should wait.
    older_months = [sys.executable, str(settings.BASE_DIR / "manage.py"), "seed_demo", "--older"]
    return [*running, Child("demo", older_months, once=True)] if demo else running


def refuse_taken_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                f"Stop what uses it, or take another one: make run PORT={port + 1}"
            ) from error


def site_environment(port: int) -> dict[str, str]:
    """What the children must know; embedded, links follow the chosen port unless SITE_URL says where they lead."""
    given = settings.PRODUCTION or os.environ.get("SITE_URL") or os.environ.get("SITE_URL_FILE")
    parts = urlsplit(settings.SITE_URL)
    site_url = settings.SITE_URL if given else f"{parts.scheme}://{parts.hostname}:{port}"
    return {"SITE_URL": site_url, "SITE_URL_FILE": "", "KPIWEB_ENV": settings.KPIWEB_ENV, "PYTHONUNBUFFERED": "1"}


def empty_broker() -> None:
    """Old messages are nudges whose work the sweeps find anyway; a half-written one would stop the worker."""
    shutil.rmtree(settings.BROKER_DIR, ignore_errors=True)
    for folder in ("messages", "control"):
        (settings.BROKER_DIR / folder).mkdir(parents=True)


class FirstAnswer:
    """Asks an address from a thread of its own until it answers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answered = threading.Event()
        self.told = False
        threading.Thread(target=self._ask, daemon=True).start()

    def _ask(self) -> None:
        pause = threading.Event()
        while not self.answered.is_set():
            try:
                with urllib.request.urlopen(self.url, timeout=2):  # noqa: S310 - our own address, built above
                    self.answered.set()
            except (urllib.error.URLError, OSError):
                pause.wait(0.2)

    def is_news(self) -> bool:
        """True once, when the address has answered."""
        news = self.answered.is_set() and not self.told
        self.told = self.told or news
        return news
