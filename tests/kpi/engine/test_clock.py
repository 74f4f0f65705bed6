"""Clocks over spans: the facts of the domain page, section 4, and laws of their algebra."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.engine import clock
from kpi.engine.clock import Span
from kpi.engine.working_time import Calendar, Hours, Segment
from tests.kpi.engine.strategies import Setting, settings_

OFFICE = Calendar("UTC", (Hours(None, dict.fromkeys(range(5), ((time(8), time(17)),))),))
LATE = Calendar("UTC", (Hours(None, dict.fromkeys(range(7), ((time(12), time(20)),))),))
NEVER = Calendar("UTC")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def at(hour: int, minute: int = 0, second: int = 0, day: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


def test_an_open_span_counts_to_as_of_and_a_closed_one_to_its_stop() -> None:
    spans = [Span(OFFICE, at(9), at(10)), Span(OFFICE, at(11))]
    assert clock.elapsed(spans, as_of=at(11, 30)) == 1.5 * HOUR
    assert clock.elapsed(spans, as_of=at(10, 30)) == HOUR, "not yet begun: nothing, not less"
    assert clock.elapsed([], as_of=at(9)) == timedelta(0)


def test_due_inside_a_closed_span_at_its_very_end_and_in_the_open_one() -> None:
    spans = [Span(OFFICE, at(9), at(10)), Span(LATE, at(11))]
    assert clock.due(spans, HOUR / 2) == at(9, 30)
    assert clock.due(spans, HOUR) == at(10), "the earliest instant, not the next beginning"
    assert clock.due(spans, HOUR + SECOND) == at(12, 0, 1), "on the second calendar"


def test_no_due_while_paused_unless_it_is_behind() -> None:
    paused = [Span(OFFICE, at(9), at(10))]
    assert clock.due(paused, HOUR) == at(10)
    assert clock.due(paused, HOUR + SECOND) is None


def test_no_due_without_target_spans_or_working_time() -> None:
    assert clock.due([Span(OFFICE, at(9))], None) is None
    assert clock.due([], HOUR) is None
    assert clock.due([Span(NEVER, at(9))], HOUR) is None


def test_a_span_without_working_time_is_passed_over() -> None:
    assert clock.due([Span(NEVER, at(9), at(10)), Span(OFFICE, at(10))], HOUR) == at(11)


def test_the_order_of_spans_does_not_matter() -> None:
    spans = [Span(LATE, at(11)), Span(OFFICE, at(9), at(10))]
    assert clock.due(spans, HOUR / 2) == at(9, 30)
    assert clock.timeline(spans, as_of=at(12)) == clock.timeline(spans[::-1], as_of=at(12))


def test_met_is_decided_in_seconds() -> None:
    assert clock.met(HOUR, HOUR)
    assert not clock.met(HOUR + SECOND, HOUR)


def test_state_while_running() -> None:
    state = clock.state([Span(OFFICE, at(9))], HOUR, at(9, 20))
    assert state == clock.ClockState(
        elapsed=HOUR / 3, target=HOUR, due=at(10), running=True, met=True, breached=False, left=HOUR * 2 / 3
    )


def test_state_turns_one_second_after_due() -> None:
    spans = [Span(OFFICE, at(9))]
    assert clock.state(spans, HOUR, at(10)).breached is False
    late = clock.state(spans, HOUR, at(10, 0, 1))
    assert (late.met, late.breached, late.left, late.due) == (False, True, -SECOND, at(10))


def test_due_at_closing_is_not_a_breach_over_night() -> None:
    spans = [Span(OFFICE, at(16))]
    assert clock.state(spans, HOUR, at(7, 59, day=10)).breached is False
    assert clock.state(spans, HOUR, at(8, 0, 1, day=10)).breached is True


def test_state_without_a_target_and_before_the_first_span() -> None:
    aimless = clock.state([Span(OFFICE, at(9), at(10))], None, at(12))
    assert (aimless.elapsed, aimless.due, aimless.running, aimless.met, aimless.breached, aimless.left) == (
        HOUR, None, False, None, False, None
    )  # fmt: skip
    idle = clock.state([], HOUR, at(12))
    assert (idle.met, idle.breached, idle.left, idle.due) == (None, False, HOUR, None)


def test_the_timeline_tells_waiting_between_spans() -> None:
    spans = [Span(OFFICE, at(16), at(16, 30)), Span(OFFICE, at(16, 45))]
    assert clock.timeline(spans, as_of=at(18)) == [
        Segment("working", at(16), at(16, 30)),
        Segment("waiting", at(16, 30), at(16, 45)),
        Segment("working", at(16, 45), at(17)),
        Segment("off", at(17), at(18)),
    ]


def test_a_split_span_tells_one_stretch() -> None:
    spans = [Span(OFFICE, at(9), at(10)), Span(OFFICE, at(10), at(11))]
    assert clock.timeline(spans, as_of=at(12)) == [Segment("working", at(9), at(11))]


@settings(max_examples=70, deadline=None)
@given(settings_(), st.lists(st.floats(0, 1), min_size=1, max_size=4), st.booleans(), st.timedeltas(timedelta(0)))
def test_one_function_serves_countdown_verdict_and_due(
    setting: Setting, cuts: list[float], running: bool, target: timedelta
) -> None:
    calendar, whole = setting.calendar(), setting.stop - setting.start
    target %= timedelta(days=4)
    edges = sorted({setting.start, *(setting.start + whole * cut for cut in cuts)})
    spans = [Span(calendar, start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=False)]
    if running:
        spans.append(Span(LATE, edges[-1] if len(edges) % 2 else setting.stop))
    state = clock.state(spans, target, setting.stop)
    assert state.elapsed == clock.elapsed(spans, as_of=setting.stop)
    assert state.left == target - state.elapsed
    if not spans:
        return
    assert state.met is (state.elapsed <= target)
    assert state.breached is not state.met
    if state.breached:
        assert state.due is not None
        assert state.due < setting.stop
    if state.due is None:
        assert not running
        assert not state.breached
    elif state.due <= setting.stop:
        assert clock.elapsed(_until(spans, state.due), as_of=state.due) == target


def _until(spans: list[Span], at: datetime) -> list[Span]:
    """The spans as they would be had every verb after the instant not happened."""
    return [Span(s.calendar, s.start, min(s.stop or at, at)) for s in spans if s.start < at]


@settings(max_examples=70, deadline=None)
@given(settings_(), st.floats(0, 1))
def test_splitting_a_span_changes_nothing(setting: Setting, cut: float) -> None:
    calendar, middle = setting.calendar(), setting.start + (setting.stop - setting.start) * cut
    whole = [Span(calendar, setting.start)]
    split = [Span(calendar, setting.start, middle), Span(calendar, middle)]
    target = timedelta(hours=30)
    assert clock.state(whole, target, setting.stop) == clock.state(split, target, setting.stop)
    assert clock.timeline(whole, as_of=setting.stop) == clock.timeline(split, as_of=setting.stop)
