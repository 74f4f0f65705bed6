from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404

from accounts.models import SiteSettings, User
from intake import lookup
from kpi import cells, frames, reports
from kpi.levels import TypeMonth
from kpi.models import Clock, KpiItem, KpiType, MonthLock
from kpi.preview import preview
from tests.cast import Cast, kinds, local, mails, make_ticket
from tests.every_rule import DAY, EXAMPLES, make_types, metrics_of
from tickets import conversation
from tickets.access import allowed_verbs, own_tickets, public_ticket, staff_tickets
from tickets.claims import claim_address
from tickets.models import Ticket
from tickets.states import OF_SELF_LOGGED, Kind, Status, Verb
from tickets.verbs.assign import assign
from tickets.verbs.edit import Edit, edit
from tickets.verbs.end import close, reject
from tickets.verbs.reopen import reopen
from tickets.verbs.running import Forbidden, Refused, Unfit
from tickets.verbs.self_log import Logged, facts, self_log

NOW = local(8, 10)
DONE = "Counted the spare readers with Lucy."


@pytest.fixture
def types(cast: Cast) -> dict[str, KpiType]:
    """A type of every rule for the cast's department."""
    return make_types(cast)


def work(type_: KpiType, **fields: Any) -> Logged:
    """Work as the examples have it, dated on a Wednesday."""
    values = {"type": type_, "date": DAY, "description": DONE, "metrics": metrics_of(type_.rule)}
    return Logged(**{**values, **fields})


def item(ticket: Ticket) -> KpiItem:
    return KpiItem.objects.get(pk=ticket.item_id)


def logged(cast: Cast, types: dict[str, KpiType], rule: str = "accuracy", **fields: Any) -> Ticket:
    return self_log(work(types[rule], **fields), actor=cast.assignee, at=NOW)


def as_it_is(ticket: Ticket, **fields: Any) -> Edit:
    names = ("ticket_date", "type", "subject", "description", "priority", "count_off_day")
    return replace(Edit(**{name: getattr(ticket, name) for name in names}), **fields)


@pytest.mark.parametrize("rule", EXAMPLES)
def test_it_is_born_closed_and_scored_without_client_clocks_or_mails(
    cast: Cast, types: dict[str, KpiType], rule: str
) -> None:
    ticket = logged(cast, types, rule)
    assert (ticket.kind, ticket.status, ticket.assignee, ticket.submitter) == ("self", "closed", cast.assignee, None)
    assert (ticket.department, ticket.subject, ticket.ticket_date) == (cast.department, DONE, DAY)
    assert (kinds(ticket), mails(ticket)) == (["logged"], [])
    assert not Clock.objects.filter(item=ticket.item_id).exists()
    scored = item(ticket)
    assert (scored.source, scored.state, scored.not_counted) == ("typed", "done", "")
    assert scored.metrics == metrics_of(rule)
    points = None if scored.value is None else f"{scored.value / 10_000:.1f}"
    assert points == EXAMPLES[rule].points
    people = (None, cast.assignee) if rule == "uptime" else (cast.assignee, None)
    assert (scored.owner, scored.reporter) == people
    assert cells.drift() == []


@pytest.mark.parametrize("rule", EXAMPLES)
def test_the_preview_says_what_logging_then_makes_of_the_item_and_the_month(
    cast: Cast, types: dict[str, KpiType], rule: str
) -> None:
    logged(cast, types, rule)
    other = work(types[rule], date=DAY - timedelta(days=1))
    told = preview(facts(other, cast.department, cast.assignee), at=NOW)
    ticket = self_log(other, actor=cast.assignee, at=NOW)
    assert (told.item.value, told.item.result) == (item(ticket).value, item(ticket).result)
    row = reported(cast, rule)
    assert told.month is not None
    assert (told.month.score, told.month.counted) == (row.score, row.counted) == (row.score, 2)


def reported(cast: Cast, rule: str) -> TypeMonth:
    """The row of the month's report: the owner's, or the department's where units are reported."""
    month, code = DAY.replace(day=1), EXAMPLES[rule].code
    groups = reports.owner_months(cast.assignee, [month], as_of=NOW)[0].groups
    if rule == "uptime":
        groups = reports.departments(frames.load([month], as_of=NOW, departments=[cast.department.pk])[month])[0].groups
    return next(row for group in groups for row in group.types if row.type.code == code)


@pytest.mark.parametrize("rule", EXAMPLES)
def test_one_ticket_makes_the_month(cast: Cast, types: dict[str, KpiType], rule: str) -> None:
    told = preview(facts(work(types[rule]), cast.department, cast.assignee), at=NOW)
    assert told.month is not None
    assert (f"{float(told.month.score or 0) / 10_000:.1f}", told.month.counted) == (EXAMPLES[rule].month, 1)


def refusal(cast: Cast, logging: Logged, *, actor: User | None = None) -> dict[str, str]:
    with pytest.raises(Unfit) as refused:
        self_log(logging, actor=actor or cast.assignee, at=NOW)
    assert not Ticket.objects.exists()
    return dict(refused.value.problems)


def test_dates_that_cannot_be(cast: Cast, types: dict[str, KpiType]) -> None:
    review = work(types["acr"])
    future = refusal(cast, replace(review, date=date(2026, 10, 9)))
    assert future == {"ticket_date": "Enter a ticket date that is not in the future"}
    SiteSettings.objects.update_or_create(pk=1, defaults={"edit_window": 3})
    old = refusal(cast, replace(review, date=date(2026, 10, 4)))
    assert old == {"ticket_date": "Enter a ticket date from 5 Oct 2026 on; an admin can date work further back"}
    self_log(replace(review, date=date(2026, 10, 5)), actor=cast.assignee, at=NOW)


def test_a_locked_month_takes_no_new_work(cast: Cast, types: dict[str, KpiType]) -> None:
    MonthLock.objects.create(month=date(2026, 10, 1), locked_by=cast.admin, locked_at=NOW)
    assert refusal(cast, work(types["acr"])) == {
        "ticket_date": "October 2026 is locked; choose a date in another month"
    }


def test_only_types_that_the_department_logs_on_that_date(cast: Cast, types: dict[str, KpiType]) -> None:
    types["acr"].department_map.update(self_log=False)
    assert refusal(cast, work(types["acr"])) == {"type": "Choose a KPI type that Operations logs"}
    types["acr"].department_map.update(self_log=True, valid_from=date(2026, 11, 1))
    assert refusal(cast, work(types["acr"])) == {"type": "Choose a KPI type that Operations logs"}


@pytest.mark.parametrize(
    ("rule", "metrics", "problems"),
    [
        ("rr", {}, {"response_seconds": "Enter the response time in minutes, 0 or more"}),
        ("submit", {"submit_time": "25:00"}, {"submit_time": "Enter the submit time as hh:mm"}),
        ("accuracy", {}, {"response_accuracy": "Enter the response accuracy, the data accuracy or both"}),
        ("acr", {"teamwork": 6}, {"teamwork": "Choose a rating from 1 to 5 for Teamwork"}),
        ("project", {}, {"count": "Enter the count as a whole number, 0 or more"}),
        ("uptime", {"unit": 0, "downtime_minutes": 0}, {"unit": "Choose a unit from the list"}),
        ("uptime", {"unit": 99, "downtime_minutes": 0}, {"unit": "Choose a unit from the list"}),
    ],
)
def test_metrics_that_cannot_be(
    cast: Cast, types: dict[str, KpiType], rule: str, metrics: dict[str, Any], problems: dict[str, str]
) -> None:
    assert refusal(cast, work(types[rule], metrics=metrics)) == problems


def test_a_unit_of_another_department_or_time_is_not_on_the_list(cast: Cast, types: dict[str, KpiType]) -> None:
    uptime = work(types["uptime"])
    unit = types["uptime"].department_map.get().department.units.get()
    unit.active_until = DAY - timedelta(days=1)
    unit.save()
    assert refusal(cast, uptime) == {"unit": "Choose a unit from the list"}
    unit.active_until, unit.department = None, cast.other_department
    unit.save()
    assert refusal(cast, uptime) == {"unit": "Choose a unit from the list"}


@pytest.mark.parametrize("who", ["admin", "manager", "submitter", "gone"])
def test_only_agents_log(cast: Cast, types: dict[str, KpiType], who: str) -> None:
    with pytest.raises(Forbidden):
        self_log(work(types["acr"]), actor=getattr(cast, who), at=NOW)


@pytest.mark.parametrize("off_day", [date(2026, 10, 4), date(2026, 10, 20)])
def test_a_day_off_counts_with_the_tick_alone(cast: Cast, types: dict[str, KpiType], off_day: date) -> None:
    at = local(21, 9) if off_day.day == 20 else NOW
    without = self_log(work(types["acr"], date=off_day), actor=cast.assignee, at=at)
    ticked = self_log(work(types["acr"], date=off_day, count_off_day=True), actor=cast.assignee, at=at)
    assert (item(without).not_counted, item(ticked).not_counted) == ("off_day", "")
    assert item(without).off_day == {4: "weekend", 20: "Mashujaa Day"}[off_day.day]


def test_reopened_it_is_pending_and_closing_judges_its_metrics_again(cast: Cast, types: dict[str, KpiType]) -> None:
    ticket = logged(cast, types)
    ticket = reopen(ticket.pk, actor=cast.assignee, at=NOW)
    assert (item(ticket).not_counted, ticket.status) == ("pending", "progress")
    emptied = as_it_is(ticket, metrics={})
    ticket = edit(ticket.pk, actor=cast.assignee, at=NOW, version=ticket.version, changes=emptied)
    with pytest.raises(Unfit) as refused:
        close(ticket.pk, actor=cast.assignee, at=NOW)
    assert refused.value.problems == {"response_accuracy": "Enter the response accuracy, the data accuracy or both"}
    better = as_it_is(ticket, metrics={"response_accuracy": 98, "data_accuracy": 99})
    ticket = edit(ticket.pk, actor=cast.assignee, at=NOW, version=ticket.version, changes=better)
    assert ticket.events.last().data["changes"] == {"response_accuracy": ["", "98"], "data_accuracy": ["", "99"]}
    close(ticket.pk, actor=cast.assignee, at=NOW)
    assert (item(ticket).value, item(ticket).not_counted) == (1_000_000, "")
    assert (mails(ticket), Clock.objects.count()) == ([], 0)
    assert cells.drift() == []


def test_its_owner_corrects_it_while_the_window_lasts_an_admin_always(cast: Cast, types: dict[str, KpiType]) -> None:
    ticket = logged(cast, types)
    last, later = NOW + timedelta(days=7), NOW + timedelta(days=7, seconds=1)
    assert allowed_verbs(cast.assignee, ticket, at=last) == {Verb.NOTE, Verb.REOPEN}
    assert allowed_verbs(cast.assignee, ticket, at=later) == {Verb.NOTE}
    assert allowed_verbs(cast.admin, ticket, at=later) == {Verb.NOTE, Verb.REOPEN}
    with pytest.raises(Forbidden, match="7 days after you logged it"):
        reopen(ticket.pk, actor=cast.assignee, at=later)
    reopen(ticket.pk, actor=cast.assignee, at=last)
    with pytest.raises(Forbidden):
        close(ticket.pk, actor=cast.assignee, at=later)
    close(ticket.pk, actor=cast.admin, at=later)


def test_its_date_moves_within_the_window_further_back_by_an_admin(cast: Cast, types: dict[str, KpiType]) -> None:
    ticket = reopen(logged(cast, types).pk, actor=cast.assignee, at=NOW)
    back = as_it_is(ticket, ticket_date=date(2026, 9, 30))
    with pytest.raises(Unfit, match="from 1 Oct 2026 on"):
        edit(ticket.pk, actor=cast.assignee, at=NOW, version=ticket.version, changes=back)
    ticket = edit(ticket.pk, actor=cast.admin, at=NOW, version=ticket.version, changes=back)
    kept = as_it_is(ticket, description="Corrected.")
    assert (
        edit(ticket.pk, actor=cast.assignee, at=NOW, version=ticket.version, changes=kept).description == "Corrected."
    )


@pytest.mark.parametrize("verb", sorted(set(Verb) - OF_SELF_LOGGED))
def test_nothing_that_needs_a_client_is_ever_offered(cast: Cast, types: dict[str, KpiType], verb: Verb) -> None:
    ticket = logged(cast, types)
    everybody = ("submitter", "colleague", "stranger", "assignee", "mate", "lead", "other_agent", "manager", "admin")
    for state in (ticket, reopen(ticket.pk, actor=cast.assignee, at=NOW)):
        assert [who for who in everybody if verb in allowed_verbs(getattr(cast, who), state, at=NOW)] == []


def test_the_verbs_themselves_refuse(cast: Cast, types: dict[str, KpiType]) -> None:
    ticket = reopen(logged(cast, types).pk, actor=cast.assignee, at=NOW)
    with pytest.raises(Refused, match="logged by the one who did the work"):
        assign(ticket.pk, to=cast.mate, actor=cast.admin, at=NOW)
    with pytest.raises(Refused, match="logged by the one who did the work"):
        reject(ticket.pk, actor=cast.assignee, at=NOW, reason="No.")
    with pytest.raises(Refused, match="logged by the one who did the work"):
        conversation.reply(ticket.pk, actor=cast.assignee, at=NOW, body="To nobody.")
    conversation.note(ticket.pk, actor=cast.mate, at=NOW, body="Seen.")
    assert kinds(ticket) == ["logged", "reopened", "noted"]


def test_it_is_on_no_page_list_or_look_up_of_clients(cast: Cast, types: dict[str, KpiType]) -> None:
    ticket = logged(cast, types)
    for person in (None, cast.submitter, cast.assignee, cast.admin):
        with pytest.raises(Http404):
            public_ticket(person, ticket.reference)
    assert lookup.by_number(ticket.pk, user=cast.assignee) is None
    assert lookup.by_words(cast.assignee.name) == lookup.by_words(cast.assignee.email) == []
    assert lookup.tickets_of([ticket.pk]) == []
    assert claim_address(cast.submitter, "", at=NOW) == 0
    Ticket.objects.update(organisation=cast.organisation)
    assert list(own_tickets(cast.submitter, organisation=True)) == []


def test_the_department_sees_it_among_its_tickets(cast: Cast, types: dict[str, KpiType]) -> None:
    ticket = logged(cast, types)
    seeing = {who for who in ("assignee", "mate", "lead", "other_agent", "manager", "admin", "submitter")
              if ticket in staff_tickets(getattr(cast, who))}  # fmt: skip
    assert seeing == {"assignee", "mate", "lead", "manager", "admin"}


def test_an_intake_ticket_of_another_rule_asks_for_its_metrics_at_the_close(
    cast: Cast, types: dict[str, KpiType]
) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS, type=types["accuracy"])
    with pytest.raises(Unfit) as refused:
        close(ticket.pk, actor=cast.assignee, at=NOW)
    assert set(refused.value.problems) == {"response_accuracy"}
    changes = as_it_is(ticket, metrics={"data_accuracy": 99})
    edit(ticket.pk, actor=cast.assignee, at=NOW, version=ticket.version, changes=changes)
    close(ticket.pk, actor=cast.assignee, at=NOW)
    assert (ticket.kind, item(ticket).value, item(ticket).not_counted) == (Kind.INTAKE, 1_000_000, "")


@pytest.mark.parametrize(
    ("rule", "typed", "wrong"),
    [
        ("ic-closure", {"found_at": "2026-10-08T09:00", "closed_at": "2026-10-08T10:01"}, "closed_at"),
        ("uptime", {"down_from": "2026-10-08T10:01", "downtime_minutes": 1}, "down_from"),
        ("uptime", {"down_from": "2026-10-08T09:55", "downtime_minutes": 6}, "downtime_minutes"),
    ],
)
def test_what_has_not_happened_yet_is_refused_beside_its_field(
    cast: Cast, types: dict[str, KpiType], rule: str, typed: dict[str, Any], wrong: str
) -> None:
    """It is ten o'clock on Thursday in Nairobi."""
    metrics = {**metrics_of(rule), **typed}
    with pytest.raises(Unfit) as refused:
        logged(cast, types, rule, date=date(2026, 10, 8), metrics=metrics)
    assert list(refused.value.problems) == [wrong]
    assert not Ticket.objects.exists()
    ended = {"closed_at": "2026-10-08T10:00"} if rule == "ic-closure" else {"down_from": "2026-10-08T09:54"}
    happened = {**metrics, **ended, **({"downtime_minutes": 6} if rule == "uptime" else {})}
    logged(cast, types, rule, date=date(2026, 10, 8), metrics=happened)
