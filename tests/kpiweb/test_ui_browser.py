"""What the small scripts add, and that pages do without them."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> Any:
    return make_cast()


def sign_in(page: Page, email: str, back: str = "") -> None:
    page.goto(f"/accounts/login/{back}")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_focus_goes_to_the_summary_and_from_there_to_the_field(page: Page, people: Any) -> None:
    page.goto("/accounts/signup/")
    page.get_by_role("button", name="Make the account").click()
    expect(page).to_have_title("Error: Make an account · KPI Web")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Choose a password").click()
    expect(page.get_by_label("Password")).to_be_focused()


def test_draft_survives_signing_in_and_goes_once_sent(page: Page, people: Any) -> None:
    page.goto("/intake")
    page.get_by_label("Description").fill("The lift stops between floors")
    page.get_by_role("link", name="Sign in to chat").click()
    page.get_by_label("Email").fill(people.submitter.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Description")).to_have_value("The lift stops between floors")
    page.get_by_label("Country / Department").select_option(label="Operations")
    page.get_by_label("KPI Type").select_option(label="Issue")
    page.get_by_role("button", name="Submit Ticket").click()
    expect(page.get_by_role("heading", name="Ticket submitted")).to_be_visible()
    page.goto("/intake")
    expect(page.get_by_label("Description")).to_have_value("")


def test_browser_tells_its_zone_and_times_follow(open_page: Callable[..., Page], people: Any) -> None:
    page = open_page(timezone_id="Asia/Jakarta")
    page.goto("/intake")
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.get_by_label("Ticket Datetime")).to_contain_text("WIB")
    assert {c["name"]: c["value"] for c in page.context.cookies()}["tz"] == "Asia/Jakarta"


def test_menu_closes_with_escape_and_signs_out(page: Page, people: Any) -> None:
    sign_in(page, people.assignee.email)
    menu = page.locator("details.menu")
    menu.locator("summary").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    menu.locator("summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()


def test_signing_in_and_out_needs_no_script(open_page: Callable[..., Page], people: Any) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, people.assignee.email, back="?next=/tickets/")
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()


def test_admin_selects_say_what_they_select(page: Page, people: Any) -> None:
    sign_in(page, people.admin.email, back="?next=/admin/accounts/department/add/")
    expect(page.get_by_role("combobox", name="Country").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_chosen_theme_beats_the_system(open_page: Callable[..., Page], people: Any, theme: str) -> None:
    people.assignee.theme = theme
    people.assignee.save()
    page = open_page(color_scheme="dark" if theme == "light" else "light")
    sign_in(page, people.assignee.email)
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == theme
