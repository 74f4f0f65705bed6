"""What moved in a month since it was locked, as a page shows it: item, as locked, now, what happened, when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Department, User
from kpi.engine.rules import MONTH_RULES, RULES
from kpi.engine.score import display
from kpi.models import Adjustment, KpiItem, KpiType, MonthLock, NotCounted, UptimeUnit
from kpi.readers import Reader

PENDING = NotCounted.PENDING.value
Side = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One adjustment in words: what the month has of an item on both sides. `item` is None where it was deleted."""

    adjustment: Adjustment
    item: KpiItem | None
    type: KpiType
    day: date
    department: Department
    whose: str
    before: str
    after: str
    what: str


def readable(lock: MonthLock, reader: Reader) -> QuerySet[Adjustment]:
    """Those that the reader may see: all, those that touch their departments, or those of their own work."""
    rows = lock.adjustments.all()
    if reader.departments is None:
        return rows
    own = Q(before__owner=reader.user.pk) | Q(after__owner=reader.user.pk)
    places = sorted(reader.departments)
    return (
        rows.filter(own | Q(before__department__in=places) | Q(after__department__in=places))
        if places
        else rows.filter(own)
    )


def rows(adjustments: Iterable[Adjustment]) -> list[Row]:
    """These adjustments in words. Five queries for any number of them."""
    found = list(adjustments)
    sides = [side for one in found for side in (one.before, one.after) if side]
    items = KpiItem.objects.in_bulk([one.item_id for one in found])
    types = KpiType.objects.in_bulk({side["type"] for side in sides})
    places = Department.objects.select_related("country").in_bulk({side["department"] for side in sides})
    people = User.objects.in_bulk({side["owner"] for side in sides if side["owner"]})
    units = UptimeUnit.objects.in_bulk({side["unit"] for side in sides if side["unit"]})
    names = _Names(types, places, people, units)
    return [_row(one, items.get(one.item_id), names) for one in found]


@dataclass(frozen=True)
class _Names:
    types: dict[int, KpiType]
    places: dict[int, Department]
    people: dict[int, User]
    units: dict[int, UptimeUnit]

    def whose(self, side: Side) -> str:
        subject = self.units.get(side["unit"]) if side["unit"] else self.people.get(side["owner"])
        return str(subject or "")


def _row(one: Adjustment, item: KpiItem | None, names: _Names) -> Row:
    side: Side = one.after or one.before or {}
    return Row(
        adjustment=one,
        item=item,
        type=names.types[side["type"]],
        day=date.fromisoformat(side["date"]),
        department=names.places[side["department"]],
        whose=names.whose(side),
        before=_said(one.before, one.after, names),
        after=_said(one.after, one.before, names),
        what=_what(one),
    )


def _said(side: Side | None, other: Side | None, names: _Names) -> str:
    """What the month has of an item on one side: its score or why it does not count, and what else is different."""
    if side is None:
        return _("Not in the month")
    words = [_score(side, names)]
    if other is not None:
        if side["owner"] != other["owner"] or side["unit"] != other["unit"]:
            words.append(names.whose(side) or _("nobody"))
        if side["type"] != other["type"]:
            words.append(names.types[side["type"]].name)
        if side["department"] != other["department"]:
            words.append(str(names.places[side["department"]]))
        if side["date"] != other["date"]:
            words.append(side["date"])
    return ", ".join(words)


def _score(side: Side, names: _Names) -> str:
    if side["not_counted"] == PENDING and side["late"]:
        return _("Still open, already late")
    if side["not_counted"]:
        return str(NotCounted(side["not_counted"]).label)
    rule = names.types[side["type"]].rule
    if rule in MONTH_RULES:
        return _measured(rule, side["measured"]) or _("Counted")
    return display(side["value"]) if side["value"] is not None else _("Counted, without a score")


def _measured(rule: str, measured: Side) -> str:
    """What an item adds to a month that is scored as a whole: "Count: 3"."""
    shown = [one for one in RULES[rule].metrics if one.kind in ("count", "minutes") and one.name in measured]
    return ", ".join(f"{_(one.label)}: {measured[one.name]}" for one in shown)


def _what(one: Adjustment) -> str:
    """What happened, as far as both sides tell; the words of whoever changed it win."""
    before, after = one.before, one.after
    if one.why:
        return one.why
    if before is None:
        return _("Entered after the month was locked")
    if after is None:
        return _("Deleted or moved out of the month")
    if before["not_counted"] == PENDING and after["not_counted"] != PENDING:
        return _("Ended after the month was locked")
    if after["not_counted"] == PENDING and before["not_counted"] != PENDING:
        return _("Re-opened")
    if before["owner"] != after["owner"]:
        return _("Reassigned")
    if (
        before["value"] != after["value"]
        or before["parts"] != after["parts"]
        or before["measured"] != after["measured"]
    ):
        return _("Scored anew")
    return _("Changed")
