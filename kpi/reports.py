"""Read queries over cells: the months that pages show. Nothing here looks at items but to list them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet

from accounts.models import User
from kpi.engine import rollup
from kpi.engine.rules import RULES
from kpi.models import Breach, Cell, KpiGroup, KpiItem, KpiType, NotCounted, TypeVersion
from kpi.months import last_day


@dataclass
class TypeRow:
    """One type in one month: `score` in 1/10,000 point, None without data; `parts` {name: mean points}."""

    type: KpiType
    version: TypeVersion | None
    counted: int = 0
    passed: int = 0
    score: Fraction | None = None
    parts: dict[str, Fraction] = field(default_factory=dict)
    not_counted: dict[str, int] = field(default_factory=dict)
    pending_breached: int = 0

    @property
    def left_out(self) -> int:
        return sum(self.not_counted.values())

    @property
    def passes(self) -> bool | None:
        """At its pass mark or above; None without data."""
        mark = Fraction(self.version.pass_mark) * 10_000 if self.version else Fraction(rollup.PASS_MARK)
        return rollup.passes(self.score, mark)

    @property
    def rule_label(self) -> str:
        return RULES[self.type.rule].label


@dataclass
class GroupRow:
    """One group with its types; its score is their weighted mean."""

    group: KpiGroup
    types: list[TypeRow]

    @property
    def score(self) -> Fraction | None:
        return rollup.group_score((row.score, row.version.weight if row.version else 1) for row in self.types)


@dataclass
class OwnerMonth:
    """One person's month: the plain mean of the groups, each number with what it is made of."""

    owner: User
    month: date
    groups: list[GroupRow]

    @property
    def score(self) -> Fraction | None:
        return rollup.department_score(row.score for row in self.groups)

    @property
    def counted(self) -> int:
        return sum(row.counted for group in self.groups for row in group.types)

    @property
    def left_out(self) -> int:
        return sum(row.left_out for group in self.groups for row in group.types)


def owner_month(owner: User, month: date) -> OwnerMonth:
    """The month of `owner` from the cells of all departments (domain section 7). Two queries."""
    return owner_months(owner, [month])[0]


def owner_months(owner: User, months: list[date]) -> list[OwnerMonth]:
    """The same for several months, in their order; two queries for any number of them."""
    cells: dict[date, dict[int, list[Cell]]] = {month: {} for month in months}
    for cell in Cell.objects.filter(owner=owner, month__in=months).select_related("type"):
        cells[cell.month].setdefault(cell.type_id, []).append(cell)
    types = {type_id for of_month in cells.values() for type_id in of_month}
    versions = list(TypeVersion.objects.filter(type__in=types).select_related("group").order_by("-valid_from"))
    return [_owner_month(owner, month, cells[month], valid_on(versions, last_day(month))) for month in months]


def _owner_month(
    owner: User, month: date, cells: dict[int, list[Cell]], versions: dict[int, TypeVersion]
) -> OwnerMonth:
    rows = [_type_row(of_type[0].type, versions.get(type_id), of_type) for type_id, of_type in cells.items()]
    groups: dict[int, GroupRow] = {}
    for row in sorted((row for row in rows if row.counted or row.left_out), key=lambda row: row.type.name):
        if row.version is not None:
            group = row.version.group
            groups.setdefault(group.pk, GroupRow(group, [])).types.append(row)
    ordered = sorted(groups.values(), key=lambda row: (row.group.position, row.group.name))
    return OwnerMonth(owner, month, ordered)


def items_of(owner: User, month: date, type_: KpiType | None = None) -> QuerySet[KpiItem]:
    """The items behind a person's number, counted and not, newest first."""
    items = KpiItem.objects.filter(owner=owner, month=month).select_related("type", "department__country", "version")
    return items.filter(type=type_) if type_ else items


def left_out(owner: User, month: date, *, most: int = 50) -> list[KpiItem]:
    """What was not counted and why, newest first; at most `most`."""
    return list(items_of(owner, month).exclude(not_counted="")[:most])


def breaches_before_reassignment(owner: User, month: date) -> int:
    """Targets that `owner` passed on work of `month` which somebody else has now; outside every score."""
    return Breach.objects.filter(owner=owner, item__month=month).count()


def valid_on(versions: Iterable[TypeVersion], day: date) -> dict[int, TypeVersion]:
    """Of versions sorted latest first, the one of each type valid on `day`; before its first one, the first."""
    valid: dict[int, TypeVersion] = {}
    for version in versions:
        chosen = valid.get(version.type_id)
        if chosen is None or chosen.valid_from > day:
            valid[version.type_id] = version
    return valid


def _type_row(type_: KpiType, version: TypeVersion | None, cells: list[Cell]) -> TypeRow:
    sums: dict[str, list[int]] = {}
    reasons: Counter[str] = Counter()
    for cell in cells:
        reasons.update(cell.not_counted)
        for name, (points, n, _met) in cell.parts.items():
            total = sums.setdefault(name, [0, 0])
            total[0] += points
            total[1] += n
    return TypeRow(
        type=type_,
        version=version,
        counted=sum(cell.counted for cell in cells),
        passed=sum(cell.passed for cell in cells),
        score=rollup.type_score((cell.total, cell.scored) for cell in cells),
        parts={name: Fraction(points, n) for name, (points, n) in sums.items() if n},
        not_counted={str(NotCounted(reason).label): n for reason, n in sorted(reasons.items())},
        pending_breached=sum(cell.pending_breached for cell in cells),
    )
