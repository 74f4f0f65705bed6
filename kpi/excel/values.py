"""A cell of a workbook as the text a person would have typed into the form, so that one reader serves both.

Real numbers, dates, times, durations and yes/no are taken as well as text. What would have to be guessed is refused.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FORMULA = _("This cell holds a formula. Paste its value instead.")
ERROR = _("This cell holds an error of Excel")
CONTROLS = _("This cell holds characters that cannot be shown")
DECIMALS: Final = 9  # what is left of 97.3 after it was a binary fraction


class Odd(ValueError):
    """The cell holds nothing that could be read; `sentence` says so, for people."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def text_of(cell: Any, kind: str = "text") -> str:
    """The text of a cell for a field of `kind` (those of kpi.engine.rules.fields, and "text")."""
    if cell is None:
        return ""
    if cell.data_type == "f":
        raise Odd(FORMULA)
    if cell.data_type == "e":
        raise Odd(ERROR)
    text = _written(cell.value, kind, percent="%" in (getattr(cell, "number_format", "") or "")).strip()
    if not text.isprintable():
        raise Odd(CONTROLS)
    return text


def _written(value: Any, kind: str, *, percent: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value * 100 if percent and kind == "percent" else value)
    if isinstance(value, datetime):
        return _instant(value, kind)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return _clock(value, kind)
    return str(value or "")


def _number(value: float) -> str:
    if isinstance(value, int) or value == int(value):
        return str(int(value))
    return format(Decimal(repr(round(value, DECIMALS))), "f")


def _instant(value: datetime, kind: str) -> str:
    value = value.replace(microsecond=0) + timedelta(seconds=value.microsecond >= 500_000)
    if kind == "date" and value.time() == time():
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="seconds" if value.second else "minutes")


def _clock(value: time | timedelta, kind: str) -> str:
    """A time of the day, or how long something took where minutes are asked for."""
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    seconds = round(value.total_seconds())
    if kind in ("minutes", "duration"):
        return _number(seconds / 60)
    hours, rest = divmod(seconds, 3600)
    return f"{hours:02}:{rest // 60:02}" + (f":{rest % 60:02}" if rest % 60 else "")
