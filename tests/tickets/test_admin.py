"""Django admin: pending tickets first, assigned and deleted through the verbs; every model opens, management looks."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import Asset, Contact, Contract, Site, SiteSettings
from kpi.models import Cell
from notifications.models import OutgoingMail
from tests.cast import START, Cast, make_ticket, minutes
from tickets.models import PendingTicket, Ticket, TicketEvent
from tickets.states import Status

pytestmark = pytest.mark.django_db
PENDING = "/admin/tickets/pendingticket/"
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


def of(model: Any, what: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


@pytest.fixture
def full(cast: Cast) -> Cast:
    """A row of every model that an admin edits or reads."""
    make_ticket(cast)
    make_ticket(cast, status=Status.CLOSED)
    site = Site.objects.create(organisation=cast.organisation, name="Nairobi")
    Contact.objects.create(organisation=cast.organisation, name="Hassan Abdi")
    Contract.objects.create(organisation=cast.organisation, name="AMC", starts_on=START.date(), ends_on=START.date())
    Asset.objects.create(
        organisation=cast.organisation, site=site, department=cast.department, kind="equipment", name="Freezer"
    )
    SiteSettings.load().save()
    return cast


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_opens_for_the_admin_and_is_read_by_management(client: Client, full: Cast, model: Any) -> None:
    row = model.objects.first()
    for user, may_edit in ((full.admin, True), (full.manager, False)):
        client.force_login(user)
        query = {"q": "a"} if admin.site._registry[model].search_fields else {}
        listing, found = (client.get(of(model, "changelist"), asked, follow=True) for asked in ({}, query))
        assert (listing.status_code, found.status_code) == (200, 200)
        if row is not None:
            assert client.get(of(model, "change", row.pk)).status_code == 200
        adding = client.get(of(model, "add")).status_code
        assert adding in ((200, 403) if may_edit else (403,))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_management_changes_nothing(client: Client, full: Cast, model: Any) -> None:
    client.force_login(full.manager)
    row = model.objects.first()
    assert client.post(of(model, "add"), {}).status_code == 403
    if row is not None:
        assert client.post(of(model, "change", row.pk), {}).status_code == 403
        assert client.post(of(model, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("who", ["assignee", "submitter", "gone"])
def test_nobody_else_comes_in(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    answer = client.get(PENDING)
    assert answer.status_code == 302
    assert answer["Location"].startswith(("/admin/login/", "/accounts/login/"))


def test_pending_tickets_are_the_new_unassigned_ones_oldest_first(client: Client, cast: Cast) -> None:
    old, new = make_ticket(cast), make_ticket(cast, at=START + minutes(1))
    make_ticket(cast, assignee=cast.mate)
    make_ticket(cast, status=Status.CLOSED)
    client.force_login(cast.admin)
    assert [ticket.pk for ticket in client.get(PENDING).context["cl"].result_list] == [old.pk, new.pk]


def test_only_active_agents_of_the_department_are_offered(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    client.force_login(cast.admin)
    form = client.get(of(PendingTicket, "change", ticket.pk)).context["adminform"].form
    assert set(form.fields["assign_to"].queryset) == {cast.assignee, cast.mate, cast.lead}
    answer = client.post(of(PendingTicket, "change", ticket.pk), {"assign_to": cast.other_agent.pk})
    assert answer.status_code == 200
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_a_pending_ticket_asks_for_somebody_before_it_is_saved(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    client.force_login(cast.admin)
    address = of(PendingTicket, "change", ticket.pk)
    page = client.get(address).text
    assert f'<a href="/tickets/{ticket.reference}/">Open the ticket</a>' in page
    assert page.index("id_assign_to") < page.index("field-reference")
    refused = client.post(address, {"assign_to": "", "notify": "on"})
    assert refused.context["adminform"].form.errors == {"assign_to": ["Choose who gets the ticket."]}
    assert '<a href="#id_assign_to">Assign to</a>' in refused.text
    settled = make_ticket(cast, assignee=cast.mate)
    assert client.post(of(Ticket, "change", settled.pk), {"assign_to": ""}).status_code == 302


def test_assigning_goes_through_the_verb(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    client.force_login(cast.admin)
    form = {"assign_to": cast.mate.pk, "notify": "on", "status": "closed", "assignee": cast.assignee.pk}
    answer = client.post(of(PendingTicket, "change", ticket.pk), form)
    assert (answer.status_code, answer["Location"]) == (302, PENDING)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (cast.mate, Status.NEW)
    assert ticket.events.filter(kind="assigned", actor=cast.admin).count() == 1
    assert OutgoingMail.objects.filter(recipient=cast.mate.email).count() == 1
    client.post(of(Ticket, "change", ticket.pk), {"assign_to": cast.assignee.pk})
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.reassign_count) == (cast.assignee, 1)
    assert not OutgoingMail.objects.filter(recipient=cast.assignee.email).exists()


def test_many_are_assigned_at_once_to_one_person_of_their_department(client: Client, cast: Cast) -> None:
    tickets = [make_ticket(cast) for _ in range(3)]
    client.force_login(cast.admin)
    chosen = {"action": "assign_selected", "_selected_action": [ticket.pk for ticket in tickets]}
    asked = client.post(PENDING, chosen)
    assert asked.status_code == 200
    assert set(asked.context["form"].fields["to"].queryset) == {cast.assignee, cast.mate, cast.lead}
    chosen["confirmed"] = "1"
    refused = client.post(PENDING, {**chosen, "to": cast.other_agent.pk})
    assert refused.context["form"].errors == {"to": ["Choose an active agent of this department."]}
    assert Ticket.objects.filter(assignee__isnull=True).count() == 3
    client.post(PENDING, {**chosen, "to": cast.mate.pk, "notify": "on"})
    assert Ticket.objects.filter(assignee=cast.mate).count() == 3


def test_tickets_of_two_departments_are_not_assigned_together(client: Client, cast: Cast) -> None:
    tickets = [make_ticket(cast), make_ticket(cast, department=cast.other_department)]
    client.force_login(cast.admin)
    chosen = {"action": "assign_selected", "_selected_action": [ticket.pk for ticket in tickets]}
    answer = client.post(PENDING, chosen, follow=True)
    assert "Select tickets of one department at a time." in answer.content.decode()


def test_deleting_asks_first_and_leaves_one_audit_row(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    client.force_login(cast.admin)
    url = of(PendingTicket, "delete", ticket.pk)
    assert ticket.subject in client.get(url).content.decode()
    assert Ticket.objects.count() == 1
    assert client.post(url, {"post": "yes"}).status_code == 302
    assert list(Ticket.objects.all()) == []
    assert list(TicketEvent.objects.values_list("kind", "number", "actor")) == [("deleted", ticket.pk, cast.admin.pk)]
    assert sum(Cell.objects.values_list("counted", flat=True)) == 0


def test_many_pending_are_deleted_after_a_confirmation(client: Client, cast: Cast) -> None:
    tickets = [make_ticket(cast) for _ in range(2)]
    client.force_login(cast.admin)
    chosen = {"action": "delete_selected", "_selected_action": [ticket.pk for ticket in tickets]}
    assert tickets[0].subject in client.post(PENDING, chosen).content.decode()
    assert Ticket.objects.count() == 2
    client.post(PENDING, {**chosen, "confirmed": "1"})
    assert Ticket.objects.count() == 0


def test_an_assigned_ticket_is_never_deleted(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.mate)
    client.force_login(cast.admin)
    assert client.post(of(Ticket, "delete", ticket.pk), {"post": "yes"}).status_code == 403
    client.post(of(PendingTicket, "delete", ticket.pk), {"post": "yes"})
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("garbage", ["x", "9" * 40, "1%00"])
def test_a_nonsense_address_is_no_error(client: Client, cast: Cast, garbage: str) -> None:
    client.force_login(cast.admin)
    assert client.get(f"{PENDING}{garbage}/change/").status_code in (302, 404)
    assert client.get(f"{PENDING}?q={garbage}").status_code == 200


def test_a_ticket_is_found_by_the_number_its_customer_reads_out(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    wanted, _other = make_ticket(cast), make_ticket(cast)
    for words in (f"KPI-{wanted.pk}", f"kpi-{wanted.pk}", f" {wanted.pk} "):
        found = client.get(PENDING, {"q": words}).context["cl"].result_list
        assert [one.pk for one in found] == [wanted.pk], words
    assert list(client.get(PENDING, {"q": f"KPI-{10**30}"}).context["cl"].result_list) == []


def test_an_event_is_named_in_words(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    event = make_ticket(cast).events.get(kind="submitted")
    page = client.get(f"/admin/tickets/ticketevent/{event.pk}/change/").content.decode()
    assert f"<title>{event.number} Submitted" in page


def test_the_steps_of_a_ticket_are_found_by_its_number(client: Client, cast: Cast) -> None:
    ticket, other = make_ticket(cast), make_ticket(cast, at=START + minutes(9))
    client.force_login(cast.admin)
    for words in (f"KPI-{ticket.pk}", f"#{ticket.pk}", str(ticket.pk)):
        found = client.get("/admin/tickets/ticketevent/", {"q": words}).context["cl"].queryset
        assert set(found.values_list("number", flat=True)) == {ticket.pk}, words
    named = client.get("/admin/tickets/ticketevent/", {"q": cast.submitter.name}).context["cl"].queryset
    assert set(named.values_list("number", flat=True)) == {ticket.pk, other.pk}
