"""Lists of tickets: the department queue's tabs, search and the clocks of a page, in a constant number of queries."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kpi.models import Clock, ClockKind, NotCounted
from tickets.models import Ticket, TicketEvent, Visibility
from tickets.states import OPEN, Kind, Status, Waiting

PER_PAGE = 25
NUMBER = re.compile(r"^(?:[A-Za-z][A-Za-z0-9]*-)?#?(\d{1,15})$")

TABS: dict[str, tuple[object, Q]] = {
    "unassigned": (_("Unassigned"), Q(status=Status.NEW, assignee__isnull=True)),
    "first-response": (
        _("Needs first response"),
        Q(kind=Kind.INTAKE, status__in=OPEN, assignee__isnull=False, first_reply_at__isnull=True),
    ),
    "progress": (_("On Progress"), Q(status=Status.PROGRESS)),
    "closed": (_("Closed"), Q(status=Status.CLOSED)),
    "rejected": (_("Rejected"), Q(status=Status.REJECTED)),
    "all": (_("All"), Q()),
}
STATES: dict[str, tuple[object, Q]] = {
    "open": (_("Open"), Q(status__in=OPEN)),
    "closed": (_("Closed"), Q(status__in=(Status.CLOSED, Status.REJECTED))),
    "all": (_("All"), Q()),
}
# My Tickets: what was closed without the metrics its type needs counts nowhere until its assignee mends it.
MINE: dict[str, tuple[object, Q]] = {
    **STATES,
    "missing": (_("Metrics missing"), Q(item__not_counted=NotCounted.METRICS_MISSING)),
}


@dataclass(frozen=True)
class Tab:
    """One view of a list, with how many tickets it holds."""

    key: str
    label: object
    count: int


@dataclass(frozen=True)
class Glance:
    """A clock in a table row, read from its stored due: a badge, and the due while it runs."""

    tone: str
    icon: str
    word: object
    seconds: int | None = None
    due_at: datetime | None = None


NOT_STARTED = Glance("mute", "none", _("Not started"))
NOT_RECORDED = Glance("mute", "none", _("Not recorded"))


def counted(tickets: QuerySet[Ticket], tabs: dict[str, tuple[object, Q]]) -> list[Tab]:
    """The tabs with their counts; one query for all."""
    numbers = tickets.order_by().aggregate(
        **{f"n{place}": Count("pk", filter=where or None) for place, (_label, where) in enumerate(tabs.values())}
    )
    return [Tab(key, label, numbers[f"n{place}"]) for place, (key, (label, _where)) in enumerate(tabs.items())]


def in_tab(tickets: QuerySet[Ticket], tabs: dict[str, tuple[object, Q]], key: str) -> QuerySet[Ticket]:
    """The tickets of one tab, newest activity first."""
    return tickets.filter(tabs[key][1]).order_by("-last_activity_at", "-pk")


def found(tickets: QuerySet[Ticket], words: str, *, content: bool = False) -> QuerySet[Ticket]:
    """Those whose number is `words` (KPI-12, 12) or whose subject contains them; all of them without words.

    `content` also looks into the description and the public messages, which is all a client may read.
    """
    wanted = plain(words)
    if not wanted:
        return tickets
    where = Q(subject__icontains=wanted)
    if content:
        said = TicketEvent.objects.filter(ticket=OuterRef("pk"), visibility=Visibility.PUBLIC, body__icontains=wanted)
        where |= Q(description__icontains=wanted) | Q(Exists(said))
    number = NUMBER.match(wanted)
    if number:
        where |= Q(pk=int(number.group(1)))
    return tickets.filter(where)


def numbered(tickets: QuerySet[Ticket], words: str) -> Ticket | None:
    """The one of `tickets` whose number is `words`."""
    number = NUMBER.match(plain(words))
    return tickets.filter(pk=int(number.group(1))).first() if number else None


def plain(words: str) -> str:
    """What was typed into a search box, without what no database takes; at most 100 characters."""
    return "".join(char for char in words if char.isprintable()).strip()[:100]


def glances(tickets: Iterable[Ticket], *, as_of: datetime) -> dict[int, tuple[Glance, Glance]]:
    """(First response, Resolution) of each ticket by its id; one query for any number of tickets."""
    page = list(tickets)
    clocks: dict[tuple[int, str], Clock] = {
        (clock.item_id, clock.kind): clock for clock in Clock.objects.filter(item__in=[t.item_id for t in page])
    }
    return {
        ticket.pk: (
            _glance(ticket, clocks.get((ticket.item_id, ClockKind.RESPONSE)), as_of),
            _glance(ticket, clocks.get((ticket.item_id, ClockKind.RESOLUTION)), as_of),
        )
        for ticket in page
    }


def _glance(ticket: Ticket, clock: Clock | None, as_of: datetime) -> Glance:
    if clock is None:
        return NOT_RECORDED if ticket.locked else NOT_STARTED
    if clock.stopped_at is not None:
        return _stopped(clock)
    if clock.due_at is not None and clock.due_at < as_of:
        return Glance("bad", "alert", _("Overdue"), due_at=clock.due_at)
    if ticket.waiting != Waiting.NO and clock.kind == ClockKind.RESOLUTION:
        return Glance("wait", "pause", _("Paused"))
    return Glance("ok", "clock", _("Due") if clock.due_at else _("Running"), due_at=clock.due_at)


def _stopped(clock: Clock) -> Glance:
    if clock.value_seconds is None:
        return NOT_RECORDED
    if clock.target_seconds is None:
        return Glance("mute", "check", _("Recorded"), clock.value_seconds)
    if clock.value_seconds <= clock.target_seconds:
        return Glance("ok", "check", _("Met"), clock.value_seconds)
    return Glance("bad", "alert", _("Missed"), clock.value_seconds)
