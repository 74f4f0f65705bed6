"""Many people at the same moment, each in a thread or a process with a database connection of their own."""

import importlib
import json
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connections


def race(*tries: Callable[[], object]) -> list[object]:
    """Run all at once, released by one barrier; the result of each, or the exception it raised, in their order."""
    barrier = threading.Barrier(len(tries))

    def run(attempt: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return attempt()
        except Exception as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(tries)) as pool:
        return list(pool.map(run, tries))


def race_of_processes(module: str, facts: object, number: int) -> list[int | None]:
    """Run the module's `work(place, facts)` for 0, 1 ... each in a process; their exit codes, 0 for a clean end.

    The processes are forked from a fresh interpreter: this one may have threads (a live server, a browser), whose
    locks a fork would copy in whatever state they are, and wait for ever.
    """
    from tests.conftest import ROOT, database_url, product_environment

    connections.close_all()  # SQLite hands the file over only when nobody here holds it
    command = [sys.executable, "-m", "tests.racing", module, json.dumps(facts), str(number)]
    environment = product_environment(DATABASE_URL=database_url())
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    codes: list[int | None] = json.loads(done.stdout.splitlines()[-1])
    return codes


def of_type(results: Sequence[object], kind: type) -> list[object]:
    """The results that are of `kind`."""
    return [result for result in results if isinstance(result, kind)]


def main(module: str, facts: str, number: str) -> None:
    """The fresh interpreter: start the processes together, print their exit codes."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpiweb.settings")
    django.setup()
    work = importlib.import_module(module).work
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=work, args=(place, json.loads(facts))) for place in range(int(number))]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(json.dumps([process.exitcode for process in processes]))  # noqa: T201 - read by the test


if __name__ == "__main__":
    main(*sys.argv[1:])
