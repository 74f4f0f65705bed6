"""Laws of every rule, and the month rules against their definition told in another way."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kpi.engine.instants import at_local
from kpi.engine.rules import MONTH_RULES, RULES
from kpi.engine.rules.base import Bounds, Month
from kpi.engine.score import FULL, Score, half_up
from kpi.engine.working_time import Calendar, Hours
from tests.kpi.engine.rules.chosen import CALENDARS
from tests.kpi.engine.rules.drawn import hundredths, metrics_of, parameters_of

OF_ITEMS = [code for code, rule in RULES.items() if not rule.month_rule]
MARCH = date(2026, 3, 1)
percents = hundredths(0, 100)
ratings = st.none() | st.integers(1, 5)
minutes_of_day = st.integers(0, 24 * 60 - 1)


@pytest.mark.parametrize("code", RULES)
@settings(max_examples=50)
@given(st.data())
def test_parameters_drawn_from_the_declarations_are_accepted(code: str, data: st.DataObject) -> None:
    assert RULES[code].validate_parameters(data.draw(parameters_of(RULES[code]))) == {}


@pytest.mark.parametrize("code", RULES)
@settings(max_examples=50)
@given(st.data())
def test_a_score_is_within_bounds_speaks_and_comes_back_from_json(code: str, data: st.DataObject) -> None:
    rule = RULES[code]
    parameters, metrics = data.draw(parameters_of(rule)), data.draw(metrics_of(rule))
    found = rule.score(parameters, rule.derived(metrics, CALENDARS["New York office"]))
    assert found.value is None or 0 <= found.value <= FULL
    assert (found.passed is None) == (found.value is None)
    assert all(part.points is None or 0 <= part.points <= FULL for part in found.parts)
    assert {part.name for part in found.parts} <= set(rule.part_labels)
    assert "%(" not in (found.sentence % found.values if found.values else found.sentence)
    assert Score.from_json(json.loads(json.dumps(found.as_json()))) == found


@pytest.mark.parametrize("code", RULES)
@settings(max_examples=50)
@given(st.data())
def test_what_counts_has_data_and_what_validates_counts(code: str, data: st.DataObject) -> None:
    rule = RULES[code]
    metrics = data.draw(metrics_of(rule))
    if code != "rr" and rule.validate_metrics(metrics) == {}:
        assert rule.has_data(metrics)
    if not rule.month_rule and rule.score(data.draw(parameters_of(rule)), metrics).value is not None:
        assert rule.has_data(metrics)


@pytest.mark.parametrize("code", OF_ITEMS)
@settings(max_examples=50)
@given(st.data())
def test_the_value_is_the_mean_of_the_parts_with_data_by_their_weights(code: str, data: st.DataObject) -> None:
    rule = RULES[code]
    metrics = rule.derived(data.draw(metrics_of(rule)), CALENDARS["Jakarta office"])
    found = rule.score(data.draw(parameters_of(rule)), metrics)
    known = [part for part in found.parts if part.points is not None]
    weight = sum(part.weight for part in known)
    if not weight:
        assert found.value is None
        return
    assert found.value is not None
    # Each part was rounded for itself, the value only once.
    mean = Fraction(sum(part.weight * (part.points or 0) for part in known), weight)
    assert abs(found.value - mean) <= 1


@given(st.lists(ratings, min_size=6, max_size=6), parameters_of(RULES["acr"]))
def test_acr_is_exactly_the_weighted_mean(given_ratings: list[int | None], parameters: dict[str, Any]) -> None:
    acr = RULES["acr"]
    names = [metric.name for metric in acr.metrics]
    known = [(parameters[f"{name}_weight"], n) for name, n in zip(names, given_ratings, strict=True) if n]
    weight = sum(weight for weight, _ in known)
    exact = Fraction(sum(weight * n * 20 * 10_000 for weight, n in known), weight) if weight else None
    found = acr.score(parameters, dict(zip(names, given_ratings, strict=True)))
    assert found.value == (None if exact is None else half_up(exact))


@given(percents, percents, parameters_of(RULES["accuracy"]))
def test_accuracy_is_rounded_once(response: float, data: float, parameters: dict[str, Any]) -> None:
    weights = parameters["response_weight"], parameters["data_weight"]
    shares = [
        min(Fraction(1), Fraction(round(measured * 100), round(target * 100)))
        for measured, target in ((response, parameters["response_target"]), (data, parameters["data_target"]))
    ]
    exact = sum((weight * share for weight, share in zip(weights, shares, strict=True)), Fraction()) * FULL / 100
    found = RULES["accuracy"].score(parameters, {"response_accuracy": response, "data_accuracy": data})
    assert found.value == half_up(exact)
    assert found.passed == (response >= parameters["response_target"] and data >= parameters["data_target"])


@given(st.data())
def test_a_better_measure_is_never_a_lower_score(data: st.DataObject) -> None:
    code, name, sign = data.draw(
        st.sampled_from(
            [
                ("accuracy", "response_accuracy", 1),
                ("accuracy", "data_accuracy", 1),
                ("ic-completion", "completion", 1),
                ("ic-closure", "working_seconds", -1),
                ("rr", "response_seconds", -1),
                ("rr", "resolution_seconds", -1),
                *(("acr", metric.name, 1) for metric in RULES["acr"].metrics),
            ]
        )
    )
    rule = RULES[code]
    parameters, metrics = data.draw(parameters_of(rule)), data.draw(metrics_of(rule))
    values = {"acr": st.integers(1, 5), "rr": st.integers(0, 10**6), "ic-closure": st.integers(0, 10**6)}
    one, other = sorted(data.draw(st.tuples(*[values.get(code, percents)] * 2)), key=lambda value: value * sign)
    worse, better = (rule.score(parameters, metrics | {name: value}) for value in (one, other))
    assert (worse.value is None) == (better.value is None)
    assert worse.value is None or (better.value is not None and worse.value <= better.value)
    assert not worse.passed or better.passed


@given(minutes_of_day, minutes_of_day, st.booleans(), st.booleans(), parameters_of(RULES["submit"]), st.dates())
def test_earlier_is_never_worse(
    one: int, other: int, tick: bool, more: bool, parameters: dict[str, Any], day: date
) -> None:
    early, late = sorted((one, other))
    rule, on = RULES["submit"], {"date": day.isoformat()}
    at_early = rule.score(parameters, {"submit_time": clock_time(early), "next_day": tick, **on})
    at_late = rule.score(parameters, {"submit_time": clock_time(late), "next_day": tick or more, **on})
    assert at_early.value is not None
    assert at_late.value is not None
    assert at_late.value <= at_early.value


@given(minutes_of_day, st.dates(), parameters_of(RULES["submit"]))
def test_submit_is_its_sentence_in_the_guide(minute: int, day: date, parameters: dict[str, Any]) -> None:
    cutoff = parameters["weekday_cutoffs"].get(str(day.weekday())) or parameters["cutoff"]
    found = RULES["submit"].score(parameters, {"submit_time": clock_time(minute), "date": day.isoformat()})
    assert found.passed == (time.fromisoformat(clock_time(minute)) < time.fromisoformat(cutoff))


def clock_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


# Month rules


def march(code: str, items: Sequence[Mapping[str, Any]], subject: str = "u1", over: bool = True) -> Month:
    bounds = bounds_in("Jakarta office")
    amounts = MONTH_RULES[code].amounts(items, bounds)
    return Month(subject, MARCH, amounts, len(items), over, windows(bounds))


def bounds_in(name: str, first: int = 0, last: int = 31 * 1440) -> Bounds:
    """March of a calendar, from minute `first` to minute `last` of it."""
    calendar = CALENDARS[name]
    begin, end = (at_local(calendar.zone, datetime.combine(day, time())) for day in (MARCH, date(2026, 4, 1)))
    start, stop = (min(end, begin + timedelta(minutes=minute)) for minute in (first, last))
    return Bounds(calendar, start, stop)


def windows(bounds: Bounds) -> dict[str, int]:
    working = bounds.calendar.elapsed(bounds.start, bounds.stop)
    return {"24x7": seconds(bounds.stop - bounds.start), "working": seconds(working)}


def seconds(delta: timedelta) -> int:
    return int(delta.total_seconds())


counts = st.lists(st.integers(0, 30), max_size=5)


@given(counts, parameters_of(RULES["project"]), st.integers(1, 5), st.booleans())
def test_project_is_its_definition(found: list[int], parameters: dict[str, Any], owner: int, over: bool) -> None:
    own = None
    for row in sorted(parameters["owner_targets"], key=lambda row: row["from"]):
        if row["owner"] == owner and row["from"] <= "2026-03":
            own = row["value"]
    month = march("project", [{"count": n} for n in found], f"u{owner}", over)
    value = MONTH_RULES["project"].score_month(parameters, month).value
    if not found:
        assert value == (0 if own and over else None)
    else:
        assert value == half_up(min(Fraction(1), Fraction(sum(found), own or parameters["target"])) * FULL)


@given(counts, st.integers(0, 20), st.booleans())
def test_findings_are_their_definition(found: list[int], allowed: int, over: bool) -> None:
    month = march("ic-findings", [{"findings": n} for n in found], over=over)
    value = MONTH_RULES["ic-findings"].score_month({"allowed": allowed}, month).value
    if not found:
        assert value is None
    elif sum(found) <= allowed:
        assert value == FULL
    else:
        assert value == half_up(Fraction(allowed, sum(found)) * FULL)


@pytest.mark.parametrize(("code", "metric"), [("project", "count"), ("ic-findings", "findings")])
@given(counts, counts)
def test_amounts_of_owners_add_up_over_cells(code: str, metric: str, one: list[int], other: list[int]) -> None:
    rule, bounds = MONTH_RULES[code], bounds_in("Jakarta office")
    here, there = ([{metric: n} for n in found] for found in (one, other))
    both = rule.amounts([*here, *there], bounds)
    assert both == {"sum": rule.amounts(here, bounds)["sum"] + rule.amounts(there, bounds)["sum"]}


downtimes = st.lists(
    st.tuples(st.integers(-2 * 1440, 33 * 1440), st.sampled_from([0, 1, 30, 90, 600, 3000])), max_size=5
)


def reports(found: list[tuple[int, int]]) -> list[dict[str, Any]]:
    first = datetime.combine(MARCH, time())
    return [
        {
            "unit": 1,
            "down_from": f"{first + timedelta(minutes=start):%Y-%m-%dT%H:%M}",
            "downtime_minutes": minutes,
        }
        for start, minutes in found
    ]


@given(downtimes, st.sampled_from(["Jakarta office", "New York office", "never open"]), st.integers(0, 31), st.data())
def test_downtime_is_every_minute_in_the_bounds_that_a_report_covers(
    found: list[tuple[int, int]], name: str, first: int, data: st.DataObject
) -> None:
    last = data.draw(st.integers(first, 31))
    bounds = bounds_in(name, first * 1440, last * 1440)
    covered: set[datetime] = set()
    for item in reports(found):
        start = at_local(bounds.calendar.zone, datetime.fromisoformat(item["down_from"]))
        covered |= {start + timedelta(minutes=n) for n in range(item["downtime_minutes"])}
    inside = [minute for minute in covered if bounds.start <= minute < bounds.stop]
    working = [minute for minute in inside if bounds.calendar.is_working(minute)]
    amounts = MONTH_RULES["uptime"].amounts(reports(found), bounds)
    assert amounts == {"24x7": 60 * len(inside), "working": 60 * len(working)}


@given(downtimes, parameters_of(RULES["uptime"]))
def test_a_hit_is_availability_at_or_above_the_threshold(
    found: list[tuple[int, int]], parameters: dict[str, Any]
) -> None:
    month = march("uptime", reports(found), "n1")
    score = MONTH_RULES["uptime"].score_month(parameters, month)
    (part,) = score.parts
    if not found:
        assert (score.value, part.met) == (None, None)
        return
    down, window = month.amounts[parameters["window"]], month.window_seconds[parameters["window"]]
    # down / window <= 1 - threshold / 100, in whole numbers
    hit = down * 10_000 <= (10_000 - round(parameters["threshold"] * 100)) * window
    assert (score.value, part.met) == (FULL if hit else 0, hit)
    assert part.measured is not None
    assert part.points == half_up(Fraction(window - down, window) * FULL)
    assert 0 <= Fraction(part.points, 10_000) - Fraction(str(part.measured)) < Fraction(1, 900)


@given(downtimes, downtimes, parameters_of(RULES["uptime"]))
def test_more_downtime_is_never_more_available(
    found: list[tuple[int, int]], more: list[tuple[int, int]], parameters: dict[str, Any]
) -> None:
    assume(found)
    rule = MONTH_RULES["uptime"]
    better, worse = (rule.score_month(parameters, march("uptime", reports(some))) for some in (found, found + more))
    assert better.value is not None
    assert worse.value is not None
    assert worse.value <= better.value


@pytest.mark.parametrize("code", MONTH_RULES)
@settings(max_examples=50)
@given(st.data())
def test_a_month_is_within_bounds_says_so_far_and_comes_back_from_json(code: str, data: st.DataObject) -> None:
    rule, bounds = MONTH_RULES[code], bounds_in("New York office")
    parameters, items = data.draw(parameters_of(rule)), data.draw(st.lists(metrics_of(rule), max_size=3))
    subject = data.draw(st.integers(1, 4).map("u{}".format))
    month = Month(subject, MARCH, rule.amounts(items, bounds), len(items), data.draw(st.booleans()), windows(bounds))
    found = rule.score_month(parameters, month)
    assert found.passed is None
    assert found.value is None or 0 <= found.value <= FULL
    words = found.sentence % found.values if found.values else found.sentence
    assert ("so far" in words.lower()) == (not month.over)
    assert Score.from_json(json.loads(json.dumps(found.as_json()))) == found


def test_local_times_are_those_of_the_calendar() -> None:
    calendar = Calendar("Asia/Jakarta", (Hours(None, dict.fromkeys(range(7), ((time(9), time(10)),))),))
    metrics = {"found_at": "2026-03-09T09:30", "closed_at": "2026-03-10T09:15"}
    assert RULES["ic-closure"].derived(metrics, calendar)["working_seconds"] == 45 * 60
    bounds = Bounds(calendar, datetime(2026, 3, 9, 2, tzinfo=UTC), datetime(2026, 3, 9, 3, tzinfo=UTC))
    down = {"unit": 1, "down_from": "2026-03-09T09:30", "downtime_minutes": 60}
    assert MONTH_RULES["uptime"].amounts([down], bounds) == {"24x7": 1800, "working": 1800}
