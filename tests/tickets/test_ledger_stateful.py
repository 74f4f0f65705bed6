"""Whatever people do, in whatever order: cells equal a rebuild, items what is stored of them, locks their snapshot.

Hypothesis plays an office: tickets and their verbs, self-logged and imported work, corrections by hand, changes of the
past through their door, months that are locked and unlocked. What a verb refuses is part of the game.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from kpi import ledger, locking, plans
from kpi.ledger import Facts
from kpi.models import KpiItem, MonthLock, Override, ReplacedDay, TypeVersion, WorkingHours, WorkState
from kpi.tasks import BATCH
from tests.cast import OFFICE_HOURS, START, Cast, make_cast, set_policy
from tests.every_rule import make_types, metrics_of
from tests.kpi.balance import of_cells, of_snapshot
from tests.kpi.past import apply, faults, proposed
from tickets import conversation
from tickets.models import Ticket
from tickets.verbs import assign, delete, edit, end, progress, reopen, self_log
from tickets.verbs.running import Refused
from tickets.verbs.submit import Submission, submit

OCTOBER = date(2026, 10, 1)
GAPS = st.sampled_from([1, 7, 29, 31, 240, 241, 480, 1440, 4320])  # minutes between two things that happen
WHICH = st.integers(0, 30)  # of what there is, counted round
WHO = st.sampled_from(["assignee", "mate", "lead", "other_agent", "admin"])
DAYS = st.dates(date(2026, 10, 5), date(2026, 11, 6))
URGENCY = st.sampled_from(["low", "high"])
LATE_HOURS = {str(day): [["10:00", "19:00"]] for day in range(5)}
RULES = st.sampled_from(["submit", "accuracy", "acr", "project", "ic-closure", "ic-findings", "uptime"])


class Office(RuleBasedStateMachine):
    """One office on a database that forgets it all afterwards."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.play = transaction.atomic()
        self.play.__enter__()
        self.now = START

    def teardown(self) -> None:
        try:
            self.nothing_drifted()
        finally:
            transaction.set_rollback(True)
            self.play.__exit__(None, None, None)

    @initialize()
    def open(self) -> None:
        self.cast = make_cast()
        self.types = make_types(self.cast)
        set_policy(self.cast.department, "service-desk", clients_close=True, clients_reopen=True)
        self.ask(False, 0, "normal")

    def later(self, minutes: int) -> datetime:
        self.now += timedelta(minutes=minutes)
        return self.now

    def ticket(self, which: int) -> Ticket:
        """One of those that are there, as it is now."""
        tickets = list(Ticket.objects.order_by("pk"))
        return tickets[which % len(tickets)]

    def person(self, name: str) -> User:
        found: User = getattr(self.cast, name)
        return found

    def handler(self, ticket: Ticket) -> User:
        """Who has it, else an admin."""
        return ticket.assignee or self.cast.admin

    # What clients do

    @rule(picked=st.booleans(), gap=GAPS, priority=st.sampled_from(["normal", "high"]))
    def ask(self, picked: bool, gap: int, priority: str) -> None:
        client = self.cast.submitter
        agent = self.cast.assignee if picked else None
        submit(
            Submission(
                self.cast.department, self.cast.issue, "It is broken.", client.name, client.email,
                submitter=client, picked=agent, priority=priority,
            ),
            at=self.later(gap),
        )  # fmt: skip

    @precondition(lambda self: Ticket.objects.exists())
    @rule(which=WHICH, gap=GAPS, what=st.sampled_from(["reply", "close", "reopen", "withdraw"]))
    def client(self, which: int, gap: int, what: str) -> None:
        pk, at, client = self.ticket(which).pk, self.later(gap), self.cast.submitter
        with suppress(Refused):
            if what == "reply":
                conversation.client_reply(pk, actor=client, at=at, body="Any news?")
            elif what == "close":
                end.client_close(pk, actor=client, at=at)
            elif what == "reopen":
                reopen.client_reopen(pk, actor=client, at=at)
            else:
                end.withdraw(pk, actor=client, at=at)

    # What staff do

    @precondition(lambda self: Ticket.objects.exists())
    @rule(which=WHICH, gap=GAPS, to=WHO)
    def give(self, which: int, gap: int, to: str) -> None:
        with suppress(Refused):
            assign.assign(self.ticket(which).pk, to=self.person(to), actor=self.cast.admin, at=self.later(gap))

    @precondition(lambda self: Ticket.objects.exists())
    @rule(which=WHICH, gap=GAPS, who=WHO)
    def take_or_reply(self, which: int, gap: int, who: str) -> None:
        ticket, at = self.ticket(which), self.later(gap)
        with suppress(Refused):
            assign.take(ticket.pk, actor=self.person(who), at=at)
        with suppress(Refused):
            conversation.reply(ticket.pk, actor=self.person(who), at=at, body="We are on it.")

    @precondition(lambda self: Ticket.objects.exists())
    @rule(which=WHICH, gap=GAPS, what=st.sampled_from(["start", "acknowledge", "close", "close", "reject", "reopen"]))
    def handle(self, which: int, gap: int, what: str) -> None:
        ticket, at = self.ticket(which), self.later(gap)
        who = {"actor": self.handler(ticket), "at": at}
        with suppress(Refused):
            if what == "start":
                progress.start(ticket.pk, **who)
            elif what == "acknowledge":
                progress.acknowledge(ticket.pk, **who)
            elif what == "close":
                end.close(ticket.pk, **who)
            elif what == "reject":
                end.reject(ticket.pk, reason="Not ours.", **who)
            else:
                reopen.reopen(ticket.pk, **who)

    @precondition(lambda self: Ticket.objects.exists())
    @rule(
        which=WHICH,
        gap=GAPS,
        day=DAYS,
        other=st.booleans(),
        tick=st.booleans(),
        priority=st.sampled_from(["low", "high"]),
    )
    def change(self, which: int, gap: int, day: date, other: bool, tick: bool, priority: str) -> None:
        ticket = self.ticket(which)
        type_ = self.cast.request if other and not ticket.self_logged else ticket.type
        columns = {"ticket_date": day, "type": type_, "priority": priority, "count_off_day": tick}
        changes = edit.Edit(subject=ticket.subject, description=ticket.description, **columns)
        with suppress(Refused):
            edit.edit(ticket.pk, actor=self.cast.admin, at=self.later(gap), version=ticket.version, changes=changes)

    @precondition(lambda self: Ticket.objects.exists())
    @rule(which=WHICH, gap=GAPS, named=st.booleans())
    def move(self, which: int, gap: int, named: bool) -> None:
        ticket = self.ticket(which)
        to = self.cast.other_department
        if ticket.department == to:
            to = self.cast.department
        agent = self.cast.other_agent if to == self.cast.other_department else self.cast.mate
        where = {"department": to, "type": self.cast.issue, "assignee": agent if named else None}
        with suppress(Refused):
            edit.transfer(ticket.pk, actor=self.cast.admin, at=self.later(gap), version=ticket.version, **where)

    @precondition(lambda self: Ticket.objects.exists())
    @rule(which=WHICH, gap=GAPS)
    def throw_away(self, which: int, gap: int) -> None:
        with suppress(Refused):
            delete.delete(self.ticket(which).pk, actor=self.cast.admin, at=self.later(gap))

    @rule(kind=RULES, gap=GAPS, day=DAYS, who=st.sampled_from(["assignee", "mate"]), tick=st.booleans())
    def log(self, kind: str, gap: int, day: date, who: str, tick: bool) -> None:
        work = self_log.Logged(self.types[kind], day, "Done.", metrics_of(kind, day), tick)
        with suppress(Refused):
            self_log.self_log(work, actor=self.person(who), at=self.later(gap))

    # What happens to scores

    @rule(kind=RULES, days=st.lists(DAYS, min_size=1, max_size=4), who=WHO)
    def take_in(self, kind: str, days: list[date], who: str) -> None:
        owner = {} if kind == "uptime" else {"owner": self.person(who)}
        work = [
            Facts(
                self.types[kind], self.cast.department, day, state=WorkState.DONE, source=KpiItem.Source.IMPORTED,
                metrics=metrics_of(kind, day), **owner,
            )
            for day in days
        ]  # fmt: skip
        with transaction.atomic():
            ledger.enter(work, at=self.now)

    @precondition(lambda self: KpiItem.objects.exists())
    @rule(which=WHICH, gap=GAPS, seconds=st.sampled_from([None, 60, 10**6]))
    def correct(self, which: int, gap: int, seconds: int | None) -> None:
        items = list(KpiItem.objects.order_by("pk"))
        item, at = items[which % len(items)], self.later(gap)
        Override.objects.filter(item=item).delete()
        if seconds is not None:
            known = {"metric": "response_seconds", "value": seconds, "why": "The phone was down."}
            Override.objects.create(item=item, by=self.cast.admin, at=at, **known)
        self.post([item.pk], at)

    @rule(gap=GAPS)
    def sweep(self, gap: int) -> None:
        """What the timers do: every open item is judged again."""
        at = self.later(gap)
        self.post(list(KpiItem.objects.filter(state=WorkState.OPEN).values_list("pk", flat=True)[:BATCH]), at)

    def post(self, items: list[int], at: datetime) -> None:
        for pk in items:
            with transaction.atomic(), ledger.posting(pk, at=at) as posting:
                posting.touch()

    @rule(day=DAYS, what=st.sampled_from(["holiday", "hours", "version", "no holiday"]), gap=GAPS)
    def change_the_past(self, day: date, what: str, gap: int) -> None:
        at = self.later(gap)
        apply(proposed(self.cast, self.write(what, day), at=at), self.cast, at=at)

    def write(self, what: str, day: date) -> plans.Write:
        cast = self.cast
        stored = ReplacedDay.objects.first()
        if what == "no holiday" and stored is not None:
            return plans.deleting(stored)
        if what == "hours":
            hours = WorkingHours.objects.filter(country=cast.country).latest("valid_from")
            hours.week = OFFICE_HOURS if hours.week == LATE_HOURS else LATE_HOURS
            return plans.saving(hours)
        if what == "version":
            version = TypeVersion.objects.get(type=cast.issue)
            version.parameters = {"response_target": day.day, "resolution_target": 240}
            return plans.saving(version)
        new = ReplacedDay.objects.filter(country=cast.country, date=day).first() or ReplacedDay(
            country=cast.country, date=day
        )
        new.name = f"Day {self.now:%d %H:%M}"
        return plans.saving(new)

    @rule()
    def lock_or_unlock(self) -> None:
        """Once October is over."""
        with suppress(locking.CannotLock):
            if MonthLock.objects.filter(unlocked_at=None).exists():
                self.balanced()
                locking.unlock(OCTOBER, actor=self.cast.admin, at=self.now, reason="A holiday was missing.")
            else:
                locking.lock(OCTOBER, actor=self.cast.admin, at=self.now)

    @rule()
    def a_month_later(self) -> None:
        self.now = max(self.now, datetime(2026, 11, 2, 6, tzinfo=self.now.tzinfo))

    @invariant()
    def nothing_drifted(self) -> None:
        assert faults() == []
        self.balanced()

    def balanced(self) -> None:
        for lock in MonthLock.objects.filter(unlocked_at=None):
            assert of_snapshot(lock) == of_cells(lock.month)


@pytest.mark.django_db
def test_whatever_happens_equals_a_rebuild_from_scratch() -> None:
    few = settings(
        max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(Office, settings=few)
