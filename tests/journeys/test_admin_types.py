"""An admin makes a KPI type, tries it, makes another one like it, and reads what its rule does."""

import pytest
from playwright.sync_api import Page, expect

from kpi.models import DepartmentType, KpiType, TypeVersion
from tests.cast import Cast
from tests.journeys.steps import sign_in


def choose_group(page: Page, name: str) -> None:
    """By the admin's search-as-you-type select."""
    page.locator(".field-group .select2-selection").click()
    page.locator(".select2-search__field").fill(name)
    page.locator(".select2-results__option", has_text=name).click()


@pytest.mark.feature("M6")
def test_admin_makes_a_type_tries_it_and_clones_it(site: str, always_open: Cast, page: Page) -> None:
    sign_in(page, site, always_open.admin, then="/admin/")
    page.get_by_role("link", name="KPI types").click()
    page.get_by_role("link", name="Add KPI type").click()
    page.get_by_label("Name").press_sequentially("Complaint")
    expect(page.get_by_label("Code")).to_have_value("complaint")
    page.get_by_label("Rule").select_option(label="Response and resolution")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Now say what it means")).to_be_visible()
    choose_group(page, "Issue")
    page.get_by_label("Response target", exact=False).first.fill("30")
    page.get_by_label("Resolution target", exact=False).first.fill("240")
    page.get_by_label("Weight of response").fill("70")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The weights must add up to 100; they add up to 120")).to_be_visible()
    assert not TypeVersion.objects.filter(type__code="complaint").exists()

    page.get_by_label("Weight of resolution").fill("30")
    page.get_by_label("Response time").fill("31")
    page.get_by_label("Resolution time").fill("60")
    answer = page.locator("#try-answer")
    expect(answer).to_contain_text("Response took 31 min against a target of 30 min, resolution 1 h against 4 h")
    expect(answer.locator("output")).to_have_text("30.0")
    assert not TypeVersion.objects.filter(type__code="complaint").exists()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", name="Complaint", level=1)).to_be_visible()
    expect(page.get_by_role("row", name="in force")).to_contain_text("Weight of response 70", use_inner_text=True)
    page.get_by_label("Response time").fill("30")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#try-answer")).to_contain_text("Resolution has no data")
    expect(page.locator("#try-answer output")).to_have_text("100.0")

    page.get_by_role("link", name="Clone this type").click()
    expect(page.get_by_text("No department uses the original")).to_be_visible()
    page.goto(f"{site}/admin/kpi/kpitype/{always_open.issue.pk}/clone/")
    page.get_by_role("button", name="Make the new type").click()
    expect(page.get_by_text("Enter the name of the type")).to_be_visible()
    page.get_by_label("Name").fill("Outage")
    page.get_by_label("Offer it in the same departments").check()
    page.get_by_role("button", name="Make the new type").click()
    expect(page.get_by_text("Outage is made after Issue.")).to_be_visible()
    made = KpiType.objects.get(code="outage")
    assert made.versions.get().parameters == always_open.issue.versions.get().parameters
    assert DepartmentType.objects.filter(type=made).count() == 2

    page.get_by_role("link", name="What this rule does").click()
    expect(page.get_by_role("heading", name="Response and resolution", level=1)).to_be_visible()
    expect(page.get_by_text("Response took 1 h 0 min 1 s against a target of 1 h")).to_be_visible()
    page.get_by_role("link", name="Outage").click()
    expect(page.get_by_role("heading", name="Outage", level=1)).to_be_visible()


@pytest.mark.feature("M7")
def test_management_reads_rules_and_tries_figures(site: str, always_open: Cast, page: Page) -> None:
    sign_in(page, site, always_open.manager, then="/admin/")
    page.get_by_role("link", name="Rules").click()
    page.get_by_role("link", name="Uptime", exact=True).click()
    expect(page.get_by_text("available 99.498 %, below the threshold of 99.5 %")).to_be_visible()
    page.goto(f"{site}/admin/kpi/kpitype/{always_open.issue.pk}/change/")
    page.get_by_label("Response time").fill("31")
    expect(page.locator("#try-answer output")).to_have_text("0.0")
    expect(page.get_by_role("link", name="Clone this type")).to_have_count(0)
    expect(page.get_by_role("link", name="Add a version from a date")).to_have_count(0)
