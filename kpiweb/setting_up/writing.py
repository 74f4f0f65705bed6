"""Write what was answered, in one transaction. What is there already stays as it is, so setup can be run again."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import lands
from accounts.models import Country, Department, Role, User
from accounts.policies import apply_preset
from kpi import holidays_import
from kpi.models import DepartmentType, KpiGroup, KpiType, TypeVersion, WorkingHours
from kpiweb.setting_up.catalogues import ReadyType, catalogues
from kpiweb.setting_up.questions import Answers, department_code

Line = tuple[bool, str]
"""(whether it is new, what it is)."""


@transaction.atomic
def write(answers: Answers, *, password: str, at: datetime) -> list[Line]:
    """One line for each thing that was made or found. Hours, types and the map hold from the first of January on."""
    lines = [_admin(answers, password)]
    country, line = _country(answers)
    today = at.astimezone(ZoneInfo(country.zone)).date()
    since = today.replace(month=1, day=1)
    lines += [line, *_hours(country, answers, since)]
    department, line = _department(country, answers)
    lines.append(line)
    for code in answers["catalogues"]:
        for ready in catalogues()[code].types:
            lines += [_type(ready, since), _mapped(department, ready, since)]
    if answers["holidays"]:
        lines.append(_holidays(country, today))
    return lines


def _admin(answers: Answers, password: str) -> Line:
    email = answers["admin_email"]
    if User.objects.filter(email=email).exists():
        return False, f"admin {email}"
    user = User.objects.create_user(email, password or None, name=answers["admin_name"], role=Role.ADMIN)
    # Whoever may run commands on the server vouches for the address.
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return True, f"admin {email}"


def _country(answers: Answers) -> tuple[Country, Line]:
    code = answers["country"]
    country = Country.objects.filter(code=code).first()
    if country is not None:
        return country, (False, f"country {country.name}, {country.zone}")
    country = Country.objects.create(code=code, name=lands.names()[code], zone=answers["zone"])
    return country, (True, f"country {country.name}, {country.zone}")


def _hours(country: Country, answers: Answers, since: date) -> Iterator[Line]:
    if "hours" not in answers or WorkingHours.objects.filter(country=country).exists():
        return
    WorkingHours.objects.create(country=country, valid_from=since, week=answers["hours"])
    yield True, f"working hours of {country.name}, valid from {since}"


def _department(country: Country, answers: Answers) -> tuple[Department, Line]:
    name = answers["department"]
    code = department_code(country.code, name)
    department = Department.objects.filter(code=code).first()
    if department is not None:
        return department, (False, f"department {department}")
    department = Department(country=country, code=code, name=name)
    apply_preset(department, answers["preset"])
    department.save()
    return department, (True, f"department {department}, preset {answers['preset']}")


def _type(ready: ReadyType, since: date) -> Line:
    if KpiType.objects.filter(code=ready.code).exists():
        return False, f"type {ready.name}"
    group, _new = KpiGroup.objects.get_or_create(
        name=ready.group, defaults={"contributes_to_uptime": ready.contributes_to_uptime}
    )
    type_ = KpiType.objects.create(code=ready.code, name=ready.name, rule=ready.rule)
    TypeVersion.objects.create(type=type_, valid_from=since, group=group, parameters=ready.parameters)
    return True, f"type {ready.name} ({type_.get_rule_display()})"


def _mapped(department: Department, ready: ReadyType, since: date) -> Line:
    type_ = KpiType.objects.get(code=ready.code)
    words = f"{department.name} uses {type_.name}"
    if DepartmentType.objects.filter(department=department, type=type_).exists():
        return False, words
    DepartmentType.objects.create(
        department=department, type=type_, valid_from=since, intake=ready.intake, self_log=True
    )
    return True, words


def _holidays(country: Country, today: date) -> Line:
    """Days of the past only while there is nothing they could score anew; the admin's import previews the others."""
    if not holidays_import.is_known(country):
        return False, f"holidays of {country.name}: none are published, enter them in the admin"
    choice = holidays_import.Choice(country, (today.year, today.year + 1), ("public",))
    at_once, _past = holidays_import.split(country, holidays_import.compare(choice), today=today)
    holidays_import.write(country, at_once)
    return bool(at_once), f"holidays of {country.name}: {len(at_once)} days"
