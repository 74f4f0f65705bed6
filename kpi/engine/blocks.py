"""Prefix sums over the UTC line: how much was worked up to an instant, and the instant by which so much was worked.

The line is cut into blocks of three weeks. A block is laid once, when first looked into, as sorted stretches with the
time worked before each; dyadic runs of blocks keep their sums. A warm question about a span of n days therefore takes
O(log n) steps, whatever it holds. 6,957 blocks are 400 years, after which the Gregorian calendar, its weekdays and the
zones' rules repeat: past the last change the line is one such period, over and over, so nothing needs a horizon.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, Protocol

from kpi.engine.instants import END
from kpi.engine.windows import DAY, Stretch

BLOCK: Final = 21 * DAY
PERIOD: Final = 146_097 // 21
LAST: Final = END // BLOCK


class Block(NamedTuple):
    """One block, in microseconds since its beginning: stretch k is [starts[k], ends[k]), after before[k] of work."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int

    def worked(self, place: int) -> int:
        """Time worked from the beginning of the block to a place in it."""
        k = bisect_right(self.starts, place) - 1
        return self.before[k] + min(place, self.ends[k]) - self.starts[k] if k >= 0 else 0

    def place_of(self, worked: int) -> int:
        """The first place by which so much (1 ... total) is worked."""
        k = bisect_left(self.before, worked) - 1
        return self.starts[k] + worked - self.before[k]

    def place_of_idle(self, idle: int) -> int:
        """The first place by which so much time (at least 1) is not worked."""
        k = bisect_left(range(len(self.starts)), idle, key=lambda k: self.starts[k] - self.before[k])
        return idle + (self.before[k] if k < len(self.before) else self.total)


class Line(Protocol):
    """What blocks are cut from."""

    def lay(self, low: int, high: int) -> Iterable[Stretch]:
        """The stretches in [low, high), in order, disjoint."""

    def pattern(self, low: int, high: int) -> int | None:
        """A key; blocks with the same one hold the same working time. None where there is no such promise."""


class Blocks:
    """The line of one calendar; from `settled` on it repeats every PERIOD."""

    def __init__(self, line: Line, settled: int) -> None:
        self._line = line
        self._settled = settled // BLOCK + 1
        self._blocks: dict[int, Block] = {}
        self._sums: dict[tuple[int, int], int] = {}
        self._patterns: dict[int, int] = {}

    def between(self, start: int, stop: int) -> int:
        """Time worked in [start, stop), start <= stop."""
        first, from_place = divmod(start, BLOCK)
        last, to_place = divmod(stop, BLOCK)
        part = self._block(last).worked(to_place) - self._block(first).worked(from_place)
        return part if first == last else part + self._sum(first, last)

    def reached(self, start: int, amount: int, *, idle: bool = False) -> int | None:
        """The first instant by which `amount` (at least 1) was worked since `start` (idle: was not worked), or None."""
        index, place = divmod(start, BLOCK)
        worked = self._block(index).worked(place)
        found = self._search(index, amount + (place - worked if idle else worked), idle)
        if found is None:
            return None
        index, left = found
        block = self._block(index)
        instant = index * BLOCK + (block.place_of_idle(left) if idle else block.place_of(left))
        return instant if instant < END else None

    def stretches(self, start: int, stop: int) -> Iterator[Stretch]:
        """The stretches inside [start, stop), cut at block edges; runs of blocks without work are skipped."""
        index = start // BLOCK
        while start < stop and index * BLOCK < stop:
            block, origin = self._block(index), index * BLOCK
            for k in range(bisect_right(block.ends, start - origin), len(block.starts)):
                if block.starts[k] + origin >= stop:
                    return
                yield max(block.starts[k] + origin, start), min(block.ends[k] + origin, stop)
            index = self._climb(index + 1, 1, stop // BLOCK + 1, idle=False)[0]

    def _block(self, index: int) -> Block:
        index = self._known(index)
        block = self._blocks.get(index)
        if block is None:
            block = self._blocks[index] = self._laid(index)
        return block

    def _known(self, index: int) -> int:
        """The block of the first period that this one repeats, or itself."""
        return index if index < self._settled else self._settled + (index - self._settled) % PERIOD

    def _total(self, index: int) -> int:
        """Time worked in a block, without laying it where the week alone decides."""
        index = self._known(index)
        pattern = None if index in self._blocks else self._line.pattern(index * BLOCK, (index + 1) * BLOCK)
        if pattern is None:
            return self._block(index).total
        if pattern not in self._patterns:
            self._patterns[pattern] = self._block(index).total
        return self._patterns[pattern]

    def _laid(self, index: int) -> Block:
        origin, worked = index * BLOCK, 0
        starts, ends, before = [], [], []
        for start, end in self._line.lay(origin, origin + BLOCK):
            starts.append(start - origin)
            ends.append(end - origin)
            before.append(worked)
            worked += end - start
        return Block(starts, ends, before, worked)

    def _run(self, level: int, index: int) -> int:
        """Time worked in the 2**level blocks from index * 2**level on."""
        key = level, index
        total = self._sums.get(key)
        if total is None:
            halves = (self._run(level - 1, 2 * index + half) for half in (0, 1))
            total = self._sums[key] = sum(halves) if level else self._total(index)
        return total

    def _sum(self, first: int, last: int) -> int:
        """Time worked in the blocks first ... last - 1."""
        if last <= self._settled:
            return self._runs(first, last)
        if first < self._settled:
            return self._runs(first, self._settled) + self._sum(self._settled, last)
        (skipped, begin), (turns, end) = (divmod(index - self._settled, PERIOD) for index in (first, last))
        tail = self._runs(self._settled, self._settled + end) - self._runs(self._settled, self._settled + begin)
        return tail + ((turns - skipped) * self._period() if turns != skipped else 0)

    def _period(self) -> int:
        return self._runs(self._settled, self._settled + PERIOD)

    def _runs(self, first: int, last: int) -> int:
        total = level = 0
        while first < last:
            if first & 1:
                total += self._run(level, first)
                first += 1
            if last & 1:
                last -= 1
                total += self._run(level, last)
            first, last, level = first >> 1, last >> 1, level + 1
        return total

    def _search(self, index: int, amount: int, idle: bool) -> tuple[int, int] | None:
        """The first block from index on by whose end the amount is reached, and the amount left at its beginning."""
        index, amount, found = self._climb(index, amount, min(self._settled, LAST + 1), idle)
        if found:
            return index, amount
        if index > LAST:
            return None
        period = self._period()
        period = PERIOD * BLOCK - period if idle else period
        if not period:
            return None
        turns, start = divmod(index - self._settled, PERIOD)
        more, left = divmod(amount - 1, period)
        index, amount, _ = self._climb(self._settled + start, left + 1, self._settled + 2 * PERIOD, idle)
        return index + (turns + more) * PERIOD, amount

    def _climb(self, index: int, amount: int, limit: int, idle: bool) -> tuple[int, int, bool]:
        """Go right by growing dyadic runs until one holds the amount, then down into it; False past the limit."""
        level = 0
        while index < limit:
            have = self._have(level, index, idle)
            if have >= amount:
                return *self._down(level, index, amount, idle), True
            amount -= have
            index += 1 << level
            if not index >> level & 1:
                level += 1
        return index, amount, False

    def _down(self, level: int, index: int, amount: int, idle: bool) -> tuple[int, int]:
        while level:
            level -= 1
            left = self._have(level, index, idle)
            if left < amount:
                amount -= left
                index += 1 << level
        return index, amount

    def _have(self, level: int, index: int, idle: bool) -> int:
        worked = self._run(level, index >> level)
        return (BLOCK << level) - worked if idle else worked
