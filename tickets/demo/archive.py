"""The older months: the same plots written in bulk. A test plays some both ways and finds the same rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from kpi import cells, ledger, scoring
from kpi.basis import Basis
from kpi.engine import clock as engine
from kpi.models import Clock, ClockKind, KpiItem, Span
from tickets.consequences import ledger_facts
from tickets.demo.own_work import Entry
from tickets.demo.stage import Stage
from tickets.demo.story import Plot, Step, Told
from tickets.models import CloseKind, EventKind, Side, Ticket, TicketEvent, Visibility
from tickets.states import Status
from tickets.verbs import self_log
from tickets.verbs.submit import email_key, name_key


@dataclass
class Record:
    """A ticket with everything that hangs on it, not yet written."""

    ticket: Ticket
    item: KpiItem
    events: list[TicketEvent] = field(default_factory=list)
    clocks: dict[str, Clock] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)


class Archive:
    """Writes plots as finished history: rows as the verbs would have left them, without mails."""

    def __init__(self, stage: Stage, basis: Basis) -> None:
        self.stage = stage
        self.basis = basis

    def write(self, numbered: Sequence[tuple[int, Told]], *, as_of: datetime) -> None:
        """Write tickets under the given numbers, then rebuild their cells. Inside the caller's transaction."""
        records = [
            self._logged(number, told) if isinstance(told, Entry) else self._record(number, told, as_of)
            for number, told in numbered
        ]
        KpiItem.objects.bulk_create([record.item for record in records])
        for record in records:
            record.ticket.item = record.item
        Ticket.objects.bulk_create([record.ticket for record in records])
        TicketEvent.objects.bulk_create([event for record in records for event in record.events])
        Clock.objects.bulk_create([clock for record in records for clock in record.clocks.values()])
        Span.objects.bulk_create([span for record in records for spans in record.spans.values() for span in spans])
        cells.rebuild({cells.key_of(record.item) for record in records})

    def _record(self, number: int, plot: Plot, as_of: datetime) -> Record:
        record = self._submitted(number, plot)
        for step in plot.steps:
            ACTS[step.verb](self, record, step)
        self._judge(record, as_of)
        return record

    def _logged(self, number: int, entry: Entry) -> Record:
        """Work that its agent logged: as the verb leaves it."""
        work, agent, at = self.stage.logged(entry), self.stage.people[entry.agent.email], entry.submitted_at
        desk = self.stage.desks[entry.desk.code]
        item = ledger.draft(self_log.facts(work, desk, agent))
        scoring.settle(scoring.Work(item), self.basis, at=at)
        ticket = Ticket(pk=number, **self_log.columns(work, desk, agent, at))
        record = Record(ticket, item)
        staff_only, typed = Visibility.STAFF, dict(work.metrics)
        self._event(
            record, EventKind.LOGGED, at, agent, Side.STAFF,
            visibility=staff_only, body=ticket.description, metrics=typed,
        )  # fmt: skip
        return record

    def _submitted(self, number: int, plot: Plot) -> Record:
        desk, at = self.stage.desks[plot.desk.code], plot.submitted_at
        submitter = self.stage.people[plot.requester.email] if plot.signed_in else None
        ticket = Ticket(
            pk=number,
            department=desk,
            type=self.stage.types[plot.case.type],
            submitter=submitter,
            organisation_id=submitter.organisation_id if submitter else None,
            requester_name=plot.requester.name,
            requester_email=plot.requester.email,
            name_key=name_key(plot.requester.name),
            email_key=email_key(plot.requester.email),
            subject=plot.case.subject,
            description=plot.case.description,
            priority=plot.priority,
            ticket_date=at.astimezone(ZoneInfo(desk.country.zone)).date(),
            submitted_at=at,
            last_public_at=at,
            last_activity_at=at,
        )
        record = Record(ticket, KpiItem(source=KpiItem.Source.CLOCK))
        name = plot.requester.name
        self._event(
            record, EventKind.SUBMITTED, at, submitter, Side.CLIENT, name=name, body=ticket.description, picked=None
        )
        self._run(record, ClockKind.RESOLUTION, at)
        return record

    def _event(
        self,
        record: Record,
        kind: EventKind,
        at: datetime,
        user: User | None,
        side: Side,
        *,
        visibility: Visibility = Visibility.PUBLIC,
        name: str = "",
        body: str = "",
        **data: Any,
    ) -> None:
        ticket = record.ticket
        record.events.append(
            TicketEvent(
                ticket=ticket,
                number=ticket.pk,
                kind=kind,
                side=side,
                actor=user,
                actor_name=user.name if user else name,
                at=at,
                visibility=visibility,
                body=body,
                data=data,
            )
        )
        ticket.version += 1
        ticket.last_activity_at = at
        if visibility == Visibility.PUBLIC:
            ticket.last_public_at = at

    def _run(self, record: Record, kind: ClockKind, at: datetime, *, again: bool = False) -> None:
        """Open a span; `again`: as a new run, the earlier spans stay."""
        clock = record.clocks.setdefault(kind, Clock(item=record.item, kind=kind))
        spans = record.spans.setdefault(kind, [])
        if again and spans:
            spans[-1].stop = at
            clock.run += 1
        clock.stopped_at = None
        spans.append(Span(clock=clock, department=record.ticket.department, run=clock.run, start=at))

    def _stop(self, record: Record, kind: ClockKind, at: datetime, *, like: ClockKind | None = None) -> None:
        clock = record.clocks[kind]
        if kind == ClockKind.RESPONSE and clock.value_seconds is not None:
            return
        self._end_span(record, kind, at)
        clock.stopped_at = at
        clock.own_seconds = self._elapsed(record, kind, at)
        clock.value_seconds = clock.own_seconds if like is None else self._elapsed(record, like, at)
        clock.borrowed = like is not None

    def _drop(self, record: Record, at: datetime) -> None:
        clock = record.clocks.get(ClockKind.RESPONSE)
        if clock is not None and clock.value_seconds is None:
            self._end_span(record, ClockKind.RESPONSE, at)
            clock.stopped_at = at

    def _end_span(self, record: Record, kind: ClockKind, at: datetime) -> None:
        if record.spans[kind][-1].stop is None:
            record.spans[kind][-1].stop = at

    def _elapsed(self, record: Record, kind: str, at: datetime) -> int:
        spans = self._work(record).engine_spans(kind, self.basis)
        return int(engine.elapsed(spans, as_of=at).total_seconds())

    def _judge(self, record: Record, as_of: datetime) -> None:
        """Item and clocks as the ledger and its sweep leave them."""
        ticket, item = record.ticket, record.item
        facts = ledger_facts(ticket)
        item.type, item.department, item.country_id = facts.type, facts.department, facts.department.country_id
        item.date, item.month = facts.date, facts.date.replace(day=1)
        item.priority, item.owner, item.count_off_day = facts.priority, facts.owner, facts.count_off_day
        item.state = facts.state
        scoring.settle(self._work(record), self.basis, at=as_of)
        for clock in record.clocks.values():
            if clock.due_at is not None and clock.due_at < (clock.stopped_at or as_of):
                clock.breached_at = clock.due_at
        item.breached = any(clock.breached_at is not None for clock in record.clocks.values())

    def _work(self, record: Record) -> scoring.Work:
        return scoring.Work(record.item, record.clocks, record.spans)

    # One method per verb of the story.

    def assign(self, record: Record, step: Step) -> None:
        ticket, before = record.ticket, record.ticket.assignee
        ticket.assignee = self.stage.people[step.to or step.actor]
        ticket.assigned_at = step.at
        ticket.first_assigned_at = ticket.first_assigned_at or step.at
        ticket.reassign_count += before is not None
        self._staff(
            record,
            EventKind.ASSIGNED,
            step,
            to=ticket.assignee.name,
            to_id=ticket.assignee.pk,
            before=before.name if before else "",
            notify=True,
        )
        clock = record.clocks.get(ClockKind.RESPONSE)
        if clock is None or clock.value_seconds is None:
            self._run(record, ClockKind.RESPONSE, step.at, again=True)

    def acknowledge(self, record: Record, step: Step) -> None:
        self._progress(record, step.at)
        self._staff(record, EventKind.ACKNOWLEDGED, step)
        self._stop(record, ClockKind.RESPONSE, step.at)

    def tick(self, record: Record, step: Step) -> None:
        record.ticket.count_off_day = True
        changes = {"count_off_day": ["False", "True"]}
        self._staff(record, EventKind.EDITED, step, visibility=Visibility.STAFF, changes=changes)

    def reply(self, record: Record, step: Step) -> None:
        self._progress(record, step.at)
        record.ticket.first_reply_at = record.ticket.first_reply_at or step.at
        self._staff(record, EventKind.REPLIED, step, body=step.body)
        self._stop(record, ClockKind.RESPONSE, step.at)

    def note(self, record: Record, step: Step) -> None:
        self._staff(record, EventKind.NOTED, step, visibility=Visibility.STAFF, body=step.body)

    def client_reply(self, record: Record, step: Step) -> None:
        record.ticket.replied_after_close = record.ticket.status == Status.CLOSED
        user = self.stage.people[step.actor]
        self._event(record, EventKind.CLIENT_REPLIED, step.at, user, Side.CLIENT, body=step.body)

    def close(self, record: Record, step: Step) -> None:
        self._finish(record, Status.CLOSED, CloseKind.STAFF, step.at)
        self._staff(record, EventKind.CLOSED, step)
        self._stop(record, ClockKind.RESOLUTION, step.at)
        self._stop(record, ClockKind.RESPONSE, step.at, like=ClockKind.RESOLUTION)

    def withdraw(self, record: Record, step: Step) -> None:
        self._finish(record, Status.CLOSED, CloseKind.WITHDRAWN, step.at)
        self._event(record, EventKind.WITHDRAWN, step.at, self.stage.people[step.actor], Side.CLIENT)
        self._stop(record, ClockKind.RESOLUTION, step.at)
        self._drop(record, step.at)

    def reject(self, record: Record, step: Step) -> None:
        record.ticket.reject_reason = step.body
        self._finish(record, Status.REJECTED, "", step.at)
        self._staff(record, EventKind.REJECTED, step, body=step.body, spam=False)
        self._stop(record, ClockKind.RESOLUTION, step.at)
        self._drop(record, step.at)

    def reopen(self, record: Record, step: Step) -> None:
        ticket = record.ticket
        ticket.status, ticket.closed_at, ticket.close_kind = Status.PROGRESS, None, ""
        ticket.started_at = ticket.started_at or step.at
        ticket.reopen_count += 1
        self._staff(record, EventKind.REOPENED, step)
        self._run(record, ClockKind.RESOLUTION, step.at)

    def _staff(
        self,
        record: Record,
        kind: EventKind,
        step: Step,
        *,
        visibility: Visibility = Visibility.PUBLIC,
        body: str = "",
        **data: Any,
    ) -> None:
        actor = self.stage.people[step.actor]
        self._event(record, kind, step.at, actor, Side.STAFF, visibility=visibility, body=body, **data)

    def _progress(self, record: Record, at: datetime) -> None:
        if record.ticket.status == Status.NEW:
            record.ticket.status, record.ticket.started_at = Status.PROGRESS, at

    def _finish(self, record: Record, status: Status, kind: str, at: datetime) -> None:
        record.ticket.status, record.ticket.close_kind, record.ticket.closed_at = status, kind, at


ACTS: dict[str, Callable[[Archive, Record, Step], None]] = {
    "take": Archive.assign,
    "assign": Archive.assign,
    "acknowledge": Archive.acknowledge,
    "tick": Archive.tick,
    "reply": Archive.reply,
    "note": Archive.note,
    "client_reply": Archive.client_reply,
    "close": Archive.close,
    "withdraw": Archive.withdraw,
    "reject": Archive.reject,
    "reopen": Archive.reopen,
}
