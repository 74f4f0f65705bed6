"""Names as long as people make them, without a gap to break at: no page gets wider than its window."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from kpi.models import Cell
from tests.browsing import DESKTOP, PHONE
from tests.cast import Cast, make_ticket
from tests.gates.axe import OVERFLOW, Inspector
from tests.gates.test_axe import world  # noqa: F401 - a fixture
from tickets.states import Status

LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente"


@pytest.mark.parametrize("window", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_a_long_name_widens_no_page(world: Cast, browser: Browser, live_server: Any, window: Any) -> None:  # noqa: F811
    for row in (world.assignee, world.department, world.country, world.issue, world.organisation):
        row.name = LONG
        row.save()
    ticket = make_ticket(world, status=Status.CLOSED, subject=LONG, description=LONG * 3)
    cell = Cell.objects.get(owner=world.assignee)
    make_ticket(world, status=Status.PROGRESS)
    look = Inspector(browser.new_page(viewport=window), live_server.url, world.admin)
    wide = {}
    for path in (
        f"/admin/accounts/user/{world.assignee.pk}/change/",
        f"/admin/accounts/department/{world.department.pk}/change/",
        f"/admin/accounts/department/{world.department.pk}/preset/",
        f"/admin/accounts/country/{world.country.pk}/change/",
        f"/admin/kpi/kpitype/{world.issue.pk}/change/",
        f"/admin/kpi/cell/{cell.pk}/change/",
        "/tickets/",
        f"/tickets/{ticket.reference}/",
        "/performance/",
        f"/performance/{ticket.item.month:%Y-%m}/",
    ):
        look.open(path)
        wide[path] = look.page.evaluate(OVERFLOW)
    assert [path for path, wider in wide.items() if wider > 0] == []
