"""Laws of working time, checked against the minute-by-minute oracle around every unusual day of `strategies.PLACES`."""

from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.kpi.engine.oracle import MINUTE, Oracle
from tests.kpi.engine.strategies import Setting, settings_

few = settings(max_examples=70, deadline=None)
many = settings(max_examples=80, deadline=None)


def oracle_of(setting: Setting) -> Oracle:
    return Oracle(setting.zone, setting.hours, setting.replaced, setting.holidays, setting.start, setting.stop)


@few
@given(settings_())
def test_elapsed_and_intervals_are_the_oracles(setting: Setting) -> None:
    calendar, oracle = setting.calendar(), oracle_of(setting)
    found = list(calendar.intervals(setting.start, setting.stop))
    assert calendar.elapsed(setting.start, setting.stop) == oracle.elapsed(setting.start, setting.stop)
    inside = [False] * len(oracle.working)
    for start, stop in found:
        inside[oracle.place(start) : oracle.place(stop)] = [True] * ((stop - start) // MINUTE)
    span = slice(oracle.place(setting.start), oracle.place(setting.stop))
    assert inside[span] == oracle.working[span]
    assert all(one[1] < other[0] for one, other in pairwise(found)), "touching intervals are joined"


@few
@given(settings_(), st.integers(0, 4000))
def test_due_is_the_first_minute_the_oracle_finds(setting: Setting, minutes: int) -> None:
    target = timedelta(minutes=minutes)
    due = setting.calendar().due(setting.start, target)
    expected = oracle_of(setting).due(setting.start, setting.stop, target)
    assert (due if due is not None and due <= setting.stop else None) == expected


@few
@given(settings_())
def test_openings_and_closings_are_the_oracles(setting: Setting) -> None:
    calendar, oracle = setting.calendar(), oracle_of(setting)
    place, end = oracle.place(setting.start), oracle.place(setting.stop)
    working = oracle.working[place]
    assert calendar.is_working(setting.start) == working
    opening = next((n for n in range(place, end) if oracle.working[n]), None)
    found = calendar.next_opening(setting.start)
    assert (found if found is not None and found < setting.stop else None) == (
        oracle.first + MINUTE * opening if opening is not None else None
    )
    closing = next((n for n in range(place, end) if working and not oracle.working[n]), None)
    found = calendar.closing(setting.start)
    assert (found if found is not None and found < setting.stop else None) == (
        oracle.first + MINUTE * closing if closing is not None else None
    )


@few
@given(settings_())
def test_days_off_are_the_days_on_which_the_oracle_starts_no_window(setting: Setting) -> None:
    calendar, oracle = setting.calendar(), oracle_of(setting)
    for n in (-1, 0, 1):
        day = setting.start.date() + timedelta(days=n)
        assert (calendar.off_day(day) is None) == bool(oracle.started.get(day))


@many
@given(settings_(), st.floats(0, 1))
def test_elapsed_is_additive_over_adjacent_spans(setting: Setting, share: float) -> None:
    calendar = setting.calendar()
    middle = setting.start + (setting.stop - setting.start) * share
    parts = calendar.elapsed(setting.start, middle) + calendar.elapsed(middle, setting.stop)
    assert parts == calendar.elapsed(setting.start, setting.stop)


@many
@given(settings_(), st.timedeltas(timedelta(0), timedelta(days=200)))
@example(
    Setting("UTC", (), {}, {}, datetime.fromisoformat("2026-01-01T00Z"), datetime.fromisoformat("2026-01-02T00Z")),
    timedelta(seconds=1),
)
def test_due_is_the_inverse_of_elapsed(setting: Setting, target: timedelta) -> None:
    calendar = setting.calendar()
    due = calendar.due(setting.start, target)
    if due is None:
        assert target
        assert calendar.elapsed(setting.start, datetime.fromisoformat("9999-12-31T23:59:59Z")) < target
        return
    assert calendar.elapsed(setting.start, due) == target
    moment = timedelta(microseconds=1)
    assert due == setting.start or calendar.elapsed(setting.start, due - moment) == target - moment


@many
@given(settings_(), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_later_is_never_less(setting: Setting, more: timedelta) -> None:
    calendar = setting.calendar()
    gone, longer = (calendar.elapsed(setting.start, stop) for stop in (setting.stop, setting.stop + more))
    assert timedelta(0) <= gone <= longer <= gone + more


@many
@given(settings_(), st.integers(-5, 5))
def test_a_holiday_moves_nothing_before_it_and_only_takes_away_after(setting: Setting, days: int) -> None:
    holiday = setting.start.date() + timedelta(days=days)
    before = setting.calendar()
    after = setting.calendar(holidays=setting.holidays | {holiday: "New"})
    # The earliest any place on earth begins the day, and the latest it ends a shift that began on it.
    begin = datetime.fromisoformat(f"{holiday}T00:00+16:00")
    end = datetime.fromisoformat(f"{holiday + timedelta(days=2)}T00:00-16:00")
    assert after.elapsed(setting.start, min(setting.stop, begin)) == before.elapsed(
        setting.start, min(setting.stop, begin)
    )
    assert after.elapsed(max(setting.start, end), setting.stop) == before.elapsed(max(setting.start, end), setting.stop)
    assert after.elapsed(setting.start, setting.stop) <= before.elapsed(setting.start, setting.stop)


@many
@given(settings_())
def test_segments_cover_the_span_and_their_working_ones_are_the_intervals(setting: Setting) -> None:
    calendar = setting.calendar()
    found = calendar.segments(setting.start, setting.stop)
    edges = [(segment.start, segment.stop) for segment in found]
    assert all(start < stop for start, stop in edges)
    assert [start for start, _ in edges] + [setting.stop] == [setting.start] + [stop for _, stop in edges]
    working = [edge for edge, segment in zip(edges, found, strict=True) if segment.kind == "working"]
    assert working == list(calendar.intervals(setting.start, setting.stop))
    assert all((one.kind, one.name) != (other.kind, other.name) for one, other in pairwise(found))
    named = {segment.name for segment in found if segment.kind == "holiday"}
    assert named <= {*setting.holidays.values(), ""}


@settings(max_examples=30, deadline=None)
@given(settings_(), st.dates(date(1950, 1, 1), date(2350, 1, 1)) | st.just(date(9990, 1, 1)), st.integers(0, 4000))
def test_the_order_of_questions_changes_no_answer(setting: Setting, day: date, days: int) -> None:
    asked = setting.calendar()
    far = datetime.fromisoformat(f"{day}T00:00Z")
    asked.due(far, timedelta(days=days))
    asked.elapsed(setting.start, far)
    assert asked.elapsed(setting.start, setting.stop) == setting.calendar().elapsed(setting.start, setting.stop)


@few
@given(settings_(), st.integers(1, 17))
def test_past_the_last_change_the_calendar_repeats_every_400_years(setting: Setting, turns: int) -> None:
    calendar = setting.calendar()
    start, stop = (at.replace(year=2850 + at.year % 100, day=1) for at in (setting.start, setting.stop))
    later, latest = (at.replace(year=at.year + 400 * turns) for at in (start, stop))
    assert calendar.elapsed(start, stop) == calendar.elapsed(later, latest)
