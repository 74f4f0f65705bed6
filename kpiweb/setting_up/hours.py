"""Working hours as people write them: "Mon-Thu 08:00-12:00, 13:00-17:00; Fri 08:00-11:30"."""

import re

from django.core.exceptions import ValidationError

from kpi.models.calendars import validate_week

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = "24x7"
EXAMPLE = "Mon-Fri 08:00-17:00, or Mon-Thu 08:00-12:00, 13:00-17:00; Fri 08:00-11:30, or 24x7"
PART = re.compile(r"^(?P<days>[a-z,\s-]+?)\s+(?P<windows>\d.*)$")
WINDOW = re.compile(r"^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$")

Week = dict[str, list[list[str]]]


def week_of(words: str) -> Week:
    """{"0": [["08:00", "17:00"]], ...}, 0 for Monday. ValueError with a sentence for what cannot be hours."""
    if words.strip().lower() == ALWAYS:
        return {str(day): [["00:00", "00:00"]] for day in range(7)}
    week: Week = {}
    for part in (one.strip().lower() for one in words.split(";") if one.strip()):
        found = PART.match(part)
        if not found:
            raise ValueError(f"“{part}” cannot be read. Write for example {EXAMPLE}.")
        windows = [_window(window.strip()) for window in found["windows"].split(",")]
        for day in _days(found["days"]):
            if str(day) in week:
                raise ValueError(f"{DAYS[day].title()} is given twice.")
            week[str(day)] = windows
    if not week:
        raise ValueError(f"Write the hours, for example {EXAMPLE}.")
    try:
        validate_week(week)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from error
    return week


def _days(words: str) -> list[int]:
    """[0, 1, 2] of "mon-wed" or "mon, tue, wed"; a range may run over the end of the week."""
    found = []
    for part in (one.strip() for one in words.split(",") if one.strip()):
        first, _dash, last = (piece.strip()[:3] for piece in part.partition("-"))
        for name in (first, last or first):
            if name not in DAYS:
                raise ValueError(f"“{name}” is no weekday. Write {', '.join(day.title() for day in DAYS)}.")
        start, stop = DAYS.index(first), DAYS.index(last or first)
        found += [day % 7 for day in range(start, stop + 1 if stop >= start else stop + 8)]
    return found


def _window(words: str) -> list[str]:
    found = WINDOW.match(words)
    if not found or int(found[1]) > 23 or int(found[3]) > 24 or int(found[2]) > 59 or int(found[4]) > 59:
        raise ValueError(f"“{words}” is no time of day. Write for example 08:00-17:00.")
    stop_hour = 0 if int(found[3]) == 24 else int(found[3])
    return [f"{int(found[1]):02}:{found[2]}", f"{stop_hour:02}:{found[4]}"]
