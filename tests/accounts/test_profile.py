"""The account page: what a person decides, and how they sign in."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import SiteSettings, User
from notifications.models import OutgoingMail
from tests.cast import PASSWORD, Cast, make_ticket
from tests.servers.oidc import OpenIdProvider, come_back, leave_for, through_google
from tickets import conversation
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.end import close, reject
from tickets.verbs.reopen import reopen

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
        "mail_reply": "on", "mail_assigned": "on", "shortcuts_off": "on",
    }  # fmt: skip
    answer = client.post(PAGE, form, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Your changes are kept." in answer.text
    assert '<html lang="en" data-theme="dark">' in answer.text  # and no data-shortcuts
    user = User.objects.get(pk=cast.assignee.pk)
    assert (user.name, user.language, user.zone, user.theme) == ("Asha A.", "en", "Asia/Jakarta", "dark")
    assert (user.mails_off, user.shortcuts_off) == (["customer_replied", "outcome"], True)
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


def ticks(client: Client) -> dict[str, bool]:
    """The kinds of mail on the account page, and whether each is ticked."""
    found = re.findall(r'<input type="checkbox" name="((?:mail_|told_)[a-z_]+)"([^>]*)>', client.get(PAGE).text)
    return {name: "checked" in rest for name, rest in found}


def test_everybody_chooses_among_the_mails_that_can_come_to_them(cast: Cast) -> None:
    own, work = {"mail_reply": True, "mail_outcome": True}, {"mail_assigned": True, "mail_customer_replied": True}
    assert ticks(browser_of(cast.submitter)) == own
    assert ticks(browser_of(cast.assignee)) == own | work
    assert ticks(browser_of(cast.manager)) == own | work
    admin = browser_of(cast.admin)
    assert ticks(admin) == own | work | {"told_of_new_tickets": False}
    admin.post(PAGE, {"name": "Ada", "mail_outcome": "on", "told_of_new_tickets": "on"})
    told = {"mail_outcome": True, "told_of_new_tickets": True}
    assert ticks(admin) == dict.fromkeys(own | work, False) | told


def test_a_kind_that_a_person_no_longer_sees_stays_as_they_chose_it(cast: Cast) -> None:
    User.objects.filter(pk=cast.submitter.pk).update(mails_off=["assigned", "reply"])
    browser_of(cast.submitter).post(PAGE, {"name": "Sam", "mail_reply": "on"})
    assert User.objects.get(pk=cast.submitter.pk).mails_off == ["assigned", "outcome"]


def mailed(ticket: Ticket, person: User) -> list[str]:
    """The kinds of mail about a ticket that went to somebody."""
    mails = OutgoingMail.objects.filter(recipient=person.email, subject__contains=f"KPI-{ticket.pk}")
    return sorted(mails.values_list("kind", flat=True))


def live_a_life(cast: Cast) -> Ticket:
    """A ticket is assigned, answered, written on, closed, re-opened and rejected."""
    ticket = make_ticket(cast)
    at = ticket.submitted_at
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=at)
    conversation.reply(ticket.pk, actor=cast.assignee, at=at, body="On it.")
    conversation.client_reply(ticket.pk, actor=cast.submitter, at=at, body="Thank you.")
    close(ticket.pk, actor=cast.assignee, at=at)
    reopen(ticket.pk, actor=cast.assignee, at=at)
    reject(ticket.pk, actor=cast.assignee, at=at, reason="Twice.")
    return ticket


OUTCOME = ["closed", "rejected", "reopened"]


@pytest.mark.parametrize(
    ("off", "to_client", "to_agent"),
    [
        ([], [*OUTCOME, "received", "reply"], ["assigned", "customer_replied"]),
        (["reply"], [*OUTCOME, "received"], ["assigned", "customer_replied"]),
        (["outcome"], ["received", "reply"], ["assigned", "customer_replied"]),
        (["assigned"], [*OUTCOME, "received", "reply"], ["customer_replied"]),
        (["customer_replied"], [*OUTCOME, "received", "reply"], ["assigned"]),
    ],
)
def test_what_is_turned_off_is_not_mailed_and_all_else_is(
    cast: Cast, off: list[str], to_client: list[str], to_agent: list[str]
) -> None:
    User.objects.update(mails_off=off)
    for person in (cast.submitter, cast.assignee):
        person.refresh_from_db()
    ticket = live_a_life(cast)
    assert mailed(ticket, cast.submitter) == sorted(to_client)
    assert mailed(ticket, cast.assignee) == to_agent


def test_who_has_no_account_gets_every_mail(cast: Cast) -> None:
    User.objects.update(mails_off=["reply", "outcome"])
    ticket = make_ticket(cast, anonymous=True, email=cast.submitter.email, status=Status.PROGRESS)
    conversation.reply(ticket.pk, actor=cast.assignee, at=ticket.submitted_at, body="On it.")
    assert "reply" in mailed(ticket, cast.submitter)


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
