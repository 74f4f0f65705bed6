"""Who reads which performance (domain section 3): management and admin all, leads their departments, agents their own.

Nobody edits anything here.
"""

from dataclasses import dataclass

from accounts.models import User
from kpi.frame import Frame
from kpi.levels import CountryMonth, DepartmentMonth


@dataclass(frozen=True)
class Reader:
    """What one person may read. `departments` is None for all of them."""

    user: User
    departments: frozenset[int] | None

    @property
    def reads_everything(self) -> bool:
        return self.departments is None

    @property
    def reads_only_own(self) -> bool:
        return self.departments is not None and not self.departments

    def department(self, pk: int) -> bool:
        """Whether they read the department's numbers."""
        return self.departments is None or pk in self.departments

    def owner(self, pk: int, frame: Frame) -> bool:
        """Whether they read a person's whole month: their own, or that of somebody who works where they lead."""
        if pk == self.user.pk or self.departments is None:
            return True
        person = frame.owner_of.get(pk)
        return person is not None and person.department is not None and self.department(person.department)

    def shown(self, countries: list[CountryMonth]) -> list[DepartmentMonth]:
        """The departments they read, in the order of the report."""
        return [one for country in countries for one in country.departments if self.department(one.department.id)]


def reader(user: User) -> Reader | None:
    """What `user` may read, None for somebody who does not work here. One query for agents."""
    if not user.works_here:
        return None
    if user.is_admin or user.is_management:
        return Reader(user, None)
    return Reader(user, frozenset(user.leads_departments.values_list("pk", flat=True)))
