"""Calendars and instants for property tests, drawn around the days on which zones do something unusual."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from kpi.engine.working_time import Calendar, Hours, Window

# A zone, and a day near which its clocks change (or do not).
PLACES = (
    ("Asia/Jakarta", date(2026, 3, 9)),
    ("Asia/Kathmandu", date(2026, 6, 1)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Africa/Cairo", date(2026, 4, 24)),  # the gap is at midnight
    ("Africa/Cairo", date(2026, 10, 30)),  # the clocks go back over midnight
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Antarctica/Troll", date(2026, 3, 29)),  # two hours
    ("Pacific/Apia", date(2011, 12, 30)),  # a day that never was
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("America/St_Johns", date(2006, 10, 29)),  # back at 00:01, into the day before
    ("Asia/Pyongyang", date(2018, 5, 4)),  # ahead at 23:30
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("Africa/Cairo", date(2199, 4, 26)),  # past every listed change
    ("Europe/Berlin", date(2800, 10, 29)),
)
WHOLE_DAY: Window = (time(0), time(0))


@dataclass(frozen=True)
class Setting:
    """The parts of a calendar, and a span of whole minutes near the zone's day."""

    zone: str
    hours: tuple[Hours, ...]
    replaced: dict[date, tuple[Window, ...]]
    holidays: dict[date, str]
    start: datetime
    stop: datetime

    def calendar(self, **other: object) -> Calendar:
        parts = {"zone": self.zone, "hours": self.hours, "replaced": self.replaced, "holidays": self.holidays}
        return Calendar(**(parts | other))  # type: ignore[arg-type]


def at_minute(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """None to three windows of one day that do not overlap, the last one often past midnight."""
    if draw(st.integers(0, 9)) == 0:
        return (WHOLE_DAY,)
    minutes = st.integers(0, 1439) | st.sampled_from([0, 60, 90, 120, 150, 180, 1320, 1410, 1439])
    edges = sorted(draw(st.sets(minutes, max_size=6)))
    if len(edges) % 2:  # the last window runs past midnight
        edges.append(edges[0] + 1440 if len(edges) == 1 else draw(st.integers(1440, edges[0] + 1440)))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple((at_minute(start), at_minute(end)) for start, end in pairs)


weeks = st.dictionaries(st.integers(0, 6), windows(), max_size=7) | windows().map(
    lambda day: dict.fromkeys(range(7), day)
)


@st.composite
def settings_(draw: st.DrawFn, days: int = 3) -> Setting:
    zone, day = draw(st.sampled_from(PLACES))
    near = st.integers(-days, days).map(lambda n: day + timedelta(days=n))
    hours = [Hours(None, draw(weeks))]
    if draw(st.booleans()):
        hours.append(Hours(draw(near), draw(weeks)))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    minute = st.integers(-days * 1440, days * 1440).map(lambda n: noon + timedelta(minutes=n))
    one, other = draw(minute), draw(minute)
    return Setting(
        zone,
        tuple(hours),
        draw(st.dictionaries(near, windows(), max_size=2)),
        draw(st.dictionaries(near, st.sampled_from(["Nyepi", "Eid"]), max_size=2)),
        min(one, other),
        max(one, other),
    )
