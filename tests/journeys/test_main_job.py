"""The main job in a real browser: submit, assign, answer, close, follow, chat, score. Mails from a real SMTP sink."""

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from kpi.models import Cell
from tests.cast import Cast
from tests.journeys.steps import say, set_status, sign_in, submit_ticket
from tests.servers.smtp import SmtpSink, text_of
from tickets.models import Ticket

ANONYMOUS = (
    "This ticket was submitted without sign-in, so customer chat is disabled. The agent will follow up via email."
)
STRANGER = "This ticket can only be replied to by the original submitter."


def assign_in_admin(page: Page, site: str, ticket: Ticket, to: User) -> None:
    """Open the pending ticket in Django admin and give it to somebody of its department."""
    page.goto(f"{site}/admin/tickets/pendingticket/")
    page.get_by_role("link", name=f"KPI-{ticket.pk}", exact=True).click()
    page.get_by_label("Assign to").select_option(label=to.name)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"{site}/admin/tickets/pendingticket/")


@pytest.mark.feature("C1", "C2", "C3", "C4", "C8", "C9", "C10", "C14", "C16", "A6", "A10", "A12", "M5", "G1")
def test_anonymous_ticket_from_submission_to_explained_score(
    site: str, always_open: Cast, page: Page, browser: Browser, smtp: SmtpSink, celery_worker: object
) -> None:
    cast = always_open
    page.goto(f"{site}/accounts/login/")
    page.get_by_role("main").get_by_role("link", name="Submit a ticket").click()
    expect(page.get_by_text("You are not signed in.")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in to chat")).to_be_visible()
    assert page.get_by_label("Ticket Datetime").evaluate("field => field.tagName") == "OUTPUT"
    reference = submit_ticket(
        page,
        site,
        department=cast.department.name,
        type="Request",
        description="The lift stops between floors since this morning.",
        name="Hassan Abdi",
        email="hassan@grocers.example",
    )
    ticket = Ticket.objects.get(reference=reference)
    expect(page.locator(".shortno")).to_have_text(f"KPI-{ticket.pk}")
    expect(page.get_by_role("button", name="Copy").first).to_be_visible()
    (received,) = smtp.wait(to="hassan@grocers.example", subject="We received your request")
    assert reference in text_of(received)
    assert "lift" not in text_of(received)

    page.get_by_role("link", name="Open the status page").click()
    expect(page.locator(".badge", has_text="New").first).to_be_visible()
    expect(page.get_by_text("Not recorded").first).to_be_visible()
    expect(page.get_by_text(ANONYMOUS)).to_be_visible()

    admin_page = browser.new_context().new_page()
    sign_in(admin_page, site, cast.admin)
    assign_in_admin(admin_page, site, ticket, cast.assignee)
    (assigned,) = smtp.wait(to=cast.assignee.email, subject="Ticket assigned: ")
    assert f"/tickets/{reference}" in text_of(assigned)

    agent_page = browser.new_context().new_page()
    sign_in(agent_page, site, cast.assignee, then=f"/tickets/{reference}/")
    say(agent_page, "A technician is on the way.")
    expect(agent_page.locator(".badge", has_text="On Progress").first).to_be_visible()
    # The customer's page follows without a reload.
    expect(page.get_by_text("A technician is on the way.")).to_be_visible(timeout=30_000)
    assert smtp.wait(to="hassan@grocers.example", subject="New reply")

    set_status(agent_page, "Closed")
    assert smtp.wait(to="hassan@grocers.example", subject="Ticket closed")
    expect(page.locator(".badge", has_text="Closed").first).to_be_visible(timeout=30_000)

    agent_page.goto(f"{site}/profile/performance/")
    expect(agent_page.locator(".score").first).to_have_text("Explain 100.0")
    assert Cell.objects.get(owner=cast.assignee).total == 1_000_000
    agent_page.get_by_role("link", name="Explain Request 100.0").click()
    agent_page.get_by_role("link", name=f"KPI-{ticket.pk}").first.click()
    expect(agent_page.get_by_text("First response").first).to_be_visible()


@pytest.mark.feature("C7", "C12", "C13", "C15", "C17", "A7", "A8", "A9", "A11", "A13", "A14")
def test_signed_in_ticket_with_chat_both_ways_reopened_and_closed_again(
    site: str, always_open: Cast, page: Page, browser: Browser, smtp: SmtpSink, celery_worker: object
) -> None:
    cast = always_open
    sign_in(page, site, cast.submitter)
    page.goto(f"{site}/intake")
    expect(page.get_by_text("Submitting as")).to_contain_text(cast.submitter.name)
    assert page.get_by_label("Your Email").count() == 0
    reference = submit_ticket(
        page,
        site,
        department=cast.department.name,
        type="Issue",
        description="Card readers refuse every card.",
        user=cast.assignee.name,
    )
    ticket = Ticket.objects.get(reference=reference)
    assert ticket.submitter == cast.submitter
    page.goto(f"{site}/intake/status/{reference}")
    assert page.locator("form.composer").count() == 0

    agent_page = browser.new_context().new_page()
    sign_in(agent_page, site, cast.assignee)
    row = agent_page.get_by_role("row", name="Card readers refuse")
    expect(row.locator(".badge", has_text="New")).to_be_visible()
    row.get_by_role("link", name="Edit").click()
    expect(agent_page.get_by_label("Status", exact=True).locator("option")).to_have_text(
        ["New", "On Progress", "Closed"]
    )
    assert agent_page.get_by_label("Response time").count() == 0
    set_status(agent_page, "Closed")
    expect(agent_page.get_by_text("locked").first).to_be_visible()
    ticket.refresh_from_db()
    values = set(ticket.item.clocks.values_list("value_seconds", flat=True))
    assert len(values) == 1

    page.goto(f"{site}/intake/status/{reference}")
    say(page, "Reader 3 still refuses cards.")
    assert page.get_by_role("link", name="Edit").count() == 0
    assert page.get_by_role("button", name="Delete").count() == 0
    assert smtp.wait(to=cast.assignee.email, subject="Customer replied")

    agent_page.reload()
    expect(agent_page.get_by_text("Reader 3 still refuses cards.")).to_be_visible()
    agent_page.get_by_role("button", name="Re-open Ticket").click()
    expect(agent_page.locator(".badge", has_text="On Progress").first).to_be_visible()
    assert smtp.wait(to=cast.submitter.email, subject="Ticket re-opened")
    say(agent_page, "Reader 3 has a new certificate now.")
    set_status(agent_page, "Closed")
    expect(agent_page.get_by_text("locked").first).to_be_visible()
    ticket.refresh_from_db()
    resolution = ticket.item.clocks.get(kind="resolution")
    assert resolution.spans.count() == 2
    assert ticket.reopen_count == 1

    page.goto(f"{site}/profile/submitted/")
    page.get_by_role("link", name="Card readers refuse").first.click()
    expect(page).to_have_url(f"{site}/intake/status/{reference}")

    stranger_page = browser.new_context().new_page()
    sign_in(stranger_page, site, cast.stranger)
    stranger_page.goto(f"{site}/intake/status/{reference}")
    expect(stranger_page.get_by_text(STRANGER)).to_be_visible()


@pytest.mark.feature("C5", "C6", "C18")
def test_refused_form_says_which_fields_and_keeps_what_was_typed(site: str, always_open: Cast, page: Page) -> None:
    cast = always_open
    page.goto(f"{site}/intake")
    page.get_by_label("Country / Department").select_option(label=cast.department.name)
    page.get_by_label("Your Name").fill("Hassan Abdi")
    page.get_by_label("User").locator("option", has_text=cast.mate.name).wait_for(state="attached")
    page.get_by_role("button", name="Submit Ticket").click()
    summary = page.locator(".summary")
    expect(summary.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(summary).to_contain_text("Enter a description of what you need")
    expect(page.get_by_label("Your Name")).to_have_value("Hassan Abdi")
    assert page.title().startswith("Error: ")
    summary.get_by_role("link", name="Enter a description of what you need").click()
    expect(page.get_by_label("Description")).to_be_focused()
    assert Ticket.objects.count() == 0


@pytest.mark.feature("C11")
def test_lookup_by_reference_email_and_exact_name(site: str, always_open: Cast, page: Page) -> None:
    cast = always_open
    reference = submit_ticket(
        page,
        site,
        department=cast.department.name,
        type="Request",
        description="Please add two people.",
        name="Grace Wambui",
        email="grace@finance.example",
    )
    ticket = Ticket.objects.get(reference=reference)
    for typed in ("grace@finance.example", "grace  WAMBUI"):
        page.goto(f"{site}/intake")
        page.get_by_label("Ticket reference, email or full name").fill(typed)
        page.get_by_role("button", name="Look up").click()
        page.get_by_role("link", name=f"KPI-{ticket.pk}").first.click()
        expect(page.get_by_text("Open the link in your mail or sign in to read the messages")).to_be_visible()
        assert page.get_by_text("Please add two people.").count() == 0 or "Discussion" not in page.content()
    page.goto(f"{site}/intake")
    page.get_by_label("Ticket reference, email or full name").fill(reference)
    page.get_by_role("button", name="Look up").click()
    expect(page).to_have_url(f"{site}/intake/status/{reference}")
