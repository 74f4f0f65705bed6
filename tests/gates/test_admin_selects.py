"""No page of the admin lists people, client companies or work in full: with more of them no select grows.

What has a select that grows with them is looked up on the server instead (accounts/key_select.py).
"""

import re
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Asset, Contact, Organisation, Site, User
from kpi.models import KpiItem, KpiType, TypeVersion, UptimeUnit
from tests.cast import Cast, make_ticket
from tests.gates.addresses import come_as
from tests.gates.admin_cases import CASES
from tests.gates.test_admin_actions import people
from tests.gates.test_admin_routes import a_row, address
from tests.gates.test_query_budgets import copies
from tests.kpi.excel.workbooks import typed_type
from tests.kpi.months import done
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
MANY = 60
Counts = Counter[tuple[str, str]]


class _Selects(HTMLParser):
    """How many options each select of a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.select, self.counts = "", Counter[str]()

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        given = dict(attributes)
        if tag in ("select", "datalist"):
            self.select = given.get("name") or given.get("id") or tag
        elif tag == "option":
            self.counts[self.select] += 1
        elif tag == "input" and given.get("type") in ("radio", "checkbox"):
            self.counts[given.get("name") or ""] += given.get("name") != ACTION_CHECKBOX_NAME
        elif (
            tag == "a" and (given.get("href") or "").startswith("?") and not re.search("[?&](p|all|o)=", given["href"])
        ):
            self.counts["filters"] += 1  # without the pages of the list and its columns


def options_of(client: Client, path: str, data: dict[str, Any] | None = None) -> Counter[str]:
    answer = client.post(path, data) if data else client.get(path)
    assert answer.status_code == 200, path
    reader = _Selects()
    reader.feed(answer.content.decode())
    return reader.counts


def crowd(cast: Cast) -> None:
    """Many of everything that grows as a company works."""
    start = User.objects.count()
    for role, department in (
        ("agent", cast.department),
        ("agent", cast.other_department),
        ("customer", None),
        ("admin", None),
    ):
        people(
            role=role,
            department=department,
            email=lambda cast, at, role=role, place=department: f"{role}{place and place.pk}{at}@example.org",
        )(cast, MANY)
    assert User.objects.count() == start + 4 * MANY
    copies(Ticket.objects.order_by("pk").first() or make_ticket(cast), MANY)
    companies = Organisation.objects.bulk_create(Organisation(name=f"crowd {at}") for at in range(MANY))
    for model in (Site, Contact):
        model.objects.bulk_create(model(organisation=one, name=one.name) for one in companies)
    Asset.objects.bulk_create(
        Asset(organisation=one, department=cast.department, kind="system", name=one.name) for one in companies
    )
    UptimeUnit.objects.bulk_create(
        UptimeUnit(department=cast.department, code=f"crowd-{at}", name=f"crowd {at}", active_from=date(2026, 1, 1))
        for at in range(MANY)
    )


def pages(cast: Cast, rows: dict[type[Model], Model]) -> list[tuple[str, dict[str, Any] | None]]:
    """Every list, form and question of the admin, and the address with what is posted to it."""
    found: list[tuple[str, dict[str, Any] | None]] = []
    request = come_as(cast, "admin").get("/admin/").wsgi_request
    for model, one in admin.site._registry.items():
        row = rows[model]
        if model._meta.label != "accounts.SiteSettings":
            found.append((address(model, "changelist"), None))
        if one.has_add_permission(request):
            query = CASES[model._meta.label].query(cast) if model._meta.label in CASES else ""
            found.append((address(model, "add") + query, None))
        found.append((address(model, "change", row.pk), None))
        for action in one.get_actions(request):
            if not one.has_delete_permission(request) and action == "delete_selected":
                continue
            found.append((address(model, "changelist"), {"action": action, ACTION_CHECKBOX_NAME: row.pk}))
    return found


def counted(client: Client, asked: list[tuple[str, dict[str, Any] | None]]) -> Counts:
    return Counter(
        {
            (f"{path} {(data or {}).get('action', '')}", name): number
            for path, data in asked
            for name, number in options_of(client, path, data).items()
        }
    )


def a_reported_unit(cast: Cast) -> KpiItem:
    """Uptime as a file brought it in."""
    router = UptimeUnit.objects.create(
        department=cast.department, code="router", name="Router", active_from=date(2026, 1, 1)
    )
    uptime = typed_type(cast, "uptime")
    (item,) = done(uptime, cast.mate, {"unit": router.pk, "downtime_minutes": 0})
    KpiItem.objects.filter(pk=item.pk).update(source="imported", unit=router)
    return item


def test_a_unit_is_looked_up_and_stays_chosen(cast: Cast) -> None:
    client = come_as(cast, "admin")
    page = reverse("admin:kpi_kpiitem_imported", args=[a_reported_unit(cast).pk])
    shown = client.get(page).content.decode()
    assert ["selected>Router</option>" in shown, 'data-field-name="unit"' in shown, "autocomplete.js" in shown] == [
        True,
        True,
        True,
    ]
    mail = UptimeUnit.objects.create(department=cast.department, code="mail", name="Mail", active_from="2026-01-01")
    sent = {"owner": cast.mate.email, "department": cast.department.pk, "date": "2026-10-05", "downtime_minutes": "0"}
    for none in ("0", "abc", "9" * 40):
        refused = client.post(page, {**sent, "unit": none, "why": "Mistyped"})
        assert [refused.status_code, list(refused.context["form"].errors)] == [422, ["unit"]], none
    assert client.post(page, {**sent, "unit": mail.pk, "why": "Mistyped"}).status_code == 302
    assert KpiItem.objects.get(source="imported").unit == mail


def test_no_select_grows_with_people_companies_or_work(cast: Cast) -> None:
    client = come_as(cast, "admin")
    # First what the product writes itself, which is made of what the cast alone has.
    models = sorted(admin.site._registry, key=lambda model: model._meta.label in CASES)
    rows = {model: a_row(cast, model) for model in models}
    project = KpiType.objects.create(code="project", name="Project", rule="project")
    version = TypeVersion.objects.create(
        type=project,
        valid_from=date(2190, 1, 1),
        group=cast.group,
        parameters={"target": 20, "owner_targets": [{"owner": cast.mate.pk, "from": "2026-03", "value": 12}]},
    )
    reported = a_reported_unit(cast)
    asked = [*pages(cast, rows), (address(TypeVersion, "change", version.pk), None)]
    asked.append((reverse("admin:kpi_kpiitem_imported", args=[reported.pk]), None))
    before = counted(client, asked)
    crowd(cast)
    after = counted(client, asked)
    grown = {place: (before[place], number) for place, number in after.items() if number > before[place]}
    assert grown == {}


def looked_up(client: Client, field: str, **asked: Any) -> set[str]:
    address = {"app_label": "kpi", "model_name": "kpiitem", "field_name": field, "term": "", **asked}
    return {one["text"] for one in client.get("/admin/autocomplete/", address).json()["results"]}


def shown(person: User) -> str:
    return f"{person.name} ({person.email})"


def test_people_are_looked_up_among_those_who_may_be_chosen(cast: Cast) -> None:
    client = come_as(cast, "admin")
    agents = {shown(one) for one in (cast.assignee, cast.mate, cast.lead)}
    assert looked_up(client, "owner", agents_of=cast.department.pk) == agents
    assert looked_up(client, "owner", agents_of="0") == set()
    staff = {*agents, *(shown(one) for one in (cast.other_agent, cast.manager, cast.admin))}
    assert looked_up(client, "owner", staff=1) == staff
    assert looked_up(client, "owner", staff=1, term="mona") == {shown(cast.manager)}
    assert looked_up(client, "owner") >= {*staff, shown(cast.submitter), shown(cast.gone)}


def test_namesakes_are_told_apart_by_their_addresses(cast: Cast) -> None:
    client = come_as(cast, "admin")
    User.objects.create_user(email="mona.two@kpiweb.example", name=cast.manager.name, role="management")
    User.objects.create_user(email="nameless@kpiweb.example", role="management")
    found = looked_up(client, "owner", staff=1, term=cast.manager.name)
    assert found == {f"{cast.manager.name} ({email})" for email in (cast.manager.email, "mona.two@kpiweb.example")}
    assert looked_up(client, "owner", staff=1, term="nameless") == {"nameless@kpiweb.example"}


def test_a_person_with_a_target_is_looked_up_and_stays_chosen(cast: Cast) -> None:
    """Whoever was typed is judged, though nobody is listed."""
    client = come_as(cast, "admin")
    project = KpiType.objects.create(code="project", name="Project", rule="project")
    form = {"type": project.pk, "valid_from": "2190-01-01", "group": cast.group.pk, "weight": "1", "pass_mark": "95"}
    form |= {"target": "20", "owner_targets.0.from": "2190-01", "owner_targets.0.value": "12"}
    for nobody in (cast.submitter.pk, cast.gone.pk, 0, "abc", "9" * 40):
        answer = client.post(address(TypeVersion, "add"), form | {"owner_targets.0.owner": nobody})
        errors = answer.context["adminform"].form.errors
        assert errors["owner_targets.0.owner"] == ["Choose the person from the list"], nobody
    stored = client.post(address(TypeVersion, "add"), form | {"owner_targets.0.owner": cast.mate.pk})
    assert stored.status_code == 302
    version = TypeVersion.objects.get(type=project)
    assert version.parameters["owner_targets"] == [{"owner": cast.mate.pk, "from": "2190-01", "value": 12}]
    page = client.get(address(TypeVersion, "change", version.pk)).content.decode()
    assert f'<option value="{cast.mate.pk}" selected>Moses Mate</option>' in page
    assert page.count('data-ajax--url="/admin/autocomplete/?staff=1"') == 4
