"""Numbers that can be trusted: what differs from a rebuild is found and mended, older tickets get what they missed."""

import pytest
from playwright.sync_api import Page, expect

from kpi import cells
from kpi.models import Cell, DriftCheck
from kpi.tasks import check_drift
from tests.cast import Cast, make_ticket
from tests.conftest import Worker
from tests.journeys.steps import sign_in
from tests.servers.processes import wait_until
from tickets.states import Status


@pytest.mark.feature("G8")
def test_a_wrong_score_is_mended_over_night_and_the_admin_reads_which(
    site: str, always_open: Cast, celery_worker: Worker, page: Page
) -> None:
    cast = always_open
    make_ticket(cast, status=Status.CLOSED)
    Cell.objects.filter(counted=1).update(total=999)
    sign_in(page, site, cast.assignee, then="/profile/performance/?month=2026-10")
    expect(page.locator(".score").first).to_have_text("0.1")

    check_drift.delay()
    wait_until(DriftCheck.objects.exists)
    page.reload()
    expect(page.locator(".score").first).to_have_text("100.0")

    page.context.clear_cookies()
    sign_in(page, site, cast.admin, then="/admin/")
    page.get_by_role("link", name="Drift checks (1 differed at the last)").click()
    page.locator("#result_list tbody th a").first.click()
    told = "Kenya / Operations, Issue, 2026-10, Asha Assignee: total was 999, a rebuild gives 1000000"
    expect(page.get_by_text(told)).to_be_visible()
    assert cells.drift() == []
