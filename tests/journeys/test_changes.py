"""Changes of the past, what-if and the calendar, as an admin, a manager and an agent meet them."""

import pytest
from playwright.sync_api import Page, expect

from kpi.models import KpiItem, ReplacedDay, TypeVersion
from tests.cast import Cast, make_cast
from tests.journeys.steps import sign_in
from tests.kpi.past import october, scores


@pytest.fixture
def office(transactional_db: None) -> Cast:
    """The cast with a month of finished work around Mashujaa Day."""
    cast = make_cast()
    october(cast)
    return cast


@pytest.mark.feature("G3")
def test_admin_sees_what_a_stricter_target_moves_before_it_is_applied(site: str, office: Cast, page: Page) -> None:
    before = scores()
    version = TypeVersion.objects.get(type=office.issue)
    sign_in(page, site, office.admin, then=f"/admin/kpi/typeversion/{version.pk}/change/")
    page.get_by_label("Response target", exact=False).first.fill("15")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Type version Issue (2026-01-01) changed").first).to_be_visible()
    expect(page.get_by_role("row", name="Response target 30 min 15 min")).to_be_visible()
    expect(page.get_by_role("heading", name="Countries and departments")).to_be_visible()
    assert scores() == before

    page.get_by_label("Only from").fill("2026-10-12")
    page.get_by_role("button", name="Preview only from this date").click()
    expect(page.get_by_text("only from 12 Oct 2026")).to_be_visible()
    moved = page.get_by_role("row", name="Items whose score or measured time is different").locator("td").inner_text()
    page.get_by_role("button", name="Apply from 12 Oct 2026").click()
    expect(page.get_by_text("Enter the reason; it stays in the history.")).to_be_visible()
    page.get_by_label("Reason").fill("The contract of October")
    page.get_by_role("button", name="Apply from 12 Oct 2026").click()
    expect(page.get_by_text("Reason: The contract of October")).to_be_visible()

    after = scores()
    different = [pk for pk in after if after[pk] != before[pk]]
    assert 0 < len(different) <= int(moved)
    assert min(KpiItem.objects.filter(pk__in=different).values_list("date", flat=True)).isoformat() >= "2026-10-12"
    page.goto(f"{site}/admin/kpi/change/")
    expect(page.get_by_role("row", name="Type version Issue (2026-01-01) changed")).to_contain_text("Applied")


@pytest.mark.feature("G3")
def test_admin_adds_a_holiday_of_the_past_and_cancels(site: str, office: Cast, page: Page) -> None:
    sign_in(page, site, office.admin, then="/admin/kpi/replacedday/add/")
    page.locator("select[name=country]").evaluate(
        "(box, pk) => { box.append(new Option('Kenya', pk, true, true)); }", str(office.country.pk)
    )
    page.get_by_label("Date").fill("2026-10-06")
    page.get_by_label("Name").fill("Election Day")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("row", name="No longer counted")).not_to_contain_text("0")
    page.get_by_role("button", name="Cancel this change").click()
    expect(page.get_by_text("Cancelled").first).to_be_visible()
    assert ReplacedDay.objects.count() == 1


@pytest.mark.feature("G11")
def test_manager_tries_other_targets_on_october(site: str, office: Cast, page: Page) -> None:
    before = scores()
    sign_in(page, site, office.manager, then="/performance/")
    page.get_by_role("link", name="What if").click()
    page.get_by_label("KPI type").select_option(label="Issue")
    page.get_by_label("Month").fill("2026-10")
    page.get_by_role("button", name="Choose").click()
    page.get_by_label("Response target", exact=True).fill("5")
    page.get_by_role("button", name="Show what it moves").click()
    expect(page.get_by_role("row", name="Kenya / Operations")).to_contain_text("→")
    expect(page.get_by_role("row", name=office.assignee.name).first).to_contain_text("→")
    expect(page.get_by_role("heading", name="Items that turn")).to_be_visible()
    shared = page.url
    assert "response_target=5" in shared
    page.goto(shared)
    expect(page.get_by_label("Response target", exact=True)).to_have_value("5")
    assert scores() == before


@pytest.mark.feature("G9")
def test_agent_asks_the_calendar_when_four_hours_are_over(site: str, office: Cast, page: Page) -> None:
    sign_in(page, site, office.assignee, then="/performance/")
    page.get_by_role("link", name="Calendar", exact=True).click()
    page.get_by_label("Calendar of").select_option(label="Operations")
    page.get_by_label("Start").fill("2026-10-19T16:00")
    page.get_by_label("Target").fill("240")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="Due Wednesday, 21 October 2026, 11:00 EAT")).to_be_visible()
    expect(page.get_by_role("row", name="Holiday, Mashujaa Day")).to_contain_text("24 h")
    expect(page.get_by_role("row")).to_have_count(6)
