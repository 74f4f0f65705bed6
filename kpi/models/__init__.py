"""The ledger and what it is measured with: types, calendars, items, clocks, cells, units, locked months, imports."""

from kpi.models.calendars import ReplacedDay, WorkingHours
from kpi.models.cells import Cell
from kpi.models.changes import Change, ChangedCell, ChangedItem
from kpi.models.drift import DriftCheck
from kpi.models.imports import ImportProblem, ItemImport
from kpi.models.items import Breach, Clock, ClockKind, KpiItem, NotCounted, Override, Span, WorkState
from kpi.models.locks import Adjustment, MonthLock
from kpi.models.types import DepartmentType, KpiGroup, KpiType, TypeVersion
from kpi.models.units import UptimeUnit

__all__ = [
    "Adjustment",
    "Breach",
    "Cell",
    "Change",
    "ChangedCell",
    "ChangedItem",
    "Clock",
    "ClockKind",
    "DepartmentType",
    "DriftCheck",
    "ImportProblem",
    "ItemImport",
    "KpiGroup",
    "KpiItem",
    "KpiType",
    "MonthLock",
    "NotCounted",
    "Override",
    "ReplacedDay",
    "Span",
    "TypeVersion",
    "UptimeUnit",
    "WorkState",
    "WorkingHours",
]
