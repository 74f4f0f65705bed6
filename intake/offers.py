"""What the form offers: departments that take intake, their types and their people."""

from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.models import Department, Role, User
from kpi.models import KpiType
from kpi.types import offered_at_intake


def departments() -> list[Department]:
    """Active departments that accept intake, by country and name. One query."""
    return list(
        Department.objects.filter(active=True, accepts_intake=True)
        .select_related("country")
        .order_by("country__name", "name")
    )


def types(department: Department, *, at: datetime) -> list[KpiType]:
    """What customers may ask of `department` today, by its own calendar. One query."""
    return offered_at_intake(department, on=at.astimezone(ZoneInfo(department.country.zone)).date())


def people(department: Department, *, submitter: User | None) -> list[User]:
    """The active agents of `department`, without the submitter, who cannot handle the own ticket. One query."""
    agents = User.objects.filter(department=department, role=Role.AGENT, is_active=True)
    return list(agents.exclude(pk=submitter.pk) if submitter else agents)
