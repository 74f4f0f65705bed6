"""The dashboard's numbers from frames: how places and people moved over months, and what needs a look."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from kpi.engine import rollup
from kpi.engine.score import tenths
from kpi.levels import DepartmentMonth, Mean

RUN = 2  # falls in a row from which they are worth a word
BANDS = {
    "green": _lazy("%(name)s is on target."),
    "yellow": _lazy("%(name)s is near its target."),
    "red": _lazy("%(name)s is below target."),
}
MOST = 8  # rows of the watch list per heading


@dataclass(frozen=True)
class Course:
    """One country, department or person over months, oldest first; None where a month knows nothing of it.

    `query` names it in the address of a report: "country=KE".
    """

    name: str
    query: str
    months: Sequence[Mean | None]

    @property
    def now(self) -> Mean | None:
        return self.months[-1]

    @property
    def score(self) -> Fraction | None:
        return self.scores[-1]

    @property
    def scores(self) -> list[Fraction | None]:
        return [month.score if month else None for month in self.months]

    @property
    def change(self) -> int | None:
        """In tenths of a point since the month before: the difference of the two numbers that people see."""
        before, now = self.scores[-2], self.scores[-1]
        return None if before is None or now is None else tenths(now) - tenths(before)

    @property
    def moved(self) -> str:
        """The change without its sign, as it is written: "0.5"."""
        return f"{abs(self.change or 0) / 10:.1f}"

    @property
    def falls(self) -> int:
        """In how many months in a row, up to now, the displayed number fell."""
        known = [None if score is None else tenths(score) for score in self.scores]
        count = 0
        for after, before in pairwise(reversed(known)):
            if before is None or after is None or after >= before:
                break
            count += 1
        return count


def courses(months: Sequence[Sequence[Mean]]) -> list[Course]:
    """The course of everything that some month knows, as the newest month orders and names it."""
    by_month = [{one.query: one for one in month} for month in months]
    found: dict[str, str] = {}
    for of_month in reversed(by_month):
        for query, one in of_month.items():
            found.setdefault(query, one.name)
    return [Course(name, query, [month.get(query) for month in by_month]) for query, name in found.items()]


@dataclass(frozen=True)
class Watched:
    """A row of the watch list. `page` is "report" or "items", the page that `query` opens of this month."""

    what: str
    where: str
    why: str
    tone: str
    icon: str
    page: str
    query: str
    score: Fraction | None = None


@dataclass(frozen=True)
class WatchList:
    """What is critical, then what to watch, each from the worst down; `more` rows did not fit."""

    critical: list[Watched]
    watch: list[Watched]
    more: int


def watch_list(departments: Sequence[DepartmentMonth], moved: Sequence[Course]) -> WatchList:
    """Red and late work are critical; yellow and falling numbers are watched. The worst come first."""
    critical = [*_late(departments), *_by_band(departments, "red")]
    watch = [*_falling(departments, moved), *_by_band(departments, "yellow")]
    shown = critical[:MOST], watch[:MOST]
    return WatchList(*shown, more=len(critical) + len(watch) - len(shown[0]) - len(shown[1]))


def _late(departments: Sequence[DepartmentMonth]) -> list[Watched]:
    return [
        Watched(
            what=ngettext("%(n)d open ticket already late", "%(n)d open tickets already late", late) % {"n": late},
            where=_where(one),
            why=_("Past its target"),
            tone="bad",
            icon="clock",
            page="items",
            query=f"{one.query}&counted=late",
        )
        for one in departments
        if (late := one.pending_breached)
    ]


def _by_band(departments: Sequence[DepartmentMonth], band: str) -> list[Watched]:
    """Departments of a band and then their types, each from the lowest score up."""
    places = [
        _banded(one.name, one.country.name, one.score, "report", one.query)
        for one in departments
        if rollup.band(one.score) == band
    ]
    types = [
        _banded(row.name, _where(one), row.score, "items", f"{one.query}&type={row.type.code}")
        for one in departments
        for row in one.types
        if rollup.band(row.score) == band
    ]
    return sorted([*places, *types], key=lambda row: row.score or 0)


def _banded(what: str, where: str, score: Fraction | None, page: str, query: str) -> Watched:
    red = rollup.band(score) == "red"
    why = _("Below target") if red else _("Near target")
    return Watched(what, where, why, "bad" if red else "warn", "alert", page, query, score)


def _falling(departments: Sequence[DepartmentMonth], moved: Sequence[Course]) -> list[Watched]:
    places = {one.query: one for one in departments}
    falling = sorted((one for one in moved if one.falls >= RUN and one.query in places), key=lambda one: -one.falls)
    return [
        Watched(
            what=one.name,
            where=places[one.query].country.name,
            why=_("Down %(n)d months running") % {"n": one.falls},
            tone="warn",
            icon="fall",
            page="report",
            query=one.query,
            score=one.score,
        )
        for one in falling
    ]


def _where(one: DepartmentMonth) -> str:
    return f"{one.country.name}, {one.name}"


def lede(moved: Sequence[Course]) -> str:
    """What the month says, in one or two sentences; empty without data."""
    known = [one for one in moved if one.score is not None]
    if not known:
        return ""
    fallen = max(known, key=lambda one: (one.falls, -(one.change or 0)))
    who = fallen.name if len(known) > 1 else _("It")
    return " ".join(sentence for sentence in (_on_target(known), _fell(fallen, who)) if sentence)


def _on_target(known: Sequence[Course]) -> str:
    good = [one.name for one in known if rollup.band(one.score) == "green"]
    if len(known) == 1:
        return BANDS[rollup.band(known[0].score)] % {"name": known[0].name}
    if len(good) == 1:
        return _("%(name)s is on target, the others are not.") % {"name": good[0]}
    if len(good) == 2 < len(known):
        return _("%(one)s and %(other)s are on target.") % {"one": good[0], "other": good[1]}
    words = _("%(n)d of %(all)d are on target.") if good else _("None of the %(all)d is on target.")
    return (_("All %(all)d are on target.") if len(good) == len(known) else words) % {"n": len(good), "all": len(known)}


def _fell(fallen: Course, who: str) -> str:
    if fallen.falls >= RUN:
        words = ngettext(
            "%(name)s fell for %(n)d month running", "%(name)s fell for %(n)d months running", fallen.falls
        )
    elif fallen.falls:
        words = _("%(name)s fell by %(by)s")
    else:
        return ""
    sentence = words % {"name": who, "n": fallen.falls, "by": fallen.moved}
    inside = _most_of_it(fallen)
    return (
        _("%(sentence)s, most of it in %(place)s.") % {"sentence": sentence, "place": inside}
        if inside
        else f"{sentence}."
    )


def _most_of_it(fallen: Course) -> str:
    """What fell most of what the number is the mean of; empty where there is only one, or none fell."""
    now, before = fallen.months[-1], fallen.months[-2]
    if now is None or before is None or len(now.terms) < 2:
        return ""
    earlier = {one.name: one.score for one in before.terms}
    drops = {one.name: earlier[one.name] - one.score for one in now.terms if one.name in earlier}
    name = max(drops, key=lambda one: drops[one], default="")
    return name if name and drops[name] > 0 else ""
