"""What people do on the pages, one function each, in the words of the guides."""

from typing import Any

from playwright.sync_api import Page, expect

from accounts.models import User
from tests.cast import PASSWORD


def sign_in(page: Page, site: str, person: User, *, then: str = "/profile/") -> None:
    """Sign in by e-mail and password through the sign-in page, and end on `then`."""
    page.goto(f"{site}/accounts/login/?next={then}")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def sign_in_with_google(page: Page, sub: str) -> None:
    """On the sign-in page: press the Google button and sign in at the provider; ends on the page one came from."""
    page.get_by_role("button", name="Continue with Google").click()
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(lambda url: "/oauth2/" not in url and "/accounts/google/" not in url)


def sign_out(page: Page, site: str) -> None:
    """Sign out by the account menu."""
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()


def fill_in_ticket(page: Page, *, department: str, type: str, description: str, **fields: str) -> None:
    """Fill the intake form in the guide's order; `name` and `email` only where the page asks for them."""
    page.get_by_label("Country / Department").select_option(label=department)
    page.get_by_label("KPI Type").locator("option", has_text=type).wait_for(state="attached")
    page.get_by_label("KPI Type").select_option(label=type)
    if "user" in fields:
        page.get_by_label("User").select_option(label=fields["user"])
    page.get_by_label("Description").fill(description)
    if "name" in fields:
        page.get_by_label("Your Name").fill(fields["name"])
    if "email" in fields:
        page.get_by_label("Your Email").fill(fields["email"])


def submit_ticket(page: Page, site: str, **fields: Any) -> str:
    """Send a ticket from /intake and return its reference from the confirmation."""
    page.goto(f"{site}/intake")
    fill_in_ticket(page, **fields)
    page.get_by_role("button", name="Submit Ticket").click()
    expect(page.get_by_role("heading", name="Ticket submitted")).to_be_visible()
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def set_status(page: Page, status: str) -> None:
    """Choose a status on the ticket page and press Update Ticket."""
    page.get_by_label("Status", exact=True).select_option(label=status)
    page.get_by_role("button", name="Update Ticket").click()


def say(page: Page, words: str) -> None:
    """Write into the Discussion box and press Send."""
    composer = page.locator("form.composer")
    composer.locator("textarea").fill(words)
    composer.get_by_role("button", name="Send").click()
    expect(page.locator(".thread").get_by_text(words)).to_be_visible()
