"""Every action of the admin on a thousand rows: it asks first, does it in a bounded way, writes each row down.

An action without an entry fails the suite.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import (
    Asset,
    Contact,
    Contract,
    Country,
    Department,
    Organisation,
    SettingsChange,
    Site,
    User,
)
from kpi import cells
from kpi.models import DepartmentType, KpiGroup, KpiType, ReplacedDay, TypeVersion, UptimeUnit, WorkingHours
from notifications.models import MailStatus, OutgoingMail
from tests.cast import START, Cast, make_ticket
from tests.gates.filled import filled
from tests.gates.test_query_budgets import copies
from tickets.models import Ticket, TicketEvent

pytestmark = pytest.mark.django_db
FEW, MANY = 10, 1000
OWN = "Moses Mate submitted this ticket and cannot handle it"
FAR = date(2190, 1, 1)
Maker = Callable[[Cast, int], Any]


@dataclass(frozen=True)
class Act:
    """An action on `make`'s rows, which the list finds by `query`.

    `each`: queries for each row, 0 where there are as many for ten as for a thousand. `kept`: the sentence about the
    one row that it cannot be done to. `written`: what the audit row of each row tells, before and after.
    """

    make: Maker
    says: str
    each: float = 0
    query: str = "q=crowd"
    typed: Callable[[Cast], dict[str, Any]] = lambda cast: {}
    kept: Callable[[Cast], str] = lambda cast: ""
    spoil: Callable[[Cast], Any] = lambda cast: None
    written: dict[str, list[Any]] | None = field(default=None)
    many: int = MANY
    about: str = ""  # the kind of row that the audit row is about, where it is another


def many(model: type[Model], **fields: Any) -> Maker:
    """`number` rows; a field may be made of the cast and the row's number."""

    def make(cast: Cast, number: int) -> None:
        def value(one: Any, at: int) -> Any:
            return one(cast, at) if callable(one) else one

        rows = [model(**{name: value(one, at) for name, one in fields.items()}) for at in range(number)]
        model._base_manager.bulk_create(rows)

    return make


def named(cast: Cast, at: int) -> str:
    return f"crowd {at:04}"


def coded(cast: Cast, at: int) -> str:
    return f"crowd-{at:04}"


def day(cast: Cast, at: int) -> date:
    return FAR + timedelta(days=at)


def month(cast: Cast, at: int) -> date:
    return date(2190 + at // 12, at % 12 + 1, 1)


def code_of(cast: Cast, at: int) -> str:
    """Two letters would not do for a thousand countries; the list does not mind."""
    return chr(0x4E00 + at) + "x"


def acme(cast: Cast, at: int) -> Any:
    return cast.organisation


def operations(cast: Cast, at: int) -> Any:
    return cast.department


def versions(cast: Cast, number: int) -> None:
    """Twenty of each type."""
    KpiType.objects.filter(name__startswith="versioned").delete()
    types = [KpiType(name=f"versioned {at:02}", code=f"versioned-{at:02}") for at in range(number // 20 + 1)]
    stored = KpiType.objects.bulk_create(types)
    fields: dict[str, Any] = {"group": lambda cast, at: cast.group, "valid_from": day}
    many(TypeVersion, type=lambda cast, at: stored[at // 20], **fields)(cast, number)


def people(**fields: Any) -> Maker:
    return many(
        User, **{"name": named, "email": lambda cast, at: f"crowd{at}@example.org", "role": "customer", **fields}
    )


def with_second_step(cast: Cast, number: int) -> None:
    people()(cast, number)
    crowd = User.objects.filter(name__startswith="crowd")
    Authenticator.objects.bulk_create([Authenticator(user=one, type="totp", data={"secret": "x"}) for one in crowd])


def mails(status: MailStatus) -> Maker:
    return many(
        OutgoingMail, kind="reply", event_key=coded, recipient="crowd@example.org", recipient_key="crowd@example.org",
        subject=named, text="x", message_id=lambda cast, at: str(uuid.uuid4()), status=status, attempts=4,
        next_try_at=START, created_at=START, last_error="451",
    )  # fmt: skip


def pending(cast: Cast, number: int) -> None:
    ticket = make_ticket(cast, subject="crowd")
    copies(ticket, number - 1)


def sent(cast: Cast) -> None:
    kept = OutgoingMail.objects.latest("pk")
    kept.pk, kept.event_key, kept.message_id = None, "kept", "kept"
    kept.subject, kept.status = "crowd kept", MailStatus.SENT
    kept.save()


def with_(model: type[Model], **fields: Any) -> Callable[[Cast], Any]:
    return lambda cast: model._base_manager.create(
        **{name: one(cast) if callable(one) else one for name, one in fields.items()}
    )


DELETED = {"each": 4, "says": "Delete"}


def needed(make: Callable[[Cast], Any], sentence: str) -> dict[str, Any]:
    return {"spoil": make, "kept": lambda cast: sentence}


DELETIONS: dict[str, Act] = {
    "accounts.Asset": Act(
        many(Asset, organisation=acme, department=operations, kind="system", name=named), "assets", 2
    ),
    "accounts.Contact": Act(many(Contact, organisation=acme, name=named), "contacts", 2),
    "accounts.Contract": Act(many(Contract, organisation=acme, name=named, starts_on=FAR, ends_on=FAR), "contracts", 2),
    "accounts.Country": Act(
        many(Country, code=code_of, name=named, zone="Africa/Nairobi"),
        "countries",
        2,
        **needed(
            lambda cast: Department.objects.create(
                country=Country.objects.create(code="CK", name="crowd kept", zone="UTC"), code="ck", name="K"
            ),
            "crowd kept was left as is: needed by departments.",
        ),
    ),
    "accounts.Department": Act(
        many(Department, country=lambda cast, at: cast.country, code=coded, name=named),
        "departments",
        2,
        **needed(
            lambda cast: User.objects.create(
                name="A",
                email="a@example.org",
                role="agent",
                department=Department.objects.create(country=cast.country, code="ck", name="crowd kept"),
            ),
            "Kenya / crowd kept was left as is: needed by users.",
        ),
    ),
    "accounts.Organisation": Act(many(Organisation, name=named), "organisations", 2),
    "accounts.Site": Act(many(Site, organisation=acme, name=named), "sites", 2),
    "kpi.KpiGroup": Act(
        many(KpiGroup, name=named),
        "KPI groups",
        2,
        **needed(
            lambda cast: TypeVersion.objects.create(
                type=cast.issue, valid_from=FAR, group=KpiGroup.objects.create(name="crowd kept")
            ),
            "crowd kept was left as is: needed by type versions.",
        ),
    ),
    "kpi.KpiType": Act(
        many(KpiType, name=named, code=coded),
        "KPI types",
        2,
        **needed(
            lambda cast: DepartmentType.objects.create(
                department=cast.department, valid_from=FAR, type=KpiType.objects.create(name="crowd kept", code="ck")
            ),
            "crowd kept was left as is: needed by rows of the department-type map.",
        ),
    ),
    "kpi.UptimeUnit": Act(
        many(UptimeUnit, department=operations, code=coded, name=named, active_from=FAR), "uptime units", 2
    ),
    "kpi.DepartmentType": Act(
        many(DepartmentType, department=operations, type=lambda cast, at: cast.issue, valid_from=month),
        "rows of the department-type map",
        4,
        "valid_from__gte=2190-01-01",
    ),
    "kpi.ReplacedDay": Act(
        many(ReplacedDay, country=lambda cast, at: cast.country, name=named, date=day), "holidays and special days", 4
    ),
    "kpi.TypeVersion": Act(
        versions,
        "type versions",
        6,
        "valid_from__gte=2190-01-01",
    ),
    "kpi.WorkingHours": Act(
        many(WorkingHours, country=lambda cast, at: cast.country, valid_from=day),
        "sets of working hours",
        4,
        "valid_from__gte=2190-01-01",
    ),
}
ACTS: dict[tuple[str, str], Act] = {
    **{(label, "delete_selected"): act for label, act in DELETIONS.items()},
    ("accounts.User", "deactivate"): Act(people(), "people", written={"is_active": ["True", "False"]}),
    ("accounts.User", "activate"): Act(people(is_active=False), "people", written={"is_active": ["False", "True"]}),
    ("accounts.User", "invite"): Act(people(), "people", 20),
    ("accounts.User", "forget_second_step"): Act(with_second_step, "people", 2, about="authenticator"),
    ("accounts.User", "set_role"): Act(
        people(department=operations), "people", typed=lambda cast: {"role": "agent"},
        written={"role": ["customer", "agent"]},
        spoil=with_(User, name="crowd kept", email="ck@example.org", role="customer"),
        kept=lambda cast: "crowd kept was left as is: an agent needs a department; choose it along with the role.",
    ),
    ("accounts.User", "set_department"): Act(
        people(role="management"), "people", typed=lambda cast: {"department": cast.department.pk},
        written={"department": ["None", "Kenya / Operations"]},
        spoil=with_(User, name="crowd kept", email="ck@example.org", role="customer"),
        kept=lambda cast: "crowd kept was left as is: is a customer, and customers work in no department.",
    ),
    ("notifications.OutgoingMail", "try_again_now"): Act(
        mails(MailStatus.PARKED), "mails", spoil=sent, written={"status": ["parked", "pending"]},
        kept=lambda cast: "crowd kept <crowd@example.org> was left as is: is sent already.",
    ),
    ("notifications.OutgoingMail", "park"): Act(
        mails(MailStatus.PENDING), "mails", spoil=sent, written={"status": ["pending", "parked"]},
        kept=lambda cast: "crowd kept <crowd@example.org> was left as is: is sent already.",
    ),
    ("tickets.Ticket", "assign_selected"): Act(  # as those that are pending, which come by the thousand
        pending, "tickets", 50, typed=lambda cast: {"to": cast.mate.pk, "notify": "on"}, about="assigned", many=100,
        spoil=lambda cast: make_ticket(cast, subject="crowd", submitter=cast.mate),
        kept=lambda cast: f"{Ticket.objects.latest('pk')} was left as is: {OWN}.",
    ),
    ("tickets.PendingTicket", "assign_selected"): Act(
        pending, "pending tickets", 50, typed=lambda cast: {"to": cast.mate.pk}, about="assigned",
        spoil=lambda cast: make_ticket(cast, subject="crowd", submitter=cast.mate),
        kept=lambda cast: f"{Ticket.objects.latest('pk')} was left as is: {OWN}.",
    ),
    ("tickets.PendingTicket", "delete_selected"): Act(pending, "pending tickets", 50, about="deleted"),
}  # fmt: skip


def offered() -> list[tuple[str, str]]:
    """Every action that an admin is offered, with its model."""
    request = RequestFactory().get("/")
    request.user = User(role="admin", is_active=True)
    return sorted(
        (model._meta.label, name) for model, one in admin.site._registry.items() for name in one.get_actions(request)
    )


def test_every_action_is_tried() -> None:
    assert offered() == sorted(ACTS)


@pytest.fixture
def house(cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast.admin)
    return client


def carried_out(house: Client, cast: Cast, key: tuple[str, str], number: int, *, spoilt: bool) -> tuple[int, int]:
    """The queries of asking about so many rows and of doing it to them, through the real pages."""
    act, model = ACTS[key], next(one for one in admin.site._registry if one._meta.label == key[0])
    act.make(cast, number)
    if spoilt:
        act.spoil(cast)
    address = f"{reverse(f'admin:{model._meta.app_label}_{model._meta.model_name}_changelist')}?{act.query}"
    listed = house.get(address)
    form = {"action": key[1], "select_across": "1", "_selected_action": listed.context["cl"].result_list[0].pk}
    before = [
        SettingsChange.objects.count(),
        TicketEvent.objects.count(),
        list(model._base_manager.order_by("pk").values()),
    ]
    with CaptureQueriesContext(connection) as asking:
        asked = house.post(address, form)
    assert (asked.status_code, asked.templates[0].name) == (200, "admin/bulk.html")
    total = number + (1 if spoilt and act.kept(cast) else 0)
    assert asked.context["counted"] == f"{total} {act.says}"
    assert before == [
        SettingsChange.objects.count(),
        TicketEvent.objects.count(),
        list(model._base_manager.order_by("pk").values()),
    ]
    SettingsChange.objects.all().delete()
    kept = act.kept(cast) if spoilt else ""
    with CaptureQueriesContext(connection) as doing:
        done = house.post(address, filled(asked, "bulk_form") | act.typed(cast))
    assert done.status_code == 302
    said = [str(one) for one in house.get(done["Location"]).context["messages"]]
    assert said == [f"{asked.context['deed'].title}: done for {number} {act.says}.", *([kept] if kept else [])]
    return len(asking), len(doing)


def audited(act: Act, cast: Cast, model: str) -> int:
    """How many rows tell of it, each with who, before and after."""
    if act.about in ("assigned", "deleted"):
        return TicketEvent.objects.filter(kind=act.about, actor=cast.admin).count()
    rows = SettingsChange.objects.filter(actor=cast.admin, content_type__model=act.about or model)
    told = rows.values_list("action", "changes")
    if act.written is None:
        return sum(action == SettingsChange.Action.DELETE for action, _changes in told)
    expected = {name: [str(value) for value in values] for name, values in act.written.items()}
    return sum(
        {name: [str(one) for one in changes.get(name, [])] for name in expected} == expected
        for _action, changes in told
    )


@pytest.mark.parametrize("key", ACTS, ids=" ".join)
def test_an_action_on_a_thousand_rows(house: Client, cast: Cast, key: tuple[str, str]) -> None:
    act = ACTS[key]
    asked_few, few = carried_out(house, cast, key, FEW, spoilt=False)
    clear(key)
    asked_many, many_ = carried_out(house, cast, key, act.many, spoilt=True)
    assert asked_many <= asked_few + 1, "asking costs as much for many as for few"
    assert many_ <= few + act.each * (act.many - FEW) + 30, f"{few} queries for {FEW} rows, {many_} for {act.many}"
    assert cells.drift() == []
    if key[1] != "invite":
        assert audited(act, cast, key[0].partition(".")[2].lower()) == act.many


def clear(key: tuple[str, str]) -> None:
    """What the first round left."""
    User.objects.filter(name__startswith="crowd").delete()
    OutgoingMail.objects.all().delete()
    TicketEvent.objects.all().delete()
    Ticket.objects.all().delete()
