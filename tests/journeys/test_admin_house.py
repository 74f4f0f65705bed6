"""What an admin sets up in Django admin is what the others find on their pages, and the audit log has a line for it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from kpi.models import UptimeUnit
from tests.cast import NAIROBI, PASSWORD, Cast
from tests.every_rule import make_types
from tests.journeys.steps import sign_in

AUDIT = "#result_list tbody tr"


def logged(page: Page, site: str, *lines: str) -> None:
    """The newest lines of the audit log, newest first."""
    page.goto(f"{site}/admin/accounts/settingschange/")
    for at, line in enumerate(lines):
        expect(page.locator(AUDIT).nth(at)).to_contain_text(line)
        expect(page.locator(AUDIT).nth(at)).to_contain_text("Ada Admin")


def choose(page: Page, label: str, words: str) -> None:
    """Look a row up in a field that searches as one types."""
    page.locator(".select2-selection").and_(page.get_by_label(label)).click()
    page.locator(".select2-search__field").last.fill(words)
    page.get_by_role("option", name=words).click()


@pytest.mark.feature("M6")
def test_an_admin_adds_an_agent_gives_another_role_and_switches_off(site: str, always_open: Cast, page: Page) -> None:
    sign_in(page, site, always_open.admin, then="/admin/")
    page.get_by_role("link", name="Users", exact=True).click()
    page.get_by_role("link", name="Add user").click()
    page.get_by_label("Email").fill("Nia.New@Example.org")
    page.get_by_label("Name").fill("Nia New")
    page.get_by_label("Role").select_option(label="Agent")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("An agent needs a department.", exact=True)).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Nia New")
    choose(page, "Department", "Kenya / Operations")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Save", exact=True).click()
    nia = User.objects.get(email="nia.new@example.org")

    theirs = page.context.browser.new_page()  # type: ignore[union-attr]
    sign_in(theirs, site, nia, then="/tickets/")
    expect(theirs.get_by_role("heading", name="Queue")).to_be_visible()

    page.goto(f"{site}/admin/accounts/user/{nia.pk}/change/")
    page.get_by_label("Role").select_option(label="Management")
    page.get_by_role("button", name="Save", exact=True).click()
    theirs.goto(f"{site}/performance/")
    expect(theirs.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(theirs, site, nia, then="/performance/")
    expect(theirs.get_by_role("heading", name="Performance")).to_be_visible()

    page.goto(f"{site}/admin/accounts/user/{nia.pk}/change/")
    page.get_by_role("button", name="Deactivate…").click()
    expect(page.get_by_text("They are signed out everywhere at once")).to_be_visible()
    page.get_by_role("button", name="Deactivate", exact=True).click()
    expect(page.get_by_text("Deactivate people: done for 1 person.")).to_be_visible()
    theirs.goto(f"{site}/performance/")
    expect(theirs.get_by_role("heading", name="Sign in")).to_be_visible()
    theirs.close()
    logged(page, site, "Active: Yes → No", "Role: Agent → Management", "Email: – → nia.new@example.org")


@pytest.mark.feature("M6")
def test_the_edit_window_is_what_agents_get(site: str, always_open: Cast, page: Page) -> None:
    make_types(always_open)
    sign_in(page, site, always_open.admin, then="/admin/")
    page.get_by_role("link", name="Site settings").click()
    page.get_by_label("Edit window in days").fill("400")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Enter 366 or less.")).to_be_visible()
    page.get_by_label("Edit window in days").fill("2")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The site settings were saved.")).to_be_visible()
    logged(page, site, "Edit window in days: 7 → 2")

    page.context.clear_cookies()
    sign_in(page, site, always_open.assignee, then="/tickets/new/")
    today = timezone.now().astimezone(NAIROBI).date()
    page.get_by_label("Ticket Date").fill(str(today - timedelta(days=3)))
    page.get_by_label("What was done").fill("Counted the spare readers.")
    page.get_by_role("button", name="Submit Ticket").click()
    expect(page.get_by_text("2 days", exact=False).first).to_be_visible()
    expect(page.get_by_label("What was done")).to_have_value("Counted the spare readers.")


@pytest.mark.feature("M6")
def test_a_new_uptime_unit_can_be_reported_at_once(site: str, always_open: Cast, page: Page) -> None:
    make_types(always_open)
    sign_in(page, site, always_open.admin, then="/admin/")
    page.get_by_role("link", name="Uptime units").click()
    page.get_by_role("link", name="Add uptime unit").click()
    choose(page, "Department", "Kenya / Operations")
    page.get_by_label("Name").fill("Mombasa line")
    page.get_by_label("Active from").fill("2026-01-01")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#result_list").get_by_role("link", name="Mombasa line")).to_be_visible()
    assert UptimeUnit.objects.get(name="Mombasa line").code == "mombasa-line"
    logged(page, site, "Code: – → mombasa-line")

    page.context.clear_cookies()
    sign_in(page, site, always_open.assignee, then="/tickets/new/")
    page.get_by_label("KPI Type").select_option(label="Uptime of lines")
    expect(page.get_by_label("Unit", exact=True).locator("option", has_text="Mombasa line")).to_be_attached()
