"""Reports: the tree of a month, country -> department -> (owner) -> group -> type, computed from frames alone.

Source: the domain page, section 7. A type is the mean of its counted items, or of its people or units where its rule
decides over a month; a group the weighted mean of its types; a department the plain mean of its groups; a country the
plain mean of its departments. The map says which types are listed without work; what was done counts whether or not
its type is still on the map. No item is read here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

from accounts.models import User
from kpi.engine import rollup
from kpi.engine.rules import MONTH_RULES, RULES
from kpi.frame import CellFacts, DepartmentFacts, Frame, TypeFacts
from kpi.frames import load
from kpi.levels import CountryMonth, DepartmentMonth, GroupMonth, OwnerMonth, PartMonth, SubjectMonth, TypeMonth
from kpi.models import NotCounted
from kpi.subjects import month_subjects


def countries(frame: Frame) -> list[CountryMonth]:
    """The whole month, by country and department."""
    cells: dict[int, list[CellFacts]] = {}
    for cell in frame.cells:
        cells.setdefault(cell.department, []).append(cell)
    months = [_department(frame, one, cells.get(one.id, [])) for one in frame.departments]
    return [CountryMonth(one, [month for month in months if month.country == one]) for one in frame.countries]


def departments(frame: Frame) -> list[DepartmentMonth]:
    """The departments of a frame in the order of the report."""
    return [one for country in countries(frame) for one in country.departments]


def owner_in(frame: Frame, owner: int) -> OwnerMonth:
    """A person's month from the cells of all departments of the frame."""
    cells = [cell for cell in frame.cells if cell.owner == owner]
    worked = {cell.department for cell in cells}
    if not worked and owner in frame.owner_of:
        worked = {one.id for one in frame.departments if one.id == frame.owner_of[owner].department}
    return _owner(frame, owner, cells, over=all(frame.country_of[place].over for place in worked))


def owner_months(owner: User, months: Sequence[date], *, as_of: datetime) -> list[OwnerMonth]:
    """The months of a person, in their order, in a constant number of queries."""
    frames = load(months, as_of=as_of, owner=owner.pk)
    return [owner_in(frames[month], owner.pk) for month in months]


def reasons(not_counted: Counter[str]) -> list[tuple[str, str, int]]:
    """(code, words, how many) of what was not counted, in the order in which the reasons are declared."""
    return [(str(one.value), str(one.label), not_counted[one.value]) for one in NotCounted if not_counted[one.value]]


def _department(frame: Frame, place: DepartmentFacts, cells: list[CellFacts]) -> DepartmentMonth:
    country = frame.country_of[place.id]
    by_type: dict[int, list[CellFacts]] = {pk: [] for pk in frame.offered_in.get(place.id, ())}
    for cell in cells:
        by_type.setdefault(cell.type, []).append(cell)
    for _person, pk in _expected_at(frame, place):
        by_type.setdefault(pk, [])
    rows = [_type(frame, pk, of_type, over=country.over, place=place.id) for pk, of_type in by_type.items()]
    return DepartmentMonth(place, country, _groups(frame, rows), lambda: _people(frame, place, cells))


def _people(frame: Frame, place: DepartmentFacts, cells: list[CellFacts]) -> list[OwnerMonth]:
    """Who worked in a department or is expected to, each with what was done there."""
    by_owner: dict[int, list[CellFacts]] = {owner: [] for owner, _pk in _expected_at(frame, place)}
    for cell in cells:
        if cell.owner is not None:
            by_owner.setdefault(cell.owner, []).append(cell)
    over = frame.country_of[place.id].over
    return [_owner(frame, owner, found, over=over, place=place.id) for owner, found in by_owner.items()]


def _expected_at(frame: Frame, place: DepartmentFacts) -> list[tuple[int, int]]:
    return [(owner, pk) for owner, pk in frame.expected if frame.owner_of[owner].department == place.id]


def _owner(frame: Frame, owner: int, cells: list[CellFacts], *, over: bool, place: int | None = None) -> OwnerMonth:
    """What these cells make of a person's month; what is expected of them stands in their own department."""
    by_type: dict[int, list[CellFacts]] = {}
    for cell in cells:
        by_type.setdefault(cell.type, []).append(cell)
    for expected, pk in frame.expected:
        if expected == owner and place in (None, frame.owner_of[owner].department):
            by_type.setdefault(pk, [])
    rows = [_type(frame, pk, found, over=over, owner=owner) for pk, found in by_type.items()]
    name = frame.owner_of[owner].name if owner in frame.owner_of else ""
    return OwnerMonth(owner, name, frame.month, _groups(frame, rows), over)


def _groups(frame: Frame, rows: Iterable[TypeMonth]) -> list[GroupMonth]:
    by_group: dict[int, list[TypeMonth]] = {}
    for row in sorted(rows, key=lambda row: (row.name, row.type.id)):
        by_group.setdefault(row.type.group, []).append(row)
    return [GroupMonth(group, by_group[group.id]) for group in frame.groups if group.id in by_group]


def _type(
    frame: Frame, pk: int, cells: list[CellFacts], *, over: bool, place: int | None = None, owner: int | None = None
) -> TypeMonth:
    facts = frame.type_of[pk]
    if facts.rule in MONTH_RULES:
        subjects = month_subjects(frame, facts, cells, over=over, place=place, owner=owner)
        return _decided_by_month(facts, cells, subjects)
    row = _counts(facts, cells)
    row.score = rollup.type_score((cell.total, cell.scored) for cell in cells)
    row.passed, row.judged = sum(cell.passed for cell in cells), row.counted
    row.parts = _parts_of_cells(facts, cells)
    return row


def _decided_by_month(facts: TypeFacts, cells: list[CellFacts], subjects: list[SubjectMonth]) -> TypeMonth:
    row = _counts(facts, cells)
    values = [one.score.value for one in subjects]
    row.score = rollup.mean(values)
    row.passed = sum(rollup.passes(value, row.mark) is True for value in values)
    row.judged = sum(value is not None for value in values)
    row.parts, row.subjects = _parts_of_subjects(facts, subjects), subjects
    return row


def _counts(facts: TypeFacts, cells: list[CellFacts]) -> TypeMonth:
    """A row with what is counted whatever the rule."""
    return TypeMonth(
        type=facts,
        counted=sum(cell.counted for cell in cells),
        not_counted=_added(cell.not_counted for cell in cells),
        pending_breached=sum(cell.pending_breached for cell in cells),
    )


def _added(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in counts:
        if one:
            found.update(one)
    return found


def _parts_of_cells(facts: TypeFacts, cells: Iterable[CellFacts]) -> list[PartMonth]:
    sums: dict[str, list[int]] = {}
    for cell in cells:
        for name, (points, n, met) in cell.parts.items():
            old = sums.get(name)
            sums[name] = [points, n, met] if old is None else [old[0] + points, old[1] + n, old[2] + met]
    return _parts(facts, sums)


def _parts_of_subjects(facts: TypeFacts, subjects: Iterable[SubjectMonth]) -> list[PartMonth]:
    sums: dict[str, list[int]] = {}
    for part in (part for one in subjects for part in one.score.parts if part.points is not None):
        points, n, met = sums.get(part.name, [0, 0, 0])
        sums[part.name] = [points + (part.points or 0), n + 1, met + bool(part.met)]
    return _parts(facts, sums)


def _parts(facts: TypeFacts, sums: dict[str, list[int]]) -> list[PartMonth]:
    """In the order in which the rule names its parts."""
    return [
        PartMonth(name, label, Fraction(sums[name][0], sums[name][1]), sums[name][1], sums[name][2])
        for name, label in RULES[facts.rule].part_labels.items()
        if name in sums and sums[name][1]
    ]
