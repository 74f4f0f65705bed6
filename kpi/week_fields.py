"""Hours as form fields: rows of from and to, for the seven weekdays or for one day. Nobody ever edits JSON.

A box is called `week.<day>.<row>.from` or `.to`, 0 for Monday; `windows.0.<row>.from` where there is one day only.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from kpi.models.calendars import validate_week, validate_windows
from kpi.plan_words import week_in_words, windows_in_words
from kpi.weeks import week_from_json

Windows = list[list[str]]
Typed = dict[str, Any]

TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(:[0-9]{2})?")
FEWEST_ROWS = 2  # a morning and an afternoon
MOST_ROWS = 48
WHOLE_DAY: Windows = [["00:00", "00:00"]]
ALWAYS: dict[str, Windows] = {str(day): WHOLE_DAY for day in range(7)}


class WindowsWidget(forms.Widget):
    """From and to, row by row; with `days` a row of them for each, and a tick for all of them round the clock."""

    template_name = "admin/kpi/widgets/windows.html"
    use_fieldset = True

    def __init__(self, days: Sequence[int] = (), attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.days = days

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        """What was typed, as it was typed: {"0": [["08:00", "17:00"]]}, pairs left empty left out."""
        typed: Typed = {}
        for day in self.days or (0,):
            pairs = [_pair(data, f"{name}.{day}.{row}") for row in range(MOST_ROWS)]
            typed[str(day)] = [pair for pair in pairs if any(pair)]
        return {"always": True} if self.days and data.get(f"{name}.always") else typed

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Empty boxes are an answer: no work on that day."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        week = value if isinstance(value, dict) else {"0": value or []}
        always = bool(self.days) and ("always" in week or week == ALWAYS)
        shown = {} if always else week
        rows = max(FEWEST_ROWS, *(len(windows) + 1 for windows in shown.values())) if shown else FEWEST_ROWS
        lines = [_line(name, day, shown.get(str(day)) or [], rows, named=bool(self.days)) for day in self.days or (0,)]
        return {**context, "lines": lines, "always": always, "name": name, "weekly": bool(self.days)}


class WindowsField(forms.Field):
    """The windows of one day."""

    widget: Any = WindowsWidget

    def clean(self, value: Any) -> Windows:
        windows = _read(value.get("0") or [])
        validate_windows(windows)
        return windows

    def in_words(self, value: Windows) -> str:
        return windows_in_words(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """What cannot be read was typed, so it is a change."""
        try:
            return _differs({"0": initial or []}, {"0": self.clean(data)})
        except ValidationError:
            return True


class WeekField(WindowsField):
    """The windows of each weekday."""

    widget: Any = WindowsWidget(days=range(7))

    def clean(self, value: Any) -> dict[str, Windows]:  # type: ignore[override]  # the same for seven days
        if "always" in value:
            return ALWAYS
        week, problems = {}, []
        for day, typed in value.items():
            try:
                week[day] = _read(typed)
            except ValidationError as error:
                problems += [f"{WEEKDAYS[int(day)]}: {message}" for message in error.messages]
        if problems:
            raise ValidationError(problems)
        validate_week(week)
        return {day: windows for day, windows in week.items() if windows}

    def in_words(self, value: dict[str, Windows]) -> str:  # type: ignore[override]  # the same for seven days
        return "; ".join(f"{day}: {windows}" for day, windows in week_in_words(value).items())

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return _differs(initial or {}, self.clean(data))
        except ValidationError:
            return True


class KeepsWhatWasNotChanged:
    """For a model form: hours that say the same stay written as they were, so that saving them changes nothing."""

    hours_field = ""
    changed_data: list[str]
    cleaned_data: dict[str, Any]
    instance: Any

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc]
        name = self.hours_field
        if self.instance.pk and name in cleaned and name not in self.changed_data:
            cleaned[name] = getattr(self.instance, name)
        return cleaned


def _pair(data: Mapping[str, Any], name: str) -> list[str]:
    return [str(data.get(f"{name}.{edge}") or "").strip() for edge in ("from", "to")]


def _line(name: str, day: int, windows: Windows, rows: int, *, named: bool) -> dict[str, Any]:
    """One day for the template; every box says by itself what it is."""
    boxes = []
    for row in range(rows):
        start, stop = windows[row] if row < len(windows) else ("", "")
        words = {"day": WEEKDAYS[day] if named else _("Windows"), "n": row + 1}
        from_ = {"name": f"{name}.{day}.{row}.from", "value": start, "label": _("%(day)s, from, %(n)d") % words}
        to = {"name": f"{name}.{day}.{row}.to", "value": stop, "label": _("%(day)s, to, %(n)d") % words}
        boxes.append((from_, to))
    return {"day": WEEKDAYS[day] if named else "", "boxes": boxes}


def _read(typed: Windows) -> Windows:
    """The windows as they are stored. 24:00 is the midnight at which a day ends."""
    if any(not all(pair) for pair in typed):
        raise ValidationError(_("Enter both from and to."))
    return [[_time(start), _time("00:00" if stop == "24:00" else stop)] for start, stop in typed]


def _time(text: str) -> str:
    found = TIME.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59 or int((found[3] or ":0")[1:]) > 59:
        raise ValidationError(_("“%(text)s” is no time of day. Write for example 08:00.") % {"text": text})
    seconds = found[3] if found[3] and found[3] != ":00" else ""
    return f"{int(found[1]):02}:{found[2]}{seconds}"


def _differs(stored: Mapping[str, Windows], typed: Mapping[str, Windows]) -> bool:
    """Whether two weeks say something different; a day without windows is as good as none."""
    one, other = (
        {day: windows for day, windows in week_from_json(week).items() if windows} for week in (stored, typed)
    )
    return one != other
