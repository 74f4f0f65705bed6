"""The domains of staff: who is outside comes in by no way, and whoever narrows them reads what that does."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, SiteSettings, User
from kpiweb.doctor.data import content
from notifications.models import OutgoingMail
from tests.accounts.test_second_step import with_second_step
from tests.cast import PASSWORD, Cast
from tests.servers.oidc import OpenIdProvider, through_google

pytestmark = pytest.mark.django_db
SENTENCE = "Staff of this site sign in with an address of kpi.example, kpi.test. Ask an admin to change yours."
DOMAINS = "@KPI.example, kpi.test"


@pytest.fixture
def outside(cast: Cast) -> User:
    """An agent of elsewhere, on a site that wants its staff of two domains; admins are inside."""
    User.objects.filter(pk=cast.admin.pk).update(email="ada@kpi.example")
    agent = User.objects.create_user(
        "olu@agency.example", PASSWORD, name="Olu", role=Role.AGENT, department=cast.department
    )
    SiteSettings.objects.create(pk=1, staff_domains=DOMAINS, login_codes=True)
    return agent


def refusal(client: Client, answer: Any) -> str:
    """The sentence on the page that a refused sign-in leads to."""
    assert answer["Location"] == "/accounts/login/?next=%2Fintake"
    assert "_auth_user_id" not in client.session
    return " ".join(client.get(answer["Location"]).text.split())


def test_a_password_does_not_bring_staff_of_elsewhere_in(outside: User) -> None:
    client = Client()
    right = {"login": outside.email, "password": PASSWORD, "next": "/intake"}
    assert SENTENCE in refusal(client, client.post("/accounts/login/", right))
    assert client.get("/tickets/").status_code == 302


def test_a_wrong_password_tells_nothing_of_it(outside: User) -> None:
    wrong = Client().post("/accounts/login/", {"login": outside.email, "password": "a guess"})
    assert (wrong.status_code, "Staff of this site" in wrong.text) == (422, False)


def test_a_mailed_code_does_not_either(outside: User) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": outside.email, "next": "/intake"})
    code = re.search(r"^([A-Z0-9-]{6,})$", OutgoingMail.objects.get(recipient=outside.email).text, re.M)
    assert code is not None
    answer = client.post("/accounts/login/code/confirm/", {"code": code[1], "next": "/intake"})
    assert SENTENCE in refusal(client, answer)


def test_google_does_not_either(outside: User, google: OpenIdProvider) -> None:
    sub = google.knows("olu", email=outside.email, email_verified=True, name="Olu")
    client = Client()
    assert SENTENCE in refusal(client, through_google(client, sub, next="/intake"))


def test_the_second_step_is_not_even_asked(outside: User) -> None:
    with_second_step(outside)
    client = Client()
    client.post("/accounts/login/", {"login": outside.email, "password": PASSWORD})
    assert client.get("/accounts/two-step/enter/")["Location"] == "/accounts/login/"


def test_staff_inside_and_customers_come_in_as_before(outside: User, cast: Cast) -> None:
    User.objects.filter(pk=cast.mate.pk).update(email="moses@kpi.test")
    for email in ("ada@kpi.example", "moses@kpi.test", cast.submitter.email):
        answer = Client().post("/accounts/login/", {"login": email, "password": PASSWORD})
        assert answer["Location"] == "/profile/", email


def test_a_domain_is_meant_whole(cast: Cast) -> None:
    made = {
        email: User.objects.create_user(email, None, name=email, role=Role.MANAGEMENT)
        for email in ("a@kpi.example", "b@notkpi.example", "c@sub.kpi.example", "d@kpi.example.evil", "e@kpi_example")
    }
    outside = SiteSettings(pk=1, staff_domains="kpi.example").staff_outside()
    assert set(made) & set(outside.values_list("email", flat=True)) == set(made) - {"a@kpi.example"}
    admitted = {email for email in made if SiteSettings(pk=1, staff_domains="kpi.example").admits(email, staff=True)}
    assert admitted == {"a@kpi.example"}


def test_no_list_of_domains_shuts_an_admin_out(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.admin)
    path = "/admin/accounts/sitesettings/1/change/"
    form = client.get(path).context["adminform"].form.initial
    kept = {name: text for name, text in form.items() if text not in (None, False)}
    answer = client.post(path, {**kept, "staff_domains": "elsewhere.example"})
    assert f"This would shut out an admin: {cast.admin.email}. Change their address or their role first." in answer.text
    assert SiteSettings.objects.count() == 0
    assert client.post(path, {**kept, "staff_domains": cast.admin.email.partition("@")[2]}).status_code == 302


def narrowed(admin: User, domains: str) -> str:
    """Save the page of the settings with these domains, and open it again."""
    client = Client()
    client.force_login(admin)
    path = "/admin/accounts/sitesettings/1/change/"
    form = client.get(path).context["adminform"].form.initial
    kept = {name: text for name, text in form.items() if text not in (None, False)}
    assert client.post(path, {**kept, "staff_domains": domains}).status_code == 302
    return client.get(path).content.decode()


def test_narrowing_the_domains_signs_out_who_is_outside_and_says_how_many(outside: User, cast: Cast) -> None:
    SiteSettings.objects.update(staff_domains="")
    User.objects.filter(pk=cast.mate.pk).update(email="moses@kpi.test")
    browsers = {person: Client() for person in (outside, cast.submitter, User.objects.get(pk=cast.mate.pk))}
    for person, browser in browsers.items():
        browser.force_login(person)
    page = narrowed(cast.admin, DOMAINS)
    assert browsers[outside].get("/accounts/").status_code == 302
    assert [browsers[person].get("/accounts/").status_code for person in list(browsers)[1:]] == [200, 200]
    number = SiteSettings.load().staff_outside().count()
    assert number > 1
    assert f" {number} accounts of staff are outside and cannot sign in." in page
    browser = Client()
    browser.force_login(User.objects.get(pk=cast.mate.pk))
    narrowed(cast.admin, DOMAINS)
    assert browser.get("/accounts/").status_code == 200


def test_the_doctor_says_how_many_are_outside_and_when_no_admin_can_sign_in(outside: User, cast: Cast) -> None:
    number = SiteSettings.load().staff_outside().count()
    found = {finding.what: finding.words for finding in content()}
    assert found["Staff domains"] == f"{number} staff accounts are of none of the staff's domains and cannot sign in"
    assert found["Admins"] == "1 can sign in"
    SiteSettings.objects.update(staff_domains="kpi.test")
    found = {finding.what: finding.words for finding in content()}
    assert found["Admins"] == "there is none who can sign in"
    SiteSettings.objects.update(staff_domains="")
    assert "Staff domains" not in {finding.what for finding in content()}
