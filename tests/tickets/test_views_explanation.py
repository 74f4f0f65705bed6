"""One score explained: every rule and source, corrections by hand, who may read it."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import SettingsChange, User
from kpi import cells, corrections, ledger
from kpi.engine.rules import RULES
from kpi.locking import lock
from kpi.models import Adjustment, Cell, KpiItem, Override, WorkState
from tests.cast import START, Cast, local, make_ticket, minutes
from tests.every_rule import DAY, EXAMPLES, make_types, metrics_of
from tests.kpi.months import done
from tickets import conversation
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.end import close

pytestmark = pytest.mark.django_db
AT = local(25, 12, month=11)


def late(cast: Cast, **fields: Any) -> Ticket:
    """Closed without a reply after five working hours: both parts of an Issue missed."""
    ticket = make_ticket(cast, assignee=cast.assignee, **fields)
    return close(ticket.pk, actor=cast.assignee, at=ticket.submitted_at + minutes(300))


def read(client: Client, item: int) -> Any:
    return client.get(f"/profile/performance/item/{item}/")


@pytest.mark.parametrize("rule", EXAMPLES)
def test_every_rule_is_explained_with_its_own_parts(client: Client, cast: Cast, rule: str) -> None:
    example, types = EXAMPLES[rule], make_types(cast)
    (item,) = done(types[rule], cast.assignee, metrics_of(rule), day=DAY)
    client.force_login(cast.assignee)
    answer = read(client, item.pk)
    context, words = answer.context, answer.content.decode()
    labels = [RULES[rule].part_labels[part.name] for part in context["score"].parts]
    assert [line.label for line in context["lines"]] == labels
    assert context["sentence"] in words
    assert "Targets in force since 1 January 2026." in words
    if example.points:
        assert f'<span class="score">{example.points}</span>' in words
        assert f"= <b>{example.points}</b>" in words
    else:
        assert "Scored by the month" in words
        assert f"<b>{example.month}</b>" in words
        assert context["of_month"].sentence in words


def test_parts_say_in_their_own_unit_by_how_much_they_missed(client: Client, cast: Cast) -> None:
    types = make_types(cast)
    client.force_login(cast.assignee)
    typed = {
        "accuracy": ({"response_accuracy": 97.5, "data_accuracy": 99.5}, ["Missed by 0.5 %", "Met"]),
        "submit": ({"submit_time": "17:20"}, ["Late by 20 min"]),
        "rr": ({"response_seconds": 1801, "resolution_seconds": 60}, ["Missed by 1 s", "Met"]),
    }
    for rule, (metrics, verdicts) in typed.items():
        (item,) = done(types[rule], cast.assignee, metrics, day=DAY)
        assert [line.verdict for line in read(client, item.pk).context["lines"]] == verdicts
    (item,) = done(types["submit"], cast.assignee, {"submit_time": "17:00"}, day=DAY)
    assert "Late: not before the cutoff" in read(client, item.pk).content.decode()


def test_clocks_show_where_the_time_went(client: Client, cast: Cast) -> None:
    ticket = late(cast, at=local(19, 15))
    client.force_login(cast.assignee)
    answer = read(client, ticket.item_id)
    words = answer.content.decode()
    lines = [(line.label, line.points, line.verdict) for line in answer.context["lines"]]
    assert lines == [("Response", 0, "Missed by 1 h 30 min"), ("Resolution", 1_000_000, "Met")]
    assert answer.context["formula"] == [(50, "0.0"), (50, "100.0")]
    assert "Closed without a reply" in words
    assert [strip.title for strip in answer.context["strips"]] == ["First response", "Resolution"]
    assert {(kind, name): s for kind, name, s in answer.context["strips"][1].sums} == {
        ("working", ""): 2 * 3600,
        ("off", ""): 3 * 3600,
    }


def test_typed_instants_show_where_the_time_between_them_went(client: Client, cast: Cast) -> None:
    types = make_types(cast)
    found = {"found_at": "2026-10-19T16:00", "closed_at": "2026-10-21T09:00"}
    (item,) = done(types["ic-closure"], cast.assignee, found, day=date(2026, 10, 21))
    client.force_login(cast.assignee)
    (strip,) = read(client, item.pk).context["strips"]
    sums = {(kind, name): seconds // 3600 for kind, name, seconds in strip.sums}
    assert sums == {("working", ""): 2, ("off", ""): 15, ("holiday", "Mashujaa Day"): 24}


def test_a_breach_stays_on_the_explanation(client: Client, cast: Cast) -> None:
    ticket = late(cast)
    User.objects.filter(pk=cast.assignee.pk).update(zone="Asia/Jakarta")
    client.force_login(cast.assignee)
    told = read(client, ticket.item_id).content.decode().split("The clock ran past its target on")[1]
    assert re.match(r" \d+ \w+ \d{4}, \d\d:\d\d EAT\.", told), "the zone of the strip below it"


def test_an_open_item_says_that_it_is_not_settled(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    client.force_login(cast.assignee)
    assert "Its score is settled when it is closed." in read(client, ticket.item_id).content.decode()


def test_beside_the_score_stand_the_wait_and_what_happened_before(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.mate)
    first = ticket.submitted_at + minutes(1)
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=first + minutes(60))
    conversation.reply(ticket.pk, actor=cast.assignee, at=first + minutes(70), body="On it.")
    client.force_login(cast.assignee)
    for page in (f"/tickets/{ticket.reference}/", f"/profile/performance/item/{ticket.item_id}/"):
        answer = client.get(page)
        panel = answer.context["fairness"]
        seconds = (panel.requester_seconds, panel.agent_seconds, panel.since_first_seconds)
        assert seconds == (71 * 60, 10 * 60, 70 * 60)
        assert (panel.reassignments, panel.reopenings) == (1, 0)
        assert [breach.owner for breach in panel.breaches] == [cast.mate]
        assert "Moses Mate" in answer.content.decode()


def test_imported_work_has_the_same_page_with_its_id(client: Client, cast: Cast) -> None:
    types = make_types(cast)
    facts = ledger.Facts(
        types["accuracy"], cast.department, DAY, owner=cast.assignee, state=WorkState.DONE,
        metrics=metrics_of("accuracy"), source="imported", external_id="A-17",
    )  # fmt: skip
    (item,) = ledger.enter([facts], at=START)
    client.force_login(cast.assignee)
    words = read(client, item.pk).content.decode()
    assert "Why A-17 has its score" in words
    assert "What was imported" in words
    assert "97.5 %" in words


READERS = {
    "assignee": 200, "lead": 200, "manager": 200, "admin": 200,
    "mate": 404, "other_agent": 404, "submitter": 404, "stranger": 404,
}  # fmt: skip


def test_a_score_is_read_by_its_owner_leads_management_and_admin(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    assert who_reads(client, cast, ticket.item_id) == READERS


def test_uptime_has_no_owner_and_is_read_by_its_department(client: Client, cast: Cast) -> None:
    (item,) = done(make_types(cast)["uptime"], cast.assignee, metrics_of("uptime"), day=DAY)
    assert who_reads(client, cast, item.pk) == READERS | {"mate": 200}


def who_reads(client: Client, cast: Cast, item: int) -> dict[str, int]:
    found = {}
    for name in READERS:
        client.force_login(getattr(cast, name))
        found[name] = read(client, item).status_code
    return found


def correct(client: Client, item: int, **fields: str) -> Any:
    return client.post(f"/profile/performance/item/{item}/correction/", fields)


def test_a_correction_wins_over_the_clock_is_shown_and_survives_a_rebuild(client: Client, cast: Cast) -> None:
    ticket = late(cast)
    client.force_login(cast.admin)
    answer = correct(client, ticket.item_id, m_response_seconds="12,5", m_resolution_seconds="300", why="Phoned back")
    assert answer["Location"] == f"/profile/performance/item/{ticket.item_id}/"
    item = KpiItem.objects.get(pk=ticket.item_id)
    assert (item.value, list(item.overrides.values_list("metric", "value"))) == (
        500_000, [("response_seconds", 750)]
    )  # fmt: skip
    with ledger.posting(item.pk, at=AT) as change:
        change.remeasure()
    item.refresh_from_db()
    assert (item.value, Cell.objects.get(counted=1).total, cells.drift()) == (500_000, 500_000, [])
    words = read(client, item.pk).content.decode()
    assert "<b>Response time</b>: 12 min 30 s. The clock said 5 h." in words
    assert "“Phoned back”" in words
    audit = SettingsChange.objects.get(object_pk=str(item.pk), content_type__model="kpiitem")
    assert (audit.actor, audit.changes) == (
        cast.admin, {"Response time": ["5 h", "12 min 30 s"], "reason": [None, "Phoned back"]}
    )  # fmt: skip

    client.post(f"/profile/performance/item/{item.pk}/correction/response_seconds/")
    item.refresh_from_db()
    assert (item.value, Override.objects.count(), Cell.objects.get(counted=1).total) == (0, 0, 0)


def test_saying_what_was_measured_again_is_no_correction(client: Client, cast: Cast) -> None:
    ticket = late(cast)
    client.force_login(cast.admin)
    correct(client, ticket.item_id, m_response_seconds="10", m_resolution_seconds="300", why="Phoned back")
    correct(client, ticket.item_id, m_response_seconds="", m_resolution_seconds="300", why="It was not so")
    assert list(Override.objects.all()) == []
    assert KpiItem.objects.get(pk=ticket.item_id).value == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"m_completion": "101", "why": "x"}, "Enter the completion as a percentage from 0 to 100"),
        ({"m_completion": "-1", "why": "x"}, "Enter the completion as a percentage from 0 to 100"),
        ({"m_completion": "nan", "why": "x"}, "Enter the completion as a percentage from 0 to 100"),
        ({"m_completion": "90", "why": " "}, "Say why; the reason stands beside the score"),
        ({"m_completion": "90", "why": "x" * 301}, "Shorten the reason to 300 characters or fewer"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(client: Client, cast: Cast, fields: dict[str, str], words: str) -> None:
    (item,) = done(make_types(cast)["ic-completion"], cast.assignee, metrics_of("ic-completion"), day=DAY)
    client.force_login(cast.admin)
    answer = correct(client, item.pk, **fields)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert Override.objects.count() == 0


def test_open_and_rejected_work_takes_no_correction(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    for status in (Status.PROGRESS, Status.REJECTED):
        ticket = make_ticket(cast, status=status)
        answer = correct(client, ticket.item_id, m_response_seconds="1", m_resolution_seconds="1", why="x")
        item = KpiItem.objects.select_related("type").get(pk=ticket.item_id)
        assert (answer.status_code, corrections.why_not(item) in answer.content.decode()) == (422, True)
        with pytest.raises(corrections.CannotCorrect):
            corrections.correct(item.pk, {"response_seconds": 1}, actor=cast.admin, why="x", at=AT)
    assert Override.objects.count() == 0


def test_only_admins_correct(client: Client, cast: Cast) -> None:
    ticket = late(cast)
    for person in (cast.assignee, cast.lead, cast.manager):
        client.force_login(person)
        assert correct(client, ticket.item_id, m_response_seconds="1", why="x").status_code == 403
        with pytest.raises(corrections.NotYours):
            corrections.correct(ticket.item_id, {"response_seconds": 1}, actor=person, why="x", at=AT)
    assert Override.objects.count() == 0


def test_in_a_locked_month_a_correction_becomes_an_adjustment(client: Client, cast: Cast) -> None:
    ticket = late(cast)
    lock(ticket.item.month, actor=cast.admin, at=local(5, 9, month=11))
    client.force_login(cast.admin)
    assert "October 2026 is locked." in client.get(
        f"/profile/performance/item/{ticket.item_id}/correction/"
    ).content.decode()  # fmt: skip
    corrections.correct(ticket.item_id, {"response_seconds": 60}, actor=cast.admin, why="Phoned back", at=AT)
    row = Adjustment.objects.get(item=ticket.item_id)
    assert (row.before["value"], row.after["value"]) == (0, 500_000)
    words = read(client, ticket.item_id).content.decode()
    assert "Moved since the month was locked: 0.0 then, 50.0 now" in words
