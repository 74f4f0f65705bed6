"""Calendar: the single facts that the properties do not name."""

import pickle
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from kpi.engine.working_time import Calendar, CalendarError, Hours, OffDay, Segment, Week, Window

OFFICE: tuple[Window, ...] = ((time(8), time(17)),)
NIGHT: tuple[Window, ...] = ((time(22), time(6)),)
WEEKDAYS: Week = dict.fromkeys(range(5), OFFICE)
ALWAYS: Week = dict.fromkeys(range(7), ((time(0), time(0)),))
HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def office(**other: object) -> Calendar:
    return Calendar("Asia/Jakarta", (Hours(None, WEEKDAYS),), **other)  # type: ignore[arg-type]


def nights(**other: object) -> Calendar:
    return Calendar("Asia/Jakarta", (Hours(None, dict.fromkeys(range(5), NIGHT)),), **other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("zone", "hours", "words"),
    [
        ("Mars/Base", (), "'Mars/Base' is not a known time zone"),
        ("", (), "is not a known time zone"),
        ("../etc/passwd", (), "is not a known time zone"),
        ("Europe", (), "is not a known time zone"),
        (
            "UTC",
            (Hours(None, {0: [(time(8), time(12)), (time(11), time(17))]}),),
            "Monday: 08:00-12:00 and 11",
        ),
        (
            "UTC",
            (Hours(None, {5: [(time(22), time(6)), (time(23), time(1))]}),),
            "Saturday: 22:00-06:00 and",
        ),
        ("UTC", (Hours(None, {1: [(time(0), time(0)), (time(23), time(23, 30))]}),), "Tuesday: 00:00-00:00 and"),
        ("UTC", (Hours(None, {7: OFFICE}),), "7 is not a weekday"),
        ("UTC", (Hours(None, {0: [(time(8, tzinfo=UTC), time(9))]}),), "carries a zone"),
        ("UTC", (Hours(None, {}), Hours(None, {})), "valid from the beginning"),
        ("UTC", (Hours(date(2026, 1, 1), {}), Hours(date(2026, 1, 1), {})), "valid from 2026-01-01"),
    ],
)
def test_what_cannot_be_a_calendar_is_refused_in_words(zone: str, hours: tuple[Hours, ...], words: str) -> None:
    with pytest.raises(CalendarError, match=words.replace("(", r"\(")):
        Calendar(zone, hours)


def test_overlap_inside_a_replaced_day_is_refused_with_its_date() -> None:
    with pytest.raises(CalendarError, match="2026-12-24: 08:00-12:00 and 11:00-13:00 overlap"):
        office(replaced={date(2026, 12, 24): [(time(8), time(12)), (time(11), time(13))]})


def test_windows_that_touch_are_one_interval() -> None:
    calendar = Calendar("UTC", (Hours(None, {0: [(time(12), time(17)), (time(8), time(12))]}),))
    whole = utc("2026-03-09T00Z"), utc("2026-03-10T00Z")
    assert list(calendar.intervals(*whole)) == [(utc("2026-03-09T08Z"), utc("2026-03-09T17Z"))]


def test_overlap_across_midnight_counts_once() -> None:
    calendar = Calendar("UTC", (Hours(None, {0: [(time(20), time(8))], 1: [(time(6), time(10))]}),))
    assert calendar.elapsed(utc("2026-03-09T00Z"), utc("2026-03-11T00Z")) == 14 * HOUR
    assert calendar.closing(utc("2026-03-09T21Z")) == utc("2026-03-10T10Z")


def test_a_window_inside_the_tail_of_the_day_before_adds_nothing() -> None:
    calendar = Calendar("UTC", (Hours(None, {0: [(time(20), time(19))], 1: [(time(6), time(10))]}),))
    assert calendar.elapsed(utc("2026-03-09T00Z"), utc("2026-03-12T00Z")) == 23 * HOUR
    assert calendar.closing(utc("2026-03-10T07Z")) == utc("2026-03-10T19Z")


@pytest.mark.parametrize("ask", ["elapsed", "due", "is_working", "next_opening", "closing", "counts_on", "segments"])
def test_instants_without_a_zone_are_refused(ask: str) -> None:
    naive = datetime(2026, 3, 9, 9)  # noqa: DTZ001 - what is refused
    given = {
        "elapsed": (naive, utc("2026-03-09T09Z")),
        "due": (naive, HOUR),
        "counts_on": (date(2026, 3, 8), [naive]),
        "segments": (naive, utc("2026-03-09T09Z")),
    }
    with pytest.raises(ValueError, match="carries no zone"):
        getattr(office(), ask)(*given.get(ask, (naive,)))


def test_instants_of_any_zone_mean_the_same() -> None:
    start, stop = utc("2026-03-09T02Z"), utc("2026-03-09T08:00:00.000001Z")
    there = ZoneInfo("America/New_York")
    assert office().elapsed(start.astimezone(there), stop) == 6 * HOUR + MOMENT
    assert office().due(start.astimezone(there), HOUR) == utc("2026-03-09T03Z")


def test_backwards_is_nothing() -> None:
    start, stop = utc("2026-03-09T02Z"), utc("2026-03-09T08Z")
    assert office().elapsed(stop, start) == timedelta(0)
    assert list(office().intervals(stop, start)) == office().segments(stop, start) == []


def test_a_target_of_nothing_is_due_at_once_and_a_negative_one_refused() -> None:
    saturday = utc("2026-03-07T03Z")
    assert office().due(saturday, timedelta(0)) == saturday
    with pytest.raises(ValueError, match="cannot be negative"):
        office().due(saturday, -MOMENT)


def test_never_working() -> None:
    never, at = Calendar("Asia/Jakarta"), utc("2026-03-09T02Z")
    end = utc("9999-12-31T23:59Z")
    assert never.due(at, MOMENT) is None
    assert never.next_opening(at) is None
    assert never.elapsed(utc("0001-01-01T00Z"), end) == timedelta(0)
    assert list(never.intervals(at, end)) == []
    assert never.off_day(date(2026, 3, 9)) == OffDay("weekend")


def test_one_day_of_work_far_ahead_is_found_and_nothing_behind_it() -> None:
    only = Calendar("UTC", (), replaced={date(9000, 1, 1): OFFICE})
    assert only.due(utc("1900-01-01T00Z"), 9 * HOUR) == utc("9000-01-01T17Z")
    assert only.due(utc("1900-01-01T00Z"), 9 * HOUR + MOMENT) is None
    assert only.elapsed(utc("0001-01-01T00Z"), utc("9999-12-31T00Z")) == 9 * HOUR


def test_always_working_never_closes_and_is_real_time() -> None:
    always = Calendar("America/New_York", (Hours(None, ALWAYS),))
    first, last = utc("1600-01-01T00Z"), utc("9999-12-30T00Z")
    assert always.elapsed(first, last) == last - first
    assert always.due(first, last - first) == last
    assert always.closing(first) is None
    assert list(always.intervals(utc("2026-01-01T00Z"), utc("2027-01-01T00Z"))) == [
        (utc("2026-01-01T00Z"), utc("2027-01-01T00Z"))
    ]


def test_the_end_of_time() -> None:
    always, night = Calendar("Asia/Jakarta", (Hours(None, ALWAYS),)), nights()
    beginning, end = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert end - always.elapsed(beginning, end) <= beginning + timedelta(days=1)
    assert always.due(end - HOUR, HOUR) == end
    assert always.due(end - HOUR, HOUR + MOMENT) is None
    assert night.due(end, timedelta(days=1)) is None
    assert night.is_working(utc("9999-12-31T16:00Z"))
    ahead = datetime.min.replace(tzinfo=ZoneInfo("Asia/Jakarta"))
    assert always.elapsed(ahead, beginning + timedelta(days=2)) == always.elapsed(
        beginning, beginning + timedelta(days=2)
    )


def test_three_centuries_are_the_sum_of_their_years() -> None:
    calendar = Calendar(
        "Europe/Berlin",
        (Hours(None, WEEKDAYS), Hours(date(2030, 5, 1), dict.fromkeys(range(7), NIGHT))),
        holidays={date(year, 12, 25): "Christmas" for year in range(1950, 2150)},
    )
    edges = [datetime(year, 1, 1, 11, 30, tzinfo=UTC) for year in range(1900, 2201)]
    years = [calendar.elapsed(start, stop) for start, stop in pairwise(edges)]
    whole = Calendar(calendar.zone, calendar.hours, calendar.replaced, calendar.holidays)
    assert whole.elapsed(edges[0], edges[-1]) == sum(years, timedelta(0))
    assert sum((stop - start for start, stop in whole.intervals(edges[0], edges[-1])), timedelta(0)) == sum(
        years, timedelta(0)
    )


def test_hours_valid_from_a_date_change_inside_a_span_and_a_running_shift_ends_as_it_began() -> None:
    calendar = Calendar("UTC", (Hours(date(2026, 3, 11), {2: OFFICE}), Hours(date(2026, 3, 9), {0: NIGHT, 1: NIGHT})))
    assert list(calendar.intervals(utc("2026-03-01T00Z"), utc("2026-03-17T00Z"))) == [
        (utc("2026-03-09T22Z"), utc("2026-03-10T06Z")),
        (utc("2026-03-10T22Z"), utc("2026-03-11T06Z")),
        (utc("2026-03-11T08Z"), utc("2026-03-11T17Z")),
    ]


def test_a_replaced_day_beats_a_holiday_which_beats_the_week() -> None:
    monday, tuesday = date(2026, 3, 9), date(2026, 3, 10)
    calendar = office(
        replaced={monday: [(time(8), time(12))]}, holidays={monday: "Half holiday", tuesday: "Whole holiday"}
    )
    assert calendar.elapsed(utc("2026-03-09T00+07:00"), utc("2026-03-11T00+07:00")) == 4 * HOUR
    assert calendar.off_day(monday) is None
    assert calendar.off_day(tuesday) == OffDay("holiday", "Whole holiday")


def test_days_off_say_why() -> None:
    saturday, monday = date(2026, 3, 7), date(2026, 3, 9)
    calendar = office(holidays={saturday: "Nyepi"}, replaced={monday: ()})
    assert calendar.off_day(saturday) == OffDay("holiday", "Nyepi"), "also on a weekend"
    assert calendar.off_day(monday) == OffDay("holiday", ""), "replaced by nothing"
    assert calendar.off_day(date(2026, 3, 8)) == OffDay("weekend", "")
    assert calendar.off_day(date(2026, 3, 10)) is None


def test_a_day_that_never_was_is_off() -> None:
    samoa = Calendar("Pacific/Apia", (Hours(None, dict.fromkeys(range(7), OFFICE)),))
    assert samoa.off_day(date(2011, 12, 30)) == OffDay("weekend")
    assert samoa.elapsed(utc("2011-12-29T00-10:00"), utc("2012-01-01T00+14:00")) == 18 * HOUR


def test_the_tail_of_a_night_shift_belongs_to_a_working_day() -> None:
    calendar, saturday = nights(), date(2026, 3, 7)
    assert calendar.off_day(saturday) == OffDay("weekend")
    assert calendar.counts_on(date(2026, 3, 6), [])
    assert not calendar.counts_on(saturday, [])
    assert calendar.counts_on(saturday, [utc("2026-03-07T12+07:00"), utc("2026-03-07T05:59:59+07:00")])
    assert not calendar.counts_on(saturday, [utc("2026-03-07T06+07:00")]), "the end is not inside"
    assert not calendar.counts_on(saturday, [utc("2026-03-06T23+07:00")]), "inside the shift, but on Friday"
    assert not calendar.counts_on(saturday, [utc("2026-03-10T01+07:00")]), "another night"


def test_openings_and_closings() -> None:
    calendar = office()
    assert calendar.next_opening(utc("2026-03-06T17+07:00")) == utc("2026-03-09T08+07:00")
    assert calendar.next_opening(utc("2026-03-09T08+07:00")) == utc("2026-03-09T08+07:00")
    assert calendar.closing(utc("2026-03-09T16:59:59+07:00")) == utc("2026-03-09T17+07:00")
    assert calendar.closing(utc("2026-03-09T17+07:00")) is None
    assert calendar.is_working(utc("2026-03-09T08+07:00"))
    assert not calendar.is_working(utc("2026-03-09T17+07:00"))


def test_segments_of_a_week_end_with_a_holiday() -> None:
    calendar = office(holidays={date(2026, 3, 9): "Nyepi"})
    assert calendar.segments(utc("2026-03-06T16+07:00"), utc("2026-03-10T09+07:00")) == [
        Segment("working", utc("2026-03-06T16+07:00"), utc("2026-03-06T17+07:00")),
        Segment("off", utc("2026-03-06T17+07:00"), utc("2026-03-09T00+07:00")),
        Segment("holiday", utc("2026-03-09T00+07:00"), utc("2026-03-10T00+07:00"), "Nyepi"),
        Segment("off", utc("2026-03-10T00+07:00"), utc("2026-03-10T08+07:00")),
        Segment("working", utc("2026-03-10T08+07:00"), utc("2026-03-10T09+07:00")),
    ]


def test_a_holiday_begins_at_the_second_midnight_for_who_is_past_the_first() -> None:
    # St. John's, 2006: at 00:01 on the 29th the clocks went back to 23:01 on the 28th.
    calendar = Calendar("America/St_Johns", holidays={date(2006, 10, 29): "Sunday"})
    assert calendar.segments(utc("2006-10-28T23:15-03:30"), utc("2006-10-29T12:00-03:30")) == [
        Segment("off", utc("2006-10-28T23:15-03:30"), utc("2006-10-29T00:00-03:30")),
        Segment("holiday", utc("2006-10-29T00:00-03:30"), utc("2006-10-29T12:00-03:30"), "Sunday"),
    ]


def test_segments_reach_the_end_of_time() -> None:
    end = datetime.max.replace(tzinfo=UTC)
    assert Calendar("Asia/Jakarta").segments(end - HOUR, end) == [Segment("off", end - HOUR, end)]
    assert Calendar("America/New_York").segments(end - HOUR, end) == [Segment("off", end - HOUR, end)]


def test_equal_content_is_the_same_calendar() -> None:
    one, other = office(version="a"), office(version="a", holidays={})
    assert one == other
    assert hash(one) == hash(other)
    assert one != office(version="b")
    assert one != office(version="a", holidays={date(2026, 3, 9): "Nyepi"})
    assert one != "calendar"
    assert len({one, other, office()}) == 2


def test_a_calendar_does_not_change_with_what_it_was_made_of() -> None:
    holidays = {date(2026, 3, 9): "Nyepi"}
    calendar = office(holidays=holidays)
    holidays.clear()
    assert calendar.off_day(date(2026, 3, 9)) == OffDay("holiday", "Nyepi")
    with pytest.raises(AttributeError):
        calendar.zone = "UTC"  # type: ignore[misc]
    with pytest.raises(TypeError):
        calendar.holidays[date(2026, 3, 10)] = "Eid"  # type: ignore[index]


def test_a_calendar_can_be_pickled() -> None:
    calendar = office(holidays={date(2026, 3, 9): "Nyepi"}, name="Jakarta")
    again = pickle.loads(pickle.dumps(calendar))
    assert again == calendar
    assert again.off_day(date(2026, 3, 9)) == OffDay("holiday", "Nyepi")
