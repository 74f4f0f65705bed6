"""All cases of cases/working_time.json, and files that cannot be read."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kpi.engine.cases import Case, CasesError, read_cases

FILE = Path(__file__).parent / "cases" / "working_time.json"
CASES = read_cases(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    assert case.answer() == case.expected


def test_all_cases_are_read() -> None:
    assert len(CASES) == len(json.loads(FILE.read_text(encoding="utf-8"))["cases"]) == 93


def small(**changes: Any) -> str:
    """A file of one case, with keys of the case replaced, or left out where the value is None."""
    case = {"case": "one", "calendar": "c", "ask": "elapsed", "start": "2026-03-09T08:00Z", "stop": "2026-03-09T10:00Z"}
    case |= {"pauses": [], "expect_seconds": 3600} | changes
    calendar = {"zone": "UTC", "week": {"0": [["09:00", "17:00"]]}, "holidays": []}
    return json.dumps({"calendars": {"c": calendar}, "cases": [{k: v for k, v in case.items() if v is not None}]})


def test_pauses_may_overlap_lie_outside_and_cover_everything() -> None:
    day = "2026-03-09T"
    pauses = [[f"{day}09:10Z", f"{day}09:30Z"], [f"{day}09:20Z", f"{day}09:40Z"], [f"{day}11:00Z", f"{day}12:00Z"]]
    assert [case.answer() for case in read_cases(small(pauses=pauses))] == [timedelta(minutes=30)]
    whole = read_cases(small(pauses=[[f"{day}07:00Z", f"{day}11:00Z"]]))
    assert [case.answer() for case in whole] == [timedelta(0)]


def test_due_over_spans() -> None:
    spans = [
        {"calendar": "c", "start": "2026-03-09T09:00Z", "stop": "2026-03-09T10:00Z"},
        {"calendar": "c", "start": "2026-03-09T12:00Z"},
    ]
    (case,) = read_cases(small(ask="due", spans=spans, target_minutes=90, expect="2026-03-09T12:30:00Z"))
    assert case.answer() == case.expected == datetime(2026, 3, 9, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "calendars and a list of cases"),
        ('{"cases": {}}', "calendars and a list of cases"),
        ('{"calendars": [], "cases": []}', "name to a calendar"),
        ('{"calendars": {"x": {"zone": "UTC"}}, "cases": []}', "calendar 'x': 'week' is missing"),
        ('{"calendars": {"x": {"zone": "Mars/Base", "week": {}}}, "cases": []}', "calendar 'x': 'Mars/Base'"),
        ('{"calendars": {"x": {"zone": "UTC", "week": {"7": []}}}, "cases": []}', "not a weekday"),
        ('{"calendars": {"x": {"zone": "UTC", "week": {"0": [["9", "25"]]}}}, "cases": []}', "calendar 'x': "),
        ('{"cases": [5]}', "case '1': "),
        (small(calendar="other"), "case 'one': 'other' is missing or unknown"),
        (small(ask="why"), "only due and elapsed are known"),
        (small(start="2026-03-09T08:00"), "carries no offset"),
        (small(start="yesterday"), "case 'one': "),
        (small(stop=None), "'stop' is missing"),
        (small(expect_seconds=None), "'expect_seconds' is missing"),
        (small(pauses=[["2026-03-09T08:00Z"]]), "case 'one': "),
    ],
)
def test_a_bad_file_is_refused_in_one_line_that_names_the_place(text: str, words: str) -> None:
    with pytest.raises(CasesError) as refused:
        read_cases(text)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
