"""Which types a department uses, and what a type means on a date."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from accounts.models import Department
from kpi.models import DepartmentType, KpiGroup, KpiType, TypeVersion


def offered_at_intake(department: Department, *, on: date) -> list[KpiType]:
    """The types customers may pick for `department` on the local date `on`, by name."""
    return sorted(_mapped(department, on=on, column="intake"), key=lambda type_: type_.name)


def usual_at_intake(rule: str) -> bool:
    """Whether customers usually pick a type of this rule: only what clocks measure (domain section 2)."""
    return rule == KpiType.Rule.RR


def offered_for_self_logging(department: Department, *, on: date) -> list[KpiType]:
    """The types agents of `department` may log their own work under on the local date `on`, by name."""
    return sorted(_mapped(department, on=on, column="self_log"), key=lambda type_: type_.name)


def by_group(types: Iterable[KpiType], *, on: date) -> list[tuple[KpiGroup, list[KpiType]]]:
    """The types under the group each belongs to on `on`, groups in their order. One query.

    A type without any version means nothing yet, so it is left out.
    """
    wanted = list(types)
    versions: dict[int, list[TypeVersion]] = {}
    for version in TypeVersion.objects.filter(type__in=wanted).select_related("group"):
        versions.setdefault(version.type_id, []).append(version)
    found: dict[KpiGroup, list[KpiType]] = {}
    for type_ in wanted:
        meant = valid(versions.get(type_.pk, []), on=on)
        if meant is not None:
            found.setdefault(meant.group, []).append(type_)
    return sorted(found.items(), key=lambda one: (one[0].position, one[0].name))


def used_by(department: Department, *, on: date) -> list[KpiType]:
    """Every type staff of `department` may put on a ticket on the local date `on`, by name."""
    return sorted(
        {*_mapped(department, on=on, column="intake"), *_mapped(department, on=on, column="self_log")},
        key=lambda type_: type_.name,
    )


def version_on(type_: KpiType, *, on: date) -> TypeVersion | None:
    """The version valid on `on`; before the first one, the first one, since a type without meaning scores nothing."""
    return valid(TypeVersion.objects.filter(type=type_).select_related("group"), on=on)


def valid(versions: Iterable[TypeVersion], *, on: date) -> TypeVersion | None:
    """Of the versions of one type, the one valid on `on`; before the first one, the first one."""
    ordered = sorted(versions, key=lambda version: version.valid_from)
    return next((version for version in reversed(ordered) if version.valid_from <= on), ordered[0] if ordered else None)


def _mapped(department: Department, *, on: date, column: str) -> list[KpiType]:
    latest: dict[int, DepartmentType] = {}
    rows: QuerySet[DepartmentType] = DepartmentType.objects.filter(department=department, valid_from__lte=on)
    for row in rows.select_related("type").order_by("valid_from"):
        latest[row.type_id] = row
    return [row.type for row in latest.values() if getattr(row, column)]
