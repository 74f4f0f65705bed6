"""What only a real browser shows: without scripts, with drafts, and live beside a message being written."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.cast import Cast, make_ticket
from tickets import conversation
from tickets.models import Ticket
from tickets.verbs.assign import assign
from tickets.verbs.progress import start

pytestmark = pytest.mark.django_db(transaction=True)


def test_without_scripts_the_lists_follow_and_enter_submits(
    cast: Cast, open_page: Callable[..., Page], live_server: Any
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/intake")
    page.get_by_label("Country / Department").select_option(label=cast.department.name)
    page.get_by_label("Description").fill("The lift stops between floors.")
    page.get_by_role("button", name="Update list").click()
    expect(page.get_by_label("Description")).to_have_value("The lift stops between floors.")
    page.get_by_label("KPI Type").select_option(label=cast.issue.name)
    page.get_by_label("User").select_option(label=cast.mate.name)
    page.get_by_label("Your Name").fill("Hassan Abdi")
    page.get_by_label("Your Email").fill("hassan@savanna.example")
    page.get_by_label("Your Email").press("Enter")
    expect(page.get_by_role("heading", name="Ticket submitted")).to_be_visible()
    assert Ticket.objects.get().assignee == cast.mate


def test_a_draft_stays_until_it_is_sent(cast: Cast, page: Page, live_server: Any) -> None:
    page.goto("/intake")
    page.get_by_label("Description").fill("The lift stops between floors.")
    page.goto("/intake")
    expect(page.get_by_label("Description")).to_have_value("The lift stops between floors.")
    page.get_by_label("Country / Department").select_option(label=cast.department.name)
    page.get_by_label("KPI Type").locator("option", has_text=cast.issue.name).wait_for(state="attached")
    page.get_by_label("KPI Type").select_option(label=cast.issue.name)
    page.get_by_label("Your Name").fill("Hassan Abdi")
    page.get_by_label("Your Email").fill("hassan@savanna.example")
    page.get_by_role("button", name="Submit Ticket").click()
    expect(page.get_by_role("heading", name="Ticket submitted")).to_be_visible()
    page.goto("/intake")
    expect(page.get_by_label("Description")).to_have_value("")


def test_who_goes_back_finds_the_types_of_the_department_that_is_still_chosen(
    cast: Cast, page: Page, live_server: Any
) -> None:
    """The browser fills the form in again by itself; the list of types has to hear of it."""
    page.goto("/intake")
    page.get_by_label("Country / Department").select_option(label=cast.department.name)
    page.get_by_label("KPI Type").locator("option", has_text=cast.issue.name).wait_for(state="attached")
    page.get_by_label("KPI Type").select_option(label=cast.issue.name)
    page.get_by_label("Description").fill("The lift stops between floors.")
    page.get_by_label("Your Name").fill("Hassan Abdi")
    page.get_by_label("Your Email").fill("hassan@savanna.example")
    page.get_by_role("button", name="Submit Ticket").click()
    expect(page.get_by_role("heading", name="Ticket submitted")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Country / Department").locator("option:checked")).to_have_text(cast.department.name)
    expect(page.get_by_label("KPI Type").locator("option", has_text=cast.issue.name)).to_have_count(1)


def test_the_chat_opens_and_fills_beside_what_one_writes(cast: Cast, page: Page, live_server: Any) -> None:
    ticket = make_ticket(cast)
    page.goto(f"/accounts/login/?next=/intake/status/{ticket.reference}")
    page.get_by_label("Email").fill(cast.submitter.email)
    page.get_by_label("Password").fill("a long pass phrase")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("Chat opens as soon as an agent is handling your ticket.")).to_be_visible()
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=timezone.now())
    start(ticket.pk, actor=cast.assignee, at=timezone.now())
    message = page.get_by_label("Your message")
    message.fill("Half a sen")
    conversation.reply(ticket.pk, actor=cast.assignee, at=timezone.now(), body="News for you.")
    expect(page.get_by_text("News for you.")).to_be_visible(timeout=10_000)
    expect(message).to_have_value("Half a sen")
    message.fill("Half a sentence.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".thread").get_by_text("Half a sentence.")).to_be_visible()
    expect(page.get_by_label("Your message")).to_have_value("")
