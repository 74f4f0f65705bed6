"""What the demo's agents log themselves: reviews, reports, counts, findings, uptime; a pure function like the story."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from kpi.engine.working_time import Calendar
from kpi.months import last_day
from tickets.demo.people import STAFF, Person
from tickets.demo.places import DESKS, UNIT_NAMES, UNITS, Desk
from tickets.demo.words import PLACES_OF

RATINGS = ("frt", "attendance", "finding", "backlog", "teamwork", "obedience")


@dataclass
class Entry:
    """One piece of work as its agent logged it. `metrics` names a unit by its code."""

    desk: Desk
    type: str
    agent: Person
    date: date
    submitted_at: datetime
    description: str
    metrics: dict[str, Any] = field(default_factory=dict)
    count_off_day: bool = False


def tell(*, days: list[date], seed: int, calendars: Mapping[str, Calendar]) -> Iterator[Entry]:
    """Everything that is logged on these days, department by department. `calendars` is by desk code."""
    for day in days:
        for desk in DESKS:
            rng = Random(f"{seed}:own:{day}:{desk.code}")  # noqa: S311 - a story, not a secret
            yield from _of_desk(rng, day, desk, calendars[desk.code])


def _of_desk(rng: Random, day: date, desk: Desk, calendar: Calendar) -> Iterator[Entry]:
    agents = [person for person in STAFF if person.place == desk.code]
    for unit in UNITS.get(desk.code, ()):
        yield from _uptime(rng, day, desk, calendar, agents[0], unit)
    if calendar.off_day(day) is not None:
        return
    if "daily-report" in desk.logs:
        yield _daily_report(rng, day, desk, calendar, agents[0])
    for agent in agents:
        if _last_working_day(day, calendar):
            yield from _monthly(rng, day, desk, calendar, agent)
        yield from _now_and_then(rng, day, desk, calendar, agent)


def _monthly(rng: Random, day: date, desk: Desk, calendar: Calendar, agent: Person) -> Iterator[Entry]:
    """On the last working day of a month: the lead's ratings, and what the audit found."""
    ratings = {name: _well(rng, agent, 5, rng.choice((3, 4)) - (agent.punctual < 0.8)) for name in RATINGS}
    words = f"Monthly review of {agent.name}, {day:%B}, agreed in the talk this morning."
    yield _entry(desk, "monthly-review", agent, day, calendar, time(11, 30), words, ratings)
    if "audit-findings" in desk.logs:
        found = _well(rng, agent, rng.choice((0, 1, 2)), rng.choice((3, 4)))
        words = f"Findings of the {day:%B} audit in the files of {agent.name}: {found}."
        yield _entry(desk, "audit-findings", agent, day, calendar, time(15, 10), words, {"findings": found})


def _now_and_then(rng: Random, day: date, desk: Desk, calendar: Calendar, agent: Person) -> Iterator[Entry]:
    """What comes up about once a week."""
    place = rng.choice(PLACES_OF[desk.code[:2]])
    if "data-quality" in desk.logs and rng.random() < 0.2:
        response, data = _well(rng, agent, rng.choice((98, 99, 100)), 93), _well(rng, agent, 99.5, 96.5)
        words = f"Twenty tickets checked: {response} % answered correctly, {data} % of the fields right."
        metrics = {"response_accuracy": response, "data_accuracy": data}
        yield _entry(desk, "data-quality", agent, day, calendar, time(15, 40), words, metrics)
    if "stock-count" in desk.logs and rng.random() < 0.07:
        share = _well(rng, agent, rng.choice((98, 99, 100)), rng.choice((88, 94)))
        words = f"Spare parts at {place} counted; {share} % of the list was there."
        yield _entry(desk, "stock-count", agent, day, calendar, time(14, 20), words, {"completion": share})
    if "audit-finding" in desk.logs and rng.random() < 0.08:
        yield _audit_finding(rng, day, desk, calendar, agent, place)
    if "projects" in desk.logs and rng.random() < 0.15:
        count = rng.choice((1, 1, 2))
        words = f"Roll-out of the new terminals at {place}: {count} more in use."
        yield _entry(desk, "projects", agent, day, calendar, time(16, 15), words, {"count": count})


def _daily_report(rng: Random, day: date, desk: Desk, calendar: Calendar, agent: Person) -> Entry:
    at = _well(rng, agent, time(16, rng.randrange(10, 59)), time(17, rng.randrange(5, 50)))
    words = f"Daily report of {day.day} {day:%B} sent to the regional office: {rng.randint(4, 19)} calls, all logged."
    return _entry(desk, "daily-report", agent, day, calendar, at, words, {"submit_time": f"{at:%H:%M}"})


def _audit_finding(rng: Random, day: date, desk: Desk, calendar: Calendar, agent: Person, place: str) -> Entry:
    """Found in the morning and closed the same day, or found two days before."""
    found = _well(rng, agent, day, day - timedelta(days=2))
    words = f"Cabinet at {place} found unlocked; lock changed, keys handed to the site manager."
    metrics = {"found_at": f"{found}T09:20", "closed_at": f"{day}T14:{rng.randrange(10, 59)}"}
    return _entry(desk, "audit-finding", agent, day, calendar, time(15, 5), words, metrics)


def _uptime(rng: Random, day: date, desk: Desk, calendar: Calendar, agent: Person, unit: str) -> Iterator[Entry]:
    """An outage now and then, and twice a month the word that there was none; on days off as well."""
    if rng.random() < (0.06 if agent.punctual < 0.92 else 0.025):
        start, minutes = time(rng.randrange(2, 15), rng.randrange(60)), _well(rng, agent, 25, 170)
        words = f"{UNIT_NAMES[unit]} down for {minutes} minutes; the carrier repaired a splice."
        metrics = {"unit": unit, "down_from": f"{day}T{start:%H:%M}", "downtime_minutes": minutes}
        yield _entry(desk, "uptime", agent, day, calendar, time(18, 30), words, metrics, off_days=True)
    elif day.day in (2, 16) or day == last_day(day):
        words = f"{UNIT_NAMES[unit]}: no downtime since the last report, checked against the monitoring."
        yield _entry(
            desk, "uptime", agent, day, calendar, time(17, 45), words, {"unit": unit, "downtime_minutes": 0},
            off_days=True,
        )  # fmt: skip


def _entry(
    desk: Desk,
    type_: str,
    agent: Person,
    day: date,
    calendar: Calendar,
    at: time,
    words: str,
    metrics: dict[str, Any],
    *,
    off_days: bool = False,
) -> Entry:
    """Logged five minutes after `at`, on the local clock."""
    wall = datetime.combine(day, at, tzinfo=ZoneInfo(calendar.zone)) + timedelta(minutes=5)
    return Entry(desk, type_, agent, day, wall.astimezone(UTC), words, metrics, off_days)


def _well(rng: Random, agent: Person, good: Any, bad: Any) -> Any:
    """The good value as often as the agent is punctual."""
    return good if rng.random() < agent.punctual else bad


def _last_working_day(day: date, calendar: Calendar) -> bool:
    rest = (day + timedelta(days=ahead) for ahead in range(1, last_day(day).day - day.day + 1))
    return all(calendar.off_day(later) is not None for later in rest)
