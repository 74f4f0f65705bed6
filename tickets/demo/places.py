"""The demo's countries with their real holidays, its departments (one of each policy preset) and its KPI types."""

from dataclasses import dataclass
from datetime import date

import holidays

from accounts.models import Country, Department
from accounts.policies import apply_preset
from kpi.models import DepartmentType, KpiGroup, KpiType, ReplacedDay, TypeVersion, WorkingHours


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
    """A department: country, code, name and policy preset."""

    country: str
    code: str
    name: str
    preset: str


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
    Desk("KE", "ke-customer-operations", "Customer Operations", "kpi-web"),
    Desk("KE", "ke-network", "Network", "service-desk"),
    Desk("ID", "id-customer-care", "Customer Care", "client-portal"),
    Desk("ID", "id-field-service", "Field Service", "kpi-web"),
    Desk("EG", "eg-partner-support", "Partner Support", "partner-helpdesk"),
)
# code: name, group, targets of response and resolution in minutes, targets of emergencies
TYPES = {
    "issue": ("Issue", "Issue", 30, 240, (15, 120)),
    "request": ("Ad Hoc Request", "Issue", 60, 480, None),
    "change": ("Change", "Service", 120, 960, None),
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
            DepartmentType.objects.bulk_create(
                DepartmentType(department=department, type=type_, valid_from=since) for type_ in types
            )


def _types(since: date) -> list[KpiType]:
    groups = {
        "Issue": KpiGroup.objects.create(name="Issue", contributes_to_uptime=True, position=1),
        "Service": KpiGroup.objects.create(name="Service", position=2),
    }
    made = []
    for code, (name, group, response, resolution, emergency) in TYPES.items():
        type_ = KpiType.objects.create(code=code, name=name, rule=KpiType.Rule.RR)
        parameters: dict[str, object] = {"response_target": response, "resolution_target": resolution}
        if emergency:
            targets = {"response_target": emergency[0], "resolution_target": emergency[1]}
            parameters["priority_targets"] = {"emergency": targets}
        TypeVersion.objects.create(type=type_, valid_from=since, group=groups[group], parameters=parameters)
        made.append(type_)
    return made


def _holidays(country: Country, years: range) -> None:
    found = holidays.country_holidays(country.code, years=list(years), language="en_US")
    ReplacedDay.objects.bulk_create(
        ReplacedDay(country=country, date=day, name=name[:120], source=ReplacedDay.Source.IMPORTED)
        for day, name in sorted(found.items())
    )
