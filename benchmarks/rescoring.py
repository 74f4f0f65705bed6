"""A change of the past on many items: preview, application, kill half-way, and pages that go on answering.

    python -m benchmarks.rescoring [--items 100000]

Without DATABASE_URL it works on SQLite in a temporary folder; with one, on that (empty, migrated by the script).
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

PAGES = ("/performance/?month=2026-05", "/performance/2026-05/", "/profile/performance/?month=2026-05", "/tickets/")
OFFICE_HOURS = {str(day): [["08:00", "17:00"]] for day in range(5)}
FIRST = date(2026, 1, 1)
MONTHS, DEPARTMENTS, OWNERS = 6, 5, 20
NOW = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--work", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work is None and "DATABASE_URL" not in os.environ:
        folder = tempfile.mkdtemp(prefix="kpiweb-rescoring-")
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
    os.environ |= {"DJANGO_SETTINGS_MODULE": "kpiweb.settings", "SECRET_KEY": "benchmark", "KPIWEB_ENV": "embedded"}
    import django

    django.setup()
    if options.work is None:
        measure(options.items)
    else:
        work(options.work)


def work(change_id: int) -> None:
    """What the worker does, slice by slice; meant to be killed."""
    from kpi import changes

    while changes.go_on(change_id, at=datetime.fromtimestamp(int(time.time()), UTC)):
        pass


def measure(number: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import User
    from kpi import cells, changes, plans
    from kpi.models import Cell, Change, KpiItem, TypeVersion

    call_command("migrate", verbosity=0)
    say("database", connection.vendor)
    with timed("seeding"):
        seed(number)
    say("items / cells", f"{KpiItem.objects.count():,} / {Cell.objects.count():,}")
    version = TypeVersion.objects.get()
    version.parameters = {"response_target": 15, "resolution_target": 240}
    admin = User.objects.get(role="admin")
    with timed("scope"):
        change = changes.propose([plans.saving(version)], title="Stricter", by=admin, at=NOW)
    with timed("preview", number):
        work(change.pk)
    change.refresh_from_db()
    say("moves", f"{change.summary['moved']:,} of {change.summary['items']:,} items, {change.summary['cells']:,} cells")
    changes.decide(change.pk, reason="Benchmark", by=admin, at=NOW)
    pages = Pages(User.objects.get(role="management"))
    with timed("application, killed half-way and taken up again", number), pages:
        killed = subprocess.Popen([sys.executable, "-m", "benchmarks.rescoring", "--work", str(change.pk)])  # noqa: S603
        while Change.objects.get(pk=change.pk).done < number // 2 and killed.poll() is None:
            time.sleep(0.2)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        say("killed at", f"{Change.objects.get(pk=change.pk).done:,} items")
        Change.objects.update(worked_at=None)  # the sweep waits for the lease instead
        subprocess.run([sys.executable, "-m", "benchmarks.rescoring", "--work", str(change.pk)], check=True)  # noqa: S603
    change.refresh_from_db()
    wrong = sum(
        told != (value, passed)
        for *told_, value, passed in change.items.values_list(
            "after_value", "after_passed", "item__value", "item__passed"
        )
        for told in [tuple(told_)]
    )
    say("state", change.state)
    say("items unlike the preview", wrong)
    with timed("comparison with a rebuild"):
        say("cells that differ from a rebuild", len(cells.drift()))
    pages.tell()


def seed(number: int) -> None:
    """Finished work of one type, `number` items over half a year, with both clocks and their spans."""
    from accounts.models import Country, Department, Role, User
    from kpi import cells, scoring
    from kpi.basis import Loaded
    from kpi.models import Clock, KpiGroup, KpiItem, KpiType, Span, TypeVersion, WorkingHours

    country = Country.objects.create(code="KE", name="Kenya", zone="Africa/Nairobi")
    WorkingHours.objects.create(country=country, valid_from=FIRST, week=OFFICE_HOURS)
    places = [
        Department.objects.create(country=country, code=f"d{n}", name=f"Department {n}") for n in range(DEPARTMENTS)
    ]
    people = [
        [
            User.objects.create(
                email=f"{place.code}-{n}@x.example", name=f"Agent {n}", role=Role.AGENT, department=place
            )
            for n in range(OWNERS)
        ]
        for place in places
    ]
    for role in (Role.ADMIN, Role.MANAGEMENT):
        User.objects.create(email=f"{role}@x.example", name=role, role=role)
    type_ = KpiType.objects.create(code="issue", name="Issue", rule="rr")
    group = KpiGroup.objects.create(name="Issue")
    parameters = {"response_target": 30, "resolution_target": 240}
    TypeVersion.objects.create(type=type_, valid_from=FIRST, group=group, parameters=parameters)
    basis = Loaded.stored()
    for first in range(0, number, 5000):
        works = [_work(n, places, people, type_) for n in range(first, min(first + 5000, number))]
        for one in works:
            scoring.settle(one, basis, at=NOW, remeasure=True)
        KpiItem.objects.bulk_create([one.item for one in works], batch_size=500)
        Clock.objects.bulk_create([clock for one in works for clock in one.clocks.values()], batch_size=500)
        Span.objects.bulk_create(
            [span for one in works for spans in one.spans.values() for span in spans], batch_size=500
        )
    keys = sorted({cells.CellKey(*row, 0) for row in KpiItem.objects.order_by().values_list(*cells.KEY[:4]).distinct()})
    for at in range(0, len(keys), 100):
        cells.rebuild(keys[at : at + 100])


def _work(n: int, places: list[Any], people: list[list[Any]], type_: Any) -> Any:
    from kpi.models import Clock, KpiItem, Span, WorkState
    from kpi.scoring import Work

    day = FIRST + timedelta(days=n % (30 * MONTHS))
    place, owner = places[n % DEPARTMENTS], people[n % DEPARTMENTS][n // DEPARTMENTS % OWNERS]
    item = KpiItem(
        type=type_, department=place, country_id=place.country_id, owner=owner, date=day, month=day.replace(day=1),
        state=WorkState.DONE,
    )  # fmt: skip
    start = datetime(day.year, day.month, day.day, 5 + n % 7, n % 60, tzinfo=UTC)
    one = Work(item)
    for kind, minutes in (("response", n * 7 % 60), ("resolution", 30 + n * 11 % 500)):
        stop = start + timedelta(minutes=minutes)
        clock = Clock(item=item, kind=kind, stopped_at=stop, value_seconds=0)
        one.clocks[kind], one.spans[kind] = clock, [Span(clock=clock, department=place, start=start, stop=stop)]
    return one


class Pages:
    """Somebody who goes on reading while it works."""

    def __init__(self, reader: Any) -> None:
        self.reader, self.times, self.failures, self.stopped = (
            reader,
            {page: [] for page in PAGES},
            0,
            threading.Event(),
        )
        self.thread = threading.Thread(target=self._read)

    def __enter__(self) -> "Pages":
        self.thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.stopped.set()
        self.thread.join()

    def _read(self) -> None:
        from django.test import Client

        client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        client.force_login(self.reader)
        while not self.stopped.is_set():
            for page in PAGES:
                begun = time.perf_counter()
                self.failures += client.get(page).status_code != 200
                self.times[page].append(time.perf_counter() - begun)
            time.sleep(0.2)

    def tell(self) -> None:
        say("pages that did not answer", self.failures)
        for page, times in self.times.items():
            spread = f"median {statistics.median(times) * 1000:.0f} ms, slowest {max(times) * 1000:.0f} ms"
            say(page, f"{len(times)} times, {spread}")


class timed:  # noqa: N801  # reads as a word
    """Says how long a block took, and how many items that were a second."""

    def __init__(self, what: str, items: int = 0) -> None:
        self.what, self.items = what, items

    def __enter__(self) -> None:
        self.begun = time.perf_counter()

    def __exit__(self, *raised: object) -> None:
        took = time.perf_counter() - self.begun
        say(self.what, f"{took:.1f} s" + (f", {self.items / took:,.0f} items/s" if self.items else ""))


def say(what: str, answer: object) -> None:
    sys.stdout.write(f"{what:>50}  {answer}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
