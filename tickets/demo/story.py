"""The story: which tickets came in half a year, and what happened to each, as a pure function of moment and seed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from accounts.models import Role
from kpi.engine.working_time import Calendar
from tickets.demo import own_work, words
from tickets.demo.own_work import Entry
from tickets.demo.people import CLIENTS, STAFF, VISITORS, Person
from tickets.demo.places import DESKS, TYPES, Desk

HALF_A_YEAR = 183  # days
RECENT = 60  # tickets
STAYS_OPEN = timedelta(days=21)  # longer ago nobody was left without an answer
ADMIN = next(person for person in STAFF if person.role == Role.ADMIN)
# minutes before the moment of the story, so that a visitor finds clocks that run
FRESH = (9, 21, 34, 48, 70)
FATES = {
    "solved": 62,
    "quick": 10,
    "handed over": 6,
    "re-opened": 4,
    "rejected": 4,
    "late word": 5,
    "withdrawn": 3,
    "forgotten": 4,
    "nobody": 4,
}


@dataclass(frozen=True)
class Step:
    """Something done to a ticket: the verb, when, by whom (an address), to whom, and the words."""

    verb: str
    at: datetime
    actor: str
    to: str = ""
    body: str = ""


@dataclass
class Plot:
    """A ticket's whole life. Steps are in order and legal."""

    desk: Desk
    case: words.Case
    requester: Person
    priority: str
    submitted_at: datetime
    steps: list[Step] = field(default_factory=list)

    @property
    def signed_in(self) -> bool:
        """People with an account always sign in."""
        return self.requester in CLIENTS


Told = Plot | Entry


def tell(*, as_of: datetime, seed: int, calendars: Mapping[str, Calendar]) -> list[Told]:
    """All plots, and what agents logged themselves, in the order in which they became tickets.

    Nothing in them is later than `as_of`. `calendars` is by desk code.
    """
    plots = [
        plot
        for day in _days(as_of)
        for desk in DESKS
        for plot in _day(day, desk, seed, calendars[desk.code], open_still=as_of.date() - day < STAYS_OPEN)
    ]
    plots += _fresh(as_of, seed, calendars)
    for plot in plots:
        plot.steps = [step for step in plot.steps if step.at <= as_of]
    own = own_work.tell(days=list(_days(as_of)), seed=seed, calendars=calendars)
    told: list[Told] = [*plots, *own]
    return sorted((one for one in told if one.submitted_at <= as_of), key=lambda one: one.submitted_at)


def older(told: list[Told]) -> int:
    """How many of these came before the last `RECENT` tickets of clients."""
    places = [place for place, one in enumerate(told) if isinstance(one, Plot)]
    return places[-RECENT] if len(places) > RECENT else 0


def _days(as_of: datetime) -> Iterator[date]:
    last = as_of.date()
    return (last - timedelta(days=back) for back in range(HALF_A_YEAR, -2, -1))


def _day(day: date, desk: Desk, seed: int, calendar: Calendar, *, open_still: bool) -> Iterator[Plot]:
    rng = Random(f"{seed}:{day}:{desk.code}")  # noqa: S311 - a story, not a secret
    busy = rng.choice((1, 1, 2, 2, 3)) if calendar.off_day(day) is None else int(rng.random() < 0.15)
    for _ in range(busy):
        hour, minute = rng.choice((7, 8, 8, 9, 9, 10, 10, 11, 13, 14, 15, 16, 19)), rng.randrange(60)
        wall = datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(calendar.zone))
        plot = _opening(rng, desk, wall.astimezone(UTC))
        _live(rng, plot, calendar, off_day=calendar.off_day(day) is not None, open_still=open_still)
        yield plot


def _fresh(as_of: datetime, seed: int, calendars: Mapping[str, Calendar]) -> list[Plot]:
    plots = []
    for place, minutes in enumerate(FRESH):
        desk = DESKS[place % len(DESKS)]
        rng = Random(f"{seed}:fresh:{minutes}")  # noqa: S311
        plot = _opening(rng, desk, as_of.replace(second=0, microsecond=0) - timedelta(minutes=minutes))
        if place > 1:
            agent = _agents(desk)[0]
            plot.steps.append(Step("assign", plot.submitted_at + timedelta(minutes=4), ADMIN.email, to=agent.email))
        plots.append(plot)
    return plots


def _opening(rng: Random, desk: Desk, at: datetime) -> Plot:
    case = rng.choice(CASES[desk.code]).told(rng)
    asks = desk.preset in ("client-portal", "service-desk")
    priority = rng.choices(("normal", "low", "high", "emergency"), (70, 10, 14, 6))[0] if asks else "normal"
    return Plot(desk, case, _requester(rng, desk), priority, at)


def _requester(rng: Random, desk: Desk) -> Person:
    company = {"KE": "Savanna Grocers", "EG": "Delta Textiles", "ID": ""}[desk.country]
    clients = [person for person in CLIENTS if person.place == company]
    return rng.choice(clients if rng.random() < 0.6 else list(VISITORS))


def _agents(desk: Desk) -> list[Person]:
    return [person for person in STAFF if person.place == desk.code]


def _live(rng: Random, plot: Plot, calendar: Calendar, *, off_day: bool, open_still: bool) -> None:
    """Give the plot its steps: an assignment within the hour, an answer, an end, each in working time."""
    fate = rng.choices(list(FATES), list(FATES.values()))[0]
    if fate in ("forgotten", "nobody") and not open_still:
        fate = "solved"
    case = plot.case
    if fate == "nobody":
        return
    if fate == "withdrawn" and plot.desk.preset == "client-portal" and plot.signed_in:
        plot.steps.append(Step("withdraw", plot.submitted_at + timedelta(minutes=3), plot.requester.email))
        return
    agent = rng.choice(_agents(plot.desk))
    assigned = _later(calendar, plot.submitted_at, rng.uniform(2, 40))
    plot.steps.append(_assignment(rng, plot.desk, agent, assigned))
    if fate == "handed over":
        agent = next(person for person in _agents(plot.desk) if person != agent)
        assigned = _later(calendar, assigned, rng.uniform(5, 30))
        plot.steps.append(Step("assign", assigned, ADMIN.email, to=agent.email))
    if off_day and rng.random() < 0.5:
        plot.steps.append(Step("tick", assigned + timedelta(minutes=1), agent.email))
    response, resolution = TYPES[plot.case.type][2], TYPES[plot.case.type][3]
    answered = _later(calendar, assigned, _duration(rng, agent, response))
    ended = max(
        _later(calendar, plot.submitted_at, _duration(rng, agent, resolution)),
        _later(calendar, answered, rng.uniform(12, 45)),
    )
    if fate == "rejected":
        plot.steps.append(Step("reject", answered, agent.email, body=rng.choice(words.REJECTED)))
        return
    if fate == "quick":
        plot.steps.append(Step("close", answered, agent.email))
        return
    if plot.desk.preset == "service-desk" and rng.random() < 0.4:
        plot.steps.append(Step("acknowledge", answered - (answered - assigned) / 2, agent.email))
    plot.steps.append(Step("reply", answered, agent.email, body=case.reply))
    if rng.random() < 0.35:
        plot.steps.append(Step("note", answered + timedelta(minutes=2), agent.email, body=case.note))
    if plot.signed_in and rng.random() < 0.7:
        plot.steps.append(Step("client_reply", answered + timedelta(minutes=6), plot.requester.email, body=case.client))
    if fate == "forgotten":
        return
    plot.steps.append(Step("reply", ended - timedelta(minutes=2), agent.email, body=case.done))
    plot.steps.append(Step("close", ended, agent.email))
    _afterwards(rng, plot, calendar, fate, agent, ended)


def _afterwards(rng: Random, plot: Plot, calendar: Calendar, fate: str, agent: Person, ended: datetime) -> None:
    again = _later(calendar, ended, rng.uniform(60, 600))
    if fate == "re-opened":
        plot.steps.append(Step("reopen", again, agent.email))
        plot.steps.append(Step("note", again + timedelta(minutes=1), agent.email, body=words.REOPENED))
        plot.steps.append(Step("close", _later(calendar, again, rng.uniform(20, 90)), agent.email))
    replies_reopen = plot.desk.preset in ("client-portal", "partner-helpdesk")
    if fate == "late word" and plot.signed_in and not replies_reopen:
        plot.steps.append(Step("client_reply", again, plot.requester.email, body=words.LATE_THANKS))


def _assignment(rng: Random, desk: Desk, agent: Person, at: datetime) -> Step:
    lead = next(person for person in STAFF if person.place == desk.code and person.leads)
    way = rng.choices(("take", "lead", "admin"), (35, 40, 25))[0]
    if way == "take":
        return Step("take", at, agent.email)
    return Step("assign", at, lead.email if way == "lead" else ADMIN.email, to=agent.email)


def _duration(rng: Random, agent: Person, target: int) -> float:
    """Minutes of working time: within the target as often as the agent is punctual."""
    return target * (rng.uniform(0.06, 0.8) if rng.random() < agent.punctual else rng.uniform(1.1, 2.2))


def _later(calendar: Calendar, start: datetime, minutes: float) -> datetime:
    due = calendar.due(start, timedelta(minutes=int(minutes) or 1))
    if due is None:
        raise ValueError("the demo's calendars have working time ahead")
    return due


CASES = words.cases()
