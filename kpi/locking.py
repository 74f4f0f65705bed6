"""Lock a month and unlock it: verbs of admins. What a locked month is, `kpi.locks` says."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from kpi import changes, frames, locks, reports
from kpi.engine.score import display
from kpi.frame import Frame
from kpi.models import MonthLock, NotCounted

PATIENCE = "5s"  # for those who are writing scores just now
TAKEN = "55P03"  # PostgreSQL: a lock was not to be had in time


class CannotLock(Exception):
    """The month cannot be locked or unlocked as things stand; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotYours(CannotLock):
    """Only admins lock and unlock."""


def why_not(month: date, *, at: datetime) -> str:
    """Why the month cannot be locked at `at`; empty where it can be."""
    held = locks.holding(month)
    if held is not None:
        return _("%(month)s is locked already, by %(who)s.") % {"month": locks.named(month), "who": held.locked_by}
    frame = frames.live([month], as_of=at)[month]
    running = [country.name for country in frame.countries if not country.over]
    if running:
        return _("%(month)s has not ended yet in %(countries)s. Lock it when it is over everywhere.") % {
            "month": locks.named(month),
            "countries": ", ".join(running),
        }
    if changes.running() is not None:
        return _("Scores are being recalculated just now. Lock the month when that is done.")
    return ""


@transaction.atomic
def lock(month: date, *, actor: User, at: datetime) -> MonthLock:
    """Copy the month's cells and means into a snapshot that reports read from now on.

    Whoever is writing items is waited for, and whoever writes later finds the lock: nothing falls in between.
    """
    _check(actor)
    _wait_for_writers()
    sentence = why_not(month, at=at)
    if sentence:
        raise CannotLock(sentence)
    frame = frames.live([month], as_of=at)[month]
    return MonthLock.objects.create(
        month=month,
        locked_at=at.replace(microsecond=0),
        locked_by=actor,
        snapshot=frame.as_json() | {"locked": True, "means": means(frame)},
        pending=sum(n for _name, n in pending(frame)),
    )


@transaction.atomic
def unlock(month: date, *, actor: User, at: datetime, reason: str) -> MonthLock:
    """Reports read the live cells again. The row with its adjustments stays as the history."""
    _check(actor)
    if not reason.strip():
        raise CannotLock(_("Enter the reason for unlocking."))
    held = MonthLock.objects.select_for_update().filter(month=month, unlocked_at__isnull=True).defer("snapshot").first()
    if held is None:
        raise CannotLock(_("%(month)s is not locked.") % {"month": locks.named(month)})
    held.unlocked_at, held.unlocked_by, held.unlock_reason = at.replace(microsecond=0), actor, reason.strip()
    held.save(update_fields=["unlocked_at", "unlocked_by", "unlock_reason"])
    return held


def pending(frame: Frame) -> list[tuple[str, int]]:
    """(department, how many items are still open) of a month, only those that have some."""
    open_items: Counter[int] = Counter()
    for cell in frame.cells:
        open_items[cell.department] += cell.not_counted.get(NotCounted.PENDING, 0)
    names = {one.id: f"{frame.country_of[one.id].name} / {one.name}" for one in frame.departments}
    return [(names[place], open_items[place]) for place in names if open_items[place]]


def means(frame: Frame) -> dict[str, Any]:
    """The numbers as they stood on the report: {"countries" or "departments": {id: "91.3", None without data}}."""
    tree = reports.countries(frame)
    return {
        "countries": _shown((one.country.id, one) for one in tree),
        "departments": _shown((one.department.id, one) for country in tree for one in country.departments),
    }


def _shown(rows: Iterable[tuple[int, Any]]) -> dict[str, str | None]:
    return {str(pk): None if row.score is None else display(row.score) for pk, row in rows}


def _check(actor: User) -> None:
    if not actor.is_admin:
        raise NotYours(_("Only admins lock and unlock months."))


def _wait_for_writers() -> None:
    """SQLite has one writer at a time anyway. Readers are not held up."""
    if connection.vendor != "postgresql":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            cursor.execute("LOCK TABLE kpi_kpiitem, kpi_cell IN SHARE ROW EXCLUSIVE MODE")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != TAKEN:
            raise
        raise CannotLock(_("Scores are being written just now. Try again in a moment.")) from error
