from dataclasses import replace
from datetime import date

import pytest

from kpi.models import Cell, KpiItem, Span
from tests.cast import START, Cast, clock, kinds, local, mails, make_ticket, make_type, minutes, seconds
from tickets import conversation
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.edit import Edit, edit, transfer
from tickets.verbs.end import close
from tickets.verbs.running import Forbidden, Refused, Stale


def as_it_is(ticket: Ticket) -> Edit:
    return Edit(
        ticket_date=ticket.ticket_date,
        type=ticket.type,
        subject=ticket.subject,
        description=ticket.description,
        priority=ticket.priority,
        count_off_day=ticket.count_off_day,
    )


def test_what_differs_is_written_and_kept_for_the_audit(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    seen = ticket.last_public_at
    changes = replace(as_it_is(ticket), subject="Blank pages", priority="high")
    ticket = edit(ticket.pk, actor=cast.assignee, at=START + minutes(5), version=ticket.version, changes=changes)
    assert (ticket.subject, ticket.priority) == ("Blank pages", "high")
    event = ticket.events.last()
    assert (event.kind, event.visibility) == ("edited", "staff")
    assert event.data["changes"] == {
        "subject": ["The printer on the second floor prints blank pages.", "Blank pages"],
        "priority": ["normal", "high"],
    }
    assert ticket.last_public_at == seen


def test_nothing_different_is_no_event(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    edit(ticket.pk, actor=cast.assignee, at=START, version=ticket.version, changes=as_it_is(ticket))
    assert kinds(ticket) == ["submitted", "assigned"]


def test_a_stale_form_is_refused_with_the_ticket_as_it_is(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    old = ticket.version
    conversation.note(ticket.pk, actor=cast.mate, at=START + minutes(2), body="Seen before.")
    changes = replace(as_it_is(ticket), subject="Mine")
    with pytest.raises(Stale) as refusal:
        edit(ticket.pk, actor=cast.assignee, at=START + minutes(3), version=old, changes=changes)
    assert refusal.value.current.version == old + 1
    assert Ticket.objects.get(pk=ticket.pk).subject == ticket.subject


def test_the_date_decides_the_month_and_is_never_in_the_future(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    september = replace(as_it_is(ticket), ticket_date=date(2026, 9, 30))
    ticket = edit(ticket.pk, actor=cast.assignee, at=START + minutes(5), version=ticket.version, changes=september)
    pending = {cell.month: cell.not_counted for cell in Cell.objects.filter(owner=cast.assignee)}
    assert pending == {date(2026, 10, 1): {}, date(2026, 9, 1): {"pending": 1}}
    tomorrow = replace(september, ticket_date=date(2026, 10, 6))
    with pytest.raises(Refused, match="future"):
        edit(ticket.pk, actor=cast.assignee, at=START + minutes(6), version=ticket.version, changes=tomorrow)
    assert ticket.submitted_at == START


def test_the_tick_makes_a_day_off_count(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS, at=local(20, 9))
    ticked = replace(as_it_is(ticket), count_off_day=True)
    edit(ticket.pk, actor=cast.assignee, at=local(20, 10), version=ticket.version, changes=ticked)
    close(ticket.pk, actor=cast.assignee, at=local(20, 11))
    assert KpiItem.objects.get(pk=ticket.item_id).not_counted == ""


def test_another_type_brings_its_targets_to_running_clocks(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    request = replace(as_it_is(ticket), type=cast.request)
    ticket = edit(ticket.pk, actor=cast.assignee, at=START + minutes(5), version=ticket.version, changes=request)
    assert clock(ticket, "response").due_at == START + minutes(1 + 60)
    assert clock(ticket, "resolution").due_at == START + minutes(480)


def test_only_types_of_the_department(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    foreign = make_type("audit", "Audit", cast.group, response=10, resolution=20)
    changes = replace(as_it_is(ticket), type=foreign)
    with pytest.raises(Refused, match="does not use"):
        edit(ticket.pk, actor=cast.assignee, at=START, version=ticket.version, changes=changes)


@pytest.mark.parametrize("status", [Status.CLOSED, Status.REJECTED])
def test_an_ended_ticket_is_locked(cast: Cast, status: Status) -> None:
    ticket = make_ticket(cast, status=status)
    changes = replace(as_it_is(ticket), subject="Other")
    with pytest.raises(Refused):
        edit(ticket.pk, actor=cast.admin, at=START + minutes(9), version=ticket.version, changes=changes)


@pytest.mark.parametrize("who", ["mate", "lead", "other_agent", "manager", "submitter", "stranger", "gone"])
def test_only_assignee_and_admin_edit_and_transfer(cast: Cast, who: str) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    actor = getattr(cast, who)
    with pytest.raises(Forbidden):
        edit(ticket.pk, actor=actor, at=START, version=ticket.version, changes=as_it_is(ticket))
    with pytest.raises(Forbidden):
        transfer(
            ticket.pk,
            actor=actor,
            at=START,
            version=ticket.version,
            department=cast.other_department,
            type=cast.issue,
        )


def moved(cast: Cast, ticket: Ticket, **fields: object) -> Ticket:
    return transfer(
        ticket.pk,
        actor=cast.admin,
        at=START + minutes(10),
        version=ticket.version,
        department=cast.other_department,
        type=cast.request,
        **fields,
    )


def test_a_transfer_clears_the_assignee_and_splits_the_resolution(cast: Cast) -> None:
    ticket = moved(cast, make_ticket(cast, assignee=cast.assignee))
    assert (ticket.department, ticket.type, ticket.assignee) == (cast.other_department, cast.request, None)
    spans = Span.objects.filter(clock__item=ticket.item_id, clock__kind="resolution").order_by("start")
    assert [(span.department, span.start, span.stop) for span in spans] == [
        (cast.department, START, START + minutes(10)),
        (cast.other_department, START + minutes(10), None),
    ]
    assert clock(ticket, "response").stopped_at == START + minutes(10)
    item = KpiItem.objects.get(pk=ticket.item_id)
    assert (item.department, item.owner, item.type) == (cast.other_department, None, cast.request)


def test_the_response_starts_again_at_the_next_assignment(cast: Cast) -> None:
    ticket = moved(cast, make_ticket(cast, assignee=cast.assignee))
    assign(ticket.pk, to=cast.other_agent, actor=cast.admin, at=START + minutes(20))
    conversation.reply(ticket.pk, actor=cast.other_agent, at=START + minutes(27), body="Finance here.")
    close(ticket.pk, actor=cast.other_agent, at=START + minutes(30))
    assert (seconds(ticket, "response"), seconds(ticket, "resolution")) == (7 * 60, 30 * 60)


def test_an_assignee_of_the_new_department_may_be_named(cast: Cast) -> None:
    ticket = moved(cast, make_ticket(cast, assignee=cast.assignee), assignee=cast.other_agent)
    assert ticket.assignee == cast.other_agent
    assert clock(ticket, "response").due_at == START + minutes(10 + 60)
    assert mails(ticket)[-1] == ("assigned", cast.other_agent.email)
    assert kinds(ticket) == ["submitted", "assigned", "transferred", "assigned"]


def test_a_transfer_wants_another_department_and_a_type_of_it(cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    audit = make_type("audit", "Audit", cast.group, response=10, resolution=20)
    for department, type_ in ((cast.department, cast.issue), (cast.other_department, audit)):
        with pytest.raises(Refused):
            transfer(ticket.pk, actor=cast.admin, at=START, version=ticket.version, department=department, type=type_)
    with pytest.raises(Refused, match="does not work in"):
        moved(cast, ticket, assignee=cast.mate)
    assert Ticket.objects.get(pk=ticket.pk).department == cast.department
