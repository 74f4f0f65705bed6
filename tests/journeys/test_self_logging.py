"""Work that agents log themselves: the page New ticket, the score beforehand, and the same number on every page."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from kpi import cells
from kpi.models import Cell, KpiItem, KpiType, ReplacedDay, WorkingHours
from tests.cast import NAIROBI, OFFICE_HOURS, Cast, make_ticket
from tests.every_rule import EXAMPLES, UNIT, Example, make_types
from tests.journeys.steps import set_status, sign_in
from tickets.models import Ticket
from tickets.states import Status

DONE = "Counted the spare readers at Westlands with Lucy."


@pytest.fixture
def types(always_open: Cast) -> dict[str, KpiType]:
    """A type of every rule for the cast's department, on a calendar without days off."""
    return make_types(always_open)


def yesterday() -> date:
    return timezone.now().astimezone(NAIROBI).date() - timedelta(days=1)


def choose(page: Page, type_: str) -> None:
    """Choose a type and wait for its fields."""
    page.get_by_label("KPI Type").select_option(label=type_)
    rule = next(example.rule for example in EXAMPLES.values() if example.name == type_)
    expect(page.locator("#metrics-h")).to_have_text(str(KpiType.Rule(rule).label))


def fill_in(page: Page, example: Example, day: date) -> None:
    """What the agent types: ratings are pressed, units chosen, all else written."""
    for label, text in example.typed_on(day).items():
        if example.rule == "acr":
            page.get_by_role("group", name=label).get_by_text(text, exact=True).click()
        elif text == UNIT:
            page.get_by_label(label, exact=True).select_option(label=text)
        else:
            page.get_by_label(re.compile(rf"^{label}( \(optional\))?$")).fill(text)


def log(page: Page, site: str, example: Example, day: date) -> None:
    """Fill in the page New ticket for work of `day`, short of sending it."""
    page.goto(f"{site}/profile/")
    page.get_by_role("link", name="New ticket").click()
    page.get_by_label("Ticket Date").fill(day.isoformat())
    choose(page, example.name)
    fill_in(page, example, day)
    page.get_by_label("What was done").fill(DONE)


@pytest.mark.feature("A2", "A3", "A5", "A15", "G2")
@pytest.mark.parametrize("rule", EXAMPLES)
def test_one_ticket_of_each_rule_says_the_same_everywhere(
    site: str, always_open: Cast, types: dict[str, KpiType], page: Page, rule: str
) -> None:
    example, day = EXAMPLES[rule], yesterday()
    sign_in(page, site, always_open.assignee)
    log(page, site, example, day)
    # Before it is sent: the score, and what the month would be.
    shown = example.points or example.month
    expect(page.locator("#preview .score")).to_have_text(shown)
    named = UNIT if rule == "uptime" else example.name
    month = f"With this ticket, {named} for {day:%B} is {example.month} over 1 ticket."
    expect(page.locator("#preview")).to_contain_text(month)
    sentence = page.locator("#preview .hint").first.inner_text()
    expect(page.get_by_text("Kenya / Operations is set from your assignment.")).to_be_visible()

    page.get_by_role("button", name="Submit Ticket").click()
    page.wait_for_url(lambda url: "/new/" not in url)
    ticket = Ticket.objects.get()
    expect(page.get_by_text(f"KPI-{ticket.pk} is logged.")).to_be_visible()
    expect(page.locator("#state")).to_contain_text("Closed")
    expect(page.locator("#now .clock")).to_contain_text(example.points or "Scored by the month")
    for label, text in example.typed_on(day).items():
        if rule not in ("acr", "uptime"):
            assert page.get_by_label(label, exact=True).input_value() == text.replace(",", ".")

    # The ledger, to the displayed digit.
    item, cell = KpiItem.objects.get(), Cell.objects.get(counted=1)
    points = None if item.value is None else f"{item.value / 10_000:.1f}"
    assert (points, item.department, cell.department) == (
        example.points, always_open.department, always_open.department
    )  # fmt: skip
    assert cells.drift() == []
    # Monthly Performance, the explanation of the month, and that of the ticket.
    page.goto(f"{site}/profile/performance/?month={day:%Y-%m}")
    if rule != "uptime":
        expect(page.get_by_role("row", name=example.name).first).to_contain_text(example.month)
        page.get_by_role("link", name=f"Explain {example.name} {example.month}").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"Why {example.name} is at {example.month}")
    page.get_by_role("link", name=f"Explain KPI-{ticket.pk}").click()
    if rule != "uptime":  # whose month grows by the second
        expect(page.locator(".explain")).to_contain_text(sentence)
    expect(page.locator(".explain .formula")).to_contain_text(example.month)
    if example.points:
        expect(page.locator("main .score")).to_have_text(example.points)
    # And the report that management reads, on the page and as a file.
    page.context.clear_cookies()
    sign_in(page, site, always_open.manager, then=f"/performance/{day:%Y-%m}/?department=ke-operations")
    shown_there = page.get_by_role("link", name=f"Explain {example.name} {example.month}")
    expect(shown_there).to_be_visible()
    sheet = page.request.get(f"{site}/performance/{day:%Y-%m}/export.csv?department=ke-operations&table=report").text()
    rows = list(csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"))))
    found = next(row for row in rows if row["KPI type"] == example.name and not row["Person"])
    assert (f"{float(found['Score']):.1f}", found["Counted"]) == (example.month, "1")


@pytest.mark.feature("A2")
def test_an_answer_that_was_overtaken_does_not_take_back_the_choice(
    site: str, always_open: Cast, types: dict[str, KpiType], page: Page
) -> None:
    """A slow line: the lists for the date arrive when the type has just been chosen from the ones before."""
    sign_in(page, site, always_open.assignee)
    page.goto(f"{site}/tickets/new/")
    held: list[Route] = []
    page.route("**/tickets/new/parts", lambda route: held.append(route), times=1)
    with page.expect_request("**/tickets/new/parts"):
        page.get_by_label("Ticket Date").fill(yesterday().isoformat())
    while not held:  # it is on its way to the handler
        page.wait_for_timeout(10)
    answer = held[0].fetch()
    page.get_by_label("KPI Type").select_option(label="Data check")
    held[0].fulfill(response=answer)
    expect(page.locator("#metrics-h")).to_have_text("Accuracy")
    expect(page.get_by_label("KPI Type").locator("option:checked")).to_have_text("Data check")


@pytest.mark.feature("A2")
def test_a_choice_made_before_the_page_is_ready_is_heard(
    site: str, always_open: Cast, types: dict[str, KpiType], page: Page
) -> None:
    """A slow line: the page can be read and filled in while its script is still on the way."""
    sign_in(page, site, always_open.assignee)
    held: list[Route] = []
    page.route("**/htmx-*.js", lambda route: held.append(route))
    page.goto(f"{site}/tickets/new/", wait_until="commit")
    page.get_by_label("KPI Type").select_option(label="Data check")
    held[0].continue_()
    expect(page.locator("#metrics-h")).to_have_text("Accuracy")


@pytest.mark.feature("A1")
def test_both_kinds_stand_in_my_tickets_and_the_own_one_can_be_corrected(
    site: str, always_open: Cast, types: dict[str, KpiType], page: Page
) -> None:
    cast = always_open
    make_ticket(cast, status=Status.CLOSED, at=timezone.now() - timedelta(minutes=10))
    sign_in(page, site, cast.assignee)
    log(page, site, EXAMPLES["accuracy"], yesterday())
    page.get_by_role("button", name="Submit Ticket").click()
    page.wait_for_url(lambda url: "/new/" not in url)

    page.goto(f"{site}/profile/?state=closed")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Self-logged")).to_contain_text("99.7")
    expect(rows.filter(has_text="Sam Submitter")).to_contain_text("Met")

    rows.filter(has_text="Self-logged").get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Re-open Ticket").click()
    page.get_by_label("Response accuracy").fill("98")
    set_status(page, "Closed")
    expect(page.locator("#now .clock")).to_contain_text("100.0")
    assert KpiItem.objects.get(source="typed").value == 1_000_000


@pytest.mark.feature("A2", "A3")
def test_types_stand_by_group_and_only_the_departments_and_another_type_swaps_the_fields(
    site: str, always_open: Cast, types: dict[str, KpiType], page: Page
) -> None:
    cast = always_open
    types["project"].department_map.update(department=cast.other_department)
    sign_in(page, site, cast.assignee, then="/tickets/new/")
    groups = page.get_by_label("KPI Type").locator("optgroup")
    assert [group.get_attribute("label") for group in groups.all()] == ["Issue", "Internal Control", "Uptime"]
    assert page.get_by_label("KPI Type").locator("option", has_text="Roll-out").count() == 0
    page.get_by_label("What was done").fill(DONE)
    choose(page, "Daily report")
    expect(page.get_by_label("Submit time", exact=True)).to_be_visible()
    choose(page, "Stock count")
    expect(page.get_by_label("Completion", exact=True)).to_be_visible()
    expect(page.get_by_label("Submit time", exact=True)).to_have_count(0)
    expect(page.get_by_label("What was done")).to_have_value(DONE)

    page.get_by_label("Completion", exact=True).fill("ninety")
    page.get_by_role("button", name="Submit and log another").click()
    expect(page.get_by_text("Enter the completion as a percentage from 0 to 100").first).to_be_visible()
    expect(page.get_by_label("Completion", exact=True)).to_have_value("ninety")
    page.get_by_label("Completion", exact=True).fill("95")
    page.get_by_role("button", name="Submit and log another").click()
    expect(page.get_by_text("is logged.")).to_be_visible()
    expect(page.get_by_label("KPI Type").locator("option:checked")).to_have_text("Stock count")
    expect(page.get_by_label("Completion", exact=True)).to_have_value("")


@pytest.mark.feature("A4")
def test_a_weekend_and_a_holiday_are_named_and_count_with_the_tick(
    site: str, transactional_db: None, always_open: Cast, types: dict[str, KpiType], page: Page
) -> None:
    cast = always_open
    WorkingHours.objects.update(week=OFFICE_HOURS)
    today = timezone.now().astimezone(NAIROBI).date()
    sunday = today - timedelta(days=(today.weekday() + 1) % 7 or 7)
    holiday = next(day for back in range(1, 7) if (day := today - timedelta(days=back)).weekday() < 5)
    ReplacedDay.objects.create(country=cast.country, date=holiday, name="Harvest Day")
    sign_in(page, site, cast.assignee, then="/tickets/new/")
    choose(page, "Stock count")
    page.get_by_label("Completion", exact=True).fill("98")
    page.get_by_label("Ticket Date").fill(holiday.isoformat())
    expect(page.locator("#day")).to_contain_text(f"{holiday.day} {holiday:%B %Y} is a holiday: Harvest Day.")
    page.get_by_label("Ticket Date").fill(sunday.isoformat())
    expect(page.locator("#day")).to_contain_text(f"{sunday.day} {sunday:%B %Y} is a Sunday, a day off.")
    expect(page.locator("#preview")).to_contain_text("Weekend, without the tick")
    page.get_by_label("Count as weekend/holiday work").check()
    expect(page.locator("#preview")).to_contain_text("With this ticket, Stock count for")
    page.get_by_label("What was done").fill(DONE)
    page.get_by_role("button", name="Submit Ticket").click()
    page.wait_for_url(lambda url: "/new/" not in url)
    item = KpiItem.objects.get()
    assert (item.off_day, item.count_off_day, item.not_counted) == ("weekend", True, "")


@pytest.mark.feature("A3")
def test_without_scripts_a_button_shows_the_fields(
    site: str, always_open: Cast, types: dict[str, KpiType], open_page: object
) -> None:
    page = open_page(java_script_enabled=False)  # type: ignore[operator]  # the fixture is a function
    sign_in(page, site, always_open.assignee, then="/tickets/new/")
    page.get_by_label("KPI Type").select_option(label="Stock count")
    page.get_by_label("What was done").fill(DONE)
    page.get_by_role("button", name="Show fields").click()
    page.get_by_label("Completion", exact=True).fill("95")
    page.get_by_role("button", name="Show fields").click()
    expect(page.locator("#preview .score")).to_have_text("96.9")
    page.get_by_role("button", name="Submit Ticket").last.click()
    page.wait_for_url(lambda url: "/new/" not in url)
    assert KpiItem.objects.get().metrics == {"completion": 95}


@pytest.mark.feature("G2")
def test_a_ticket_says_what_closing_it_now_would_score(
    site: str, always_open: Cast, types: dict[str, KpiType], page: Page
) -> None:
    cast, now = always_open, timezone.now()
    clocked = make_ticket(cast, status=Status.PROGRESS, at=now - timedelta(minutes=10))
    by_hand = make_ticket(cast, status=Status.PROGRESS, at=now - timedelta(minutes=10), type=types["ic-completion"])
    sign_in(page, site, cast.assignee, then=f"/tickets/{clocked.reference}/")
    expect(page.get_by_text("If you close now without a reply")).to_contain_text("First response met, Resolution met.")
    page.goto(f"{site}/tickets/{by_hand.reference}/")
    expect(page.get_by_text("Fill in the fields of Stock count before you close this ticket.")).to_be_visible()
    page.get_by_label("Completion", exact=True).fill("95")
    page.get_by_role("button", name="Update Ticket").click()
    expect(page.get_by_text("If you close now: score 96.9, missed.")).to_be_visible()
    set_status(page, "Closed")
    assert KpiItem.objects.get(pk=by_hand.item_id).value == 969_388
