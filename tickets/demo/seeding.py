"""Fill an empty database with the demo: people, places, the recent weeks; the older months in a second step."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.models import Department, User
from kpi import calendars
from kpi.basis import Loaded
from kpi.engine.working_time import Calendar
from notifications import outbox
from tickets.demo import people, places, progress, story
from tickets.demo.archive import Archive
from tickets.demo.stage import Stage
from tickets.models import DemoRun, Ticket

FIRST_NUMBER = 1001
BATCH = 50
NOT_SENT = "Demo data: not sent."

Say = Callable[[int, int], None]


class RealData(Exception):
    """The database holds people or tickets that the demo did not make."""


def seed_recent(*, as_of: datetime, seed: int) -> bool:
    """People, places and the last weeks, in one transaction. False when the demo is there already.

    RealData when the database holds anything else. Mails are kept as suppressed, so that nobody is written to.
    """
    if DemoRun.objects.exists():
        return False
    if User.objects.exists() or Department.objects.exists() or Ticket.objects.exists():
        raise RealData
    with transaction.atomic(), outbox.muted(NOT_SENT):
        places.make_places(as_of.date() - timedelta(days=story.HALF_A_YEAR + 7), as_of.date())
        people.make_people()
        plots = story.tell(as_of=as_of, seed=seed, calendars=_calendars())
        older = story.older(plots)
        DemoRun.objects.create(pk=1, as_of=as_of, seed=seed, older_total=older)
        continue_numbers_after(FIRST_NUMBER + older - 1)
        stage = Stage()
        for plot in plots[older:]:
            stage.play(plot)
    progress.begin()
    return True


def seed_older(say: Say = lambda done, total: None) -> bool:
    """The older months, batch by batch, each in a transaction; goes on where it was stopped. False: nothing to do."""
    run = DemoRun.objects.filter(pk=1).first()
    if run is None or run.older_done >= run.older_total:
        return False
    plots = story.tell(as_of=run.as_of, seed=run.seed, calendars=_calendars())[: run.older_total]
    archive = Archive(Stage(), Loaded.stored())
    numbered = list(enumerate(plots, start=FIRST_NUMBER))
    while _write_batch(archive, numbered):
        say(*DemoRun.objects.values_list("older_done", "older_total").get(pk=1))
    progress.finish()
    return True


def continue_numbers_after(number: int) -> None:
    """The next ticket gets `number` + 1: the older ones, written later, have the lower numbers."""
    table = Ticket._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, number])
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])


def _write_batch(archive: Archive, numbered: list[tuple[int, story.Told]]) -> bool:
    """The newest not yet written first, so that last month is there soon. False when all are written."""
    with transaction.atomic():
        run = DemoRun.objects.select_for_update().get(pk=1)
        left = len(numbered) - run.older_done
        if left <= 0:
            return False
        archive.write(numbered[max(0, left - BATCH) : left], as_of=run.as_of)
        run.older_done += min(BATCH, left)
        run.save()
    return True


def _calendars() -> dict[str, Calendar]:
    desks = list(Department.objects.select_related("country"))
    by_id = calendars.for_departments(desks)
    return {desk.code: by_id[desk.pk] for desk in desks}
