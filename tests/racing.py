"""Many people at the same moment, each in a thread or a process with a database connection of their own."""

import multiprocessing
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


def race_of_processes(work: Callable[[int], None], number: int) -> list[int | None]:
    """Run `work(0)`, `work(1)` ... each in a process; their exit codes, 0 for one that raised nothing."""
    connections.close_all()  # a connection that two processes use is of use to neither
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=work, args=(place,)) for place in range(number)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [process.exitcode for process in processes]


def of_type(results: Sequence[object], kind: type) -> list[object]:
    """The results that are of `kind`."""
    return [result for result in results if isinstance(result, kind)]
