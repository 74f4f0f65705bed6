"""Files of working-time cases: calendars, questions and the expected answers, as JSON.

`calendars`: {name: {zone, week: {weekday: [[from, to]]}, holidays: [date], replaced: {date: [[from, to]]}}}.
`cases`: [{case, calendar, ask: "due", start, target_minutes, pauses, expect}] or, for "elapsed", with stop and
expect_seconds; instead of calendar, start, stop and pauses a case may give spans: [{calendar, start, stop}].
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from kpi.engine import clock
from kpi.engine.clock import Span
from kpi.engine.instants import EPOCH
from kpi.engine.working_time import Calendar, Hours, Window

T = TypeVar("T")
Answer = datetime | timedelta | None


class CasesError(ValueError):
    """The file cannot be read as cases; the text is one line and names the place."""


@dataclass(frozen=True)
class Case:
    """One question with its expected answer: a duration, or a UTC instant (None: never)."""

    name: str
    spans: tuple[Span, ...]
    target: timedelta | None
    expected: Answer

    def answer(self) -> Answer:
        """What the engine says: with a target the instant it is due, else the elapsed time."""
        if self.target is not None:
            return clock.due(self.spans, self.target)
        return clock.elapsed(self.spans, as_of=EPOCH)  # every span of an elapsed case is closed


def read_cases(text: str) -> list[Case]:
    """All cases of a file. CasesError says which calendar or case cannot be read."""
    data = _reading("not JSON", json.loads, text)
    if not isinstance(data, dict) or not isinstance(data.get("cases"), list):
        raise CasesError("A file of cases is an object with calendars and a list of cases.")
    named = data.get("calendars", {})
    if not isinstance(named, dict):
        raise CasesError("The calendars are an object: a name to a calendar.")
    calendars = {name: _reading(f"calendar {name!r}", _calendar, name, spec) for name, spec in named.items()}
    return [
        _reading(f"case {_name(spec, place)!r}", _case, _name(spec, place), spec, calendars)
        for place, spec in enumerate(data["cases"], 1)
    ]


def _reading(where: str, read: Callable[..., T], *given: Any) -> T:
    try:
        return read(*given)
    except KeyError as error:
        raise CasesError(f"{where}: {error} is missing or unknown.") from None
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise CasesError(f"{where}: {' '.join(str(error).split())}") from None


def _name(spec: object, place: int) -> str:
    return str(spec.get("case", place)) if isinstance(spec, dict) else str(place)


def _calendar(name: str, spec: Mapping[str, Any]) -> Calendar:
    week = {int(weekday): _windows(windows) for weekday, windows in spec["week"].items()}
    return Calendar(
        zone=spec["zone"],
        hours=(Hours(None, week),),
        replaced={date.fromisoformat(day): _windows(windows) for day, windows in spec.get("replaced", {}).items()},
        holidays={date.fromisoformat(day): "" for day in spec.get("holidays", [])},
        name=name,
    )


def _windows(pairs: Sequence[Sequence[str]]) -> tuple[Window, ...]:
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)


def _case(name: str, spec: Mapping[str, Any], calendars: Mapping[str, Calendar]) -> Case:
    if spec["ask"] not in ("due", "elapsed"):
        raise ValueError(f"it asks {spec['ask']!r}; only due and elapsed are known.")
    if "spans" in spec:
        spans = tuple(_span(span, calendars) for span in spec["spans"])
    else:
        whole = _span(spec, calendars)
        spans = tuple(_without(whole, [(_instant(start), _instant(end)) for start, end in spec.get("pauses", [])]))
    if spec["ask"] == "due":
        due = _instant(spec["expect"]) if spec["expect"] is not None else None
        return Case(name, spans, timedelta(minutes=spec["target_minutes"]), due)
    if any(span.stop is None for span in spans):
        raise ValueError("'stop' is missing.")
    return Case(name, spans, None, timedelta(seconds=spec["expect_seconds"]))


def _span(spec: Mapping[str, Any], calendars: Mapping[str, Calendar]) -> Span:
    stop = spec.get("stop")
    return Span(calendars[spec["calendar"]], _instant(spec["start"]), _instant(stop) if stop is not None else None)


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} carries no offset.")
    return at.astimezone(UTC)


def _without(whole: Span, pauses: Sequence[tuple[datetime, datetime]]) -> Iterator[Span]:
    """The spans a clock has that runs over the whole span but for the pauses, which may overlap or lie outside."""
    begin = whole.start
    for start, end in sorted(pauses):
        if whole.stop is not None and start >= whole.stop:
            break
        if begin < start:
            yield Span(whole.calendar, begin, start)
        begin = max(begin, end)
    if whole.stop is None or begin < whole.stop:
        yield Span(whole.calendar, begin, whole.stop)
