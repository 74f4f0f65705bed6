"""Why an item has its score: parts, version, and where the time of each clock went."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise

from django.utils.translation import gettext as _

from kpi import calendars, frames, ledger, reports
from kpi.corrections import in_words
from kpi.engine import clock as engine
from kpi.engine.instants import at_local
from kpi.engine.rules import RULES
from kpi.engine.score import Part, Score, display, plain, shown, spoken
from kpi.engine.segments import Segment
from kpi.levels import SubjectMonth, TypeMonth
from kpi.models import Clock, KpiItem

MOST_SEGMENTS = 400  # a strip wider than this is unreadable; the sums beside it stay exact


@dataclass(frozen=True)
class Strip:
    """A stretch of time as a drawing: segments with x and width in percent, what each kind adds up to in seconds.

    `clock` is what measured it; None where two typed instants are measured.
    """

    title: str
    clock: Clock | None
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
        if self.clock is None:
            return None
        due = self.clock.due_at
        return self.clock.breached_at or (due if due is not None and due < self.stop else None)


@dataclass(frozen=True)
class Line:
    """One part of a score as the table shows it. `verdict` is the word, `tone` and `icon` make its badge."""

    label: str
    measured: str
    target: str
    weight: int
    points: int | None
    verdict: str
    tone: str
    icon: str


def score_of(item: KpiItem) -> Score | None:
    """The score as it was settled, None while the item was never scored."""
    return Score.from_json(item.result) if item.result else None


def sentence_of(score: Score) -> str:
    """The rule's own sentence, in the reader's language."""
    return _(score.sentence) % score.values if score.values else _(score.sentence)


def formula(score: Score) -> list[tuple[int, str]]:
    """(weight, points of 100) of the parts with data, for "(50 x 100.0 + 50 x 0.0) / (50 + 50)"."""
    return [(part.weight, display(part.points)) for part in score.parts if part.points is not None]


def lines(item: KpiItem, score: Score) -> list[Line]:
    """The parts of a score under the names that its rule gives them."""
    labels = RULES[item.type.rule].part_labels
    return [_line(part, _(labels.get(part.name, part.name))) for part in score.parts]


def _line(part: Part, label: str) -> Line:
    verdict, tone, icon = "", "", ""
    if part.met is not None:
        verdict, tone, icon = (_("Met"), "ok", "check") if part.met else (missed_by(part), "bad", "alert")
    elif part.measured is None:
        verdict, tone, icon = _("No data"), "mute", "none"
    measured, target = (shown(number, part.unit) for number in (part.measured, part.target))
    return Line(label, measured, target, part.weight, part.points, verdict, tone, icon)


def missed_by(part: Part) -> str:
    """How far a part is from its target, in words."""
    if part.measured is None or part.target is None:
        return _("Missed")
    apart = abs(Fraction(str(part.measured)) - Fraction(str(part.target)))
    if part.unit == "time":
        late = spoken(int(apart) * 60)
        return _("Late by %(time)s") % {"time": late} if apart else _("Late: not before the cutoff")
    by = spoken(int(apart)) if part.unit == "seconds" else plain(float(apart)) + (" %" * (part.unit == "percent"))
    return _("Missed by %(by)s") % {"by": by}


def typed_values(item: KpiItem) -> list[tuple[str, str]]:
    """(label, value) of what was typed for the item, as it was typed."""
    told = []
    for metric in RULES[item.type.rule].metrics:
        value = item.metrics.get(metric.name)
        if value is not None and not metric.given:
            words = str(item.unit or "") if metric.kind == "unit" else in_words(metric, value)
            told.append((_(metric.label), words))
    return told


def month_lines(item: KpiItem, month: SubjectMonth) -> list[Line]:
    """The parts of that month, as its table shows them."""
    return lines(item, month.score)


def month_of(item: KpiItem, *, as_of: datetime) -> SubjectMonth | None:
    """The month of the item's person or unit under a month rule, as reports have it; None for every other rule."""
    if not RULES[item.type.rule].month_rule or not (item.owner_id or item.unit_id):
        return None
    if item.owner_id:
        frame = frames.load([item.month], as_of=as_of, owner=item.owner_id)[item.month]
        rows = reports.owner_in(frame, item.owner_id).types
    else:
        frame = frames.load([item.month], as_of=as_of, departments=[item.department_id])[item.month]
        rows = [row for place in reports.departments(frame) for row in place.types]
    return _subject(rows, item)


def _subject(rows: list[TypeMonth], item: KpiItem) -> SubjectMonth | None:
    subject = f"u{item.owner_id}" if item.owner_id else f"n{item.unit_id}"
    found = (one for row in rows if row.type.id == item.type_id for one in row.subjects if one.subject == subject)
    return next(found, None)


def strips(item: KpiItem, *, as_of: datetime) -> list[Strip]:
    """A strip per clock that ever ran, in the order response, resolution; or that between two typed instants."""
    clocks = list(Clock.objects.filter(item=item).order_by("-kind"))
    spans = ledger.spans_of_all({clock.pk: clock.run for clock in clocks})
    found = [strip for clock in clocks if (strip := _strip(clock, spans[clock.pk], as_of)) is not None]
    return found or _between_instants(item)


def _strip(clock: Clock, spans: list[engine.Span], as_of: datetime) -> Strip | None:
    segments = engine.timeline(spans, as_of=clock.stopped_at or as_of)
    names = sorted({span.calendar.name for span in spans})
    return _drawn(str(clock.get_kind_display()), clock, segments, names) if segments else None


def _between_instants(item: KpiItem) -> list[Strip]:
    """Where a rule measures working time from one typed instant to another."""
    rule, facts = RULES[item.type.rule], item.result.get("facts", item.metrics)
    typed = [facts.get(metric.name) for metric in rule.metrics if metric.kind == "instant"]
    if rule.month_rule or len(typed) != 2 or None in typed:
        return []
    calendar = calendars.for_department(item.department)
    start, stop = (at_local(calendar.zone, datetime.fromisoformat(text)) for text in typed)
    segments = calendar.segments(start, stop) if start < stop else []
    title = next(iter(rule.part_labels.values()))
    return [_drawn(_(title), None, segments, [calendar.name])] if segments else []


def _drawn(title: str, clock: Clock | None, segments: list[Segment], names: list[str]) -> Strip:
    start, stop = segments[0].start, segments[-1].stop
    bars, ticks = _bars(segments, start, stop), _ticks(segments, start, stop)
    return Strip(title, clock, start, stop, bars, ticks, _sums(segments), names)


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
