"""Numbers that can be trusted: drift is found and mended, older tickets get what they missed, locked months stay."""

from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from kpi import cells
from kpi.models import Cell, Clock, DriftCheck
from kpi.tasks import check_drift
from tests.cast import START, Cast, make_ticket, minutes
from tests.conftest import Worker
from tests.journeys.steps import set_status, sign_in
from tests.servers.processes import wait_until
from tickets import conversation
from tickets.states import Status
from tickets.verbs.end import close


@pytest.mark.feature("G8")
def test_a_wrong_score_is_mended_over_night_and_the_admin_reads_which(
    site: str, always_open: Cast, celery_worker: Worker, page: Page
) -> None:
    cast = always_open
    make_ticket(cast, status=Status.CLOSED)
    Cell.objects.filter(counted=1).update(total=999)
    sign_in(page, site, cast.assignee, then="/profile/performance/?month=2026-10")
    expect(page.locator(".score").first).to_have_text("Explain 0.1")

    check_drift.delay()
    wait_until(DriftCheck.objects.exists)
    page.reload()
    expect(page.locator(".score").first).to_have_text("Explain 100.0")

    page.context.clear_cookies()
    sign_in(page, site, cast.admin, then="/admin/")
    page.get_by_role("link", name="1 score differed from its rebuild").click()
    page.locator("#result_list tbody th a").first.click()
    told = "Kenya / Operations, Issue, 2026-10, Asha Assignee: total was 999, a rebuild gives 1000000"
    expect(page.get_by_text(told)).to_be_visible()
    assert cells.drift() == []


@pytest.mark.feature("A18")
def test_an_older_ticket_gets_the_first_response_it_missed(site: str, always_open: Cast, page: Page) -> None:
    cast = always_open
    ticket = make_ticket(cast, assignee=cast.assignee)
    conversation.reply(ticket.pk, actor=cast.assignee, at=START + minutes(26), body="We replaced the drum.")
    close(ticket.pk, actor=cast.assignee, at=START + minutes(27))
    Clock.objects.filter(item=ticket.item_id, kind="response").delete()

    sign_in(page, site, cast.assignee, then=f"/tickets/{ticket.reference}/")
    response = page.locator(".clock").filter(has_text="First response")
    expect(response).to_contain_text("Not recorded")

    call_command("backfill_first_response", stdout=StringIO())
    page.reload()
    expect(response).to_contain_text("25 min")
    expect(response).to_contain_text("Met")
    expect(page.get_by_text("First response filled in")).to_be_visible()


@pytest.mark.feature("G7")
def test_a_locked_month_does_not_move_and_its_adjustments_stand_beside_it(
    site: str, always_open: Cast, page: Page
) -> None:
    cast = always_open
    make_ticket(cast, status=Status.CLOSED)
    late = make_ticket(cast, status=Status.PROGRESS)
    report = f"{site}/performance/2026-10/"
    sign_in(page, site, cast.admin, then="/performance/2026-10/")
    page.get_by_role("link", name="Lock", exact=True).click()
    expect(page.get_by_text("1 piece of work of this month is still open.")).to_be_visible()
    page.get_by_role("button", name="Lock the month").click()
    expect(page.get_by_text("October 2026 was locked by Ada Admin.")).to_be_visible()
    score = page.get_by_role("region", name="Kenya").locator(".level").first
    expect(score).to_have_text("Explain 100.0")

    page.goto(f"{site}/tickets/{late.reference}/")
    page.get_by_label("Ticket Date").fill("2026-11-02")
    page.get_by_role("button", name="Update Ticket").click()
    expect(page.locator(".field.wrong")).to_contain_text("October 2026 is locked; no ticket moves into it or out of it")
    page.goto(f"{site}/tickets/{late.reference}/")
    set_status(page, "Closed")
    page.goto(report)
    expect(score).to_have_text("Explain 100.0")

    page.get_by_role("link", name="1 adjustment since").click()
    row = page.get_by_role("row", name="Issue, 5 October")
    expect(row).to_contain_text("Ended after the month was locked")
    row.get_by_role("link").click()
    expect(page).to_have_url(f"{site}/profile/performance/item/{late.item_id}/")

    page.goto(report)
    page.get_by_role("link", name="Unlock").click()
    page.get_by_label("Reason").fill("The review is not finished.")
    page.get_by_role("button", name="Unlock the month").click()
    expect(score).to_have_text("Explain 50.0")
    page.goto(f"{report}adjustments/")
    expect(page.get_by_text("The review is not finished.")).to_be_visible()
