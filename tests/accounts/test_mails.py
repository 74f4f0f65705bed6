"""The mails about an account: text and page say the same, lead here alone, and speak their reader's language."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

from accounts.mail_page import page
from accounts.models import SiteSettings, User
from notifications.models import OutgoingMail
from tests.accounts.test_second_step import ON, code_of, come_in, with_second_step
from tests.cast import PASSWORD, Cast, make_ticket
from tests.servers.oidc import OpenIdProvider, through_google
from tickets import conversation
from tickets.verbs.assign import assign
from tickets.verbs.progress import start

pytestmark = pytest.mark.django_db
NEW = {"name": "Nora", "email": "nora@new.example", "password1": "a long pass phrase"}


class Reading(HTMLParser):
    """What a reader of the page sees, and every address in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        found = dict(attrs)
        self.links += [found[name] for name in ("href", "src", "action", "background") if name in found]
        self.hidden += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def sign_up(cast: Cast) -> None:
    Client().post("/accounts/signup/", NEW)


def sign_up_again(cast: Cast) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"email_verification": "mandatory"})
    Client().post("/accounts/signup/", NEW | {"email": cast.submitter.email})


def forget_password(cast: Cast) -> None:
    Client().post("/accounts/password/reset/", {"email": cast.submitter.email})


def come_as_nobody(cast: Cast) -> None:
    Client().post("/accounts/password/reset/", {"email": "nobody@new.example"})


def ask_for_a_code(cast: Cast) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"login_codes": True})
    Client().post("/accounts/login/code/", {"email": cast.submitter.email})


def invite(cast: Cast) -> None:
    house = Client()
    house.force_login(cast.admin)
    form = {"email": "nia@example.org", "name": "Nia", "role": "management", "is_active": "on"}
    house.post("/admin/accounts/user/add/", form)


def change_password(cast: Cast) -> None:
    client, _answer = come_in(cast.submitter)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "quite another phrase"})


def turn_second_step_on(cast: Cast) -> None:
    client, _answer = come_in(cast.mate)
    client.post("/accounts/again/", {"password": PASSWORD, "next": ON})
    client.get(ON)
    client.post(ON, {"code": code_of(client.session["mfa.totp.secret"])})


def new_codes_and_off(cast: Cast) -> None:
    secret = with_second_step(cast.mate)
    client, _answer = come_in(cast.mate)
    client.post("/accounts/two-step/enter/", {"code": code_of(secret)})
    client.post("/accounts/again/", {"password": PASSWORD, "next": "/accounts/"})
    client.post("/accounts/two-step/codes/new/")
    client.post("/accounts/two-step/off/")


# What is done: the subjects of the mails that follow, each with the words on its buttons.
MAILS: dict[Callable[[Cast], None], dict[str, list[str]]] = {
    sign_up: {"Please confirm your email": ["Confirm your email"]},
    sign_up_again: {"You already have an account": ["Choose a new password"]},
    forget_password: {"A new password for KPI Web": ["Choose a password"]},
    come_as_nobody: {"No account with this email": ["Make an account"]},
    ask_for_a_code: {"Your code for KPI Web": []},
    invite: {"Your account for KPI Web": ["Choose a password"]},
    change_password: {"Your password was changed": ["Choose a new password"]},
    turn_second_step_on: {"Two-step sign-in is on": ["Choose a new password"]},
    new_codes_and_off: {
        "New recovery codes": ["Choose a new password"],
        "Two-step sign-in is off": ["Choose a new password"],
    },
}


@pytest.mark.parametrize("doing", MAILS)
def test_text_and_page_say_the_same_and_lead_here_alone(
    cast: Cast, doing: Callable[[Cast], None], settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.SITE_URL = "https://help.example"
    with django_capture_on_commit_callbacks(execute=True):
        doing(cast)
    mails = {mail.subject: mail for mail in OutgoingMail.objects.all()}
    assert set(mails) == set(MAILS[doing])
    for subject, buttons in MAILS[doing].items():
        mail, seen = mails[subject], Reading(mails[subject].html)
        sentences = [" ".join(part.split()) for part in mail.text.split("\n\n")][:-1]
        assert [part for part in sentences if part not in seen.text] == []
        assert subject in seen.text
        addresses = re.findall(r"https?://\S+", mail.text)
        assert {address.partition("/accounts/")[0].strip() for address in addresses} == {"https://help.example"}
        assert set(seen.links) == {address for address in addresses if "/accounts/" in address}
        assert re.findall(r'<a class="button"[^>]*>([^<]+)</a>', mail.html) == buttons


def test_a_code_stands_out_and_is_in_no_subject(cast: Cast) -> None:
    ask_for_a_code(cast)
    mail = OutgoingMail.objects.get()
    code = re.search(r"^([A-Z0-9-]{6,})$", mail.text, re.M)
    assert code is not None
    assert re.search(rf'<p class="ink words"[^>]*>{code[1]}</p>', mail.html)
    assert code[1] not in mail.subject


def test_words_in_a_mail_stay_words() -> None:
    facts = {"site_url": "https://help.example", "activate_url": "https://help.example/accounts/x/"}
    html = page(
        subject="A <b>subject</b>", text='An admin <script>alert("1")</script>\n\nhttp://evil.example', facts=facts
    )
    assert ("<script" in html, "<b>" in html, "evil.example</p>" in html) == (False, False, True)
    assert Reading(html).links == []


def test_google_is_told_in_a_mail_of_the_same_kind(cast: Cast, google: OpenIdProvider) -> None:
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, primary=True, verified=True)
    through_google(Client(), google.knows("sam", email=cast.submitter.email, email_verified=True))
    mail = OutgoingMail.objects.get(subject="Google opens your account")
    assert "it signs in to your account from now on" in Reading(mail.html).text


def test_where_there_are_no_passwords_no_mail_speaks_of_them(cast: Cast, google: OpenIdProvider) -> None:
    SiteSettings.objects.create(pk=1, password_sign_in=False, login_codes=True)
    Client().post("/accounts/login/code/", {"email": "nobody@new.example"})
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, primary=True, verified=True)
    through_google(Client(), google.knows("sam", email=cast.submitter.email, email_verified=True))
    nobody, told = OutgoingMail.objects.order_by("pk")
    assert "tried to come in with this address, but there is no account with it" in nobody.text
    assert "If it was not you, tell an admin of this site at once." in told.text
    for mail in (nobody, told):
        assert ("password" in mail.text, "/accounts/" in mail.text) == (False, False)


@pytest.fixture
def second_language(settings: Any) -> Iterator[None]:
    """A language in which some of our sentences have another wording."""
    words = {
        "Your password was changed": "Neno la siri limebadilishwa",
        "Ticket assigned": "Tiketi imepewa",
        "A ticket was assigned to you": "Umepewa tiketi",
        "Nobody reads replies to this mail.": "Hakuna anayesoma majibu.",
    }
    settings.LANGUAGES = [("en", "English"), ("sw", "Kiswahili")]
    trans_real.translation("sw")._catalog._catalogs.insert(0, words)
    yield
    trans_real._translations.pop("sw")


@pytest.mark.usefixtures("second_language")
def test_each_mail_is_in_the_language_of_its_reader_whoever_causes_it(cast: Cast) -> None:
    User.objects.filter(pk=cast.assignee.pk).update(language="sw")
    cast.assignee.refresh_from_db()
    change_password_of(cast.assignee)
    ticket = make_ticket(cast)
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=ticket.submitted_at)
    start(ticket.pk, actor=cast.assignee, at=ticket.submitted_at)
    with translation.override("sw"):
        conversation.reply(ticket.pk, actor=cast.assignee, at=ticket.submitted_at, body="Done.")
    told = {mail.subject.partition(":")[0]: mail for mail in OutgoingMail.objects.exclude(kind="received")}
    del told["New ticket in your queue"]
    assert set(told) == {"Neno la siri limebadilishwa", "Tiketi imepewa", "New reply"}
    assert "Umepewa tiketi" in told["Tiketi imepewa"].text
    assert "Hakuna anayesoma majibu." in told["Neno la siri limebadilishwa"].html
    assert '<html lang="sw">' in told["Neno la siri limebadilishwa"].html
    assert translation.get_language() == "en"


def change_password_of(user: User) -> None:
    client = Client(headers={"accept-language": "en"})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.cookies["django_language"] = "en"  # another reader's browser would not matter either
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "quite another phrase"})


@pytest.mark.usefixtures("second_language")
def test_pages_speak_the_language_that_was_chosen(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.submitter)
    client.post("/accounts/", {"name": "Sam", "language": "sw"})
    for path in ("/accounts/", "/intake", "/profile/submitted/"):
        assert '<html lang="sw"' in client.get(path).text, path
    assert client.cookies["django_language"]["max-age"] == 14 * 24 * 60 * 60  # as long as the session
    client.post("/accounts/", {"name": "Sam", "language": ""})
    assert '<html lang="en"' in client.get("/intake").text


@pytest.mark.usefixtures("second_language")
def test_the_next_person_at_a_browser_does_not_inherit_the_language(cast: Cast) -> None:
    User.objects.filter(pk=cast.submitter.pk).update(language="sw")
    client = Client()
    for person, language in ((cast.submitter, "sw"), (cast.stranger, "en")):
        client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
        assert f'<html lang="{language}"' in client.get("/accounts/").text
        client.post("/accounts/logout/")
