"""Month rules: the month of each person or unit, scored on reading from what the cells add up to."""

from collections import Counter
from collections.abc import Iterable, Mapping

from kpi.engine.rules import MONTH_RULES
from kpi.engine.rules.base import Month
from kpi.frame import CellFacts, Frame, TypeFacts
from kpi.levels import SubjectMonth


def month_subjects(
    frame: Frame, facts: TypeFacts, cells: list[CellFacts], *, over: bool, place: int | None, owner: int | None
) -> list[SubjectMonth]:
    """Everybody or everything a month rule decides about, by name: in a department (`place`), or one person alone.

    People with a target of their own are there without work, units that nobody reported too.
    """
    by_subject: dict[str, list[CellFacts]] = {}
    for cell in cells:
        if cell.subject != "none":
            by_subject.setdefault(cell.subject, []).append(cell)
    for subject in _without_work(frame, facts, place, owner):
        by_subject.setdefault(subject, [])
    found = [_subject(frame, facts, subject, of_it, over) for subject, of_it in by_subject.items()]
    return sorted(found, key=lambda one: (one.name, one.id))


def _without_work(frame: Frame, facts: TypeFacts, place: int | None, owner: int | None) -> Iterable[str]:
    if MONTH_RULES[facts.rule].subject == "unit":
        return [f"n{unit.id}" for unit in frame.unreported if unit.department == place]
    people = [pk for pk, type_ in frame.expected if type_ == facts.id]
    if owner is not None:
        return [f"u{owner}"] if owner in people else []
    return [f"u{pk}" for pk in people if frame.owner_of[pk].department == place]


def _subject(frame: Frame, facts: TypeFacts, subject: str, cells: list[CellFacts], over: bool) -> SubjectMonth:
    pk, amounts = int(subject[1:]), _added(cell.amounts for cell in cells)
    unit = frame.unit_of.get(pk) if subject.startswith("n") else None
    named = unit or frame.owner_of.get(pk)
    counted = sum(cell.counted for cell in cells)
    month = Month(
        subject=subject,
        month=frame.month,
        amounts=amounts,
        items=counted,
        over=over,
        window_seconds=unit.window_seconds if unit else {},
    )
    return SubjectMonth(
        subject=subject,
        id=pk,
        name=named.name if named else "",
        score=MONTH_RULES[facts.rule].score_month(facts.parameters, month),
        counted=counted,
        left_out=sum(sum(cell.not_counted.values()) for cell in cells),
        so_far=not over,
    )


def _added(amounts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sums of several cells: what one person did in several departments is scored once."""
    added: Counter[str] = Counter()
    for one in amounts:
        added.update(one)
    return dict(added)
