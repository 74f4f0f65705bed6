"""The supervisor for real: it starts from nothing, keeps its children alive and leaves nothing behind."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from kpiweb.management.commands.serve import empty_broker
from tests.servers.processes import wait_until
from tests.servers.product import Product, bare_environment, manage


@pytest.fixture
def product() -> Iterator[Product]:
    running = Product()
    yield running
    running.close()


def gone(processes: list[psutil.Process]) -> bool:
    return not [process for process in processes if process.is_running() and process.status() != "zombie"]


def test_starts_from_an_empty_folder_and_stops_whole(product: Product) -> None:
    wait_until(lambda: "KPI Web answers on" in product.said())
    assert product.get("/readyz")[0] == 200
    assert {"kpiweb.sqlite3", "secret_key", "broker"} <= {path.name for path in product.var.iterdir()}
    family = product.family()
    assert len(family) >= 4
    product.stop()
    wait_until(lambda: gone(family))
    assert product.process.returncode == 0
    assert product.said().endswith("KPI Web has stopped.\n")


@pytest.fixture(scope="module")
def lasting() -> Iterator[Product]:
    """One product that several tests hurt."""
    running = Product()
    yield running
    running.close()


@pytest.mark.parametrize("words", ["granian", "celery --quiet -A kpiweb worker", "celery --quiet -A kpiweb beat"])
def test_a_dead_child_is_started_again(lasting: Product, words: str) -> None:
    dead = wait_until(lambda: lasting.child(words))
    family = [dead, *dead.children(recursive=True)]
    dead.kill()
    wait_until(lambda: gone(family))
    new = wait_until(lambda: lasting.child(words))
    assert new.pid != dead.pid
    assert "ended (killed by SIGKILL); it starts again in 0.5 s" in lasting.said()
    wait_until(lasting.answers)


def test_children_die_with_a_killed_supervisor(product: Product) -> None:
    wait_until(lambda: "KPI Web answers on" in product.said())
    family = product.family()
    product.process.send_signal(signal.SIGKILL)
    wait_until(lambda: gone(family), process=None)


def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = manage("serve", "--port", str(port), environment=bare_environment())
    assert done.returncode == 1
    assert done.stderr == (
        f"CommandError: Port {port} on 127.0.0.1 cannot be used (Address already in use). "
        f"Stop what uses it, or take another one: make run PORT={port + 1}\n"
    )


def test_old_messages_of_the_folder_broker_are_dropped(settings: Any, tmp_path: Path) -> None:
    settings.BROKER_DIR = tmp_path / "broker"
    for _ in range(2):
        empty_broker()
        assert sorted(path.name for path in (tmp_path / "broker").rglob("*")) == ["control", "messages"]
        (tmp_path / "broker" / "messages" / "1_half-written.celery.msg").write_text("")
