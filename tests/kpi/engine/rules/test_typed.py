"""Text as people type it, and back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.engine.rules import RULES
from kpi.engine.rules.checks import TABLES, inside, problem
from kpi.engine.rules.fields import Field, Metric, Parameter
from kpi.engine.rules.typed import Unreadable, read, write
from tests.kpi.engine.rules.drawn import value_of

FIELDS = {
    f"{code}.{field.name}": field
    for code, rule in RULES.items()
    for field in (*rule.parameters, *rule.metrics)
    if field.kind not in {"per_priority", *TABLES}
}
FOUND = "Enter when it was found as a real date and time, such as 2026-11-19 09:30"
CLOSED = "Enter when it was closed as a real date and time, such as 2026-11-19 16:30"
BEGAN = "Enter when the downtime began as a real date and time, such as 2026-11-19 09:30"
ARABIC_FIVE = "\N{ARABIC-INDIC DIGIT FIVE}"
FULLWIDTH_FIVE = "\N{FULLWIDTH DIGIT FIVE}"


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("rr.response_seconds", "8", 480),
        ("rr.response_seconds", " 8 ", 480),
        ("rr.response_seconds", "8.5", 510),
        ("rr.response_seconds", "8,5", 510),
        ("rr.response_seconds", "0", 0),
        ("rr.response_seconds", "60.01", 3601),
        ("rr.response_seconds", "1.6667", 100),
        ("rr.response_seconds", "0.008", 0),
        ("rr.response_seconds", "0.0084", 1),
        ("rr.response_target", "60", 60),
        ("rr.response_weight", "50", 50),
        ("accuracy.response_accuracy", "97.5", 97.5),
        ("accuracy.response_accuracy", "97,5", 97.5),
        ("accuracy.response_accuracy", "97.50", 97.5),
        ("accuracy.response_accuracy", "97.500", 97.5),
        ("accuracy.response_accuracy", "97.0", 97),
        ("accuracy.response_accuracy", "97", 97),
        ("accuracy.response_accuracy", "97.5 %", 97.5),
        ("accuracy.response_accuracy", "100%", 100),
        ("accuracy.response_accuracy", "0", 0),
        ("accuracy.response_accuracy", "33.33", 33.33),
        ("acr.teamwork", "5", 5),
        ("acr.teamwork", "1", 1),
        ("project.count", "007", 7),
        ("project.count", "0", 0),
        ("submit.submit_time", "17:00", "17:00"),
        ("submit.submit_time", "9:05", "09:05"),
        ("submit.submit_time", "00:00", "00:00"),
        ("submit.submit_time", "17:00:00", "17:00"),
        ("submit.next_day", "yes", True),
        ("submit.next_day", "On", True),
        ("submit.next_day", "TRUE", True),
        ("submit.next_day", "1", True),
        ("submit.next_day", "X", True),
        ("submit.next_day", "no", False),
        ("submit.next_day", "0", False),
        ("submit.next_day", "False", False),
        ("submit.next_day", "off", False),
        ("submit.date", "2026-03-09", "2026-03-09"),
        ("ic-closure.found_at", "2026-03-09T09:30", "2026-03-09T09:30"),
        ("ic-closure.found_at", "2026-03-09 9:30", "2026-03-09T09:30"),
        ("ic-closure.found_at", "2026-03-09  09:30:00", "2026-03-09T09:30"),
        ("ic-closure.found_at", "2024-02-29 00:00", "2024-02-29T00:00"),
        ("uptime.unit", "12", 12),
        ("uptime.window", "working", "working"),
        ("uptime.window", "Working hours", "working"),
        ("uptime.window", "24X7", "24x7"),
        ("rr.priority", "high", "high"),
    ],
)
def test_what_people_type(field: str, text: str, value: Any) -> None:
    found = read(FIELDS[field], text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_nothing_typed_is_none(field: str, text: str) -> None:
    assert read(FIELDS[field], text) is None


ODD_NUMBERS = [
    ARABIC_FIVE, FULLWIDTH_FIVE, "1_0", "nan", "inf", "-inf", "1e1", "+5", "-5", "1.000,5", "1,000.5", "1 000",
    "1,000", "97,500", "0x5", "5.", ".5", "five", "5;", "½", "\u200b", "5\u200b", "9" * 40, "²",
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("rr.response_seconds", "Enter the response time in minutes, 0 or more"),
        ("rr.response_target", "Enter the response target in whole working minutes, 1 or more"),
        ("rr.response_weight", "Enter a whole number from 0 to 100 for Weight of response"),
        ("accuracy.response_accuracy", "Enter the response accuracy as a percentage from 0 to 100"),
        ("accuracy.data_accuracy", "Enter the data accuracy as a percentage from 0 to 100"),
        ("accuracy.data_target", "Enter the target of data accuracy as a percentage above 0, at most 100"),
        ("acr.teamwork", "Choose a rating from 1 to 5 for Teamwork"),
        ("project.count", "Enter the count as a whole number, 0 or more"),
        ("ic-completion.completion", "Enter the completion as a percentage from 0 to 100"),
        ("ic-findings.findings", "Enter the number of findings as a whole number, 0 or more"),
        ("uptime.downtime_minutes", "Enter the downtime in whole minutes, 0 for none"),
        ("uptime.unit", "Choose a unit from the list"),
    ],
)
def test_odd_numbers_are_asked_again(field: str, words: str) -> None:
    for text in ODD_NUMBERS:
        assert refused(FIELDS[field], text) == words, text


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("accuracy.response_accuracy", "100.01", "Enter the response accuracy as a percentage from 0 to 100"),
        ("accuracy.response_accuracy", "97.555", "Give at most two decimals for Response accuracy"),
        ("accuracy.response_accuracy", "97.5 percent", "Enter the response accuracy as a percentage from 0 to 100"),
        ("accuracy.response_target", "0", "Enter the target of response accuracy as a percentage above 0, at most 100"),
        ("acr.frt", "0", "Choose a rating from 1 to 5 for FRT"),
        ("acr.frt", "6", "Choose a rating from 1 to 5 for FRT"),
        ("acr.frt", "4.5", "Choose a rating from 1 to 5 for FRT"),
        ("rr.response_target", "0", "Enter the response target in whole working minutes, 1 or more"),
        ("rr.response_target", "60.5", "Enter the response target in whole working minutes, 1 or more"),
        ("rr.response_weight", "101", "Enter a whole number from 0 to 100 for Weight of response"),
        ("project.count", "2.5", "Enter the count as a whole number, 0 or more"),
        ("project.count", "1000001", "Enter at most 1000000 for Count"),
        ("rr.response_seconds", "5270400.02", "Enter at most 5270400 for Response time"),
        ("rr.response_target", "5270401", "Enter at most 5270400 for Response target"),
        ("submit.submit_time", "5pm", "Enter the submit time as hh:mm"),
        ("submit.submit_time", "24:00", "Enter the submit time as hh:mm"),
        ("submit.submit_time", "17:60", "Enter the submit time as hh:mm"),
        ("submit.submit_time", "17:00:30", "Enter the submit time as hh:mm"),
        ("submit.submit_time", "17", "Enter the submit time as hh:mm"),
        ("submit.submit_time", f"1{ARABIC_FIVE}:00", "Enter the submit time as hh:mm"),
        ("submit.cutoff", "noon", "Enter the cutoff as hh:mm"),
        ("submit.next_day", "maybe", "Answer Submitted on the next day with yes or no"),
        ("submit.date", "2026-02-29", "Enter Ticket Date as a real date, such as 2026-11-19"),
        ("submit.date", "09/03/2026", "Enter Ticket Date as a real date, such as 2026-11-19"),
        ("ic-closure.found_at", "2026-02-29 09:00", FOUND),
        ("ic-closure.found_at", "0001-01-01 00:00", FOUND),
        ("ic-closure.closed_at", "yesterday", CLOSED),
        ("ic-closure.closed_at", "2026-03-09", CLOSED),
        ("uptime.down_from", "2026-03-09T09:00Z", BEGAN),
        ("uptime.window", "sometimes", "Choose the window from the list"),
        ("uptime.unit", "0", "Choose a unit from the list"),
        ("uptime.threshold", "0", "Enter the threshold as a percentage above 0, at most 100"),
    ],
)  # fmt: skip
def test_what_a_field_cannot_hold_is_refused_in_plain_words(field: str, text: str, words: str) -> None:
    assert refused(FIELDS[field], text) == words


def refused(field: Field, text: str) -> str:
    with pytest.raises(Unreadable) as caught:
        read(field, text)
    found = caught.value.problem
    assert (found.msgid % found.values if found.values else found.msgid) == found
    return str(caught.value)


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("rr.response_seconds", 480, "8"),
        ("rr.response_seconds", 510, "8.5"),
        ("rr.response_seconds", 100, "1.67"),
        ("rr.response_seconds", 1, "0.02"),
        ("rr.response_seconds", 0, "0"),
        ("accuracy.response_accuracy", 97.5, "97.5"),
        ("accuracy.response_accuracy", 97.0, "97"),
        ("submit.next_day", True, "yes"),
        ("submit.next_day", False, "no"),
        ("submit.submit_time", "09:05", "09:05"),
        ("ic-closure.found_at", "2026-03-09T09:30", "2026-03-09T09:30"),
        ("acr.frt", 3, "3"),
        ("acr.frt", None, ""),
    ],
)
def test_what_a_form_shows(field: str, value: Any, text: str) -> None:
    assert write(FIELDS[field], value) == text


@pytest.mark.parametrize("name", FIELDS)
@settings(max_examples=40)
@given(st.data())
def test_reading_finds_what_was_written(name: str, data: st.DataObject) -> None:
    field = FIELDS[name]
    value = data.draw(st.none() | value_of(field))
    assert read(field, write(field, value)) == value


@pytest.mark.parametrize("name", ["rr.response_seconds", "accuracy.data_accuracy", "submit.submit_time", "submit.date"])
@settings(max_examples=50)
@given(st.text(max_size=12) | st.text("0123456789.,:-T %", max_size=16))
def test_any_text_is_a_value_that_fits_or_refused(name: str, text: str) -> None:
    try:
        value = read(FIELDS[name], text)
    except Unreadable:
        return
    assert value is None or problem(FIELDS[name], value) is None


def test_a_row_of_a_table_is_read_with_the_field_inside_it() -> None:
    tables = {one.name: one for rule in RULES.values() for one in rule.parameters if one.kind in TABLES}
    assert read(inside(tables["weekday_cutoffs"]), "15:30") == "15:30"
    assert read(inside(tables["owner_targets"]), "20") == 20
    assert refused(inside(tables["weekday_cutoffs"]), "late") == "Enter the cutoff of the weekday as hh:mm"
    assert (
        refused(inside(tables["owner_targets"]), "0")
        == "Enter the target as a whole number, 1 or more, or leave it empty to end an earlier one"
    )


def test_a_field_without_a_sentence_of_its_own_has_one_of_its_kind() -> None:
    assert refused(Metric("m", "Backlog", "rating"), "9") == "Choose a rating from 1 to 5 for Backlog"
    assert refused(Metric("m", "Effort", "duration"), "much") == "Enter a number of minutes, 0 or more, for Effort"
    assert refused(Parameter("p", "Share", "percent", minimum=5), "4") == "Enter Share as a percentage from 5 to 100"
