"""The account page: what a person decides, and how they sign in."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import SiteSettings, User
from tests.cast import PASSWORD, Cast, make_ticket
from tests.servers.oidc import OpenIdProvider, come_back, leave_for, through_google
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
PAGE = "/accounts/"


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_what_is_chosen_is_kept_and_shown(cast: Cast) -> None:
    client = browser_of(cast.assignee)
    form = {
        "name": "  Asha   A. ", "language": "en", "zone": "Asia/Jakarta", "theme": "dark",
        "told_of_new_tickets": "on", "shortcuts_off": "on",
    }  # fmt: skip
    answer = client.post(PAGE, form, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Your changes are kept." in answer.text
    assert '<html lang="en" data-theme="dark">' in answer.text  # and no data-shortcuts
    user = User.objects.get(pk=cast.assignee.pk)
    assert (user.name, user.language, user.zone, user.theme) == ("Asha A.", "en", "Asia/Jakarta", "dark")
    assert (user.told_of_new_tickets, user.shortcuts_off) == (True, True)
    assert client.cookies["django_language"].value == "en"


def test_a_customer_decides_nothing_of_staff_and_nobody_their_role(cast: Cast) -> None:
    client = browser_of(cast.submitter)
    assert "shortcuts_off" not in client.get(PAGE).text
    client.post(PAGE, {"name": "Sam", "role": "admin", "told_of_new_tickets": "on", "email": "x@y.example"})
    user = User.objects.get(pk=cast.submitter.pk)
    assert (user.name, user.role, user.told_of_new_tickets, user.email) == (
        "Sam",
        "customer",
        False,
        cast.submitter.email,
    )


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Enter your name"),
        ("name", "\u200b", "Enter your name"),
        ("name", "x" * 121, "Enter a name of at most 120 characters"),
        ("zone", "Mars/Olympus", "Choose a time zone from the list"),
    ],
)
def test_a_refused_page_says_why_and_changes_nothing(cast: Cast, field: str, value: str, sentence: str) -> None:
    answer = browser_of(cast.submitter).post(PAGE, {"name": "Sam", field: value})
    assert (answer.status_code, answer.text.count(sentence)) == (422, 2)
    assert cast.submitter.name in answer.text  # in the head of the page
    assert User.objects.get(pk=cast.submitter.pk).name == cast.submitter.name


def test_a_zone_of_an_unusual_name_stays(cast: Cast) -> None:
    User.objects.filter(pk=cast.submitter.pk).update(zone="Etc/GMT+5")
    client = browser_of(cast.submitter)
    assert '<option value="Etc/GMT+5" selected>' in client.get(PAGE).text
    assert client.post(PAGE, {"name": "Sam", "zone": "Etc/GMT+5"}).status_code == 302


def test_the_language_one_chose_is_there_in_the_next_browser(cast: Cast) -> None:
    User.objects.filter(pk=cast.submitter.pk).update(language="en")
    client = Client()
    client.post("/accounts/login/", {"login": cast.submitter.email, "password": PASSWORD})
    assert client.cookies["django_language"].value == "en"


@pytest.mark.parametrize(("verified", "words"), [(True, "Verified"), (False, "Not verified")])
def test_it_says_whether_the_address_is_proven(cast: Cast, verified: bool, words: str) -> None:
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, verified=verified)
    page = browser_of(cast.submitter).get(PAGE).text
    assert f"{words}</span>" in page
    assert ("Verify it" in page) is not verified


def test_the_account_menu_leads_there(cast: Cast) -> None:
    assert f'<a href="{PAGE}">Your account</a>' in browser_of(cast.submitter).get("/intake").text


def past_the_password(client: Client, answer: Any) -> Any:
    """Connecting asks for the password once more; then it goes on by itself."""
    assert answer["Location"] == "/accounts/again/"
    return client.post("/accounts/again/", {"password": PASSWORD})


def test_google_is_connected_after_the_password_and_signs_in_from_then_on(google: OpenIdProvider, cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, primary=True, verified=True)
    sub = google.knows("sam-at-home", email="sam@home.example", email_verified=True)
    client = browser_of(cast.submitter)
    answer = past_the_password(client, through_google(client, sub, process="connect"))
    assert answer["Location"] == PAGE
    assert SocialAccount.objects.get().user == cast.submitter
    assert "sam@home.example" in client.get(PAGE).text
    other = Client()
    through_google(other, sub)
    assert other.session["_auth_user_id"] == str(cast.submitter.pk)


def test_an_unproven_account_connects_no_foreign_google_but_is_proven_by_its_own(google: Any, cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, primary=True, verified=False)
    ticket = make_ticket(cast, anonymous=True, email=cast.submitter.email)
    foreign = google.knows("eve", email="eve@evil.example", email_verified=True)
    own = google.knows("sam", email=cast.submitter.email, email_verified=True)
    client = browser_of(cast.submitter)
    assert through_google(client, foreign, process="connect")["Location"] == PAGE
    assert "Show first that your own address is yours" in client.get(PAGE).text
    assert (SocialAccount.objects.count(), EmailAddress.objects.get().verified) == (0, False)
    past_the_password(client, through_google(client, own, process="connect"))
    assert (SocialAccount.objects.get().user, EmailAddress.objects.get().verified) == (cast.submitter, True)
    assert Ticket.objects.get(pk=ticket.pk).submitter == cast.submitter


def test_a_google_account_belongs_to_one_account_here(google: Any, cast: Cast) -> None:
    sub = google.knows("grace", email="grace@example.org", email_verified=True)
    through_google(Client(), sub)
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, primary=True, verified=True)
    client = browser_of(cast.submitter)
    past_the_password(client, through_google(client, sub, process="connect"))
    assert "belongs to another account here" in client.get(PAGE).text
    assert SocialAccount.objects.get().user != cast.submitter


def test_the_only_way_in_is_not_taken_away(google: Any) -> None:
    sub = google.knows("grace", email="grace@example.org", email_verified=True)
    client = Client()
    through_google(client, sub)
    client.post("/accounts/google/remove/")
    assert "Choose a password first" in client.get(PAGE).text
    assert SocialAccount.objects.count() == 1
    SiteSettings.objects.create(pk=1, login_codes=True)
    client.post("/accounts/google/remove/")
    assert SocialAccount.objects.count() == 0


def test_who_leaves_for_google_as_nobody_connects_nothing(google: Any, cast: Cast) -> None:
    sub = google.knows("eve", email="eve@evil.example", email_verified=True)
    client = Client()
    come_back(client, leave_for(client, process="connect"), sub)
    assert (SocialAccount.objects.count(), User.objects.filter(email="eve@evil.example").count()) == (0, 0)
