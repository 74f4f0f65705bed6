"""A small fixed cast with names used in every test, and tickets that came about through the real verbs.

The story starts on Monday 5 October 2026, 09:00 in Nairobi (`START`), an hour into the working day; 20 October is
Mashujaa Day. Times in tests are `START + minutes(n)` or `local(day, hour, minute)`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Country, Department, Organisation, Role, User
from accounts.policies import apply_preset
from kpi.models import Clock, DepartmentType, KpiGroup, KpiType, ReplacedDay, TypeVersion, WorkingHours
from notifications.models import OutgoingMail
from tickets import conversation
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.end import close, reject
from tickets.verbs.progress import start
from tickets.verbs.submit import Submission, submit

NAIROBI = ZoneInfo("Africa/Nairobi")
START = datetime(2026, 10, 5, 6, 0, tzinfo=UTC)
MASHUJAA_DAY = date(2026, 10, 20)
SINCE = date(2026, 1, 1)
PASSWORD = "a long pass phrase"
OFFICE_HOURS = {str(day): [["08:00", "17:00"]] for day in range(5)}


def minutes(number: float) -> timedelta:
    """A duration."""
    return timedelta(minutes=number)


def local(day: int, hour: int, minute: int = 0, *, month: int = 10) -> datetime:
    """A wall-clock time in Nairobi in 2026, as an aware UTC instant."""
    return datetime(2026, month, day, hour, minute, tzinfo=NAIROBI).astimezone(UTC)


@dataclass
class Cast:
    """Everybody and everything a test names. `nobody` is the visitor without an account."""

    country: Country
    department: Department
    other_department: Department
    organisation: Organisation
    group: KpiGroup
    request: KpiType
    issue: KpiType
    submitter: User
    colleague: User
    stranger: User
    assignee: User
    mate: User
    lead: User
    other_agent: User
    manager: User
    admin: User
    gone: User
    namesake: User
    nobody: None = None


def make_cast() -> Cast:
    """Write the cast into the database: one country, two departments, two types, eleven people."""
    country = Country.objects.create(code="KE", name="Kenya", zone="Africa/Nairobi")
    WorkingHours.objects.create(country=country, valid_from=SINCE, week=OFFICE_HOURS)
    ReplacedDay.objects.create(country=country, date=MASHUJAA_DAY, name="Mashujaa Day")
    operations = _department(country, "ke-operations", "Operations")
    finance = _department(country, "ke-finance", "Finance")
    group = KpiGroup.objects.create(name="Issue", contributes_to_uptime=True)
    request = make_type("request", "Request", group, response=60, resolution=480)
    issue = make_type("issue", "Issue", group, response=30, resolution=240)
    for department in (operations, finance):
        for type_ in (request, issue):
            DepartmentType.objects.create(department=department, type=type_, valid_from=SINCE)
    acme = Organisation.objects.create(name="Acme Flowers")
    lead = _person("Lena Lead", Role.AGENT, department=operations)
    operations.leads.add(lead)
    return Cast(
        country=country,
        department=operations,
        other_department=finance,
        organisation=acme,
        group=group,
        request=request,
        issue=issue,
        submitter=_person("Sam Submitter", Role.CUSTOMER, organisation=acme),
        colleague=_person("Cora Colleague", Role.CUSTOMER, organisation=acme),
        stranger=_person("Stan Stranger", Role.CUSTOMER),
        assignee=_person("Asha Assignee", Role.AGENT, department=operations),
        mate=_person("Moses Mate", Role.AGENT, department=operations),
        lead=lead,
        other_agent=_person("Olga Other", Role.AGENT, department=finance),
        manager=_person("Mona Manager", Role.MANAGEMENT),
        admin=_person("Ada Admin", Role.ADMIN),
        gone=_person("Gus Gone", Role.AGENT, department=operations, is_active=False),
        namesake=_person("Sam Submitter", Role.CUSTOMER, email="sam.namesake@example.org"),
    )


def make_type(code: str, name: str, group: KpiGroup, *, response: int, resolution: int) -> KpiType:
    """An rr type with targets in minutes, valid from the beginning of the year."""
    type_ = KpiType.objects.create(code=code, name=name, rule="rr")
    TypeVersion.objects.create(
        type=type_,
        valid_from=SINCE,
        group=group,
        parameters={"response_target": response, "resolution_target": resolution},
    )
    return type_


def set_policy(department: Department, preset: str = "kpi-web", **columns: object) -> None:
    """Give `department` a policy preset, then single columns of it."""
    apply_preset(department, preset)
    for column, value in columns.items():
        setattr(department, column, value)
    department.save()


def make_ticket(
    cast: Cast,
    *,
    status: Status = Status.NEW,
    assignee: User | None = None,
    submitter: User | None = None,
    anonymous: bool = False,
    at: datetime = START,
    **fields: object,
) -> Ticket:
    """A ticket that came about through the real verbs: submitted at `at`, each further step one minute later.

    A status beyond New is reached by `cast.assignee` unless another assignee is given. `anonymous` leaves the
    submitter out; `fields` are those of Submission.
    """
    owner = None if anonymous else submitter or cast.submitter
    person = owner or cast.submitter
    values: dict[str, object] = {
        "department": cast.department,
        "type": cast.issue,
        "description": "The printer on the second floor prints blank pages.",
        "name": person.name,
        "email": person.email,
        "submitter": owner,
    }
    ticket = submit(Submission(**{**values, **fields}), at=at)  # type: ignore[arg-type]
    if assignee is None and status == Status.NEW:
        return ticket
    agent = assignee or cast.assignee
    ticket = assign(ticket.pk, to=agent, actor=cast.admin, at=at + minutes(1))
    if status == Status.PROGRESS:
        ticket = start(ticket.pk, actor=agent, at=at + minutes(2))
    if status == Status.CLOSED:
        conversation.reply(ticket.pk, actor=agent, at=at + minutes(2), body="The drum was empty; we replaced it.")
        ticket = close(ticket.pk, actor=agent, at=at + minutes(3))
    if status == Status.REJECTED:
        ticket = reject(ticket.pk, actor=agent, at=at + minutes(2), reason="This printer belongs to another company.")
    return ticket


def _department(country: Country, code: str, name: str) -> Department:
    department = Department(country=country, code=code, name=name)
    apply_preset(department, "kpi-web")
    department.save()
    return department


def _person(name: str, role: Role, *, email: str = "", **fields: object) -> User:
    address = email or f"{name.lower().replace(' ', '.')}@example.org"
    return User.objects.create_user(address, PASSWORD, name=name, role=role, **fields)


def mails(ticket: Ticket) -> list[tuple[str, str]]:
    """(mail, recipient) of everything that was queued about a ticket, in the order of the events."""
    keys = [f"ticketevent:{pk}" for pk in ticket.events.order_by("pk").values_list("pk", flat=True)]
    found = OutgoingMail.objects.filter(event_key__in=keys).order_by("pk")
    return list(found.values_list("kind", "recipient_key"))


def kinds(ticket: Ticket) -> list[str]:
    """The kinds of a ticket's events in their order."""
    return list(ticket.events.order_by("pk").values_list("kind", flat=True))


def clock(ticket: Ticket, kind: str) -> Clock | None:
    """The "response" or "resolution" clock of a ticket as stored."""
    return Clock.objects.filter(item=ticket.item_id, kind=kind).first()


def seconds(ticket: Ticket, kind: str) -> int | None:
    """The value of a stopped clock in seconds of working time."""
    found = clock(ticket, kind)
    return found.value_seconds if found else None
