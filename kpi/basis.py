"""What scores are based on: type versions and calendars, as they are stored or as a change would make them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from accounts.models import Department
from kpi import calendars, types
from kpi.engine.working_time import Calendar
from kpi.models import KpiType, ReplacedDay, TypeVersion, WorkingHours


class Basis(Protocol):
    """Answers what an item of a type, a department and a date is judged by."""

    def version_on(self, type_: KpiType, day: date) -> TypeVersion | None:
        """The version of `type_` valid on the local date `day`."""

    def calendar(self, department: Department) -> Calendar:
        """The calendar of `department`."""


class Stored:
    """The rows of the database, read when first asked for and kept: one per transaction or page."""

    def __init__(self) -> None:
        self._versions: dict[int, list[TypeVersion]] = {}
        self._calendars: dict[int, Calendar] = {}

    def version_on(self, type_: KpiType, day: date) -> TypeVersion | None:
        if type_.pk not in self._versions:
            self._versions[type_.pk] = list(TypeVersion.objects.filter(type=type_).select_related("group"))
        return types.valid(self._versions[type_.pk], on=day)

    def calendar(self, department: Department) -> Calendar:
        if department.pk not in self._calendars:
            self._calendars[department.pk] = calendars.for_department(department)
        return self._calendars[department.pk]


@dataclass
class Rows:
    """Every row that scores depend on; change the lists to try what a change would do. Nothing here is saved."""

    versions: list[TypeVersion]
    hours: list[WorkingHours]
    days: list[ReplacedDay]

    @classmethod
    def stored(cls) -> "Rows":
        """All of them as they are. Three queries."""
        return cls(
            versions=list(TypeVersion.objects.select_related("type", "group")),
            hours=list(WorkingHours.objects.all()),
            days=list(ReplacedDay.objects.all()),
        )


@dataclass
class Loaded:
    """A basis wholly in memory, for many items: no query once it is made."""

    rows: Rows
    departments: Iterable[Department]
    _by_type: dict[int, list[TypeVersion]] = field(init=False, default_factory=dict)
    _calendars: dict[int, Calendar] = field(init=False)

    def __post_init__(self) -> None:
        for version in self.rows.versions:
            self._by_type.setdefault(version.type_id, []).append(version)
        self._calendars = calendars.made_of(self.departments, self.rows.hours, self.rows.days)

    @classmethod
    def stored(cls) -> "Loaded":
        """The present rows. Four queries."""
        return cls(Rows.stored(), list(Department.objects.select_related("country")))

    def version_on(self, type_: KpiType, day: date) -> TypeVersion | None:
        return types.valid(self._by_type.get(type_.pk, []), on=day)

    def calendar(self, department: Department) -> Calendar:
        return self._calendars[department.pk]
