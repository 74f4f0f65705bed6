"""Many people at the same moment, each in a thread with a database connection of their own."""

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


def of_type(results: Sequence[object], kind: type) -> list[object]:
    """The results that are of `kind`."""
    return [result for result in results if isinstance(result, kind)]
