"""What one writes stays on the device until the server has it: over a session that ends, a refusal, another page."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.sessions import end_sessions
from tests.cast import PASSWORD, Cast, make_cast, make_ticket
from tests.journeys.steps import sign_in, sign_out
from tickets.models import Ticket
from tickets.states import Status

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = "() => Object.keys(localStorage).filter(key => key.startsWith('draft:')).sort()"


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def ticket(people: Cast) -> Ticket:
    return make_ticket(people, status=Status.PROGRESS, description="The printer is out of ink.")


def come_back_in(page: Page, person: User) -> None:
    """On the sign-in page that a form led to after its session had ended."""
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def box(page: Page) -> Any:
    return page.locator("form.composer textarea")


def send(page: Page, words: str) -> None:
    box(page).fill(words)
    page.locator("form.composer").get_by_role("button", name="Send").click()


def test_a_reply_that_was_sent_is_gone_from_the_box_and_from_the_device(
    page: Page, people: Cast, ticket: Ticket, live_server: Any
) -> None:
    sign_in(page, live_server.url, people.assignee, then=f"/tickets/{ticket.reference}/")
    for words in ("Ink is on its way.", "It came."):
        send(page, words)
        expect(page.locator(".thread").get_by_text(words)).to_be_visible()
        expect(box(page)).to_have_value("")
        assert page.evaluate(KEPT) == []
    page.reload()
    expect(box(page)).to_have_value("")
    assert ticket.events.filter(kind="replied").count() == 2


def test_a_reply_outlives_the_session_it_was_written_in(
    page: Page, people: Cast, ticket: Ticket, live_server: Any
) -> None:
    sign_in(page, live_server.url, people.assignee, then=f"/tickets/{ticket.reference}/")
    box(page).fill("Ink is on its way.")
    end_sessions(User.objects.filter(pk=people.assignee.pk))
    page.locator("form.composer").get_by_role("button", name="Send").click()
    come_back_in(page, people.assignee)
    expect(page).to_have_url(f"{live_server.url}/tickets/{ticket.reference}/")
    expect(box(page)).to_have_value("Ink is on its way.")
    page.locator("form.composer").get_by_role("button", name="Send").click()
    expect(page.locator(".thread").get_by_text("Ink is on its way.")).to_be_visible()
    expect(box(page)).to_have_value("")


def test_a_message_on_the_status_page_outlives_it_too(
    page: Page, people: Cast, ticket: Ticket, live_server: Any
) -> None:
    path = f"/intake/status/{ticket.reference}"
    sign_in(page, live_server.url, people.submitter, then=path)
    box(page).fill("Blue ink, please.")
    end_sessions(User.objects.filter(pk=people.submitter.pk))
    page.locator("form.composer").get_by_role("button", name="Send").click()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    come_back_in(page, people.submitter)
    expect(page).to_have_url(f"{live_server.url}{path}")
    expect(box(page)).to_have_value("Blue ink, please.")
    page.locator("form.composer").get_by_role("button", name="Send").click()
    expect(page.locator(".thread").get_by_text("Blue ink, please.")).to_be_visible()
    expect(box(page)).to_have_value("")
    assert page.evaluate(KEPT) == []


def test_a_refused_message_stays_and_so_does_one_that_another_page_came_between(
    page: Page, people: Cast, ticket: Ticket, live_server: Any
) -> None:
    sign_in(page, live_server.url, people.assignee, then=f"/tickets/{ticket.reference}/")
    send(page, " ")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    box(page).fill("Half a sentence")
    page.goto(f"{live_server.url}/tickets/")
    page.goto(f"{live_server.url}/tickets/{ticket.reference}/")
    expect(box(page)).to_have_value("Half a sentence")


def test_who_signs_out_leaves_no_words_about_tickets_on_the_device(
    page: Page, people: Cast, ticket: Ticket, live_server: Any
) -> None:
    sign_in(page, live_server.url, people.assignee, then=f"/tickets/{ticket.reference}/?tab=note")
    box(page).fill("They never pay in time.")
    assert page.evaluate(KEPT) == [f"draft:note-{ticket.pk}"]
    page.goto(f"{live_server.url}/intake")
    page.get_by_label("Description").fill("Something else.")
    sign_out(page, live_server.url)
    expect(page.get_by_role("link", name="Sign in", exact=True).first).to_be_visible()
    assert page.evaluate(KEPT) == ["draft:intake"]
