"""The recent weeks: each step of a plot through the real verb, with its own time."""

from collections.abc import Callable, Mapping

from accounts.models import Department, User
from kpi.models import KpiType, UptimeUnit
from tickets import conversation
from tickets.demo.own_work import Entry
from tickets.demo.story import Plot, Step, Told
from tickets.models import Ticket
from tickets.verbs import assign, edit, end, progress, reopen, self_log, submit

Play = Callable[[Ticket, Step, User], object]


class Stage:
    """The people and places of the demo by what the story calls them. Four queries."""

    def __init__(self) -> None:
        self.desks = {desk.code: desk for desk in Department.objects.select_related("country")}
        self.types = {type_.code: type_ for type_ in KpiType.objects.all()}
        self.units = dict(UptimeUnit.objects.values_list("code", "pk"))
        self.people: Mapping[str, User] = {
            user.email: user for user in User.objects.select_related("department__country", "organisation")
        }
        self._plays: dict[str, Play] = {
            "take": lambda ticket, step, actor: assign.take(ticket.pk, actor=actor, at=step.at),
            "assign": lambda ticket, step, actor: assign.assign(
                ticket.pk, to=self.people[step.to], actor=actor, at=step.at
            ),
            "acknowledge": lambda ticket, step, actor: progress.acknowledge(ticket.pk, actor=actor, at=step.at),
            "tick": self._tick,
            "reply": lambda ticket, step, actor: conversation.reply(ticket.pk, actor=actor, at=step.at, body=step.body),
            "note": lambda ticket, step, actor: conversation.note(ticket.pk, actor=actor, at=step.at, body=step.body),
            "client_reply": lambda ticket, step, actor: conversation.client_reply(
                ticket.pk, actor=actor, at=step.at, body=step.body
            ),
            "close": lambda ticket, step, actor: end.close(ticket.pk, actor=actor, at=step.at),
            "withdraw": lambda ticket, step, actor: end.withdraw(ticket.pk, actor=actor, at=step.at),
            "reject": lambda ticket, step, actor: end.reject(ticket.pk, actor=actor, at=step.at, reason=step.body),
            "reopen": lambda ticket, step, actor: reopen.reopen(ticket.pk, actor=actor, at=step.at),
        }

    def play(self, told: Told) -> Ticket:
        """Submit the ticket and do all its steps, or log the work."""
        if isinstance(told, Entry):
            return self_log.self_log(self.logged(told), actor=self.people[told.agent.email], at=told.submitted_at)
        return self._play(told)

    def logged(self, entry: Entry) -> self_log.Logged:
        """An entry as the verb takes it, its unit by the id."""
        named = {"unit": self.units[entry.metrics["unit"]]} if "unit" in entry.metrics else {}
        return self_log.Logged(
            type=self.types[entry.type],
            date=entry.date,
            description=entry.description,
            metrics=entry.metrics | named,
            count_off_day=entry.count_off_day,
        )

    def _play(self, plot: Plot) -> Ticket:
        ticket = submit.submit(
            submit.Submission(
                department=self.desks[plot.desk.code],
                type=self.types[plot.case.type],
                description=plot.case.description,
                name=plot.requester.name,
                email=plot.requester.email,
                submitter=self.people[plot.requester.email] if plot.signed_in else None,
                priority=plot.priority,
                subject=plot.case.subject,
            ),
            at=plot.submitted_at,
        )
        for step in plot.steps:
            self._plays[step.verb](ticket, step, self.people[step.actor])
        return ticket

    def _tick(self, ticket: Ticket, step: Step, actor: User) -> Ticket:
        """ "Count as weekend/holiday work"."""
        now = Ticket.objects.get(pk=ticket.pk)
        changes = edit.Edit(
            ticket_date=now.ticket_date,
            type=now.type,
            subject=now.subject,
            description=now.description,
            priority=now.priority,
            count_off_day=True,
        )
        return edit.edit(ticket.pk, actor=actor, at=step.at, version=now.version, changes=changes)
