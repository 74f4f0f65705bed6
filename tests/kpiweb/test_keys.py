"""Single keys for staff: moving, searching, writing; not for customers, not while one types, not once turned off."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast, make_cast, make_ticket
from tests.journeys.steps import sign_in
from tickets.states import Status

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return make_cast()


def test_an_agent_finds_opens_and_answers_a_ticket_by_keys_alone(page: Page, people: Cast, live_server: Any) -> None:
    for number in range(3):
        make_ticket(people, status=Status.PROGRESS, description=f"Printer {number} is out of ink.")
    sign_in(page, live_server.url, people.assignee, then="/tickets/?tab=all")
    titles = page.locator(".table.queue .title a")
    for key, at in (("j", 0), ("j", 1), ("k", 0), ("k", 0), ("j", 1)):
        page.keyboard.press(key)
        expect(titles.nth(at)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Number or subject")).to_be_focused()
    page.keyboard.type("jk?")
    expect(page.get_by_label("Number or subject")).to_have_value("jk?")
    page.keyboard.press("Tab")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/tickets/[0-9a-f-]{36}/"))
    page.keyboard.press("r")
    expect(page.locator("#composer textarea")).to_be_focused()
    page.keyboard.type("New ink is on its way.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".thread").get_by_text("New ink is on its way.")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("n")
    expect(page.get_by_text("Internal note, only staff can read this")).to_be_visible()


def test_the_list_of_keys_opens_and_closes(page: Page, people: Cast, live_server: Any) -> None:
    sign_in(page, live_server.url, people.assignee, then="/tickets/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()


def test_one_box_leads_to_a_page_or_to_a_ticket(page: Page, people: Cast, live_server: Any) -> None:
    ticket = make_ticket(people, status=Status.PROGRESS, description="Printer 7 is out of ink.")
    make_ticket(people, status=Status.PROGRESS, description="A lamp flickers.")
    sign_in(page, live_server.url, people.assignee, then="/tickets/?tab=all")
    box = page.get_by_role("dialog", name="Go to")
    page.keyboard.press("Control+k")
    expect(box.get_by_role("textbox")).to_be_focused()
    names = ["Queue", "New ticket", "My profile", "Performance", "Help", "Your account"]
    assert [link.inner_text() for link in box.get_by_role("listitem").all()] == names
    page.keyboard.type("perf")
    expect(box.get_by_role("link")).to_have_text(["Performance"])
    expect(box.get_by_role("status")).to_have_text("Enter opens Performance")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/performance/"))

    page.keyboard.press("Control+k")
    page.keyboard.type(f"kpi-{ticket.pk}")
    expect(box.get_by_role("status")).to_have_text("Enter looks for tickets")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/tickets/{ticket.reference}/"))

    page.locator("#composer textarea").click()
    page.keyboard.press("Control+k")  # also while one writes
    page.keyboard.type("lamp")
    page.keyboard.press("Enter")
    expect(page.locator(".table.queue .title a")).to_have_text(["A lamp flickers."])


def test_the_box_is_walked_with_the_arrows_and_left_with_escape(page: Page, people: Cast, live_server: Any) -> None:
    sign_in(page, live_server.url, people.assignee, then="/tickets/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("dialog", name="Go to")
    page.keyboard.press("Enter")  # nothing typed, nothing meant
    expect(box).to_be_visible()
    for key, name in (("ArrowDown", "Queue"), ("ArrowDown", "New ticket"), ("ArrowUp", "Queue")):
        page.keyboard.press(key)
        expect(box.get_by_role("link", name=name)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("que")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_whoever_turned_them_off_has_none(page: Page, people: Cast, live_server: Any) -> None:
    make_ticket(people, status=Status.PROGRESS)
    sign_in(page, live_server.url, people.assignee, then="/accounts/")
    page.get_by_label("Turn single-key shortcuts off").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your changes are kept.")).to_be_visible()
    page.goto(f"{live_server.url}/tickets/?tab=all")
    for key in ("j", "?", "Control+k"):
        page.keyboard.press(key)
    expect(page.locator("body")).to_be_focused()
    expect(page.locator("#keys, #go")).to_have_count(0)


def test_customers_pages_have_none(page: Page, people: Cast, live_server: Any) -> None:
    make_ticket(people, status=Status.PROGRESS)
    sign_in(page, live_server.url, people.submitter, then="/profile/submitted/?tab=all")
    for key in ("j", "Control+k"):
        page.keyboard.press(key)
    expect(page.locator("body")).to_be_focused()
    expect(page.locator("dialog[open]")).to_have_count(0)
