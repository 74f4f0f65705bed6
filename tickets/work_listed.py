"""The work behind a number, item by item: exactly what its cells are made of, and why the rest is not counted.

Of a locked month it is the work as it was locked; what moved since is marked and can be listed by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from kpi.engine.score import display
from kpi.models import Adjustment, KpiItem, NotCounted
from kpi.selection import Selection
from tickets.access import staff_tickets
from tickets.models import Ticket

PER_PAGE: Final = 50
MOVED: Final = "moved"
SORTS: Final = {"date": "date", "person": "owner__name", "type": "type__name", "score": "value"}
RELATED: Final = ("type", "owner", "reporter", "unit", "department__country")


@dataclass(frozen=True)
class Row:
    """One item as the month has it, with its ticket where the viewer may open it; `moved` since the month's lock."""

    item: KpiItem
    ticket: Ticket | None
    moved: Adjustment | None = None

    @property
    def was(self) -> str:
        """What the locked month has of it, in a word or two."""
        return side_words(self.moved.before) if self.moved else ""

    @property
    def now(self) -> str:
        return side_words(self.moved.after) if self.moved else ""


def listed(
    chosen: Selection, viewer: User, *, counted: str = "", sort: str = "-date", page: Any = 1
) -> tuple[Page[KpiItem], list[Row]]:
    """One page of the items in `counted` (see kpi.selection.Counts.of; "moved"), and its rows."""
    paginator = Paginator(_sorted(items(chosen, counted=counted), sort), PER_PAGE)
    if counted != MOVED:
        paginator.count = chosen.counts.of(counted)  # the cells know it
    found = paginator.get_page(page)
    return found, rows(chosen, list(found.object_list), viewer, as_locked=counted != MOVED)


def items(chosen: Selection, *, counted: str = "") -> QuerySet[KpiItem]:
    """The items of a selection, all or some of them."""
    if counted == MOVED:
        return KpiItem.objects.filter(pk__in=moved(chosen).values("item"))
    live = KpiItem.objects.filter(_where(chosen), _which(counted), month=chosen.shown.frame.month)
    if not chosen.shown.frame.locked:
        return live
    of_lock = _adjustments(chosen)
    then = of_lock.filter(before__isnull=False).filter(_where(chosen, "before__"), _which(counted, "before__"))
    return KpiItem.objects.filter(
        Q(pk__in=live.exclude(pk__in=of_lock.values("item")).values("pk")) | Q(pk__in=then.values("item"))
    )


def moved(chosen: Selection) -> QuerySet[Adjustment]:
    """What the month's lock holds differently from now, where the selection had it or has it."""
    return _adjustments(chosen).filter(_where(chosen, "before__") | _where(chosen, "after__"))


def rows(chosen: Selection, found: Sequence[KpiItem], viewer: User, *, as_locked: bool = True) -> list[Row]:
    """The items with their tickets and adjustments; in a locked month as it holds them. At most two queries."""
    pks = [item.pk for item in found]
    tickets = {ticket.item_id: ticket for ticket in staff_tickets(viewer).filter(item__in=pks)}
    changed = {row.item_id: row for row in _adjustments(chosen).filter(item__in=pks)} if _locked(chosen) else {}
    for item in found:
        adjustment = changed.get(item.pk)
        if as_locked and adjustment is not None and adjustment.before is not None:
            _take(item, adjustment.before)
    return [Row(item, tickets.get(item.pk), changed.get(item.pk)) for item in found]


def side_words(side: dict[str, Any] | None) -> str:
    """One side of an adjustment as people read it: its score, or why it is not counted."""
    if side is None:
        return _("not there")
    if side["not_counted"]:
        return str(dict(NotCounted.choices).get(side["not_counted"], side["not_counted"])).lower()
    return _("counted") if side["value"] is None else display(side["value"])


def _take(item: KpiItem, side: dict[str, Any]) -> None:
    """The item in memory as the locked month has it."""
    item.not_counted, item.value, item.passed = side["not_counted"], side["value"], side["passed"]
    item.breached = side["late"]


def _sorted(found: QuerySet[KpiItem], sort: str) -> QuerySet[KpiItem]:
    column = F(SORTS.get(sort.removeprefix("-"), "date"))
    order = column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
    return found.select_related(*RELATED).order_by(order, "-pk")


def _locked(chosen: Selection) -> bool:
    return chosen.shown.frame.locked


def _adjustments(chosen: Selection) -> QuerySet[Adjustment]:
    return Adjustment.objects.filter(lock__month=chosen.shown.frame.month, lock__unlocked_at__isnull=True)


def _where(chosen: Selection, side: str = "") -> Q:
    """Which items the selection holds; `side` reads the same from an adjustment's column."""
    shown, found = chosen.shown, Q()
    if shown.person is None or shown.filters.department:
        found &= Q(**{f"{side}department__in": sorted(chosen.places)})
    if shown.person is not None:
        found &= Q(**{f"{side}owner": shown.person.id})
    if chosen.type is not None:
        found &= Q(**{f"{side}type": chosen.type.id})
    elif chosen.group is not None:
        of_group = [one.id for one in shown.frame.types if one.group == chosen.group.id]
        found &= Q(**{f"{side}type__in": of_group})
    if chosen.unit is not None:
        found &= Q(**{f"{side}unit": chosen.unit.id})
    return found


def _which(counted: str, side: str = "") -> Q:
    left_out, passed = f"{side}not_counted", f"{side}passed"
    late = f"{side}late" if side else "breached"
    return {
        "": Q(),
        "yes": Q(**{left_out: ""}),
        "no": ~Q(**{left_out: ""}),
        "passed": Q(**{left_out: "", passed: True}),
        "missed": Q(**{left_out: "", passed: False}),
        "late": Q(**{left_out: "pending", late: True}),
    }.get(counted, Q(**{left_out: counted}))
