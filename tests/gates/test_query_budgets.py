"""Every list and detail page costs the same number of queries at 3 and at 300 rows; the numbers are written here.

A number may fall; when it rises, the page asks for something it did not need before.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, SettingsChange, User
from intake import lookup
from kpi import changes as past
from kpi import locking, locks, plans
from kpi.models import (
    Adjustment,
    Change,
    ChangedItem,
    Clock,
    DepartmentType,
    DriftCheck,
    ItemImport,
    KpiItem,
    KpiType,
    MonthLock,
    ReplacedDay,
    Span,
    TypeVersion,
)
from notifications.models import OutgoingMail
from tests.cast import NAIROBI, SINCE, START, Cast, make_ticket, minutes
from tests.gates.addresses import come_as
from tests.kpi.months import OVER
from tickets.models import Ticket, TicketEvent
from tickets.states import Status

FEW, MANY = 3, 300
UNCOUNTED = re.compile(r"SAVEPOINT|pg_advisory")


@dataclass(frozen=True)
class Page:
    """An address, who opens it and for how many queries; `grows` names what there are 3 or 300 of.

    `own`: the tickets are self-logged.
    """

    who: str
    path: Callable[[Ticket], str]
    queries: int
    grows: str = "tickets"
    status: Status = Status.PROGRESS
    own: bool = False


def of(name: str, *words: str) -> Callable[[Ticket], str]:
    """The path of a named address with these attributes of the ticket."""
    return lambda ticket: reverse(name, args=[getattr(ticket, word) for word in words])


def listed(ticket: Ticket) -> str:
    return reverse("intake:found", args=[lookup.grant(lookup.by_words(ticket.requester_email))])


def one_found(ticket: Ticket) -> str:
    return reverse("intake:found-ticket", args=[lookup.grant([ticket]), ticket.pk])


def month(name: str, *args: str) -> Callable[[Ticket], str]:
    return lambda ticket: f"{reverse(name, args=args)}?month={ticket.ticket_date:%Y-%m}"


def compared_days(ticket: Ticket) -> str:
    chosen = f"country={ticket.department.country_id}&first_year=2026&last_year=2027&categories=public"
    return f"{reverse('admin:kpi_replacedday_import')}?{chosen}"


def tried(ticket: Ticket) -> str:
    """The what-if board with targets that nothing meets."""
    targets = "response_target=1&resolution_target=1&response_weight=50&resolution_weight=50&weight=2&pass_mark=90"
    return f"{reverse('performance:what_if')}?type=issue&month={ticket.item.month:%Y-%m}&try=1&{targets}"


def simulated(ticket: Ticket) -> str:
    return f"{reverse('performance:calendar')}?where={ticket.department.code}&start=2026-10-19T16:00&target=240"


def country_page(ticket: Ticket) -> str:
    return reverse("admin:accounts_country_change", args=[ticket.department.country_id])


def a_change(ticket: Ticket) -> str:
    """The page of a change that moves the ticket and all like it."""
    change = Change.objects.order_by("pk").first() or _change_of(ticket)
    return reverse("admin:kpi_change_change", args=[change.pk])


def _change_of(ticket: Ticket) -> Change:
    version = TypeVersion.objects.get(type=ticket.type_id)
    version.parameters = {"response_target": 1, "resolution_target": 1}
    admin = User.objects.get(role="admin")
    change = past.propose([plans.saving(version)], title="Stricter", by=admin, at=START + minutes(600))
    while past.go_on(change.pk, at=START + minutes(600)):
        pass
    return change


def a_type(ticket: Ticket) -> str:
    return reverse("admin:kpi_kpitype_change", args=[ticket.type_id])


def tried_live(ticket: Ticket) -> str:
    return f"{reverse('admin:kpi_kpitype_try', args=[ticket.type_id])}?try=1&m_response_seconds=10"


def a_new_version(ticket: Ticket) -> str:
    return f"{reverse('admin:kpi_typeversion_add')}?type={ticket.type_id}"


def a_version(ticket: Ticket) -> str:
    latest = TypeVersion.objects.filter(type=ticket.type_id).latest("valid_from")
    return reverse("admin:kpi_typeversion_change", args=[latest.pk])


def everything_waits(ticket: Ticket) -> str:
    """The admin's front page with each of its lines."""
    admin = User.objects.get(role="admin")
    if not DriftCheck.objects.exists():
        DriftCheck.objects.create(started_at=START, compared=1, differing=1, mended=False, found=[])
        now = timezone.now()  # the page asks for what failed of late
        for state in ("failed", "previewed", "previewing", "applying"):
            Change.objects.create(title=state, plan=[], by=admin, at=now, state=state)
        for state in ("failed", "checked"):
            ItemImport.objects.create(name="october.xlsx", digest=state, by=admin, at=now, state=state)
        OutgoingMail.objects.update(status="parked")
    return reverse("admin:index")


def new_ticket(ticket: Ticket) -> str:
    """The form filled in, with its preview."""
    return f"{reverse('tickets:self_log')}?type={ticket.type_id}&m_response_seconds=10"


def report(ticket: Ticket) -> str:
    return reverse("performance:month", args=[ticket.item.month])


def locked(ticket: Ticket) -> str:
    """The report of its month, which is locked."""
    if not locks.is_locked(ticket.item.month):
        locking.lock(ticket.item.month, actor=User.objects.get(name="Ada Admin"), at=OVER)
    return report(ticket)


def moved(ticket: Ticket) -> str:
    """The adjustments of its month: every item of it."""
    locked(ticket)
    lock = MonthLock.objects.get()
    items = KpiItem.objects.select_related("type").exclude(pk__in=lock.adjustments.values("item"))
    Adjustment.objects.bulk_create([Adjustment(lock=lock, item=one, after=locks.told(one), at=OVER) for one in items])
    return reverse("performance:adjustments", args=[ticket.item.month])


def of_month(name: str, *, place: str = "ke-operations", type_: str = "issue") -> Callable[[Ticket], str]:
    """A number of the ticket's month, of a department and a type."""
    return lambda ticket: f"{reverse(name, args=[ticket.item.month])}?department={place}&type={type_}"


PAGES = {
    "intake": Page("nobody", of("intake:submit"), 2),
    "intake, signed in": Page("submitter", of("intake:submit"), 4),
    "intake, choices": Page("nobody", lambda t: f"{reverse('intake:choices')}?department={t.department_id}", 3),
    "confirmation": Page("nobody", of("intake:confirmation", "reference"), 6, "events"),
    "status": Page("nobody", of("intake:status", "reference"), 7, "events"),
    "status, submitter": Page("submitter", of("intake:status", "reference"), 9, "events"),
    "status, live": Page("submitter", of("intake:live", "reference"), 9, "events"),
    "help": Page("nobody", lambda t: "/help/?q=ticket", 0),
    "guide, signed in": Page("assignee", lambda t: "/help/agent/", 2),
    "found": Page("nobody", listed, 2),
    "found ticket": Page("nobody", one_found, 8, "events"),
    "queue": Page("mate", of("tickets:queue"), 7),
    "queue, lead": Page("lead", of("tickets:queue"), 7),
    "queue, admin": Page("admin", of("tickets:queue"), 7),
    "ticket, assignee": Page("assignee", of("tickets:ticket", "reference"), 12, "events"),
    "ticket, lead": Page("lead", of("tickets:ticket", "reference"), 14, "events"),
    "ticket, admin": Page("admin", of("tickets:ticket", "reference"), 13, "events"),
    "ticket, closed": Page("assignee", of("tickets:ticket", "reference"), 9, "events", Status.CLOSED),
    "ticket, live": Page("assignee", of("tickets:live", "reference"), 10, "events"),
    "new ticket": Page("assignee", new_ticket, 16, status=Status.CLOSED),
    "ticket, self-logged": Page("assignee", of("tickets:ticket", "reference"), 9, "events", Status.CLOSED, own=True),
    "profile, self-logged": Page("assignee", lambda t: "/profile/?state=closed", 9, status=Status.CLOSED, own=True),
    "queue, self-logged": Page("mate", of("tickets:queue"), 7, status=Status.CLOSED, own=True),
    "profile": Page("assignee", of("tickets:profile"), 9),
    "sign in": Page("nobody", of("account_login"), 1),
    "account": Page("submitter", of("account_profile"), 7),
    "submitted": Page("submitter", of("tickets:profile_submitted"), 8),
    "submitted, organisation": Page("colleague", lambda t: "/profile/submitted/?scope=organisation", 8),
    "performance": Page("assignee", month("tickets:profile_performance"), 16, status=Status.CLOSED),
    "performance, of another": Page(
        "manager",
        lambda t: f"{month('tickets:profile_performance')(t)}&owner={t.assignee_id}",
        17,
        status=Status.CLOSED,
    ),
    "work of a type": Page("manager", of_month("tickets:performance_items"), 12, status=Status.CLOSED),
    "work of one's own": Page("assignee", of_month("tickets:performance_items", place=""), 12, status=Status.CLOSED),
    "explained type": Page("manager", of_month("tickets:performance_explain"), 12, status=Status.CLOSED),
    "explained group": Page("manager", of_month("tickets:performance_explain", type_=""), 10, status=Status.CLOSED),
    "correction": Page("admin", of("tickets:item_correction", "item_id"), 9, "events", Status.CLOSED),
    "explanation": Page("assignee", of("tickets:item_explanation", "item_id"), 14, "events", Status.CLOSED),
    "dashboard": Page("manager", month("performance:dashboard"), 10, status=Status.CLOSED),
    "dashboard, lead": Page("lead", month("performance:dashboard"), 11, status=Status.CLOSED),
    "what if": Page("manager", tried, 29, status=Status.CLOSED),
    "calendar": Page("assignee", simulated, 9, status=Status.CLOSED),
    "monthly report, locked": Page("manager", locked, 6, status=Status.CLOSED),
    "adjustments": Page("manager", moved, 17, status=Status.CLOSED),
    "adjustments, own": Page("assignee", moved, 18, status=Status.CLOSED),
    "dashboard, own": Page("assignee", month("performance:dashboard"), 9, status=Status.CLOSED),
    "monthly report": Page("manager", report, 9, status=Status.CLOSED),
    "monthly report, own": Page("assignee", report, 9, status=Status.CLOSED),
    "admin": Page("admin", everything_waits, 15, status=Status.NEW),
    "admin, pending": Page("admin", of("admin:tickets_pendingticket_changelist"), 7, status=Status.NEW),
    "admin, pending, by department": Page(
        "admin", of("admin:tickets_pendingticket_changelist"), 7, "places", Status.NEW
    ),
    "admin, tickets": Page("admin", of("admin:tickets_ticket_changelist"), 8),
    "admin, ticket": Page("admin", of("admin:tickets_ticket_change", "pk"), 10, "events"),
    "admin, events": Page("manager", of("admin:tickets_ticketevent_changelist"), 7, "events"),
    "admin, events as CSV": Page("manager", of("admin:tickets_ticketevent_export"), 4, "events"),
    "admin, changes": Page("manager", of("admin:accounts_settingschange_changelist"), 7, "changes"),
    "admin, changes as CSV": Page("manager", of("admin:accounts_settingschange_export"), 4, "changes"),
    "admin, import": Page("admin", of("admin:kpi_kpiitem_import"), 4),
    "admin, holidays": Page("admin", compared_days, 8),
    "admin, changes of the past": Page("manager", of("admin:kpi_change_changelist"), 7, "past", Status.CLOSED),
    "admin, change of the past": Page("admin", a_change, 11, "moves", Status.CLOSED),
    "admin, country": Page("manager", country_page, 8, "places"),
    "admin, departments": Page("admin", of("admin:accounts_department_changelist"), 5, "places"),
    "admin, department": Page("admin", of("admin:accounts_department_change", "department_id"), 9, "places"),
    "admin, preset": Page("admin", of("admin:accounts_department_preset", "department_id"), 3, "places"),
    "admin, switch off": Page("admin", of("admin:accounts_department_active", "department_id"), 6),
    "admin, map": Page("admin", of("admin:kpi_departmenttype_changelist"), 6, "places"),
    "admin, map as a grid": Page("admin", of("admin:kpi_departmenttype_grid"), 8, "places"),
    "admin, types": Page("manager", of("admin:kpi_kpitype_changelist"), 7, "types"),
    "admin, type": Page("admin", a_type, 6, "versions"),
    "admin, type tried": Page("manager", lambda t: f"{a_type(t)}?try=1&m_response_seconds=10", 6, "versions"),
    "admin, type tried live": Page("admin", tried_live, 5, "versions"),
    "admin, version to add": Page("admin", a_new_version, 9, "versions"),
    "admin, version": Page("admin", a_version, 7, "versions"),
    "admin, clone": Page("admin", lambda t: reverse("admin:kpi_kpitype_clone", args=[t.type_id]), 7, "versions"),
    "admin, rules": Page("manager", lambda t: reverse("admin:kpi_rules"), 3, "types"),
    "admin, rule": Page("manager", lambda t: reverse("admin:kpi_rule", args=["rr"]), 6, "types"),
    "admin, items": Page("manager", of("admin:kpi_kpiitem_changelist"), 8),
}


def copies(ticket: Ticket, number: int) -> None:
    """`number` more tickets like this one, each with its own item, clocks and events."""
    items = KpiItem.objects.bulk_create([_copy(ticket.item) for _ in range(number)])
    tickets = Ticket.objects.bulk_create([_copy(ticket, item=item, reference=uuid.uuid4()) for item in items])
    TicketEvent.objects.bulk_create(
        [_copy(event, ticket=t, number=t.pk) for t in tickets for event in ticket.events.all()]
    )
    for clock in Clock.objects.filter(item=ticket.item_id):
        clocks = Clock.objects.bulk_create([_copy(clock, item=item) for item in items])
        spans = list(Span.objects.filter(clock=clock))
        Span.objects.bulk_create([_copy(span, clock=own) for own in clocks for span in spans])


def chatter(ticket: Ticket, number: int) -> None:
    """`number` more messages on the ticket, by turns of the assignee and of the client."""
    last = ticket.events.order_by("pk").last()
    people = (ticket.assignee, ticket.submitter)
    TicketEvent.objects.bulk_create(
        [
            _copy(
                last, kind="replied", actor=people[n % 2], at=START + minutes(n), visibility="public", body=f"Line {n}"
            )
            for n in range(number)
        ]
    )


def changes(ticket: Ticket, number: int) -> None:
    """`number` more rows of the audit log, of several kinds of things."""
    rows = list(SettingsChange.objects.order_by("-pk")[:FEW])
    SettingsChange.objects.bulk_create([_copy(rows[n % FEW], actor=ticket.assignee) for n in range(number)])


def moves(ticket: Ticket, number: int) -> None:
    """`number` more items that a change moves."""
    row = ChangedItem.objects.latest("pk")
    items = KpiItem.objects.bulk_create([_copy(ticket.item) for _ in range(number)])
    ChangedItem.objects.bulk_create([_copy(row, item=item) for item in items])


def more_past(ticket: Ticket, number: int) -> None:
    """`number` more changes of the past."""
    change = Change.objects.order_by("pk").first() or _change_of(ticket)
    Change.objects.bulk_create([_copy(change) for _ in range(number)])


def places(ticket: Ticket, number: int) -> None:
    """`number` more departments of the country, special days of the year to come, types, and rows of the map."""
    country, known = ticket.department.country, Department.objects.count()
    today = timezone.now().date()
    words = [f"{known}-{n}" for n in range(number)]
    departments = [Department(country=country, code=f"ke-{one}", name=f"Team {one}") for one in words]
    Department.objects.bulk_create(departments)
    days = [today + timedelta(days=known + n) for n in range(number)]
    ReplacedDay.objects.bulk_create([ReplacedDay(country=country, date=day, name=f"{day}") for day in days])
    types = KpiType.objects.bulk_create([KpiType(code=f"type-{one}", name=f"Type {one}") for one in words])
    version = TypeVersion.objects.get(type=ticket.type_id)
    TypeVersion.objects.bulk_create([_copy(version, type=type_) for type_ in types])
    pairs = zip(departments, types, strict=True)
    DepartmentType.objects.bulk_create([DepartmentType(department=d, type=t, valid_from=SINCE) for d, t in pairs])


def versions(ticket: Ticket, number: int) -> None:
    """`number` more versions of the ticket's type, each with people who have targets of their own."""
    first = TypeVersion.objects.filter(type=ticket.type_id).earliest("valid_from")
    days = (first.valid_from - timedelta(days=n) for n in range(1, number + 1))
    own = {**first.parameters, "owner_targets": [{"owner": ticket.assignee_id, "from": "2026-01", "value": 9}]}
    TypeVersion.objects.bulk_create([_copy(first, valid_from=day, parameters=own) for day in days])


def more_types(ticket: Ticket, number: int) -> None:
    """`number` more types of the same rule, each with a version."""
    version, start = TypeVersion.objects.get(type=ticket.type_id), KpiType.objects.count()
    names = [f"type-{n}" for n in range(start, start + number)]
    types = KpiType.objects.bulk_create([KpiType(code=name, name=name, rule="rr") for name in names])
    TypeVersion.objects.bulk_create([_copy(version, type_id=type_.pk) for type_ in types])


def _copy(row: Any, **changes: Any) -> Any:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    copy = type(row)(**{**fields, "id": None})
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def cost(client: Client, path: str, data: dict[str, Any] | None = None) -> int:
    """The queries of one request that is answered, by a page or by the redirect after a good form.

    Without the savepoints: inside a test's transaction they stand for BEGIN and COMMIT. PostgreSQL's own locks do
    not count either.
    """
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path) if data is None else client.post(path, data)
        assert answer.status_code == (200 if data is None else 302)
        getattr(answer, "getvalue", bytes)()  # a streamed one asks while it is read
    return sum(not UNCOUNTED.search(query["sql"]) for query in queries)


GROWING = {
    "tickets": copies,
    "events": chatter,
    "changes": changes,
    "moves": moves,
    "past": more_past,
    "places": places,
    "versions": versions,
    "types": more_types,
}


@pytest.mark.parametrize("name", PAGES)
def test_pages(cast: Cast, name: str) -> None:
    page = PAGES[name]
    ticket = make_ticket(cast, status=page.status)
    Ticket.objects.update(organisation=cast.organisation, kind="self" if page.own else "intake")
    ticket.refresh_from_db()
    grow = GROWING[page.grows]
    client = come_as(cast, page.who)
    client.get(page.path(ticket))
    grow(ticket, FEW - 1)
    few = cost(client, page.path(ticket))
    grow(ticket, MANY - FEW)
    assert (few, cost(client, page.path(ticket))) == (page.queries, page.queries)


FORMS: dict[str, tuple[str, str, int]] = {
    "submission": ("nobody", "intake:submit", 36),
    "submission, signed in": ("submitter", "intake:submit", 37),
    "client's message": ("submitter", "intake:message", 12),
    "reply": ("assignee", "tickets:message", 29),
    "close": ("assignee", "tickets:update", 33),
    "self-logged": ("assignee", "tickets:self_log", 37),
}


@pytest.mark.parametrize("name", FORMS)
def test_forms(cast: Cast, name: str) -> None:
    who, address, queries = FORMS[name]
    ticket = make_ticket(cast, status=Status.PROGRESS)
    copies(ticket, FEW)
    form = {
        "form_key": str(uuid.uuid4()), "department": ticket.department_id, "type": ticket.type_id, "user": "",
        "description": "The lift stops.", "name": "Hassan Abdi", "email": "hassan@savanna.example", "body": "Soon.",
        "tab": "reply", "ticket_date": str(ticket.ticket_date), "status": "closed", "priority": ticket.priority,
        "subject": ticket.subject, "version": ticket.version, "offered": ticket.department_id,
    }  # fmt: skip
    if address == "tickets:update":
        form["description"] = ticket.description
    if address == "tickets:self_log":
        today = timezone.now().astimezone(NAIROBI).date()
        form |= {"ticket_date": str(today), "count_off_day": "on", "m_response_seconds": "10"}
    client = come_as(cast, who)
    path = reverse(address, args=[] if address in ("intake:submit", "tickets:self_log") else [ticket.reference])
    assert cost(client, path, form) == queries
