"""Signing in with Google, and what an address that is proven brings along; in a real browser, with a real provider."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import SiteSettings, User
from tests.accounts.test_second_step import code_of
from tests.cast import PASSWORD, Cast, make_ticket
from tests.journeys.steps import fill_in_ticket, say, sign_in, sign_in_with_google, sign_out, submit_ticket
from tests.servers.oidc import OpenIdProvider
from tests.servers.smtp import SmtpSink, text_of
from tickets.models import Ticket
from tickets.verbs.assign import assign
from tickets.verbs.progress import start

ADDRESS = "grace@grocers.example"


@pytest.fixture
def grace(google: OpenIdProvider) -> str:
    return google.knows("grace", email=ADDRESS, email_verified=True, name="Grace Wambui")


def handle(ticket: Ticket, cast: Cast) -> None:
    """An agent takes the ticket on."""
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=ticket.submitted_at)
    start(ticket.pk, actor=cast.assignee, at=ticket.submitted_at)


@pytest.mark.feature("C7", "C8", "C12")
def test_a_new_google_user_submits_chats_signs_out_and_in_again(
    site: str, always_open: Cast, page: Page, browser: Browser, grace: str, smtp: SmtpSink, celery_worker: object
) -> None:
    cast = always_open
    earlier = make_ticket(cast, anonymous=True, email=ADDRESS, name="Grace W.", description="The scale shows nothing.")
    page.goto(f"{site}/intake")
    expect(page.get_by_text("You are not signed in.")).to_be_visible()
    fill_in_ticket(page, department=cast.department.name, type="Issue", description="The till opens by itself.")
    page.get_by_role("link", name="Sign in to chat").click()
    sign_in_with_google(page, grace)

    expect(page).to_have_url(f"{site}/intake")
    expect(page.get_by_text("Submitting as")).to_contain_text("Grace Wambui")
    expect(page.get_by_label("Description")).to_have_value("The till opens by itself.")
    expect(page.get_by_label("KPI Type").locator("option:checked")).to_have_text("Issue")
    page.get_by_role("button", name="Submit Ticket").click()
    expect(page.get_by_role("heading", name="Ticket submitted")).to_be_visible()
    user = User.objects.get(email=ADDRESS)
    ticket = Ticket.objects.get(description="The till opens by itself.")
    assert (user.role, user.name, ticket.submitter) == ("customer", "Grace Wambui", user)

    handle(ticket, cast)
    page.get_by_role("link", name="Open the status page").click()
    say(page, "It opened twice since noon.")
    assert smtp.wait(to=cast.assignee.email, subject="Customer replied")

    page.goto(f"{site}/profile/submitted/")
    page.get_by_role("link", name="The scale shows nothing").first.click()
    expect(page.get_by_text("anyone with the link").first).to_be_visible()
    earlier.refresh_from_db()
    assert earlier.submitter == user
    old = page.url
    page.get_by_role("link", name="Make a new link").click()
    page.get_by_role("button", name="Make a new link").click()
    expect(page.get_by_text("This is the new link.")).to_be_visible()
    expect(page.get_by_text("New link made")).to_be_visible()
    expect(page.get_by_role("link", name="Make a new link")).to_have_count(0)
    new = page.url
    stranger = browser.new_context().new_page()
    for link, heading in ((old, "find that page"), (new, "The scale shows nothing")):
        stranger.goto(link)
        expect(stranger.get_by_role("heading", level=1)).to_contain_text(heading)

    sign_out(page, site)
    page.goto(f"{site}/intake/status/{ticket.reference}")
    expect(page.locator("form.composer")).to_have_count(0)
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    sign_in_with_google(page, grace)
    expect(page).to_have_url(re.compile(f"{site}/intake/status/{ticket.reference}"))
    say(page, "And again just now.")
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_an_account_that_merely_typed_the_address_gets_nothing_of_it(
    site: str, always_open: Cast, page: Page, browser: Browser, grace: str, smtp: SmtpSink, celery_worker: object
) -> None:
    cast = always_open
    ticket = make_ticket(cast, anonymous=True, email=ADDRESS, description="The scale shows nothing.")
    page.goto(f"{site}/accounts/signup/")
    page.get_by_label("Your name").fill("Eve")
    page.get_by_label("Email").fill(ADDRESS)
    page.get_by_label("Password").fill("a squatter's phrase")
    page.get_by_role("button", name="Make the account").click()
    page.goto(f"{site}/profile/submitted/?tab=all")
    expect(page.get_by_text("The scale shows nothing")).to_have_count(0)

    # The owner of the mailbox opens the mail that Eve's sign-up sent: it takes Eve's password as well.
    (mail,) = smtp.wait(to=ADDRESS, subject="Please confirm your email")
    link = re.search(r"https?://\S+/confirm-email/\S+", text_of(mail))
    assert link is not None
    owner = browser.new_context().new_page()
    owner.goto(link[0])
    owner.get_by_role("button", name="Yes, it is mine").click()
    expect(owner.get_by_role("heading", name="There is a problem")).to_be_visible()
    assert Ticket.objects.get(pk=ticket.pk).submitter is None

    owner.goto(f"{site}/accounts/login/")
    sign_in_with_google(owner, grace)
    owner.goto(f"{site}/profile/submitted/?tab=all")
    expect(owner.get_by_text("The scale shows nothing").first).to_be_visible()
    page.goto(f"{site}/profile/submitted/")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


@pytest.mark.feature("M1")
def test_a_google_customer_is_promoted_role_by_role(
    site: str, always_open: Cast, page: Page, open_page: object, grace: str
) -> None:
    cast = always_open
    admin = open_page()  # type: ignore[operator]  # a fixture that opens pages
    sign_in(admin, site, cast.admin)
    page.goto(f"{site}/accounts/login/")
    sign_in_with_google(page, grace)
    main = page.get_by_role("navigation", name="Main")
    expect(main.get_by_role("link", name="Queue")).to_have_count(0)

    steps = (
        ("Agent", {"Queue": 1, "Admin": 0}),
        ("Management", {"Queue": 1, "Admin": 1}),
        ("Admin", {"Queue": 1, "Admin": 1}),
    )
    for role, links in steps:
        admin.goto(f"{site}/admin/accounts/user/{User.objects.get(email=ADDRESS).pk}/change/")
        admin.get_by_label("Role").select_option(label=role)
        if role == "Agent":
            admin.locator(".field-department .select2-selection").click()
            admin.locator(".select2-search__field").fill(cast.department.name)
            admin.locator(".select2-results__option", has_text=cast.department.name).click()
        admin.get_by_role("button", name="Save", exact=True).click()
        expect(admin.get_by_text("was changed successfully")).to_be_visible()
        page.goto(f"{site}/profile/")  # the session of the former role is over
        expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
        sign_in_with_google(page, grace)
        for name, count in links.items():
            expect(main.get_by_role("link", name=name, exact=True)).to_have_count(count)
    page.goto(f"{site}/admin/accounts/country/add/")
    expect(page.get_by_role("heading", name="Add country")).to_be_visible()


def test_staff_of_a_site_that_asks_for_it_set_up_the_second_step(site: str, always_open: Cast, page: Page) -> None:
    cast = always_open
    SiteSettings.objects.create(pk=1, staff_second_step=True)
    sign_in(page, site, cast.assignee, then="/tickets/")
    key = page.locator("#key").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(code_of(key))
    page.get_by_role("button", name="Turn it on").click()
    recovery = page.locator("#codes li").first.inner_text().strip()
    page.get_by_role("link", name="I kept them").click()
    expect(page).to_have_url(f"{site}/tickets/")

    sign_out(page, site)
    page.goto(f"{site}/accounts/login/?next=/tickets/")
    page.get_by_label("Email").fill(cast.assignee.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code", exact=True).fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{site}/tickets/")


def test_a_code_from_the_mail_signs_in(
    site: str, always_open: Cast, page: Page, smtp: SmtpSink, celery_worker: object
) -> None:
    cast = always_open
    SiteSettings.objects.create(pk=1, login_codes=True)
    page.goto(f"{site}/accounts/login/?next=/intake")
    page.get_by_role("link", name="Mail me a code instead").click()
    page.get_by_label("Email").fill(cast.submitter.email)
    page.get_by_role("button", name="Send the code").click()
    (mail,) = smtp.wait(to=cast.submitter.email, subject="Your code for KPI Web")
    code = re.search(r"^([A-Z0-9-]{6,})\s*$", text_of(mail), re.M)
    assert code is not None
    page.get_by_label("Code", exact=True).fill(code[1])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Submitting as")).to_contain_text(cast.submitter.name)


def test_whom_an_admin_invites_comes_in_by_the_link_of_the_mail(
    site: str, always_open: Cast, page: Page, open_page: object, smtp: SmtpSink, celery_worker: object
) -> None:
    cast = always_open
    sign_in(page, site, cast.admin)
    page.goto(f"{site}/admin/accounts/user/add/")
    page.get_by_label("Email").fill("nia@kpi.example")
    page.get_by_label("Name:", exact=True).fill("Nia New")
    page.get_by_label("Role").select_option(label="Management")
    page.get_by_role("button", name="Save", exact=True).click()
    (mail,) = smtp.wait(to="nia@kpi.example", subject="Your account for KPI Web")
    link = re.search(r"https?://\S+/password/reset/key/\S+", text_of(mail))
    assert link is not None
    nia = open_page()  # type: ignore[operator]  # a fixture that opens pages
    nia.goto(link[0])
    nia.get_by_label("New password").fill("a phrase of her own")
    nia.get_by_role("button", name="Keep this password").click()
    nia.get_by_role("main").get_by_role("link", name="Sign in").click()
    nia.get_by_label("Email").fill("nia@kpi.example")
    nia.get_by_label("Password").fill("a phrase of her own")
    nia.get_by_role("button", name="Sign in").click()
    expect(nia.get_by_role("navigation", name="Main").get_by_role("link", name="Admin")).to_be_visible()


def test_ones_own_account_page(site: str, always_open: Cast, page: Page) -> None:
    cast = always_open
    sign_in(page, site, cast.submitter)
    page.locator("details.menu summary").click()
    page.get_by_role("link", name="Your account").click()
    page.get_by_label("Your name").fill("Samuel Submitter")
    page.get_by_label("Time zone").select_option(label="Jakarta")
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your changes are kept.")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    reference = submit_ticket(page, site, department=cast.department.name, type="Issue", description="A lamp flickers.")
    assert Ticket.objects.get(reference=reference).requester_name == "Samuel Submitter"
