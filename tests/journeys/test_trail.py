"""What an admin changes is found again, and help is one press away: in a real browser, also without scripts."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import SiteSettings
from notifications.models import OutgoingMail
from tests.cast import Cast
from tests.journeys.steps import sign_in, submit_ticket
from tests.servers.smtp import SmtpSink

LOG = "/admin/accounts/settingschange/"


def exported(page: Page, folder: Path) -> list[dict[str, str]]:
    """The rows of the file behind "Export as CSV" on the present list."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    path = folder / "export.csv"
    download.value.save_as(path)
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


@pytest.mark.feature("M6")
def test_a_setting_takes_effect_and_its_change_is_on_record(
    site: str, page: Page, always_open: Cast, celery_worker: Any, smtp: SmtpSink, tmp_path: Path
) -> None:
    sign_in(page, site, always_open.admin, then="/admin/")
    page.get_by_role("link", name="Site settings").first.click()
    page.get_by_label("Ticket number prefix").fill("desk")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".field-number_prefix")).to_contain_text("Use capital letters and digits")
    page.get_by_label("Ticket number prefix").fill("DESK")
    page.get_by_label("Name of the mail sender").fill("Acme Helpdesk")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The site settings were saved.")).to_be_visible()
    assert SiteSettings.load().number_prefix == "DESK"

    submit_ticket(page, site, department="Operations", type="Issue", description="The gate does not open.")
    expect(page.locator(".shortno")).to_contain_text("DESK-")
    [mail] = smtp.wait(to=always_open.admin.email, subject="DESK-")
    assert mail["From"].addresses[0].display_name == "Acme Helpdesk"
    assert OutgoingMail.objects.filter(subject__contains="KPI-").count() == 0

    page.goto(f"{site}{LOG}?what=accounts.sitesettings")
    row = page.locator("#result_list tbody tr").first
    expect(row).to_contain_text("Ada Admin")
    expect(row).to_contain_text("Ticket number prefix: KPI → DESK")
    found = exported(page, tmp_path)
    assert [(one["Who"], one["What"], one["How"]) for one in found] == [("Ada Admin", "Site settings", "Changed")]
    assert found[0]["Before → after"].splitlines() == [
        "Name of the mail sender: – → Acme Helpdesk",
        "Ticket number prefix: KPI → DESK",
    ]


def test_management_reads_who_did_what_on_tickets(
    site: str, open_page: Callable[..., Page], always_open: Cast, tmp_path: Path
) -> None:
    submit_ticket(
        open_page(), site, department="Operations", type="Issue", description="The gate does not open.",
        user="Asha Assignee", name="Chipo Client", email="chipo@client.example",
    )  # fmt: skip
    page = open_page()
    sign_in(page, site, always_open.manager, then="/admin/")
    page.get_by_role("link", name="Ticket events").first.click()
    expect(page.locator("#result_list")).to_contain_text("Assignee: – → Asha Assignee")
    kinds = [row["Kind"] for row in exported(page, tmp_path)]
    assert kinds == ["Assigned", "Submitted"]


def test_help_opens_at_the_section_about_the_page(site: str, open_page: Callable[..., Page], always_open: Cast) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{site}/intake")
    page.get_by_role("link", name="Help", exact=True).click()
    expect(page).to_have_url(f"{site}/help/customer/#submit")
    expect(page.get_by_role("heading", name="Submit a ticket")).to_be_in_viewport()
    page.get_by_label("Search the guides").fill("link too many people")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="1 section about “link too many people”")).to_be_visible()
    page.get_by_role("link", name="A link that too many people know").click()
    expect(page).to_have_url(f"{site}/help/customer/#new-link")


def test_help_by_keyboard_from_an_agents_queue(site: str, page: Page, always_open: Cast) -> None:
    sign_in(page, site, always_open.assignee, then="/tickets/")
    page.get_by_role("link", name="Help", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/help/agent/#queue")
    expect(page.get_by_role("heading", name="The queue")).to_be_in_viewport()
    expect(page.locator(".shot:visible").first).to_be_attached()
