"""What the engine relies on in the installed zone data, and the errors of instants."""

import zoneinfo
from datetime import UTC, date, datetime
from importlib import resources
from itertools import pairwise
from pathlib import Path
from struct import unpack

import pytest

from kpi.engine.instants import END, FIRST, at_local, instant_of, local_day, to_datetime, to_microseconds
from kpi.engine.windows import DAY, SECOND
from kpi.engine.working_time import RULES_ONLY


def changes(name: str) -> list[tuple[int, int, int]]:
    """(seconds since 1970, offset before, offset after) of a zone's listed offset changes, from its TZif file."""
    files = [path for root in zoneinfo.TZPATH if (path := Path(root) / name).is_file()]
    data = files[0].read_bytes() if files else resources.files("tzdata.zoneinfo").joinpath(name).read_bytes()
    utc, wall, leaps, times, types, letters = unpack(">6l", data[20:44])
    second = 44 + times * 5 + types * 6 + letters + leaps * 8 + wall + utc
    _, _, _, times, types, _ = unpack(">6l", data[second + 20 : second + 44])
    begin, places = second + 44, second + 44 + 8 * times
    kinds = places + times
    offsets = [unpack(">l", data[kinds + 6 * n : kinds + 6 * n + 4])[0] for n in range(types)]
    after = [offsets[place] for place in data[places:kinds]]
    steps = zip(unpack(f">{times}q", data[begin:places]), [offsets[0], *after], after, strict=False)
    return [step for step in steps if step[1] != step[2]]


ALL = {name: changes(name) for name in sorted(zoneinfo.available_timezones())}


def test_no_zone_lists_changes_into_the_time_of_yearly_rules() -> None:
    latest = max(found[-1][0] for found in ALL.values() if found)
    assert datetime.fromtimestamp(latest, UTC).date() < date.fromordinal(RULES_ONLY)


def test_no_zone_changes_its_offset_and_back_within_two_days() -> None:
    assert len(ALL) > 400
    close = [
        (name, one[0])
        for name, found in ALL.items()
        for one, other in pairwise(found)
        if one[1] == other[2] and other[0] - one[0] < 2 * 86_400
    ]
    assert close == []


def test_every_listed_gap_moves_a_local_time_to_its_end_and_every_fold_means_the_first() -> None:
    wrong = []
    for name, found in ALL.items():
        for at, before, after in found[-6:]:
            local = at + (before + after) // 2
            expected = at if after > before else local - before
            if instant_of(zoneinfo.ZoneInfo(name), local * SECOND) != expected * SECOND:
                wrong.append((name, at))
    assert wrong == []


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        ("Asia/Jakarta", "2026-03-09T08:00", "2026-03-09T01:00"),
        ("Asia/Kathmandu", "2026-03-09T08:00", "2026-03-09T02:15"),
        ("Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59"),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00"),
    ],
)
def test_a_wall_time_is_an_instant_of_its_zone(zone: str, wall: str, expected: str) -> None:
    assert at_local(zone, datetime.fromisoformat(wall)) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_instants_stay_inside_the_years_of_datetimes() -> None:
    assert to_microseconds(datetime.min.replace(tzinfo=UTC)) == FIRST
    assert to_datetime(END) == datetime.max.replace(tzinfo=UTC)
    kiritimati, new_york = zoneinfo.ZoneInfo("Pacific/Kiritimati"), zoneinfo.ZoneInfo("America/New_York")
    assert local_day(kiritimati, END - 1) == date.max.toordinal()
    assert local_day(new_york, FIRST) == 1
    assert local_day(new_york, FIRST + DAY) == 1
