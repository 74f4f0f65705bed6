"""The lists of the admin: as many queries at 300 rows as at 3, and as much work at a hundred thousand as at a fifth.

A model without an entry fails the suite.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, models
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Country, Department, SettingsChange, User
from kpi import drift, locking
from kpi.models import Cell, Change, KpiGroup, KpiItem, KpiType, MonthLock
from kpiweb.model_admin import COUNTED
from notifications.models import MailStatus, OutgoingMail
from tests.cast import START, Cast, make_ticket
from tests.gates.test_admin_actions import DELETIONS, mails, pending, people
from tests.gates.test_query_budgets import _copy as copy
from tests.gates.test_query_budgets import copies, cost
from tests.kpi.months import OVER
from tickets.models import PendingTicket, Ticket, TicketEvent

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 300
CLASSES = {model._meta.label: model for model in admin.site._registry if model._meta.label != "accounts.SiteSettings"}


@pytest.fixture
def house(cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast.admin)
    return client


def address_of(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def of_ticket(cast: Cast, number: int) -> None:
    copies(Ticket.objects.order_by("pk").first() or make_ticket(cast, assignee=cast.mate), number)


def more(first: Callable[[Cast], Any], **unlike: Callable[[int], Any]) -> Callable[[Cast, int], None]:
    """Copies of one row, unlike each other in some columns."""

    def make(cast: Cast, number: int) -> None:
        row = first(cast)
        start = type(row)._base_manager.count()
        rows = [copy(row, **{name: one(start + at) for name, one in unlike.items()}) for at in range(number)]
        type(row)._base_manager.bulk_create(rows)

    return make


def a_cell(cast: Cast) -> Cell:
    make_ticket(cast, assignee=cast.mate)
    return Cell.objects.latest("pk")


def a_change(cast: Cast) -> Change:
    return Change.objects.create(title="Stricter", plan=[], by=cast.admin, at=START, reason="x")


def a_lock(cast: Cast) -> MonthLock:
    make_ticket(cast)
    month = KpiItem.objects.latest("pk").month
    return MonthLock.objects.first() or locking.lock(month, actor=cast.admin, at=OVER)


LISTS: dict[str, Callable[[Cast, int], Any]] = {
    **{label: act.make for label, act in DELETIONS.items()},
    "accounts.User": people(),
    "accounts.SettingsChange": more(lambda cast: SettingsChange.objects.latest("pk")),
    "notifications.OutgoingMail": mails(MailStatus.PARKED),
    "tickets.Ticket": of_ticket,
    "tickets.PendingTicket": pending,
    "tickets.TicketEvent": of_ticket,
    "kpi.KpiItem": of_ticket,
    "kpi.Cell": more(a_cell, unit_id=lambda at: None, month=lambda at: START.date().replace(year=2100 + at, day=1)),
    "kpi.Change": more(a_change),
    "kpi.DriftCheck": more(lambda cast: drift.check(at=START)),
    "kpi.MonthLock": more(
        a_lock,
        unlocked_at=lambda at: OVER,
        unlocked_by_id=lambda at: User.objects.get(role="admin").pk,
        unlock_reason=lambda at: "x",
    ),
}
# What a filter or a plain select lists in full: as many as a company has places and measures, never more.
FEW_OF_THEM = (Country, Department, KpiGroup, KpiType)


def test_every_list_is_tried() -> None:
    assert sorted(LISTS) == sorted(CLASSES)


@pytest.mark.both
@pytest.mark.parametrize("asked", ["submitted_at__year=99999", "department__id__exact=abc"])
@pytest.mark.parametrize("across", [{}, {"select_across": "1"}])
def test_what_no_filter_can_find_nothing_is_done_to(
    house: Client, cast: Cast, asked: str, across: dict[str, str]
) -> None:
    ticket = make_ticket(cast)
    chosen = {"action": "assign_selected", "_selected_action": [ticket.pk], "assign_to": cast.mate.pk, "confirmed": "1"}
    page = address_of(PendingTicket)
    answer = house.post(f"{page}?{asked}", chosen | across, follow=True)
    assert (answer.status_code, Ticket.objects.get(pk=ticket.pk).assignee) == (200, None)
    assert answer.redirect_chain[-1][0].partition("?")[0] == page


def test_a_number_of_rows_reads_well() -> None:
    """In "1 ..." and "4 ...", "needed by ..." and "Delete ...": rows are counted, not what they say or make up."""
    names = {
        label: f"1 {model._meta.verbose_name}, 4 {model._meta.verbose_name_plural}" for label, model in CLASSES.items()
    }
    assert names == {
        "accounts.Asset": "1 asset, 4 assets",
        "accounts.Contact": "1 contact, 4 contacts",
        "accounts.Contract": "1 contract, 4 contracts",
        "accounts.Country": "1 country, 4 countries",
        "accounts.Department": "1 department, 4 departments",
        "accounts.Organisation": "1 organisation, 4 organisations",
        "accounts.SettingsChange": "1 change of settings, 4 changes of settings",
        "accounts.Site": "1 site, 4 sites",
        "accounts.User": "1 user, 4 users",
        "kpi.Cell": "1 cell, 4 cells",
        "kpi.Change": "1 change of the past, 4 changes of the past",
        "kpi.DepartmentType": "1 row of the department-type map, 4 rows of the department-type map",
        "kpi.DriftCheck": "1 drift check, 4 drift checks",
        "kpi.KpiGroup": "1 KPI group, 4 KPI groups",
        "kpi.KpiItem": "1 KPI item, 4 KPI items",
        "kpi.KpiType": "1 KPI type, 4 KPI types",
        "kpi.MonthLock": "1 month lock, 4 month locks",
        "kpi.ReplacedDay": "1 holiday or special day, 4 holidays and special days",
        "kpi.TypeVersion": "1 type version, 4 type versions",
        "kpi.UptimeUnit": "1 uptime unit, 4 uptime units",
        "kpi.WorkingHours": "1 set of working hours, 4 sets of working hours",
        "notifications.OutgoingMail": "1 mail, 4 mails",
        "tickets.PendingTicket": "1 pending ticket, 4 pending tickets",
        "tickets.Ticket": "1 ticket, 4 tickets",
        "tickets.TicketEvent": "1 ticket event, 4 ticket events",
    }


@pytest.mark.parametrize("label", LISTS)
def test_a_list_asks_as_often_for_many_rows_as_for_few(house: Client, cast: Cast, label: str) -> None:
    address = address_of(CLASSES[label])
    house.get(address)
    LISTS[label](cast, FEW)
    few = cost(house, address)
    if label in DELETIONS:
        CLASSES[label]._base_manager.filter(pk__gt=0).filter(**_crowd(label)).delete()
    for table in (User.objects.filter(name__startswith="crowd"), OutgoingMail.objects.all()):
        table.delete()
    LISTS[label](cast, MANY)
    assert house.get(address).context["cl"].result_count >= MANY
    assert cost(house, address) == few <= 13


def _crowd(label: str) -> dict[str, Any]:
    has_name = "name" in {field.name for field in CLASSES[label]._meta.fields}
    return {"name__startswith": "crowd"} if has_name else {"valid_from__year__gte": 2190}


def test_filters_and_selects_list_only_what_is_few(house: Client, cast: Cast) -> None:
    """People, client companies and work are looked up, never listed in full."""
    found = []
    request = house.get("/admin/").wsgi_request
    for model, one in admin.site._registry.items():
        for name in one.get_list_filter(request):
            field = _last_field(model, name) if isinstance(name, str) else None
            if field is not None and field.is_relation and field.related_model not in FEW_OF_THEM:
                found.append((model._meta.label, name))
        looked_up = {*one.get_autocomplete_fields(request), *one.get_readonly_fields(request)}
        for field in model._meta.concrete_fields if one.has_change_permission(request) else ():
            shown = isinstance(field, models.ForeignKey) and field.name not in looked_up
            if shown and field.related_model not in FEW_OF_THEM and field.name in one.get_fields(request):
                found.append((model._meta.label, field.name))
    assert found == []


def _last_field(model: type[Model], path: str) -> Any:
    field: Any = None
    for name in path.split("__"):
        field = (field.related_model if field else model)._meta.get_field(name)
    return field


# A hundred thousand rows of one, written by the database itself; what has to differ is an expression over `i`.
MASSES: dict[type[Model], dict[str, str]] = {
    KpiItem: {},
    Ticket: {"reference": "lower(hex(randomblob(16)))", "item_id": "(SELECT max(id) FROM kpi_kpiitem) - i + 1"},
    TicketEvent: {},
    User: {"email": "'crowd' || i || '@mass.example'"},
    OutgoingMail: {"event_key": "'mass' || i", "message_id": "'mass' || i"},
    SettingsChange: {},
}
PAGES = (
    "/admin/",
    "/admin/tickets/ticket/",
    "/admin/tickets/ticket/?status__exact=new",
    "/admin/tickets/ticket/?submitted_at__year=2026&submitted_at__month=10",
    "/admin/tickets/pendingticket/",
    "/admin/tickets/ticketevent/",
    "/admin/tickets/ticketevent/?p=50",
    "/admin/kpi/kpiitem/",
    "/admin/kpi/kpiitem/?date__year=2026",
    "/admin/accounts/user/",
    "/admin/notifications/outgoingmail/",
    "/admin/notifications/outgoingmail/?status__exact=pending",
    "/admin/accounts/settingschange/",
    "/admin/kpi/cell/",
)


def mass(model: type[Model], number: int, unlike: dict[str, str]) -> None:
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
    values = ", ".join(unlike.get(name, f'one."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    table = model._meta.db_table
    connection.cursor().execute(
        f'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number}) INSERT INTO "{table}" '
        f'({names}) SELECT {values} FROM n, (SELECT * FROM "{table}" ORDER BY id DESC LIMIT 1) one'
    )


@contextmanager
def counted_steps() -> Iterator[list[int]]:
    """The steps of SQLite's machine, in hundreds."""
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    connection.connection.set_progress_handler(step, 100)
    try:
        yield steps
    finally:
        connection.connection.set_progress_handler(None, 0)


def work_of(house: Client) -> dict[str, int]:
    work = {}
    for page in PAGES:
        with counted_steps() as steps:
            answer = house.get(page)
        assert answer.status_code == 200, page
        work[page] = steps[0]
    return work


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="it counts the steps of SQLite's machine")
def test_a_list_is_as_much_work_at_a_hundred_thousand_rows_as_at_a_fifth(house: Client, cast: Cast) -> None:
    """Beyond what is counted, nothing on the page looks at how many rows there are."""
    make_ticket(cast, assignee=cast.mate)
    for model, unlike in MASSES.items():
        mass(model, 2 * COUNTED, unlike)
    house.get("/admin/")
    before = work_of(house)
    for model, unlike in MASSES.items():
        again = {name: one.replace("|| i", "|| i || 'x'") for name, one in unlike.items()}
        mass(model, 8 * COUNTED, again)
    after = work_of(house)
    grown = {page: (before[page], steps) for page, steps in after.items() if steps > 1.2 * before[page] + 100}
    assert grown == {}
    page = house.get("/admin/tickets/ticketevent/").content.decode()
    assert f"more than {COUNTED} ticket events" in page
