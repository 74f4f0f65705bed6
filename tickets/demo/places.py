"""The demo's countries with their real holidays, its departments (one of each policy preset) and its KPI types."""

from dataclasses import dataclass
from datetime import date

import holidays

from accounts.models import Country, Department
from accounts.policies import apply_preset
from kpi.models import DepartmentType, KpiGroup, KpiType, ReplacedDay, TypeVersion, UptimeUnit, WorkingHours
from kpi.types import usual_at_intake


@dataclass(frozen=True)
class Place:
    """A country: ISO code, name, zone, date format, and the windows of its weekdays (0 is Monday)."""

    code: str
    name: str
    zone: str
    date_format: str
    week: dict[str, list[list[str]]]


@dataclass(frozen=True)
class Desk:
    """A department: country, code, name, policy preset, and the types its agents log themselves."""

    country: str
    code: str
    name: str
    preset: str
    logs: tuple[str, ...]


OFFICE = [["08:00", "17:00"]]
WITH_LUNCH = [["08:00", "12:00"], ["13:00", "17:00"]]
FRIDAY_PRAYER = [["08:00", "11:30"], ["13:00", "17:00"]]

PLACES = (
    Place("KE", "Kenya", "Africa/Nairobi", Country.DateFormat.DAY_MONTH, {str(day): OFFICE for day in range(5)}),
    Place(
        "ID",
        "Indonesia",
        "Asia/Jakarta",
        Country.DateFormat.DAY_SLASH,
        {**{str(day): WITH_LUNCH for day in range(4)}, "4": FRIDAY_PRAYER, "5": [["08:00", "12:00"]]},
    ),
    Place(
        "EG",
        "Egypt",
        "Africa/Cairo",
        Country.DateFormat.DAY_DOT,
        {day: [["09:00", "17:00"]] for day in ("6", "0", "1", "2", "3")},
    ),
)
DESKS = (
    Desk(
        "KE", "ke-customer-operations", "Customer Operations", "kpi-web",
        ("monthly-review", "daily-report", "data-quality", "stock-count"),
    ),
    Desk(
        "KE", "ke-network", "Network", "service-desk",
        ("monthly-review", "audit-finding", "projects", "uptime"),
    ),
    Desk("ID", "id-customer-care", "Customer Care", "client-portal", ("monthly-review", "data-quality")),
    Desk(
        "ID", "id-field-service", "Field Service", "kpi-web",
        ("monthly-review", "stock-count", "audit-finding", "audit-findings", "projects", "uptime"),
    ),
    Desk(
        "EG", "eg-partner-support", "Partner Support", "partner-helpdesk",
        ("monthly-review", "daily-report", "data-quality", "audit-findings", "uptime"),
    ),
)  # fmt: skip
# code: name, group, targets of response and resolution in minutes, targets of emergencies
TYPES = {
    "issue": ("Issue", "Issue", 30, 240, (15, 120)),
    "request": ("Ad Hoc Request", "Issue", 60, 480, None),
    "change": ("Change", "Service", 120, 960, None),
}
# What agents log themselves. code: name, rule, group, parameters of the rule
OWN_TYPES: dict[str, tuple[str, KpiType.Rule, str, dict[str, object]]] = {
    "stock-count": ("Stock Count", KpiType.Rule.IC_COMPLETION, "Internal Control", {"target": 98}),
    "audit-finding": ("Closing a Finding", KpiType.Rule.IC_CLOSURE, "Internal Control", {"target": 480}),
    "audit-findings": ("Findings of the Audit", KpiType.Rule.IC_FINDINGS, "Internal Control", {"allowed": 2}),
    "data-quality": (
        "Data Quality", KpiType.Rule.ACCURACY, "Internal Control", {"response_target": 98, "data_target": 99},
    ),
    "daily-report": ("Daily Report", KpiType.Rule.SUBMIT, "Conduct", {"cutoff": "17:00"}),
    "monthly-review": ("Monthly Review", KpiType.Rule.ACR, "Conduct", {}),
    "projects": ("Terminals Rolled Out", KpiType.Rule.PROJECT, "Conduct", {"target": 3}),
    "uptime": ("Uptime of Lines", KpiType.Rule.UPTIME, "Uptime", {"threshold": 99.5, "window": "24x7"}),
}  # fmt: skip
GROUPS = {"Issue": True, "Service": False, "Internal Control": False, "Conduct": False, "Uptime": True}
# Lines whose downtime is reported, by the code of their department: code of the unit
UNITS = {
    "ke-network": ("ke-westlands", "ke-mombasa"),
    "id-field-service": ("id-jakarta", "id-surabaya"),
    "eg-partner-support": ("eg-cairo", "eg-port-said"),
}
UNIT_NAMES = {
    "ke-westlands": "Fibre line Westlands",
    "ke-mombasa": "Fibre line Mombasa depot",
    "id-jakarta": "Leased line Jakarta",
    "id-surabaya": "Radio link Surabaya",
    "eg-cairo": "Leased line Cairo",
    "eg-port-said": "Radio link Port Said",
}


def make_places(first: date, last: date) -> None:
    """Write all of it; hours and types are valid from the month of `first`, holidays cover its year to after `last`."""
    since = first.replace(day=1)
    types = _types(since)
    for place in PLACES:
        country = Country.objects.create(
            code=place.code, name=place.name, zone=place.zone, date_format=place.date_format
        )
        WorkingHours.objects.create(country=country, valid_from=since, week=place.week)
        _holidays(country, range(first.year, last.year + 2))
        for desk in (desk for desk in DESKS if desk.country == place.code):
            department = Department(country=country, code=desk.code, name=desk.name)
            apply_preset(department, desk.preset)
            department.notification_address = f"{desk.code}@kpiweb.example"
            department.save()
            offered = [type_ for code, type_ in types.items() if code in (*TYPES, *desk.logs)]
            DepartmentType.objects.bulk_create(
                DepartmentType(department=department, type=type_, valid_from=since, intake=usual_at_intake(type_.rule))
                for type_ in offered
            )
            UptimeUnit.objects.bulk_create(
                UptimeUnit(department=department, code=code, name=UNIT_NAMES[code], active_from=since)
                for code in UNITS.get(desk.code, ())
            )


def _types(since: date) -> dict[str, KpiType]:
    groups = {
        name: KpiGroup.objects.create(name=name, contributes_to_uptime=contributes, position=place)
        for place, (name, contributes) in enumerate(GROUPS.items(), start=1)
    }
    made = {}
    for code, (name, rule, group, parameters) in (_clocked_types() | OWN_TYPES).items():
        made[code] = KpiType.objects.create(code=code, name=name, rule=rule)
        TypeVersion.objects.create(type=made[code], valid_from=since, group=groups[group], parameters=parameters)
    return made


def _clocked_types() -> dict[str, tuple[str, KpiType.Rule, str, dict[str, object]]]:
    found: dict[str, tuple[str, KpiType.Rule, str, dict[str, object]]] = {}
    for code, (name, group, response, resolution, emergency) in TYPES.items():
        parameters: dict[str, object] = {"response_target": response, "resolution_target": resolution}
        if emergency:
            targets = {"response_target": emergency[0], "resolution_target": emergency[1]}
            parameters["priority_targets"] = {"emergency": targets}
        found[code] = (name, KpiType.Rule.RR, group, parameters)
    return found


def _holidays(country: Country, years: range) -> None:
    found = holidays.country_holidays(country.code, years=list(years), language="en_US")
    ReplacedDay.objects.bulk_create(
        ReplacedDay(country=country, date=day, name=name[:120], source=ReplacedDay.Source.IMPORTED)
        for day, name in sorted(found.items())
    )
