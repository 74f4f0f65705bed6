"""New ticket: the form that follows date and type, its preview, and what comes of sending it."""

import re
import uuid
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from kpi.models import DepartmentType, KpiItem, KpiType
from tests.cast import Cast, local, make_ticket, set_policy
from tests.every_rule import DAY, EXAMPLES, make_types, metrics_of
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.end import client_close

NEW, PARTS = "/tickets/new/", "/tickets/new/parts"
SUNDAY = date(2026, 10, 4)
NOW = local(8, 10)

pytestmark = pytest.mark.usefixtures("_thursday")


@pytest.fixture
def _thursday() -> Any:
    """Thursday 8 October 2026, ten in the morning in Nairobi."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def types(cast: Cast) -> dict[str, KpiType]:
    """A type of every rule for the cast's department."""
    return make_types(cast)


@pytest.fixture
def agent(cast: Cast, types: dict[str, KpiType], client: Client) -> Client:
    """The assignee's browser."""
    client.force_login(cast.assignee)
    return client


def typed(type_: KpiType, day: date = DAY, **fields: Any) -> dict[str, Any]:
    """The form as the example of the type's rule fills it in."""
    metrics = {f"m_{name}": value for name, value in metrics_of(type_.rule, day).items()}
    metrics |= {name: int(value / 60) for name, value in metrics.items() if name.endswith("_seconds")}
    words = {"ticket_date": day.isoformat(), "type": type_.pk, "description": "Counted the spare readers."}
    return {**words, **metrics, "form_key": str(uuid.uuid4()), **fields}


def words(answer: Any) -> str:
    """The page as a person reads it, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def values(answer: Any, name: str) -> list[str]:
    """The values of the controls of this name."""
    return re.findall(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', answer.content.decode())


def test_types_stand_under_their_group_and_are_the_departments_of_that_date(
    agent: Client, cast: Cast, types: dict[str, KpiType]
) -> None:
    DepartmentType.objects.filter(type=types["acr"]).update(self_log=False)
    DepartmentType.objects.filter(type=types["project"]).update(valid_from=date(2026, 11, 1))
    page = agent.get(NEW).content.decode()
    groups = re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', page, re.DOTALL)
    listed = {group: re.findall(r"<option[^>]*>([^<]*)", options) for group, options in groups}
    control = ["Audit finding", "Daily report", "Data check", "Findings of the month", "Phone call", "Stock count"]
    assert listed == {"Issue": ["Issue", "Request"], "Internal Control": control, "Uptime": ["Uptime of lines"]}
    assert "Kenya / Operations is set from your assignment" in words(agent.get(NEW))
    assert values(agent.get(NEW), "ticket_date") == ["2026-10-08"]


@pytest.mark.parametrize("rule", EXAMPLES)
def test_show_fields_gives_the_fields_of_the_type_and_keeps_what_was_typed(
    agent: Client, types: dict[str, KpiType], rule: str
) -> None:
    answer = agent.post(NEW, {**typed(types[rule]), "show": "1"})
    assert answer.status_code == 200
    assert "There is a problem" not in words(answer)
    assert "Counted the spare readers." in words(answer)
    for label in EXAMPLES[rule].typed:
        assert label in words(answer)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_good_form_makes_the_ticket(agent: Client, cast: Cast, types: dict[str, KpiType], rule: str) -> None:
    answer = agent.post(NEW, typed(types[rule]))
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{ticket.reference}/")
    item = KpiItem.objects.get(pk=ticket.item_id)
    expected = metrics_of(rule)
    expected |= {name: value // 60 * 60 for name, value in expected.items() if name.endswith("_seconds")}
    assert (ticket.kind, ticket.assignee, item.metrics) == ("self", cast.assignee, expected)


def test_log_another_keeps_date_and_type(agent: Client, types: dict[str, KpiType]) -> None:
    answer = agent.post(NEW, {**typed(types["acr"]), "another": "1"})
    assert answer["Location"] == f"/tickets/new/?ticket_date=2026-10-07&type={types['acr'].pk}"
    page = agent.get(answer["Location"])
    assert values(page, "ticket_date") == ["2026-10-07"]
    assert "Teamwork" in words(page)
    assert "KPI-" in words(page)
    assert "There is a problem" not in words(page)


@pytest.mark.parametrize(
    ("rule", "fields", "sentence"),
    [
        ("acr", {"ticket_date": "2026-10-09"}, "Enter a ticket date that is not in the future"),
        ("acr", {"ticket_date": "2026-09-30"}, "Enter a ticket date from 1 Oct 2026 on"),
        ("acr", {"ticket_date": "soon"}, "Enter the ticket date as a real date, such as 2026-11-19"),
        ("acr", {"type": ""}, "Choose the KPI type"),
        ("acr", {"type": "99999"}, "Choose a KPI type from the list; your department does not log that one"),
        ("acr", {"description": " "}, "Enter what was done"),
        ("submit", {"m_submit_time": "half past"}, "Enter the submit time as hh:mm"),
        ("submit", {"m_submit_time": ""}, "Enter the submit time as hh:mm"),
        ("accuracy", {"m_data_accuracy": "101"}, "Enter the data accuracy as a percentage from 0 to 100"),
        ("acr", {"m_teamwork": "6"}, "Choose a rating from 1 to 5 for Teamwork"),
        ("rr", {"m_response_seconds": "1e3"}, "Enter the response time in minutes, 0 or more"),
        ("project", {"m_count": "٣"}, "Enter the count as a whole number, 0 or more"),
        ("ic-closure", {"m_closed_at": "2026-10-06T09:00"}, "Enter a close time that is not before the find time"),
        ("uptime", {"m_unit": "77"}, "Choose a unit from the list"),
        ("uptime", {"m_down_from": ""}, "Enter when the downtime began"),
    ],
)
def test_a_refused_form_says_it_beside_the_field_and_keeps_everything(
    agent: Client, types: dict[str, KpiType], rule: str, fields: dict[str, str], sentence: str
) -> None:
    sent = {**typed(types[rule]), "description": "Kept words."} | fields
    answer = agent.post(NEW, sent)
    assert answer.status_code == 422
    assert words(answer).count(sentence) == 2  # in the summary and beside the field
    assert "Error:" in words(answer)
    if "description" not in fields:
        assert "Kept words." in words(answer)
    assert values(answer, "form_key") == [sent["form_key"]]
    assert not Ticket.objects.exists()


def test_what_is_wrong_is_listed_in_the_order_of_the_page(agent: Client, types: dict[str, KpiType]) -> None:
    answer = agent.post(NEW, typed(types["accuracy"], description="", m_response_accuracy="x", m_data_accuracy="x"))
    leads_to = re.findall(r'<li><a href="#id_([a-z_]+)">', answer.text)
    assert leads_to == ["m_response_accuracy", "m_data_accuracy", "description"]


def test_a_day_off_is_named_and_needs_a_second_look(agent: Client, types: dict[str, KpiType]) -> None:
    unseen = agent.post(NEW, typed(types["acr"], SUNDAY))
    assert unseen.status_code == 422
    assert words(unseen).count("Tick this if the work should count, or submit again to leave it out of the score") == 2
    assert "4 October 2026 is a Sunday, a day off." in words(unseen)
    seen = {"seen": values(unseen, "seen")[0]}
    agent.post(NEW, {**typed(types["acr"], SUNDAY), **seen})
    agent.post(NEW, {**typed(types["acr"], SUNDAY), "count_off_day": "on"})
    assert list(KpiItem.objects.order_by("pk").values_list("not_counted", flat=True)) == ["off_day", ""]


def test_a_holiday_is_called_by_its_name(agent: Client, types: dict[str, KpiType]) -> None:
    with time_machine.travel(local(21, 9), tick=False):
        agent.force_login(Ticket.assignee.field.related_model.objects.get(name="Asha Assignee"))
        answer = agent.get(f"{NEW}?ticket_date=2026-10-20")
    assert "20 October 2026 is a holiday: Mashujaa Day." in words(answer)


def test_uptime_is_ticked_on_days_off_until_somebody_takes_the_tick_away(
    agent: Client, types: dict[str, KpiType]
) -> None:
    def ticked(**told: Any) -> bool:
        form = {"ticket_date": SUNDAY.isoformat(), **told}
        page = agent.post(PARTS, form).content.decode()
        return bool(re.search(r'name="count_off_day"[^>]*\schecked', page))

    rating, uptime = types["acr"].pk, types["uptime"].pk
    assert [ticked(type=rating), ticked(type=uptime)] == [False, True]
    assert ticked(type=uptime, seen=f"{SUNDAY} 0") is True
    assert ticked(type=uptime, seen=f"{SUNDAY} 1") is False
    assert ticked(type=rating, seen=f"{SUNDAY} 1", count_off_day="on") is True


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("rr", ["50.0", "target 4 h", "A target is missed", "Phone call for October is 50.0 over 1 ticket."]),
        ("submit", ["100.0", "target 17:00", "Passes: every target is met"]),
        ("accuracy", ["99.7", "97.5 %", "target 98 %", "A target is missed"]),
        ("acr", ["84.0", "Passes at 80", "Monthly review for October is 84.0 over 1 ticket."]),
        ("project", ["75.0", "6 counted so far this month", "The month passes at 95.0, not yet"]),
        ("ic-completion", ["96.9", "A target is missed"]),
        ("ic-closure", ["100.0", "2 h", "Passes: every target is met"]),
        ("ic-findings", ["66.7", "found so far this month"]),
        ("uptime", ["0.0", "24 h", "Branch line Westlands for October is 0.0 over 1 ticket."]),
    ],
)
def test_the_preview_tells_score_parts_mark_and_month(
    agent: Client, types: dict[str, KpiType], rule: str, told: list[str]
) -> None:
    form = typed(types[rule]) | ({"m_resolution_seconds": "300,5"} if rule == "rr" else {})
    shown = words(agent.post(PARTS, form))
    assert [text for text in told if text not in shown] == []


def test_only_what_is_out_of_date_on_the_page_is_sent_again(agent: Client, types: dict[str, KpiType]) -> None:
    def sent(form: dict[str, Any]) -> tuple[str, list[str]]:
        page = agent.post(PARTS, form)
        marks = {name: values(page, name) for name in ("types_of", "seen", "fields_of")}
        return words(page), [name for name, found in marks.items() if found]

    form = typed(types["acr"])
    page = agent.post(NEW, {**form, "show": "1"})
    form |= {name: values(page, name)[0] for name in ("types_of", "fields_of")} | {"seen": ""}
    assert sent({**form, "m_frt": "1"})[1] == []
    shown, parts = sent({**form, "type": types["submit"].pk})
    assert (parts, "Submit time" in shown, "Teamwork" in shown) == (["fields_of"], True, False)
    assert sent({**form, "ticket_date": "2026-10-06"})[1] == ["types_of"]
    assert sent({**form, "ticket_date": SUNDAY.isoformat()})[1] == ["types_of", "seen"]


def test_the_preview_says_what_is_left_out(agent: Client, types: dict[str, KpiType]) -> None:
    agent.post(NEW, typed(types["acr"]))
    form = typed(types["acr"], SUNDAY, m_frt="1", seen=f"{SUNDAY} 0")
    shown = words(agent.post(PARTS, form))
    assert "Weekend, without the tick" in shown
    assert "Without this ticket, Monthly review for October stays at 84.0 over 1 ticket." in shown


def test_an_empty_form_waits_for_its_fields(agent: Client, types: dict[str, KpiType]) -> None:
    for form in ({}, {"type": types["acr"].pk}, {"type": "x", "ticket_date": "x"}):
        assert "Fill in the fields, and the score appears here" in words(agent.post(PARTS, form))


def test_the_same_form_twice_is_one_ticket_other_words_ask(agent: Client, types: dict[str, KpiType]) -> None:
    form = typed(types["acr"])
    first, second = agent.post(NEW, form), agent.post(NEW, form)
    assert first["Location"] == second["Location"]
    other = agent.post(NEW, {**form, "description": "Something else."})
    assert other.status_code == 422
    assert f"You already logged KPI-{Ticket.objects.get().pk}. Log this as another ticket?" in words(other)
    agent.post(NEW, {**form, "description": "Something else.", "form_key": values(other, "form_key")[0]})
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize("who", ["manager", "admin"])
def test_who_is_no_agent_is_told_so(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    answer = client.get(NEW)
    assert answer.status_code == 403
    assert "Only agents log their own work" in words(answer)
    assert ">New ticket</a>" not in answer.content.decode()


def test_its_page_has_fields_score_and_notes_and_nothing_for_a_client(
    agent: Client, types: dict[str, KpiType], cast: Cast
) -> None:
    agent.post(NEW, typed(types["acr"]))
    ticket = Ticket.objects.get()
    page = agent.get(f"/tickets/{ticket.reference}/")
    shown = words(page)
    present = ("Self-logged", "84.0", "Passed", "Teamwork", "Internal note", "Re-open Ticket", "Six ratings")
    assert [text for text in present if text not in shown] == []
    absent = ("Public reply", "Copy tracking link", "First response", "Reject", "Reassign", "Take this", "Department ")
    assert [text for text in absent if text in shown] == []
    assert agent.get(f"/intake/status/{ticket.reference}").status_code == 404
    assert agent.get(f"/tickets/{ticket.reference}/live").status_code == 200


def test_it_is_reopened_corrected_and_closed_on_its_page(agent: Client, types: dict[str, KpiType]) -> None:
    agent.post(NEW, typed(types["accuracy"]))
    ticket = Ticket.objects.get()
    address = f"/tickets/{ticket.reference}"
    assert "Correct it, then set the status to Closed." in words(agent.post(f"{address}/reopening", follow=True))
    ticket.refresh_from_db()
    form = {
        "ticket_date": "2026-10-07", "status": "closed", "department": ticket.department_id, "type": ticket.type_id,
        "priority": "normal", "subject": ticket.subject, "description": ticket.description,
        "version": ticket.version, "offered": ticket.department_id,
    }  # fmt: skip
    refused = agent.post(f"{address}/update", form)
    assert refused.status_code == 422
    assert words(refused).count("Enter the response accuracy, the data accuracy or both") == 2
    ticket.refresh_from_db()
    assert (ticket.status, ticket.version) == ("progress", form["version"])
    agent.post(f"{address}/update", form | {"m_data_accuracy": "99"})
    item = KpiItem.objects.get(pk=ticket.item_id)
    assert (item.metrics, item.value, item.not_counted) == ({"data_accuracy": 99}, 1_000_000, "")


def test_both_kinds_stand_together_in_my_tickets_and_the_queue(
    agent: Client, types: dict[str, KpiType], cast: Cast
) -> None:
    agent.post(NEW, typed(types["acr"]))
    make_ticket(cast, status=Status.CLOSED, type=cast.issue)
    for address in ("/profile/?state=closed", "/tickets/?tab=closed"):
        shown = words(agent.get(address))
        assert [shown.count(text) for text in ("Self-logged", "score 84.0", "Sam Submitter")] == [1, 1, 1], address


def test_closed_without_its_metrics_it_is_listed_to_its_assignee(
    agent: Client, types: dict[str, KpiType], cast: Cast
) -> None:
    set_policy(cast.department, clients_close=True)
    ticket = make_ticket(cast, status=Status.PROGRESS, type=types["accuracy"])
    assert "lacks what its KPI type needs" not in words(agent.get("/profile/"))
    client_close(ticket.pk, actor=cast.submitter, at=NOW)
    assert KpiItem.objects.get(pk=ticket.item_id).not_counted == "metrics_missing"
    assert "1 of your closed tickets lacks what its KPI type needs" in words(agent.get("/profile/"))
    assert ticket.subject in words(agent.get("/profile/?state=missing"))


def test_an_intake_ticket_hides_what_clocks_measure_and_asks_for_the_rest(
    agent: Client, types: dict[str, KpiType], cast: Cast
) -> None:
    clocked = make_ticket(cast, status=Status.PROGRESS)
    typed_rule = make_ticket(cast, status=Status.PROGRESS, type=types["submit"])
    assert "Response time" not in words(agent.get(f"/tickets/{clocked.reference}/"))
    assert "Submit time" in words(agent.get(f"/tickets/{typed_rule.reference}/"))


def test_another_type_brings_its_fields(agent: Client, types: dict[str, KpiType], cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS, type=types["submit"])
    form = {
        "ticket_date": str(ticket.ticket_date), "status": "closed", "department": ticket.department_id,
        "type": types["accuracy"].pk, "priority": "normal", "subject": ticket.subject,
        "description": ticket.description, "version": ticket.version, "offered": ticket.department_id,
    }  # fmt: skip
    refused = agent.post(f"/tickets/{ticket.reference}/update", form)
    assert (refused.status_code, "Data accuracy" in words(refused)) == (422, True)
    agent.post(f"/tickets/{ticket.reference}/update", form | {"status": "progress"})
    assert "Data accuracy" in words(agent.get(f"/tickets/{ticket.reference}/"))


@pytest.mark.parametrize(
    ("rule", "metrics", "told"),
    [
        ("accuracy", {}, "Fill in the fields of Data check before you close this ticket."),
        ("accuracy", {"data_accuracy": 99}, "If you close now: score 100.0, passed."),
        ("ic-completion", {"completion": 95}, "If you close now: score 96.9, missed."),
        ("project", {"count": 2}, "If you close now, this counts in the score of its month."),
    ],
)
def test_if_closed_now_tells_what_the_typed_metrics_score(
    agent: Client, types: dict[str, KpiType], cast: Cast, rule: str, metrics: dict[str, Any], told: str
) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS, type=types[rule])
    form = {
        "ticket_date": str(ticket.ticket_date), "status": "progress", "department": ticket.department_id,
        "type": ticket.type_id, "priority": "normal", "subject": ticket.subject,
        "description": ticket.description, "version": ticket.version, "offered": ticket.department_id,
    }  # fmt: skip
    agent.post(f"/tickets/{ticket.reference}/update", form | {f"m_{name}": value for name, value in metrics.items()})
    assert told in words(agent.get(f"/tickets/{ticket.reference}/"))
