"""Locked months: whether one is, and what moved in it since.

The live cells of a locked month go on being equal to a rebuild; its reports read the snapshot instead. Whoever settles
items hands what they were and what they are to `note`, inside the same transaction and **after** writing them, and gets
an adjustment for each that moved in a locked month: always, live = snapshot - before + after.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kpi import months
from kpi.engine.rules import RULES
from kpi.frame import Frame
from kpi.models import Adjustment, KpiItem, MonthLock, NotCounted

AHEAD = timedelta(hours=14)  # where a day begins first, before UTC
BATCH = 500


class Moved(NamedTuple):
    """One item with what its cell took from it before and takes now; None: it was, or is, in no cell."""

    item_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def is_locked(month: date) -> bool:
    """Whether the month (the date of its first day) is locked now. One query."""
    return bool(locked_among([month]))


def locked_among(wanted: Iterable[date]) -> set[date]:
    """Those of these months that are locked now. One query for any number of them."""
    return set(_holding().filter(month__in=set(wanted)).values_list("month", flat=True))


def holding(month: date) -> MonthLock | None:
    """The lock that holds the month now, as `history` has it. One query."""
    return history(month).filter(unlocked_at__isnull=True).first()


def history(month: date) -> QuerySet[MonthLock]:
    """Every locking of a month, latest first, without the snapshots: who and when, `moved` items since. One query."""
    people = ("locked_by", "unlocked_by")
    counted = MonthLock.objects.filter(month=month).annotate(moved=Count("adjustments"))
    return counted.select_related(*people).defer("snapshot").order_by("-locked_at", "-pk")


def snapshots(wanted: Iterable[date]) -> dict[date, Frame]:
    """What reports read of those of these months that are locked. One query."""
    held = _holding().filter(month__in=set(wanted)).values_list("month", "snapshot")
    return {month: Frame.from_json(snapshot) for month, snapshot in held if snapshot}


def why_not_on(day: date) -> str:
    """The sentence that refuses new work dated on `day`; empty while its month is not locked."""
    month = months.month_of(day)
    return (
        _("%(month)s is locked; choose a date in another month") % {"month": named(month)} if is_locked(month) else ""
    )


def why_not_moved(before: date, after: date) -> str:
    """The sentence that refuses to date work anew; empty within one month and between months that are not locked."""
    concerned = {months.month_of(before), months.month_of(after)}
    locked = sorted(locked_among(concerned)) if len(concerned) > 1 else []
    words = _("%(month)s is locked; no ticket moves into it or out of it")
    return words % {"month": named(locked[0])} if locked else ""


def named(month: date) -> str:
    """A month in the reader's words: "October 2026"."""
    return date_format(month, "F Y")


def told(item: KpiItem) -> dict[str, Any]:
    """What the cell of a settled item takes from it, and which cell that is, as JSON."""
    pending = item.not_counted == NotCounted.PENDING
    counted = {} if item.not_counted else item.result
    measured = counted.get("facts", {}) if RULES[item.type.rule].month_rule else {}
    return {
        "date": item.date.isoformat(),
        "department": item.department_id,
        "type": item.type_id,
        "owner": item.owner_id,
        "unit": item.unit_id,
        "not_counted": str(item.not_counted),
        "late": pending and item.breached,
        "value": None if item.not_counted else item.value,
        "passed": None if item.not_counted else item.passed,
        "parts": {part["name"]: [part["points"], part["met"]] for part in counted.get("parts", [])},
        "measured": {name: value for name, value in measured.items() if name not in ("date", "priority")},
    }


def note(moves: Iterable[Moved], *, at: datetime, why: str = "") -> None:
    """Write down what moved in locked months. `why` is for readers, where the moves alone do not say it.

    An item that is again as it was locked needs no adjustment any more. Nothing is asked of the database while the
    months concerned cannot be locked yet. Whoever locks a month waits for those who wrote items before.
    """
    moved = [move for move in moves if move.before != move.after]
    seen = {_month(side) for move in moved for side in (move.before, move.after) if side is not None}
    past = [month for month in seen if may_be_over(month, as_of=at)]
    if not past:
        return
    for lock in _holding().filter(month__in=past).defer("snapshot"):
        of_month = [(move.item_id, _within(lock.month, move.before), _within(lock.month, move.after)) for move in moved]
        _adjust(lock, [Moved(*move) for move in of_month if move[1] != move[2]], at, why)


def may_be_over(month: date, *, as_of: datetime) -> bool:
    """Whether the month has ended somewhere on earth. While it runs everywhere nobody can have locked it."""
    return as_of >= datetime.combine(months.step(month, 1), datetime.min.time(), tzinfo=UTC) - AHEAD


def _holding() -> QuerySet[MonthLock]:
    return MonthLock.objects.filter(unlocked_at__isnull=True)


def _adjust(lock: MonthLock, moves: list[Moved], at: datetime, why: str) -> None:
    """A row that is there keeps what the item was when the month was locked."""
    for start in range(0, len(moves), BATCH):
        batch = moves[start : start + BATCH]
        known = {row.item_id: row for row in lock.adjustments.filter(item__in=[move.item_id for move in batch])}
        rows = [known.get(move.item_id) or _first(lock, move) for move in batch]
        for row, move in zip(rows, batch, strict=True):
            row.after, row.at, row.why = move.after, at, why[:300]
        back = [row.pk for row in rows if row.pk and row.before == row.after]
        Adjustment.objects.filter(pk__in=back).delete()
        Adjustment.objects.bulk_update(
            [row for row in rows if row.pk and row.before != row.after], ["after", "at", "why"]
        )
        Adjustment.objects.bulk_create([row for row in rows if not row.pk])


def _first(lock: MonthLock, move: Moved) -> Adjustment:
    return Adjustment(lock=lock, item_id=move.item_id, before=move.before)


def _within(month: date, side: dict[str, Any] | None) -> dict[str, Any] | None:
    return side if side is not None and _month(side) == month else None


def _month(side: dict[str, Any]) -> date:
    return months.month_of(date.fromisoformat(side["date"]))
