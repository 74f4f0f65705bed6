"""Accessibility of the account pages: every way in, the account page, and two-step sign-in in each of its states."""

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from playwright.sync_api import Page

from accounts.models import SiteSettings
from tests.accounts.test_second_step import code_of
from tests.cast import PASSWORD, Cast
from tests.gates.axe import Inspector
from tests.gates.test_axe import inspector, world  # noqa: F401 - fixtures

FORM = "main form:not([action*=google])"


def typed(label: str, words: str) -> Callable[[Page], object]:
    return lambda page: page.get_by_label(label, exact=True).fill(words)


def test_the_ways_in(google: Any, world: Cast, inspector: Callable[[str], Inspector]) -> None:  # noqa: F811
    SiteSettings.objects.create(pk=1, login_codes=True, customer_domains="kpi.example")
    look = inspector("nobody")
    look.visit("sign in, every way", "/accounts/login/")
    look.visit("make an account, with Google", "/accounts/signup/")
    look.visit("a code, asked for", "/accounts/login/code/")
    look.send("a code, refused", FORM, status=422)
    look.send("the code, to enter", FORM, status=200, change=typed("Email", world.submitter.email))
    look.send("the code, refused", FORM, status=422, change=typed("Code", "WRONG1"))
    SiteSettings.objects.update(password_sign_in=False)
    look.visit("sign in, without passwords", "/accounts/login/")
    look.visit("no new account", "/accounts/signup/")
    SiteSettings.objects.update(password_sign_in=True)
    address = EmailAddress.objects.create(user=world.submitter, email=world.submitter.email, primary=True)
    look.visit("confirm the address, elsewhere", f"/accounts/confirm-email/{EmailConfirmationHMAC(address).key}/")
    look.send("confirm the address, refused", FORM, status=422)
    look.visit("this account is switched off", "/accounts/inactive/")
    look.judge()


def test_ones_own_account(google: Any, world: Cast, inspector: Callable[[str], Inspector]) -> None:  # noqa: F811
    look = inspector("submitter")
    look.visit("account, a customer's", "/accounts/")
    look = inspector("assignee")
    look.visit("account, an agent's", "/accounts/")
    look.send("account, refused", FORM, status=422, change=typed("Your name", ""))
    look.open("/accounts/")
    look.page.locator("h1").click()
    look.page.keyboard.press("?")
    look.inspect("the list of keys")
    look.page.keyboard.press("Escape")
    look.page.keyboard.press("Control+k")
    look.page.keyboard.type("p")
    look.inspect("the box that goes to anything")
    look.open("/accounts/")
    look.send("account, kept", FORM, status=200, change=typed("Your name", "Asha A."))
    look.judge()


def test_two_steps(world: Cast, inspector: Callable[[str], Inspector]) -> None:  # noqa: F811
    look = inspector("assignee")
    look.visit("the password again", "/accounts/two-step/on/")
    look.send("the password again, refused", FORM, status=422)
    look.send("two steps, to turn on", FORM, status=200, change=typed("Present password", PASSWORD))
    look.send("two steps, refused", FORM, status=422, change=typed("Code", "000000"))
    secret = look.page.locator("#key").inner_text().replace(" ", "")
    look.send("recovery codes", FORM, status=200, change=typed("Code", code_of(secret)))
    look.visit("new recovery codes?", "/accounts/two-step/codes/new/")
    look.visit("two steps, to turn off", "/accounts/two-step/off/")
    look.visit("account, with two steps", "/accounts/")
    look.visit("a code again", "/accounts/two-step/again/")
    look.send("a code again, refused", FORM, status=422)
    other = inspector("nobody")
    other.open("/accounts/login/")
    other.page.get_by_label("Email").fill(world.assignee.email)
    other.send("the second step", FORM, status=200, change=typed("Password", PASSWORD))
    other.send("the second step, refused", FORM, status=422)
    SiteSettings.objects.create(pk=1, staff_second_step=True)
    look.visit("two steps, not to turn off", "/accounts/two-step/off/")
    look.judge()
    other.judge()
