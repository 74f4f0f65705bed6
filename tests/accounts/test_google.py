"""Sign-in with Google, by the real provider code against a real OpenID provider: who gets in, as whom, and who not."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import Role, SiteSettings, User
from tests.cast import PASSWORD, Cast, make_ticket
from tests.gates.poison import POISONS, Reader
from tests.servers.oidc import OpenIdProvider, through_google
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
GRACE = {"email": "Grace.Google@example.org", "email_verified": True, "name": "Grace Google"}
SQUATTER = {"name": "Eve", "email": "grace.google@example.org", "password1": "a squatter's phrase"}


@pytest.fixture
def grace(google: OpenIdProvider) -> str:
    return google.knows("grace", **GRACE)


def signed_in_as(client: Client) -> User | None:
    return User.objects.filter(pk=client.session.get("_auth_user_id", 0)).first()


def said(client: Client) -> str:
    """The page after a refusal, with its sentence."""
    return client.get("/accounts/login/").text


def test_first_sign_in_makes_a_customer_with_name_and_verified_address(grace: str) -> None:
    client = Client()
    answer = through_google(client, grace)
    user = User.objects.get()
    assert (user.name, user.email, user.role) == ("Grace Google", "grace.google@example.org", Role.CUSTOMER)
    assert (user.has_usable_password(), user.is_vouched_for) == (False, False)
    assert EmailAddress.objects.filter(user=user, email=user.email, verified=True, primary=True).count() == 1
    assert (answer.status_code, answer["Location"], signed_in_as(client)) == (302, "/profile/", user)


def test_the_second_sign_in_opens_the_same_account_whatever_the_address_is_now(google: Any, grace: str) -> None:
    through_google(Client(), grace)
    google.knows("grace", **GRACE | {"email": "grace@new.example"})
    client = Client()
    through_google(client, grace)
    assert signed_in_as(client) == User.objects.get()
    assert User.objects.get().email == "grace.google@example.org"


def test_an_address_changed_at_google_brings_nothing_of_who_has_that_address_here(google: Any, cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, primary=True, verified=True)
    sub = google.knows("grace", **GRACE)
    through_google(Client(), sub)
    grace = User.objects.get(email="grace.google@example.org")
    ticket = make_ticket(cast, anonymous=True, email=cast.submitter.email)
    google.knows("grace", **GRACE | {"email": cast.submitter.email})
    client = Client()
    through_google(client, sub)
    assert (signed_in_as(client), Ticket.objects.get(pk=ticket.pk).submitter) == (grace, None)
    assert set(EmailAddress.objects.values_list("user", "email")) == {
        (grace.pk, grace.email),
        (cast.submitter.pk, cast.submitter.email),
    }


def test_an_address_that_google_gave_to_somebody_else_does_not_open_the_account(google: Any, grace: str) -> None:
    through_google(Client(), grace)
    first = User.objects.get()
    google.knows("grace", **GRACE | {"email": "grace.before@example.org"})
    heir = google.knows("heir", **GRACE)
    client = Client()
    answer = through_google(client, heir, next="/intake")
    assert answer["Location"] == "/accounts/login/?next=%2Fintake"
    assert "Another Google account opens the account with this address." in said(client)
    assert (signed_in_as(client), User.objects.get(), SocialAccount.objects.get().uid) == (None, first, "grace")
    SocialAccount.objects.all().delete()  # the owner came in with a new password and disconnected it
    through_google(client, heir)
    assert (signed_in_as(client), SocialAccount.objects.get().uid) == (first, "heir")


def test_nothing_but_the_address_is_kept_of_the_identity(grace: str) -> None:
    through_google(Client(), grace)
    assert SocialAccount.objects.get().extra_data == {"email": GRACE["email"]}


def test_an_address_google_has_not_verified_opens_and_claims_nothing(google: Any, cast: Cast) -> None:
    ticket = make_ticket(cast, anonymous=True, email="who@example.org")
    for number, verified in enumerate((False, None, "true", "false")):
        sub = google.knows(f"who{number}", email="who@example.org", email_verified=verified)
        client = Client()
        assert through_google(client, sub)["Location"] == "/accounts/login/"
        assert "Google has not verified the address" in said(client)
    assert not User.objects.filter(email="who@example.org").exists()
    assert Ticket.objects.get(pk=ticket.pk).submitter is None


def test_the_tickets_of_the_address_become_ones_own_at_the_first_sign_in(grace: str, cast: Cast) -> None:
    mine = make_ticket(cast, anonymous=True, email="GRACE.google@example.org")
    other = make_ticket(cast, anonymous=True, email="someone@example.org")
    through_google(Client(), grace)
    grace_herself = User.objects.get(email="grace.google@example.org")
    assert Ticket.objects.get(pk=mine.pk).submitter == grace_herself
    assert Ticket.objects.get(pk=other.pk).submitter is None


def test_what_became_ones_own_is_told_once(grace: str, cast: Cast) -> None:
    for _ in range(2):
        make_ticket(cast, anonymous=True, email="grace.google@example.org")
    client = Client()
    through_google(client, grace)
    words = "2 tickets sent with your email now belong to your account. Whoever has a link can read its ticket."
    assert [words in client.get("/profile/submitted/").text for _ in range(2)] == [True, False]
    client.post("/accounts/logout/")
    through_google(client, grace)
    assert words not in client.get("/profile/submitted/").text


@pytest.mark.parametrize("name", [*POISONS.values(), "x" * 40_000, "\u200b", "", None, 7, ["Grace"]])
def test_whatever_google_calls_a_person_becomes_a_name_or_none(google: Any, name: Any) -> None:
    claims = {"email": "grace@example.org", "email_verified": True, "name": name}
    sub = google.knows("grace-" + str(abs(hash(str(name)))), **{k: v for k, v in claims.items() if v is not None})
    client = Client()
    assert through_google(client, sub)["Location"] == "/profile/"
    user = User.objects.get()
    assert user.name.isprintable()
    assert 1 <= len(user.name) <= 120
    assert Reader(client.get("/intake").text).faults == []


def test_two_first_sign_ins_at_once_make_one_account(grace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(email: str) -> None:
        User.objects.create_user(email, None, name="Grace, in another tab")

    monkeypatch.setattr("accounts.google.release_address", meanwhile)
    monkeypatch.setattr("allauth.socialaccount.internal.flows.signup.assess_unique_email", lambda email: True)
    client = Client()
    assert through_google(client, grace)["Location"] == "/accounts/login/"
    assert "Try again" in said(client)
    assert (User.objects.count(), signed_in_as(client)) == (1, None)


def test_an_account_with_the_same_verified_address_is_joined_and_keeps_its_password(google: Any, cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, primary=True, verified=True)
    sub = google.knows("sam", email=cast.submitter.email, email_verified=True, name="Another Name")
    people = User.objects.count()
    client = Client()
    through_google(client, sub)
    cast.submitter.refresh_from_db()
    assert (signed_in_as(client), User.objects.count()) == (cast.submitter, people)
    assert (cast.submitter.name, cast.submitter.check_password(PASSWORD)) == ("Sam Submitter", True)


def test_a_stranger_who_typed_the_address_first_loses_it_and_hands_nothing_over(grace: str, cast: Cast) -> None:
    squatter = Client()
    squatter.post("/accounts/signup/", SQUATTER)
    eve = User.objects.get(email=SQUATTER["email"])
    theirs = make_ticket(cast, submitter=eve, email=eve.email)
    mine = make_ticket(cast, anonymous=True, email=eve.email)
    client = Client()
    through_google(client, grace)
    owner = User.objects.get(email=GRACE["email"].casefold())
    eve.refresh_from_db()
    assert (owner.pk != eve.pk, signed_in_as(client)) == (True, owner)
    assert (eve.is_active, eve.has_usable_password(), eve.email) == (
        False,
        False,
        f"released-{eve.pk}@accounts.invalid",
    )
    assert squatter.get("/accounts/").status_code == 302  # their session is over
    assert (
        Client().post("/accounts/login/", {"login": owner.email, "password": SQUATTER["password1"]}).status_code == 422
    )
    assert [Ticket.objects.get(pk=ticket.pk).submitter for ticket in (theirs, mine)] == [eve, owner]


def test_whom_an_admin_invited_comes_in_by_google_and_their_address_is_proven(grace: str, cast: Cast) -> None:
    admin = Client()
    admin.force_login(cast.admin)
    form = {"email": GRACE["email"], "name": "Grace", "role": "agent", "department": cast.department.pk}
    admin.post("/admin/accounts/user/add/", form)
    client = Client()
    through_google(client, grace)
    invited = User.objects.get(email=GRACE["email"].casefold())
    assert (signed_in_as(client), invited.role, invited.name) == (invited, Role.AGENT, "Grace")
    assert EmailAddress.objects.get(user=invited).verified


def test_a_deactivated_person_stays_out(google: Any, cast: Cast) -> None:
    sub = google.knows("gus", email=cast.gone.email, email_verified=True)
    client = Client()
    assert through_google(client, sub)["Location"] == "/accounts/inactive/"
    assert (signed_in_as(client), SocialAccount.objects.count()) == (None, 0)


def test_only_the_sites_domains_get_new_accounts(grace: str) -> None:
    SiteSettings.objects.create(pk=1, customer_domains="kpi.example, other.example")
    answer = through_google(Client(), grace)
    assert "No new account for this address" in answer.text
    assert User.objects.count() == 0
    SiteSettings.objects.update(customer_domains="@Example.org")
    assert through_google(Client(), grace)["Location"] == "/profile/"


def test_a_second_step_is_asked_after_google_too(grace: str) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    through_google(Client(), grace)
    TOTP.activate(User.objects.get(), generate_totp_secret())
    client = Client()
    assert through_google(client, grace)["Location"] == "/accounts/two-step/enter/"
    assert signed_in_as(client) is None


def test_without_credentials_there_is_no_button_and_no_door(cast: Cast) -> None:
    page = Client().get("/accounts/login/")
    assert "Google" not in page.text
    assert "form-action 'self';" in page["Content-Security-Policy"] + ";"
    assert Client().post("/accounts/google/login/").status_code == 404
    assert Client().get("/accounts/google/login/callback/?code=1&state=2").status_code == 404


def test_the_button_comes_first_and_its_page_alone_may_lead_to_google(google: Any, cast: Cast) -> None:
    page = Client().get("/accounts/login/")
    assert page.text.index("Continue with Google") < page.text.index("Password")
    assert f"form-action 'self' {google.url}" in page["Content-Security-Policy"]
    assert google.url not in Client().get("/intake")["Content-Security-Policy"]
    assert Client().get("/accounts/google/login/")["Location"] == "/accounts/login/"
