"""Cells as text: real numbers, dates, times, durations and yes/no read like what a person would have typed."""

# ruff: noqa: DTZ001 - a cell of Excel has no time zone

from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from kpi.engine.rules import typed
from kpi.engine.rules.fields import Metric
from kpi.excel import values
from kpi.excel.values import Odd, text_of


def cell(value: Any, *, data_type: str = "n", number_format: str = "General") -> Any:
    return SimpleNamespace(value=value, data_type=data_type, number_format=number_format)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "text", ""),
        (" A-1 ", "text", "A-1"),
        (1001, "text", "1001"),
        (1001.0, "text", "1001"),
        (True, "tick", "true"),
        (False, "tick", "false"),
        (97.3, "percent", "97.3"),
        (97.30000000000001, "percent", "97.3"),
        (1e-7, "percent", "0.0000001"),
        (1e16, "count", "10000000000000000"),
        (date(2026, 10, 5), "date", "2026-10-05"),
        (datetime(2026, 10, 5), "date", "2026-10-05"),
        (datetime(2026, 10, 5, 8), "date", "2026-10-05 08:00"),
        (datetime(2026, 10, 5, 16, 30), "instant", "2026-10-05 16:30"),
        (datetime(2026, 10, 5, 16, 29, 59, 999_900), "instant", "2026-10-05 16:30"),
        (datetime(2026, 10, 5, 16, 29, 45), "instant", "2026-10-05 16:29:45"),
        (time(16, 5), "time", "16:05"),
        (time(16, 5, 30), "time", "16:05:30"),
        (time(0, 45), "duration", "45"),
        (timedelta(hours=25, minutes=30), "duration", "1530"),
        (timedelta(minutes=45), "minutes", "45"),
        (timedelta(hours=8), "time", "08:00"),
    ],
)
def test_texts(value: Any, kind: str, text: str) -> None:
    assert text_of(cell(value), kind) == text


def test_a_cell_shown_as_percent_holds_a_share() -> None:
    assert text_of(cell(0.975, number_format="0.0%"), "percent") == "97.5"
    assert text_of(cell(0.975, number_format="0.0%"), "count") == "0.975"


@pytest.mark.parametrize(
    ("odd", "sentence"),
    [
        (cell("=1+1", data_type="f"), values.FORMULA),
        (cell("#REF!", data_type="e"), values.ERROR),
        (cell("a\x0bb", data_type="s"), values.CONTROLS),
        (cell("a\nb", data_type="s"), values.CONTROLS),
    ],
)
def test_what_cannot_be_read_says_why(odd: Any, sentence: object) -> None:
    with pytest.raises(Odd) as caught:
        text_of(odd)
    assert caught.value.sentence == sentence


@pytest.mark.parametrize(
    ("value", "kind", "stored"),
    [
        (97.5, "percent", 97.5),
        ("97,5", "percent", 97.5),
        (0.5, "duration", 30),
        (4, "rating", 4),
        (4.0, "rating", 4),
        (time(16, 30), "time", "16:30"),
        ("16:30", "time", "16:30"),
        (datetime(2026, 10, 5, 16, 30), "instant", "2026-10-05T16:30"),
        (True, "tick", True),
        ("Yes", "tick", True),
        (0, "tick", False),
    ],
)
def test_one_reader_serves_cells_and_forms(value: Any, kind: Any, stored: Any) -> None:
    assert typed.read(Metric("m", "M", kind), text_of(cell(value), kind)) == stored
