"""The month under My Profile: working hours and days off honoured, every number explained, promises and countdowns."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.cast import START, Cast, local, make_cast, minutes
from tests.journeys.steps import say, sign_in
from tickets import conversation
from tickets.models import Ticket
from tickets.verbs.assign import assign
from tickets.verbs.end import close
from tickets.verbs.submit import Submission, submit

MONTH = "2026-10"


@pytest.fixture
def office(transactional_db: None) -> Cast:
    """The cast with Nairobi's office hours and Mashujaa Day on Tuesday 20 October 2026."""
    return make_cast()


def sent(cast: Cast, words: str, *, at: datetime) -> Ticket:
    """An issue of the signed-in submitter: response within 30 working minutes, resolution within 4 hours."""
    submitter = cast.submitter
    return submit(
        Submission(cast.department, cast.issue, words, submitter.name, submitter.email, submitter=submitter), at=at
    )


@pytest.mark.feature("A16", "A17", "G1", "M5")
def test_month_honours_hours_and_holiday_and_explains_every_number(site: str, office: Cast, page: Page) -> None:
    cast = office
    # Monday 16:50, answered on Wednesday 08:10: the night and the holiday between do not count, 20 minutes do.
    met = sent(cast, "Freezer 3 is too warm.", at=local(19, 16, 40))
    assign(met.pk, to=cast.assignee, actor=cast.admin, at=local(19, 16, 50))
    conversation.reply(met.pk, actor=cast.assignee, at=local(21, 8, 10), body="Please move the fish.")
    close(met.pk, actor=cast.assignee, at=local(21, 9, 0))
    late = sent(cast, "The scale shows nothing.", at=START)
    assign(late.pk, to=cast.assignee, actor=cast.admin, at=START)
    conversation.reply(late.pk, actor=cast.assignee, at=START + minutes(10), body="On it.")
    close(late.pk, actor=cast.assignee, at=START + minutes(300))
    weekend = sent(cast, "Saturday delivery.", at=local(17, 10))
    assign(weekend.pk, to=cast.assignee, actor=cast.admin, at=local(17, 10))
    close(weekend.pk, actor=cast.assignee, at=local(17, 11))

    sign_in(page, site, cast.assignee)
    page.get_by_role("link", name="Monthly Performance").click()
    page.goto(f"{site}/profile/performance/?month={MONTH}")
    expect(page.locator(".score").first).to_have_text("Explain 75.0")
    row = page.get_by_role("row", name="Issue Response and resolution")
    expect(row).to_contain_text("75.0")
    expect(page.get_by_text("2 pieces of work counted, 1 not counted.")).to_be_visible()
    expect(page.get_by_role("row", name="Saturday delivery.")).to_contain_text("Weekend, without the tick")

    row.get_by_role("link", name="Explain Issue 75.0").click()
    expect(page.get_by_role("row", name="The scale shows nothing.")).to_contain_text("50.0")
    page.get_by_role("link", name=f"Explain KPI-{met.pk}").click()
    expect(page.locator(".explain")).to_contain_text("Response took 20 min against a target of 30 min")
    expect(page.get_by_text("Holiday, Mashujaa Day").first).to_be_visible()
    expect(page.get_by_text("Outside working hours").first).to_be_visible()
    expect(page.locator(".formula")).to_contain_text("= 100.0")


@pytest.mark.feature("G4", "G5")
def test_customer_is_told_when_to_expect_a_reply_and_agent_sees_the_same_countdown(
    site: str, always_open: Cast, page: Page, browser: Browser
) -> None:
    cast = always_open
    ticket = sent(cast, "The lift stops.", at=timezone.now() - timedelta(minutes=12))
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=timezone.now() - timedelta(minutes=10))
    due = ticket.item.clocks.get(kind="response").due_at
    assert due is not None

    sign_in(page, site, cast.submitter, then=f"/intake/status/{ticket.reference}")
    promise = page.locator(f'time[datetime^="{due.strftime("%Y-%m-%dT%H:%M")}"]').first
    expect(promise).to_be_visible()
    expect(page.get_by_text("Reply expected by").first).to_be_visible()

    agent_page = browser.new_context().new_page()
    sign_in(agent_page, site, cast.assignee, then=f"/tickets/{ticket.reference}/")
    response = agent_page.locator(".clock").filter(has_text="First response")
    expect(response).to_contain_text("min left")
    expect(response).to_contain_text("of 30 min")
    say(agent_page, "A technician is on the way.")
    agent_page.reload()
    expect(agent_page.locator(".clock").filter(has_text="First response")).to_contain_text("Met")
    page.reload()
    assert page.get_by_text("Reply expected by").count() == 0


@pytest.mark.feature("A19")
def test_admin_reassigns_a_ticket_in_the_admin(site: str, always_open: Cast, page: Page) -> None:
    cast = always_open
    ticket = sent(cast, "The scale shows nothing.", at=timezone.now() - timedelta(minutes=5))
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=timezone.now() - timedelta(minutes=4))
    sign_in(page, site, cast.admin)
    page.goto(f"{site}/admin/tickets/ticket/{ticket.pk}/change/")
    page.get_by_label("Assign to").select_option(label=cast.mate.name)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"{site}/admin/tickets/ticket/")
    ticket.refresh_from_db()
    assert ticket.assignee == cast.mate
    assert ticket.item.clocks.get(kind="response").run == 2


@pytest.mark.feature("A19", "M5")
def test_admin_assigns_many_pending_tickets_and_deletes_one(site: str, always_open: Cast, page: Page) -> None:
    cast = always_open
    tickets = [sent(cast, f"Request {n}.", at=timezone.now() - timedelta(minutes=n + 1)) for n in range(3)]
    sign_in(page, site, cast.admin)
    page.goto(f"{site}/admin/tickets/pendingticket/")
    for ticket in tickets[:2]:
        page.locator(f'input[name="_selected_action"][value="{ticket.pk}"]').check()
    page.locator('select[name="action"]').select_option(label="Assign the selected tickets…")
    page.locator('button[name="index"]').click()
    page.get_by_label("Assign to").select_option(label=cast.mate.name)
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_text("Assign tickets: done for 2 pending tickets.")).to_be_visible()
    page.goto(f"{site}/admin/tickets/pendingticket/{tickets[2].pk}/delete/")
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url(f"{site}/admin/tickets/pendingticket/")
    assert not Ticket.objects.filter(pk=tickets[2].pk).exists()
    assert set(Ticket.objects.values_list("assignee__name", flat=True)) == {cast.mate.name}
