"""Two-step sign-in: setting it up, coming in with it, doing without the phone, and a site that asks it of its staff."""

import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from accounts.models import SiteSettings, User
from accounts.second_step import qr_path
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
ON, ENTER, CODES = "/accounts/two-step/on/", "/accounts/two-step/enter/", "/accounts/two-step/codes/"


def code_of(secret: str, *, steps: int = 0) -> str:
    """What a phone with this key shows now, or some half minutes away."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def with_second_step(user: User) -> str:
    """Give `user` a phone; returns its key."""
    secret = str(generate_totp_secret())
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def come_in(user: User, client: Client | None = None, **form: str) -> tuple[Client, Any]:
    browser = client or Client()
    return browser, browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD, **form})


def open_set_up(user: User) -> Client:
    """A browser on the set-up page, past the question for the password."""
    client, _answer = come_in(user)
    asked = client.get(ON)
    assert asked["Location"] == "/accounts/again/?next=%2Faccounts%2Ftwo-step%2Fon%2F"
    assert client.post("/accounts/again/", {"password": "not it", "next": ON}).status_code == 422
    assert client.post("/accounts/again/", {"password": PASSWORD, "next": ON})["Location"] == ON
    return client


def test_setting_it_up_asks_for_the_password_then_a_code_and_gives_recovery_codes(cast: Cast) -> None:
    client = open_set_up(cast.assignee)
    page = client.get(ON).text
    key = re.search(r'id="key">([A-Z2-7 ]+)<', page)
    assert key is not None
    secret = key[1].replace(" ", "")
    refused = client.post(ON, {"code": "000000"})
    assert (refused.status_code, refused.text.count("That code is not right")) == (422, 2)
    assert client.post(ON, {"code": code_of(secret)})["Location"] == CODES
    codes = re.findall(r"<li>(\d{8})", client.get(CODES).text)
    assert len(codes) == 10
    file = client.get("/accounts/two-step/codes/file/")
    assert (file["Content-Type"], re.findall(r"\d{8}", file.text)) == ("text/plain", codes)
    other, answer = come_in(cast.assignee)
    assert answer["Location"] == ENTER
    assert other.post(ENTER, {"code": codes[3]})["Location"] == "/profile/"
    third, _answer = come_in(cast.assignee)
    assert third.post(ENTER, {"code": codes[3]}).status_code == 422


def test_the_password_alone_is_not_in_and_the_page_is_come_back_to(cast: Cast) -> None:
    secret = with_second_step(cast.submitter)
    client, answer = come_in(cast.submitter, next="/intake")
    assert answer["Location"] == ENTER
    assert client.get("/profile/").status_code == 302
    assert client.post(ENTER, {"code": ""}).status_code == 422
    assert client.post(ENTER, {"code": code_of(secret)})["Location"] == "/intake"
    assert client.get("/accounts/").status_code == 200


def test_a_code_that_was_seen_does_not_work_again(cast: Cast) -> None:
    secret = with_second_step(cast.submitter)
    for steps in (-1, 0):
        code = code_of(secret, steps=steps)
        first, _answer = come_in(cast.submitter)
        second, _answer = come_in(cast.submitter)
        answers = [browser.post(ENTER, {"code": code}).status_code for browser in (first, second)]
        assert answers == [302, 422]


def test_guessing_ends_soon_whatever_address_it_comes_from(cast: Cast) -> None:
    secret = with_second_step(cast.submitter)
    for number in range(6):
        client, _answer = come_in(cast.submitter)
        client.post(ENTER, {"code": "000000"}, REMOTE_ADDR=f"192.0.2.{number}")
    client, _answer = come_in(cast.submitter)
    assert "Too many tries" in client.post(ENTER, {"code": code_of(secret)}).text


def test_an_unproven_address_cannot_be_locked_up_with_a_second_step(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, primary=True, verified=False)
    client, _answer = come_in(cast.submitter)
    assert client.get(ON, follow=True).redirect_chain[-1][0] == "/accounts/"
    assert not Authenticator.objects.exists()


def test_turning_it_off_takes_the_recovery_codes_along(cast: Cast) -> None:
    secret = with_second_step(cast.submitter)
    client, _answer = come_in(cast.submitter)
    client.post(ENTER, {"code": code_of(secret)})
    client.post("/accounts/again/", {"password": PASSWORD, "next": "/accounts/two-step/off/"})
    assert client.post("/accounts/two-step/off/")["Location"] == "/accounts/"
    assert not Authenticator.objects.exists()


def test_new_recovery_codes_replace_the_old_ones(cast: Cast) -> None:
    with_second_step(cast.submitter)
    before = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    client, _answer = come_in(cast.submitter)
    client.post(ENTER, {"code": before[0]})
    client.post("/accounts/again/", {"password": PASSWORD, "next": CODES})
    assert client.post("/accounts/two-step/codes/new/")["Location"] == CODES
    after = re.findall(r"<li>(\d{8})", client.get(CODES).text)
    assert (len(after), set(after) & set(before)) == (10, set())


@pytest.fixture
def asked_of_staff(cast: Cast) -> None:
    SiteSettings.objects.create(pk=1, staff_second_step=True)


@pytest.mark.usefixtures("asked_of_staff")
def test_staff_without_it_are_led_to_it_from_everywhere_and_customers_are_not(cast: Cast) -> None:
    client, _answer = come_in(cast.assignee)
    for path in ("/tickets/?tab=all", "/profile/", "/intake", "/admin/"):
        assert client.get(path)["Location"] == ON, path
    assert client.post("/intake", {"description": "x"})["Location"] == ON
    assert client.get("/accounts/").status_code == 200
    customer, answer = come_in(cast.submitter)
    assert (answer["Location"], customer.get("/intake").status_code) == ("/profile/", 200)


@pytest.mark.usefixtures("asked_of_staff")
def test_once_it_is_set_up_the_way_is_free_and_it_stays_on(cast: Cast) -> None:
    client, _answer = come_in(cast.assignee)
    client.get("/tickets/?tab=all")
    page = client.get(ON).text  # at once: the password was typed a moment ago
    assert "This site asks its staff for a second step" in page
    key = re.search(r'id="key">([A-Z2-7 ]+)<', page)
    assert key is not None
    client.post(ON, {"code": code_of(key[1].replace(" ", ""))})
    assert '<a class="btn primary" href="/tickets/?tab=all">I kept them</a>' in client.get(CODES).text
    assert client.get("/tickets/").status_code == 200
    refused = client.post("/accounts/two-step/off/")
    assert refused.status_code == 422
    assert "so it stays on" in refused.text
    assert Authenticator.objects.filter(user=cast.assignee, type="totp").exists()


def test_asking_for_it_ends_the_sessions_of_staff_who_lack_it(cast: Cast) -> None:
    with_second_step(cast.mate)
    browsers = {name: Client() for name in ("assignee", "mate", "submitter", "admin")}
    for name, browser in browsers.items():
        browser.force_login(getattr(cast, name))
    form = browsers["admin"].get("/admin/accounts/sitesettings/1/change/").context["adminform"].form.initial
    kept = {name: value for name, value in form.items() if value not in (None, False)}
    browsers["admin"].post("/admin/accounts/sitesettings/1/change/", {**kept, "staff_second_step": "on"})
    signed_in = {name for name, browser in browsers.items() if browser.get("/accounts/").status_code == 200}
    assert signed_in == {"mate", "submitter"}


def test_who_asks_it_of_the_staff_and_lacks_it_reads_why_they_are_out_and_what_comes_next(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.admin)
    page = "/admin/accounts/sitesettings/1/change/"
    form = client.get(page).context["adminform"].form.initial
    kept = {name: value for name, value in form.items() if value not in (None, False)}
    answer = client.post(page, {**kept, "staff_second_step": "on"})
    assert answer["Location"] == f"/accounts/login/?next={page}"
    told = client.get(answer["Location"]).text
    assert "The site settings were saved." in told
    assert "Staff without two-step sign-in are signed out now, and so are you." in told
    with_it, other = Client(), Client()
    cast.admin.refresh_from_db()
    with_second_step(cast.admin)
    for browser in (with_it, other):
        browser.force_login(cast.admin)
    assert with_it.post(page, {**kept, "staff_second_step": "on", "edit_window": "8"})["Location"] == page
    assert "and so are you" not in other.get(page).text


def test_an_admin_takes_it_off_who_lost_the_phone(cast: Cast) -> None:
    with_second_step(cast.assignee)
    theirs = Client()
    theirs.force_login(cast.assignee)
    admin = Client()
    admin.force_login(cast.admin)
    admin.post(
        "/admin/accounts/user/",
        {"action": "forget_second_step", "_selected_action": [cast.assignee.pk], "confirmed": "1"},
    )
    assert not Authenticator.objects.exists()
    assert theirs.get("/accounts/").status_code == 302
    assert come_in(cast.assignee)[1]["Location"] == "/profile/"


def test_the_picture_holds_a_square_for_every_dark_cell() -> None:
    path, width = qr_path("otpauth://totp/x?secret=ABC")
    assert (width, path[:13], path.count("M")) == (37, "M4 4h1v1h-1zM", path.count("z"))
    assert qr_path("otpauth://totp/x?secret=ABD")[0] != path
