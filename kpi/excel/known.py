"""What the rows of a workbook refer to, read once: people, departments, types, units, the map, locked months."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from accounts.models import Department, Role, User
from kpi import locks
from kpi.models import DepartmentType, KpiItem, KpiType, TypeVersion, UptimeUnit
from kpi.months import month_of

CHUNK = 500


class Known:
    """The site as rows see it. Agents who have left are known too: their months may still come in."""

    def __init__(self, *, at: datetime) -> None:
        self._at = at
        self.departments = {row.code: row for row in Department.objects.select_related("country")}
        self.types = {row.code: row for row in KpiType.objects.all()}
        self.agents = {user.email: user for user in User.objects.filter(role=Role.AGENT)}
        self.units = {unit.code: unit for unit in UptimeUnit.objects.all()}
        self._with_versions = set(TypeVersion.objects.values_list("type_id", flat=True))
        self._map: dict[tuple[int, int], list[DepartmentType]] = {}
        for row in DepartmentType.objects.order_by("valid_from"):
            self._map.setdefault((row.department_id, row.type_id), []).append(row)
        self._locked: dict[date, bool] = {}

    def uses(self, department: Department, type_: KpiType, day: date) -> bool:
        """Whether the department has the type on its map that day, and the type has targets at all."""
        rows = [row for row in self._map.get((department.pk, type_.pk), []) if row.valid_from <= day]
        mapped = bool(rows) and (rows[-1].intake or rows[-1].self_log)
        return mapped and type_.pk in self._with_versions

    def is_locked(self, day: date) -> bool:
        """Whether the month of `day` is locked."""
        month = month_of(day)
        if month not in self._locked:
            self._locked[month] = locks.is_locked(month)
        return self._locked[month]

    def today(self, department: Department) -> date:
        """The local date where the department works."""
        return self._at.astimezone(ZoneInfo(department.country.zone)).date()


def stored(external_ids: Iterable[str]) -> set[tuple[str, int]]:
    """(external id, type id) of the items that are in the ledger already."""
    found: set[tuple[str, int]] = set()
    for batch in _batches(sorted(set(external_ids))):
        found |= set(KpiItem.objects.filter(external_id__in=batch).values_list("external_id", "type_id"))
    return found


def _batches(words: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(words)
    while batch := list(islice(rest, CHUNK)):
        yield batch
