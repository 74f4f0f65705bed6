"""Blocks: few are laid, few steps are taken, and what is not laid has the sum it would have."""

from datetime import UTC, datetime, time, timedelta

import pytest

from kpi.engine.blocks import BLOCK, PERIOD, Blocks
from kpi.engine.days import Days
from kpi.engine.instants import load_zone, microseconds, to_microseconds
from kpi.engine.windows import DAY, Hours

NOW = to_microseconds(datetime(2026, 3, 9, tzinfo=UTC))
YEAR = 365 * DAY
FAR = to_microseconds(datetime(2100, 1, 1, tzinfo=UTC))
LUNCH = dict.fromkeys(range(5), ((time(9), time(12)), (time(13), time(18))))


class Counted(Blocks):
    """Counts how often a run of blocks is asked for, and which blocks are laid."""

    def __init__(self) -> None:
        super().__init__(Days(load_zone("Europe/Berlin"), (Hours(None, LUNCH),), {}, {}), FAR)
        self.steps, self.laid = 0, 0

    def _run(self, level: int, index: int) -> int:
        self.steps += 1
        return super()._run(level, index)

    def _laid(self, index: int):  # type: ignore[no-untyped-def]
        self.laid += 1
        return super()._laid(index)


def test_a_short_question_lays_what_it_touches() -> None:
    blocks = Counted()
    blocks.between(NOW, NOW + 3 * DAY)
    blocks.reached(NOW, 8 * 3600 * 1_000_000)
    assert blocks.laid <= 2


@pytest.mark.parametrize("years", [1, 10, 100, 1000, 7000])
def test_a_warm_question_takes_logarithmic_steps(years: int) -> None:
    blocks = Counted()
    worked = blocks.between(NOW, NOW + years * YEAR)
    due = blocks.reached(NOW, worked)
    assert due is not None
    laid, blocks.steps = blocks.laid, 0
    assert blocks.between(NOW, due) == worked
    assert blocks.reached(NOW, worked) == due
    # Out and back on a tree over the blocks, for each of the two, and once more for the repeating part.
    assert blocks.steps <= 8 * (years * YEAR // BLOCK).bit_length() + 8
    assert blocks.laid == laid


def test_a_period_is_four_hundred_years() -> None:
    assert microseconds(datetime(2400, 3, 1) - datetime(2000, 3, 1)) == BLOCK * PERIOD  # noqa: DTZ001
    assert BLOCK % (7 * DAY) == 0


def test_sums_of_blocks_never_laid_are_those_of_laid_ones() -> None:
    blocks = Counted()
    for index in (-1000, 0, 972, 975, 980, 1200, 3000, 7500):
        expected = sum(end - start for start, end in blocks._line.lay(index * BLOCK, (index + 1) * BLOCK))
        assert blocks.between(index * BLOCK, (index + 1) * BLOCK) == expected


def test_far_blocks_are_what_the_line_lays_there() -> None:
    blocks = Counted()
    for year in (2399, 2400, 2999, 9998):
        low = to_microseconds(datetime(year, 2, 3, 4, 5, tzinfo=UTC))
        high = low + microseconds(timedelta(days=300))
        assert blocks.between(low, high) == sum(end - start for start, end in blocks._line.lay(low, high))
        assert list(blocks.stretches(low, high)) == list(blocks._line.lay(low, high))
