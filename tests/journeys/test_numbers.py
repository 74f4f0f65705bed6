"""From a number down to exactly its tickets, what stands beside a score, and a score corrected by hand."""

from datetime import date, datetime

import pytest
from playwright.sync_api import Page, expect

from kpi.models import Cell, KpiItem
from tests.cast import START, Cast, local, make_cast, make_ticket, minutes
from tests.journeys.steps import sign_in
from tickets import conversation
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.end import close
from tickets.verbs.reopen import reopen

MONTH = date(2026, 10, 1)


@pytest.fixture
def office(transactional_db: None) -> Cast:
    """The cast with Nairobi's office hours."""
    return make_cast()


def late(cast: Cast, at: datetime = START) -> int:
    """An issue closed without a reply after five working hours."""
    ticket = make_ticket(cast, assignee=cast.assignee, at=at)
    return close(ticket.pk, actor=cast.assignee, at=at + minutes(300)).pk


@pytest.mark.feature("M4", "G6", "G1")
def test_a_number_of_the_report_leads_down_to_exactly_its_tickets(site: str, office: Cast, page: Page) -> None:
    cast = office
    met, missed = make_ticket(cast, status=Status.CLOSED), late(cast)
    make_ticket(cast, status=Status.CLOSED, department=cast.other_department, assignee=cast.other_agent)
    rejected = make_ticket(cast, status=Status.REJECTED)
    cell = Cell.objects.get(department=cast.department, type=cast.issue, owner=cast.assignee)

    sign_in(page, site, cast.manager, then="/performance/2026-10/?department=ke-operations")
    row = page.get_by_role("row", name="Issue Response and resolution")
    row.get_by_role("link", name="2 counted, Issue").click()
    expect(page).to_have_url(f"{site}/performance/2026-10/tickets/?department=ke-operations&type=issue&counted=yes")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(cell.counted)
    for pk in (met.pk, missed):
        expect(page.get_by_role("link", name=f"KPI-{pk}", exact=True)).to_be_visible()
    stats = page.locator(".stats")
    expect(stats.locator("div").filter(has_text="Missed")).to_contain_text("1")
    stats.locator("div").filter(has_text="Not counted").get_by_role("link", name="1", exact=True).click()
    expect(rows).to_have_count(1)
    expect(page.get_by_role("row", name=f"KPI-{rejected.pk}")).to_contain_text("Rejected")

    # The same number explained, from the country down to one ticket.
    page.goto(f"{site}/performance/2026-10/explain/?country=KE")
    expect(page.locator(".formula")).to_have_text("(100.0 Finance + 50.0 Operations) ÷ 2 = 75.0")
    page.get_by_role("link", name="Explain Operations 50.0").click()
    page.get_by_role("link", name="Explain Issue 50.0").click()
    page.get_by_role("link", name="Explain Issue 50.0").click()
    expect(page.locator(".formula")).to_contain_text("100.0 ÷ 2 = 50.0")
    page.get_by_role("link", name=f"Explain KPI-{missed}").click()
    expect(page.locator("main .score")).to_have_text("0.0")
    expect(page.locator(".formula")).to_contain_text("(50 × 0.0 + 50 × 0.0) ÷ (50 + 50) = 0.0")


@pytest.mark.feature("G10")
def test_beside_the_score_stands_what_the_requester_saw(site: str, office: Cast, page: Page) -> None:
    cast = office
    ticket = make_ticket(cast, assignee=cast.mate, at=local(5, 9))
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=local(5, 10, 1))
    conversation.reply(ticket.pk, actor=cast.assignee, at=local(5, 10, 11), body="On it.")
    close(ticket.pk, actor=cast.assignee, at=local(5, 11))
    reopen(ticket.pk, actor=cast.assignee, at=local(5, 12))

    sign_in(page, site, cast.assignee, then=f"/tickets/{ticket.reference}/")
    for _page in ("the ticket", "its explanation"):
        panel = page.locator("dl.facts").filter(has_text="The requester waited")
        expect(panel.locator("div").filter(has_text="The requester waited")).to_contain_text("1 h 11 min")
        expect(panel.locator("div").filter(has_text="The agent’s clock")).to_contain_text("10 min")
        expect(panel.locator("div").filter(has_text="Since the first assignment")).to_contain_text("1 h 10 min")
        expect(panel.locator("div").filter(has_text="Reassigned")).to_contain_text("1 time")
        expect(panel.locator("div").filter(has_text="Re-opened")).to_contain_text("1 time")
        expect(panel.locator("div").filter(has_text="Breached before")).to_contain_text("Moses Mate")
        page.goto(f"{site}/profile/performance/item/{ticket.item_id}/")


@pytest.mark.feature("G1")
def test_admin_corrects_a_score_and_takes_it_back(site: str, office: Cast, page: Page) -> None:
    cast, number = office, late(office)
    item = KpiItem.objects.get()
    sign_in(page, site, cast.admin, then=f"/profile/performance/item/{item.pk}/")
    page.get_by_role("link", name="Correct by hand").click()
    page.get_by_label("Response time").fill("never")
    page.get_by_role("button", name="Correct the score").click()
    expect(page.get_by_text("Enter the response time in minutes, 0 or more").first).to_be_visible()
    page.get_by_label("Response time").fill("12,5")
    page.get_by_label("Reason").fill("Answered by phone at once")
    page.get_by_role("button", name="Correct the score").click()
    expect(page.locator("main .score")).to_have_text("50.0")
    expect(page.get_by_text("The clock said 5 h.")).to_contain_text("Ada Admin")
    page.goto(f"{site}/performance/2026-10/explain/?owner={cast.assignee.pk}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Why Asha Assignee is at 50.0")
    page.goto(f"{site}/profile/performance/item/{item.pk}/")
    page.get_by_role("button", name="Remove the correction").click()
    expect(page.locator("main .score")).to_have_text("0.0")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Why KPI-{number} has its score")
