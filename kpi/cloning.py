"""A type made after another: its rule, what it means now from a date of its own, and the departments that use it."""

from datetime import date

from django.db import transaction

from kpi import months, types
from kpi.models import DepartmentType, KpiType, TypeVersion


def clone(original: KpiType, *, name: str, code: str, valid_from: date, on: date, with_departments: bool) -> KpiType:
    """The new type with a version like the one `original` has on the local date `on`, valid from `valid_from`.

    With departments, those which use `original` on `on` are offered the new one from the month of `valid_from`. Work is
    not copied, nor are other versions.
    """
    with transaction.atomic():
        made = KpiType.objects.create(name=name, code=code, rule=original.rule)
        version = types.version_on(original, on=on)
        if version is not None:
            TypeVersion.objects.create(
                type=made,
                valid_from=valid_from,
                group=version.group,
                parameters=version.parameters,
                weight=version.weight,
                pass_mark=version.pass_mark,
            )
        # One by one, for the audit log.
        for row in used_in(original, on=on) if with_departments else []:
            DepartmentType.objects.create(
                department=row.department,
                type=made,
                valid_from=months.month_of(valid_from),
                intake=row.intake,
                self_log=row.self_log,
            )
    return made


def used_in(type_: KpiType, *, on: date) -> list[DepartmentType]:
    """The rows of the map by which active departments use a type on a local date, by country and name. One query."""
    rows = DepartmentType.objects.filter(type=type_, valid_from__lte=on, department__active=True)
    rows = rows.select_related("department__country")
    latest = {row.department_id: row for row in rows.order_by("valid_from")}
    used = [row for row in latest.values() if row.intake or row.self_log]
    return sorted(used, key=lambda row: (row.department.country.name, row.department.name))
