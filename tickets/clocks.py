"""First response and Resolution as pages show them: one view of a clock for badge, countdown and explanation."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kpi import ledger, preview
from kpi.engine import clock as engine
from kpi.engine.score import display
from kpi.models import Clock, ClockKind, NotCounted, WorkState
from tickets.consequences import ledger_facts
from tickets.models import Ticket
from tickets.states import Waiting
from tickets.verbs.typed import asked

SOON = 0.8  # of the target: from there on the badge says "Due soon"


@dataclass(frozen=True)
class ClockView:
    """One clock at one instant. Times in whole seconds of working time; `tone`, `icon`, `word` make its badge."""

    kind: str
    label: str
    state: str
    seconds: int | None = None
    target_seconds: int | None = None
    due_at: datetime | None = None
    borrowed: bool = False

    @property
    def left_seconds(self) -> int | None:
        """What remains of the target; negative once it is missed, None without one."""
        if self.seconds is None or self.target_seconds is None:
            return None
        return self.target_seconds - self.seconds

    @property
    def over_seconds(self) -> int:
        """How far past the target; 0 within it."""
        return max(0, -(self.left_seconds or 0))

    @property
    def share(self) -> float:
        """How much of the target is used, 0 to 100, for the bar."""
        if not self.target_seconds or self.seconds is None:
            return 0.0
        return round(min(100.0, 100 * self.seconds / self.target_seconds), 1)

    @property
    def tone(self) -> str:
        return BADGES[self.state][0]

    @property
    def icon(self) -> str:
        return BADGES[self.state][1]

    @property
    def word(self) -> str:
        return _(BADGES[self.state][2])


BADGES = {
    "not_started": ("mute", "none", gettext_noop("Not started")),
    "not_recorded": ("mute", "none", gettext_noop("Not recorded")),
    "running": ("ok", "clock", gettext_noop("On time")),
    "due_soon": ("warn", "clock", gettext_noop("Due soon")),
    "late": ("bad", "alert", gettext_noop("Overdue")),
    "paused": ("wait", "pause", gettext_noop("Paused")),
    "met": ("ok", "check", gettext_noop("Met")),
    "missed": ("bad", "alert", gettext_noop("Missed")),
    "recorded": ("mute", "check", gettext_noop("Recorded")),
}


def clock_views(ticket: Ticket, *, as_of: datetime) -> tuple[ClockView, ClockView]:
    """(First response, Resolution) of a ticket at `as_of`. Four queries for any ticket."""
    clocks = {clock.kind: clock for clock in Clock.objects.filter(item=ticket.item_id)}
    open_runs = {clock.pk: clock.run for clock in clocks.values() if clock.stopped_at is None}
    spans = ledger.spans_of_all(open_runs)
    response, resolution = clocks.get(ClockKind.RESPONSE), clocks.get(ClockKind.RESOLUTION)
    return (
        _view(ticket, ClockKind.RESPONSE, response, spans, as_of),
        _view(ticket, ClockKind.RESOLUTION, resolution, spans, as_of),
    )


def _view(
    ticket: Ticket, kind: ClockKind, clock: Clock | None, spans: dict[int, list[engine.Span]], as_of: datetime
) -> ClockView:
    if clock is None:
        return ClockView(kind, str(kind.label), "not_recorded" if ticket.locked else "not_started")
    if clock.stopped_at is not None:
        return _stopped(kind, clock)
    target = None if clock.target_seconds is None else timedelta(seconds=clock.target_seconds)
    now = engine.state(spans[clock.pk], target, as_of)
    return ClockView(
        kind,
        str(kind.label),
        _running_state(now, ticket, kind),
        seconds=int(now.elapsed.total_seconds()),
        target_seconds=clock.target_seconds,
        due_at=now.due,
    )


def _running_state(now: engine.ClockState, ticket: Ticket, kind: ClockKind) -> str:
    if now.breached:
        return "late"
    if not now.running or (ticket.waiting != Waiting.NO and kind == ClockKind.RESOLUTION):
        return "paused"
    if now.target is not None and now.elapsed >= now.target * SOON:
        return "due_soon"
    return "running"


def _stopped(kind: ClockKind, clock: Clock) -> ClockView:
    state = "not_recorded"
    if clock.value_seconds is not None:
        met = None if clock.target_seconds is None else clock.value_seconds <= clock.target_seconds
        state = {True: "met", False: "missed", None: "recorded"}[met]
    return ClockView(
        kind,
        str(kind.label),
        state,
        seconds=clock.value_seconds,
        target_seconds=clock.target_seconds,
        due_at=clock.due_at,
        borrowed=clock.borrowed,
    )


def if_closed_now(ticket: Ticket, views: tuple[ClockView, ClockView] | None, *, at: datetime) -> str:
    """What the score would say about a close at this moment, in one sentence; empty on an ended ticket."""
    if asked(ticket):
        return "" if ticket.locked or ticket.assignee_id is None else _typed_if_closed(ticket, at)
    return _clocked_if_closed(ticket, views) if views is not None else ""


def _typed_if_closed(ticket: Ticket, at: datetime) -> str:
    """The same where the score comes from what was typed."""
    facts = replace(ledger_facts(ticket), state=WorkState.DONE, metrics=ticket.item.metrics)
    item = preview.judged(facts, at=at)
    if item.not_counted == NotCounted.METRICS_MISSING:
        return _("Fill in the fields of %(type)s before you close this ticket.") % {"type": ticket.type.name}
    if item.not_counted:
        return _("If you close now, this is left out of the score: dated on a day off, without the tick.")
    if item.value is None:
        return _("If you close now, this counts in the score of its month.")
    verdict = _("passed") if item.passed else _("missed")
    return _("If you close now: score %(score)s, %(verdict)s.") % {"score": display(item.value), "verdict": verdict}


def _clocked_if_closed(ticket: Ticket, views: tuple[ClockView, ClockView]) -> str:
    response, resolution = views
    if ticket.locked or ticket.assignee_id is None or resolution.seconds is None:
        return ""
    late = resolution.target_seconds is not None and resolution.seconds > resolution.target_seconds
    verdict = _("missed") if late else _("met")
    if response.state in ("met", "missed", "recorded"):
        return _("If you close now: Resolution %(verdict)s.") % {"verdict": verdict}
    borrowed_late = response.target_seconds is not None and resolution.seconds > response.target_seconds
    first = _("missed") if borrowed_late else _("met")
    return _(
        "If you close now without a reply, the close counts as your first response with the time since submission: "
        "First response %(first)s, Resolution %(verdict)s."
    ) % {"first": first, "verdict": verdict}
