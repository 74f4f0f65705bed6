"""A new company: from an empty database to its first scored ticket, by setup and the pages the admins' guide names."""

import io
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from kpi.models import KpiItem
from tests.cast import PASSWORD
from tickets.models import Ticket

ADMIN, AGENT, CLIENT = "bea@acme.example", "amos@acme.example", "chipo@client.example"
COMMANDS = 2
MOST_CLICKS = 27


class Hand:
    """Presses what a person would press; `pressed` is every control by its name, in order."""

    def __init__(self) -> None:
        self.pressed: list[str] = []

    def press(self, where: Locator, name: str) -> None:
        where.click()
        self.pressed.append(name)

    def choose(self, where: Locator, name: str, option: str) -> None:
        where.select_option(label=option)
        self.pressed.append(name)


def sign_in(page: Page, hand: Hand, email: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    hand.press(page.get_by_role("button", name="Sign in", exact=True), "Sign in")


def add_agent(page: Page, hand: Hand) -> None:
    """Step 2 of the guide."""
    hand.press(page.get_by_role("link", name="Users", exact=True).first, "Users")
    hand.press(page.locator("ul.object-tools a", has_text="Add user"), "Add user")
    page.get_by_label("Email:").fill(AGENT)
    page.get_by_label("Name:", exact=True).fill("Amos Agent")
    hand.choose(page.get_by_label("Role:"), "Role", "Agent")
    hand.press(page.locator(".field-department .select2-selection"), "Department")
    hand.press(page.get_by_role("option", name="Kenya / Support"), "Kenya / Support")
    page.get_by_label("New password:").fill(PASSWORD)
    hand.press(page.get_by_role("button", name="Save", exact=True), "Save")
    expect(page.get_by_text("was added successfully")).to_be_visible()


def submit(page: Page, hand: Hand) -> str:
    """Step 3: a client sends a ticket; returns its reference."""
    hand.choose(page.get_by_label("Country / Department"), "Country / Department", "Support")
    page.get_by_label("KPI Type").locator("option", has_text="Issue").wait_for(state="attached")
    hand.choose(page.get_by_label("KPI Type"), "KPI Type", "Issue")
    page.get_by_label("Description").fill("The till prints blank receipts.")
    page.get_by_label("Your Name").fill("Chipo Client")
    page.get_by_label("Your Email").fill(CLIENT)
    hand.press(page.get_by_role("button", name="Submit Ticket"), "Submit Ticket")
    expect(page.get_by_role("heading", name="Ticket submitted")).to_be_visible()
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def assign(page: Page, hand: Hand) -> None:
    """Step 4, in the admin."""
    hand.press(page.get_by_role("link", name=re.compile("^Pending tickets")).first, "Pending tickets")
    hand.press(page.locator("#result_list tbody th a").first, "the ticket")
    hand.choose(page.get_by_label("Assign to:"), "Assign to", "Amos Agent")
    hand.press(page.get_by_role("button", name="Save", exact=True), "Save")
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def answer_and_close(page: Page, hand: Hand) -> None:
    """Step 5, the agent's part."""
    hand.press(page.locator("td.title a").first, "the ticket")
    composer = page.locator("form.composer")
    composer.locator("textarea").fill("The paper was upside down; turned it.")
    hand.press(composer.get_by_role("button", name="Send"), "Send")
    expect(page.locator(".thread").get_by_text("upside down")).to_be_visible()
    hand.choose(page.get_by_label("Status", exact=True), "Status", "Closed")
    hand.press(page.get_by_role("button", name="Update Ticket"), "Update Ticket")
    expect(page.get_by_text("so its fields are locked.")).to_be_visible()


def controls_of_first_steps(page: Page) -> list[str]:
    section = page.locator("section", has=page.locator("#first-steps"))
    return [" ".join(words.split()) for words in section.locator("strong").all_inner_texts()]


@pytest.mark.django_db(transaction=True)
def test_from_an_empty_database_to_the_first_scored_ticket(
    site: str, open_page: Callable[..., Page], tmp_path: Any
) -> None:
    started, hand = time.monotonic(), Hand()
    secret = tmp_path / "password"
    secret.write_text(PASSWORD)
    options = {"admin_email": ADMIN, "admin_name": "Bea Boss", "country": "KE", "hours": "24x7"}
    said = io.StringIO()
    call_command("setup", no_input=True, admin_password_file=str(secret), stdout=said, **options)
    admin = open_page()
    guide = re.search(r"What comes next: (\S+)", said.getvalue())
    assert guide is not None
    admin.goto(guide[1])
    named = controls_of_first_steps(admin)

    hand.press(admin.get_by_role("link", name="Sign in").first, "Sign in")
    sign_in(admin, hand, ADMIN)
    hand.press(admin.get_by_role("link", name="Admin", exact=True), "Admin")
    add_agent(admin, hand)

    client = open_page()
    client.goto(guide[1])
    hand.press(client.locator("section", has=client.locator("#first-steps")).get_by_role("link"), "submit a ticket")
    reference = submit(client, hand)
    hand.press(admin.get_by_role("link", name="Home"), "Home")
    assign(admin, hand)

    agent = open_page()
    agent.goto(f"{site}/intake")
    hand.press(agent.get_by_role("link", name="Sign in", exact=True).first, "Sign in")
    sign_in(agent, hand, AGENT)
    hand.press(agent.get_by_role("link", name="My profile"), "My profile")
    answer_and_close(agent, hand)
    hand.press(agent.get_by_role("link", name="My profile"), "My profile")
    hand.press(agent.get_by_role("link", name="Monthly Performance"), "Monthly Performance")
    expect(agent.locator(".score").first).to_have_text("Explain 100.0")

    item = KpiItem.objects.get(pk=Ticket.objects.get(reference=reference).item_id)
    assert (item.passed, item.value) == (True, 1_000_000)
    assert [name for name in named if name not in hand.pressed] == [], "the guide names what nobody had to press"
    assert len(hand.pressed) <= MOST_CLICKS, hand.pressed
    print(f"{COMMANDS} commands, {len(hand.pressed)} clicks, {time.monotonic() - started:.1f} s")  # noqa: T201
