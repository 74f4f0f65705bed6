"""Management reads the month: the dashboard, the monthly report, and nothing that could be changed."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.cast import Cast, make_cast, make_ticket
from tests.gates.addresses import kept
from tests.journeys.steps import sign_in
from tests.kpi.months import EVER, MINUTE, done, make, second_country, unit
from tickets.states import Status

HALF = {"response_seconds": 60, "resolution_seconds": 10**6}
DOWN = {"down_from": "2026-10-05T09:00", "downtime_minutes": 600}


@pytest.fixture
def autumn(transactional_db: None) -> Cast:
    """Three months of two countries: Operations falls from 100 over 75 to 25, all else stays at 100; one unit down."""
    cast = make_cast()
    care = second_country(cast)
    for month in (8, 9, 10):
        day = date(2026, month, 5 if month == 10 else 7)
        done(cast.issue, cast.other_agent, MINUTE, day=day)
        done(cast.issue, cast.mate, MINUTE, day=day, department=care)
    done(cast.issue, cast.assignee, MINUTE, day=date(2026, 8, 7))
    done(cast.issue, cast.assignee, MINUTE, day=date(2026, 9, 7))
    done(cast.issue, cast.assignee, HALF, day=date(2026, 9, 7))
    done(cast.issue, cast.assignee, HALF)
    done(cast.issue, cast.assignee, EVER)
    servers = make("servers", "uptime", cast.group, [care], threshold=99.5, window="24x7")
    done(servers, cast.mate, {"unit": unit(care, "jakarta-line").pk, **DOWN}, department=care)
    done(servers, cast.mate, {"unit": unit(care, "bandung-line").pk, "downtime_minutes": 0}, department=care)
    return cast


@pytest.mark.feature("M2")
def test_manager_finds_what_fell_and_goes_down_to_its_department(site: str, autumn: Cast, page: Page) -> None:
    cast = autumn
    sign_in(page, site, cast.manager, then="/tickets/")
    page.get_by_role("link", name="Performance").click()
    page.get_by_role("textbox", name="Month").fill("2026-10")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(f"{site}/performance/?month=2026-10")
    expect(page.locator(".lede")).to_contain_text("Kenya fell for 2 months running, most of it in Operations.")
    kenya = page.locator(".countries > li").filter(has_text="Kenya")
    expect(kenya.locator(".score")).to_have_text("62.5 Kenya")
    expect(kenya).to_contain_text("Below target")
    expect(kenya).to_contain_text("Down 25.0 since September")
    expect(kenya).to_contain_text("3 counted, 0 not counted")

    chart = page.locator("svg.chart")
    expect(chart.locator("title")).to_contain_text(
        "Score by month, May 2026 to October 2026: Indonesia 75.0, Kenya 62.5"
    )
    row = page.get_by_role("table", name="Score by month").get_by_role("row", name="Kenya")
    expect(row.get_by_role("link")).to_have_text(["100.0", "87.5", "62.5"])

    uptime = page.get_by_role("region", name="Uptime")
    expect(uptime).to_contain_text("Units at or above 99.5 % of the month.")
    expect(uptime).to_contain_text("1 of 2")
    expect(uptime).to_contain_text("Jakarta-Line, 98.655 %")

    watch = page.get_by_role("table", name="What needs a look")
    expect(watch.get_by_role("row", name="Operations Kenya Below target")).to_contain_text("25.0")
    expect(watch.get_by_role("row", name="Operations Kenya Down 2 months running")).to_contain_text("25.0")
    watch.get_by_role("row", name="Operations Kenya Below target").get_by_role("link").click()
    expect(page).to_have_url(f"{site}/performance/2026-10/?department=ke-operations")
    expect(page.locator(".formula")).to_contain_text("25.0 Issue = 25.0")

    page.go_back()
    page.get_by_role("link", name="87.5").click()
    expect(page).to_have_url(f"{site}/performance/2026-09/?country=KE")
    expect(page.locator(".formula").first).to_contain_text("(100.0 Finance + 75.0 Operations) ÷ 2 = 87.5")


@pytest.mark.feature("M3")
def test_manager_reads_the_monthly_report_and_narrows_it(site: str, autumn: Cast, page: Page) -> None:
    cast = autumn
    sign_in(page, site, cast.manager, then="/performance/2026-10/")
    expect(page.get_by_role("heading", level=2, name="Indonesia")).to_be_visible()
    page.get_by_label("Country").select_option(label="Kenya")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(f"{site}/performance/2026-10/?country=KE")
    assert page.get_by_role("heading", name="Indonesia").count() == 0
    expect(page.locator(".formula").first).to_contain_text("(100.0 Finance + 25.0 Operations) ÷ 2 = 62.5")

    operations = page.get_by_role("table", name="Operations: scores by KPI group and type, October 2026")
    issue = operations.get_by_role("row", name="Issue Response and resolution")
    expect(issue.get_by_role("cell")).to_have_text(
        ["2 counted, Issue", "0", "0", "Response 50.0Resolution 0.0", "Explain Issue 25.0", "Failfrom 95.0"]
    )
    finance = page.get_by_role("table", name="Finance: scores by KPI group and type, October 2026")
    expect(finance.get_by_role("row", name="Issue Response and resolution")).to_contain_text("Pass")

    page.get_by_label("Department").select_option(label="Operations, Kenya")
    page.get_by_role("button", name="Show").click()
    page.get_by_label("Person").select_option(label=cast.assignee.name)
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text([f"{cast.assignee.name} in Operations"])
    page.get_by_role("textbox", name="Month").fill("2026-09")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".stats")).to_contain_text("75.0")
    assert "/performance/2026-09/?" in page.url


@pytest.mark.feature("M7")
def test_management_reads_everything_and_changes_nothing(site: str, autumn: Cast, page: Page) -> None:
    cast = autumn
    ticket = make_ticket(cast, status=Status.PROGRESS)
    sign_in(page, site, cast.manager, then=f"/tickets/{ticket.reference}/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Only the assignee or an admin can change these fields.")).to_be_visible()
    assert page.locator("main form[method=post] button").count() == 0
    for path in ("/performance/?month=2026-10", "/performance/2026-10/", f"/performance/2026-10/?owner={cast.mate.pk}"):
        page.goto(f"{site}{path}")
        expect(page.locator("main")).to_contain_text("October 2026")
        assert page.locator("main form[method=post]").count() == 0
    page.goto(f"{site}/admin/kpi/typeversion/")
    expect(page.get_by_role("heading", name="Type versions")).to_be_visible()
    assert page.get_by_role("link", name="Add type version").count() == 0
    page.locator("#result_list tbody th a").first.click()
    assert page.locator("#content input[type=submit], #content input[type=text]").count() == 0

    before = kept()
    token = next(cookie["value"] for cookie in page.context.cookies() if "csrf" in cookie["name"])
    for name in ("update", "message", "assign", "acknowledge", "reject"):
        answer = page.request.post(
            f"{site}{reverse(f'tickets:{name}', args=[ticket.reference])}",
            form={"body": "x", "tab": "reply", "status": "closed", "to": str(cast.mate.pk), "reason": "x"},
            headers={"X-CSRFToken": token, "Referer": site},
        )
        assert answer.status == 403, name
    assert kept() == before
