"""An admin opens a new country for work, through the pages of the admin alone, and a customer finds it."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Department, User
from kpi.models import DepartmentType, ReplacedDay, WorkingHours
from tests.cast import PASSWORD, Cast
from tests.journeys.steps import sign_in, submit_ticket
from tickets.models import Ticket

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def save(page: Page, button: str = "Save") -> None:
    page.get_by_role("button", name=button, exact=True).click()


def follow(page: Page, words: str) -> None:
    page.locator("#content").get_by_role("link", name=words, exact=True).first.click()


def add_country(page: Page) -> None:
    page.get_by_role("link", name="Countries", exact=True).first.click()
    follow(page, "Add country")
    page.get_by_label("ISO code:").fill("UG")
    page.get_by_label("Name:", exact=True).fill("Uganda")
    page.get_by_label("Time zone:").fill("Africa/Kampala")
    save(page, "Save and continue editing")
    expect(page.get_by_text("Nobody has said yet when work is done here")).to_be_visible()


def add_hours(page: Page) -> None:
    country = page.url
    follow(page, "Add the hours")
    page.get_by_label("Valid from:").fill("2026-01-01")
    for day in DAYS:
        page.get_by_label(f"{day}, from, 1", exact=True).fill("08:00")
        page.get_by_label(f"{day}, to, 1", exact=True).fill("17:00")
    save(page)
    page.goto(country)
    expect(page.locator("table.week tr", has_text="Friday")).to_contain_text("08:00–17:00")
    expect(page.locator("table.week tr", has_text="Sunday")).to_contain_text("closed")


def import_holidays(page: Page) -> None:
    """Those of the year to come, after a look at the difference."""
    country, year = page.url, str(timezone.now().year + 1)
    follow(page, "Import holidays")
    page.get_by_label("From year:").fill(year)
    page.get_by_label("To year:").fill(year)
    save(page, "Show what would change")
    expect(page.get_by_role("heading", name="What an import does")).to_be_visible()
    expect(page.locator(".results tr", has_text="Christmas")).to_contain_text("New")
    assert not ReplacedDay.objects.filter(country__code="UG").exists()
    page.locator("#content form[method=post]").get_by_role("button").click()
    expect(page.get_by_text("of Uganda written.")).to_be_visible()
    page.goto(country)


def add_department(page: Page) -> None:
    follow(page, "Add a department")
    page.get_by_label("Code:").fill("ug-desk")
    page.get_by_label("Name:", exact=True).fill("Desk")
    page.get_by_label("Start with the policies:").select_option(label="KPI Web")
    save(page)
    expect(page.get_by_text("Look through its policies, and choose under “Types it uses”")).to_be_visible()


def apply_preset(page: Page) -> None:
    follow(page, "Apply a preset")
    page.get_by_label("Service desk").check()
    save(page, "Show what changes")
    change = page.get_by_role("row", name="Assign within working minutes – 30")
    expect(change.first).to_be_visible()
    assert Department.objects.get(code="ug-desk").assign_within_minutes is None
    save(page, "Apply Service desk")
    expect(page.get_by_text("Service desk is applied.")).to_be_visible()
    expect(page.get_by_label("Assign within working minutes:")).to_have_value("30")


def add_agent(page: Page) -> None:
    department = page.url
    page.get_by_role("link", name="Users", exact=True).first.click()
    page.locator("ul.object-tools a", has_text="Add user").click()
    page.get_by_label("Email:").fill("nia@example.org")
    page.get_by_label("Name:", exact=True).fill("Nia Desk")
    page.get_by_label("Role:").select_option(label="Agent")
    page.locator(".field-department .select2-selection").click()
    page.get_by_role("option", name="Uganda / Desk").click()
    page.get_by_label("New password:").fill(PASSWORD)
    save(page)
    expect(page.get_by_text("was added successfully")).to_be_visible()
    page.goto(department)


def make_lead(page: Page) -> None:
    page.get_by_label("Nia Desk").check()
    save(page, "Save and continue editing")
    expect(page.get_by_label("Nia Desk")).to_be_checked()


def tick_map(page: Page) -> None:
    follow(page, "Types it uses")
    expect(page.get_by_label("Country")).to_have_value(str(Department.objects.get(code="ug-desk").country_id))
    page.get_by_role("checkbox", name="Issue, Desk: intake").check()
    page.get_by_role("checkbox", name="Request, Desk: own work").check()
    save(page, "Save the map")
    expect(page.get_by_text("2 fields of the map saved.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Issue, Desk: intake")).to_be_checked()


@pytest.mark.feature("M6")
def test_an_admin_opens_a_country_and_a_customer_finds_it(
    site: str, always_open: Cast, open_page: Callable[..., Page]
) -> None:
    admin = open_page()
    sign_in(admin, site, always_open.admin, then="/admin/")
    add_country(admin)
    add_hours(admin)
    import_holidays(admin)
    add_department(admin)
    apply_preset(admin)
    add_agent(admin)
    make_lead(admin)
    tick_map(admin)

    customer = open_page()
    reference = submit_ticket(
        customer,
        site,
        department="Desk",
        type="Issue",
        description="The scale at the door shows nothing.",
        name="Hope Client",
        email="hope@client.example",
    )
    ticket = Ticket.objects.get(reference=reference)
    desk = Department.objects.get(code="ug-desk")
    assert (ticket.department, ticket.type) == (desk, always_open.issue)
    assert list(desk.leads.all()) == [User.objects.get(email="nia@example.org")]
    assert WorkingHours.objects.get(country=desk.country).week == {str(n): [["08:00", "17:00"]] for n in range(5)}
    assert dict(DepartmentType.objects.filter(department=desk).values_list("type__name", "intake")) == {
        "Issue": True,
        "Request": False,
    }
