"""Why an item has its score: parts, version, and where the time of each clock went."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from kpi import ledger
from kpi.engine import clock as engine
from kpi.engine.score import FULL, Part, Score
from kpi.engine.segments import Segment
from kpi.models import Clock, KpiItem

MOST_SEGMENTS = 400  # a strip wider than this is unreadable; the sums beside it stay exact


@dataclass(frozen=True)
class Strip:
    """One clock as a drawing: segments with x and width in percent, and what each kind adds up to in seconds."""

    clock: Clock
    start: datetime
    stop: datetime
    bars: list[tuple[str, str, str]]
    ticks: list[tuple[str, datetime]]
    sums: list[tuple[str, str, int]]
    calendars: list[str]

    @property
    def whole_seconds(self) -> int:
        return int((self.stop - self.start).total_seconds())

    @property
    def passed_target_at(self) -> datetime | None:
        """When the target was reached while the clock still ran; a recorded breach stays for ever."""
        due = self.clock.due_at
        return self.clock.breached_at or (due if due is not None and due < self.stop else None)


def score_of(item: KpiItem) -> Score | None:
    """The score as it was settled, None while the item was never scored."""
    return Score.from_json(item.result) if item.result else None


def sentence_of(score: Score) -> str:
    """The rule's own sentence, in the reader's language."""
    return _(score.sentence) % score.values if score.values else _(score.sentence)


def formula(score: Score) -> list[tuple[int, int]]:
    """(weight, points of 100) of the parts with data, for "(50 x 100 + 50 x 0) / (50 + 50)"."""
    return [(part.weight, (part.points or 0) * 100 // FULL) for part in score.parts if part.points is not None]


def missed_by(part: Part) -> int | None:
    """Seconds over the target, None when met or without data."""
    if part.met is not False or part.measured is None or part.target is None:
        return None
    return int(part.measured - part.target)


def strips(item: KpiItem, *, as_of: datetime) -> list[Strip]:
    """A strip per clock that ever ran, in the order response, resolution."""
    clocks = Clock.objects.filter(item=item).order_by("-kind")
    return [strip for clock in clocks if (strip := _strip(clock, as_of)) is not None]


def _strip(clock: Clock, as_of: datetime) -> Strip | None:
    spans = ledger.spans_of(clock)
    segments = engine.timeline(spans, as_of=clock.stopped_at or as_of)
    if not segments:
        return None
    start, stop = segments[0].start, segments[-1].stop
    names = sorted({span.calendar.name for span in spans})
    return Strip(
        clock, start, stop, _bars(segments, start, stop), _ticks(segments, start, stop), _sums(segments), names
    )


def _bars(segments: list[Segment], start: datetime, stop: datetime) -> list[tuple[str, str, str]]:
    return [
        (
            segment.kind,
            _percent(segment.start, start, stop),
            _percent(start + (segment.stop - segment.start), start, stop),
        )
        for segment in segments[:MOST_SEGMENTS]
    ]


def _ticks(segments: list[Segment], start: datetime, stop: datetime) -> list[tuple[str, datetime]]:
    """The beginning, and where the time begins to count again, as long as the words do not run into each other."""
    ticks = [("0.00%", start)]
    for before, after in pairwise(segments):
        place = _percent(after.start, start, stop)
        far = float(place[:-1]) - float(ticks[-1][0][:-1]) >= 18 and float(place[:-1]) <= 84
        if before.kind != "working" and after.kind == "working" and far:
            ticks.append((place, after.start))
    return ticks


def _sums(segments: list[Segment]) -> list[tuple[str, str, int]]:
    sums: Counter[tuple[str, str]] = Counter()
    for segment in segments:
        sums[(segment.kind, segment.name)] += int((segment.stop - segment.start).total_seconds())
    order = ["working", "off", "holiday", "waiting"]
    return [
        (kind, name, seconds) for (kind, name), seconds in sorted(sums.items(), key=lambda one: order.index(one[0][0]))
    ]


def _percent(at: datetime, start: datetime, stop: datetime) -> str:
    whole = (stop - start).total_seconds()
    return f"{100 * (at - start).total_seconds() / whole:.2f}%" if whole else "0.00%"
