"""Finding a ticket again, in the three modes, and how often."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import SiteSettings
from intake import lookup
from notifications.models import OutgoingMail
from tests.cast import START, Cast, make_ticket, minutes
from tickets.models import Ticket
from tickets.states import Status

pytestmark = pytest.mark.django_db
SECRET = "The secret of the description."


def look_up(client: Client, text: Any, **extra: Any) -> Any:
    return client.post("/intake/lookup", {"q": text}, **extra)


def listed(client: Client, text: str) -> list[int]:
    response = look_up(client, text)
    assert response.status_code == 302
    assert response.url.startswith("/intake/found/")
    return [ticket.pk for ticket, _number in client.get(response.url).context["rows"]]


@pytest.mark.parametrize(
    "spelling",
    [
        str,
        lambda reference: str(reference).upper(),
        lambda reference: reference.hex,
        lambda reference: f"  {reference} ",
        lambda reference: f"http://localhost:8000/intake/status/{reference}",
    ],
)
def test_a_reference_opens_its_page(client: Client, cast: Cast, spelling: Any) -> None:
    ticket = make_ticket(cast)
    response = look_up(client, spelling(ticket.reference))
    assert response.url == f"/intake/status/{ticket.reference}"
    assert client.get(response.url).status_code == 200


def test_an_unknown_reference_is_not_found(client: Client, cast: Cast) -> None:
    assert look_up(client, str(uuid.uuid4()), follow=True).status_code == 404


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zoe@example.org", True),
        (" ZOE@Example.Org ", True),
        ("Zoë  van Dijk", True),
        ("zoë van dijk", True),
        ("Zoe\u0308 van\u00a0Dijk", True),
        ("Zoë van", False),
        ("Zoe van Dijk", False),
        ("zoe@example", False),
        ("%", False),
        ("' OR 1=1 --", False),
    ],
)
def test_an_address_or_the_exact_name_lists(client: Client, cast: Cast, text: str, found: bool) -> None:
    ticket = make_ticket(cast, anonymous=True, name="Zoë van Dijk", email="Zoe@example.org", description=SECRET)
    make_ticket(cast)
    assert listed(client, text) == ([ticket.pk] if found else [])


def test_a_listed_ticket_shows_facts_and_no_message(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS, description=SECRET, email="zoe@example.org")
    path = look_up(client, "zoe@example.org").url
    page = client.get(path).content.decode()
    detail = client.get(f"{path}/{ticket.pk}").content.decode()
    for words in (f"KPI-{ticket.pk}", "On Progress", "Issue", "5 Oct 2026"):
        assert words in page
        assert words in detail
    assert "Open the link in your mail or sign in to read the messages" in detail
    for shown in (page, detail, path):
        assert SECRET not in shown
        assert str(ticket.reference) not in shown
        assert "zoe@" not in shown


def test_twenty_are_listed_newest_first(client: Client, cast: Cast) -> None:
    tickets = [make_ticket(cast, anonymous=True, at=START + minutes(number)) for number in range(22)]
    look_up(client, "Zoe")
    with CaptureQueriesContext(connection) as few:
        assert listed(client, cast.submitter.name) == [ticket.pk for ticket in reversed(tickets)][:20]
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets[2:]]).update(hidden=True)
    with CaptureQueriesContext(connection) as many:
        assert len(listed(client, cast.submitter.name)) == 2
    assert len(few) == len(many)


def test_a_grant_opens_its_own_numbers_for_half_an_hour(client: Client, cast: Cast) -> None:
    mine = make_ticket(cast, anonymous=True, email="zoe@example.org")
    other = make_ticket(cast)
    path = look_up(client, "zoe@example.org").url
    assert client.get(f"{path}/{mine.pk}").status_code == 200
    assert client.get(f"{path}/{other.pk}").status_code == 404
    assert client.get(f"{path}/{'9' * 40}").status_code == 404
    forged = signing.dumps([other.pk], salt="another")
    for token in (forged, f"{path[14:]}x", "x", "%00"):
        assert client.get(f"/intake/found/{token}").status_code == 404
        assert client.get(f"/intake/found/{token}/{other.pk}").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(minutes=29)):
        assert client.get(path).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert client.get(path).status_code == 404
        assert client.get(f"{path}/{mine.pk}").status_code == 404


def test_a_ticket_hidden_meanwhile_leaves_the_list(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, anonymous=True, email="zoe@example.org")
    path = look_up(client, "zoe@example.org").url
    Ticket.objects.update(hidden=True)
    assert client.get(path).context["rows"] == []
    assert client.get(f"{path}/{ticket.pk}").status_code == 404


@pytest.mark.parametrize(
    ("who", "found"),
    [("nobody", False), ("stranger", False), ("other_agent", False), ("submitter", True), ("colleague", True)]
    + [(name, True) for name in ("assignee", "mate", "manager", "admin")],
)
def test_a_number_finds_for_those_who_may_see(client: Client, cast: Cast, who: str, found: bool) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    if getattr(cast, who):
        client.force_login(getattr(cast, who))
    for text in (f"KPI-{ticket.pk}", f"kpi {ticket.pk}", f"#{ticket.pk}"):
        response = look_up(client, text)
        assert (response.url == f"/intake/status/{ticket.reference}") == found
        assert found or client.get(response.url).context["rows"] == []
    assert look_up(client, "KPI-9999999999999999999").status_code == 302


@pytest.mark.parametrize("text", ["", " ", "\u200b", "a\x00b", "a\r\nb", "x" * 301, ["a", ""]])
def test_nothing_to_look_for_is_refused(client: Client, cast: Cast, text: Any) -> None:
    response = look_up(client, text)
    page = response.content.decode()
    assert response.status_code == 422
    assert "There is a problem" in page
    assert 'id="id_q-error"' in page


def test_mail_mode_writes_to_the_address_on_file(client: Client, cast: Cast) -> None:
    SiteSettings.objects.create(pk=1, lookup_mode="mail")
    tickets = [make_ticket(cast, anonymous=True, name="Zoe", email="zoe@example.org") for _number in range(2)]
    OutgoingMail.objects.all().delete()
    answers = [look_up(client, text) for text in ("Zoe", "nobody@example.org", "No Body")]
    assert {answer.url for answer in answers} == {"/intake/sent"}
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient) == ("links", "zoe@example.org")
    for ticket in tickets:
        assert f"http://localhost:8000/intake/status/{ticket.reference}" in mail.text
        assert f"http://localhost:8000/intake/status/{ticket.reference}" in mail.html
    assert client.get("/intake/sent").status_code == 200
    assert look_up(client, str(tickets[0].reference)).url == f"/intake/status/{tickets[0].reference}"


def test_mail_mode_is_limited_per_address(client: Client, cast: Cast) -> None:
    SiteSettings.objects.create(pk=1, lookup_mode="mail")
    ticket = make_ticket(cast, anonymous=True, email="zoe@example.org", at=START)
    OutgoingMail.objects.all().delete()
    for number in range(5):
        with time_machine.travel(timezone.now().replace(minute=5) + minutes(number), tick=False):
            look_up(client, "zoe@example.org")
    assert ticket.requester_email == "zoe@example.org"
    assert OutgoingMail.objects.exclude(status="suppressed").count() == 3


def test_off_mode_has_no_box(client: Client, cast: Cast) -> None:
    assert "Look up a ticket" in client.get("/intake").content.decode()
    SiteSettings.objects.create(pk=1, lookup_mode="off")
    assert "Look up a ticket" not in client.get("/intake").content.decode()
    assert look_up(client, cast.submitter.email).status_code == 404


def test_looking_up_is_a_post(client: Client, cast: Cast) -> None:
    assert client.get("/intake/lookup", {"q": "Zoe"}).status_code == 405


def test_an_address_that_looks_up_too_often_waits(client: Client, cast: Cast) -> None:
    SiteSettings.objects.create(pk=1, lookups_per_hour=2)
    with time_machine.travel(timezone.now().replace(minute=10), tick=False):
        codes = [look_up(client, "Zoe", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}").status_code for number in range(3)]
        assert codes == [302, 302, 429]
        refused = look_up(client, "Zoe")
        assert int(refused["Retry-After"]) > 0
        assert "Too many look-ups" in refused.content.decode()
        assert look_up(client, "Zoe", REMOTE_ADDR="10.1.1.1").status_code == 302
        assert [look_up(client, "Zoe", REMOTE_ADDR=f"2001:db8::{number}").status_code for number in range(1, 4)] == [
            302,
            302,
            429,
        ]
    with time_machine.travel(timezone.now().replace(minute=10) + timedelta(hours=1), tick=False):
        assert look_up(client, "Zoe").status_code == 302


def test_everybody_together_waits_as_well(client: Client, cast: Cast) -> None:
    SiteSettings.objects.create(pk=1, lookups_per_hour_total=2)
    with time_machine.travel(timezone.now().replace(minute=10), tick=False):
        codes = [look_up(client, "Zoe", REMOTE_ADDR=f"10.0.0.{number}").status_code for number in range(3)]
    assert codes == [302, 302, 429]


def test_the_trusted_proxy_names_the_client(client: Client, cast: Cast, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    SiteSettings.objects.create(pk=1, lookups_per_hour=1)
    with time_machine.travel(timezone.now().replace(minute=10), tick=False):
        codes = [
            look_up(client, "Zoe", HTTP_X_FORWARDED_FOR=forwarded).status_code
            for forwarded in ("6.6.6.6, 10.0.0.1", "7.7.7.7, 10.0.0.1", "7.7.7.7, 10.0.0.2")
        ]
    assert codes == [302, 429, 302]


def test_a_grant_carries_numbers_only() -> None:
    assert lookup.granted(lookup.grant([])) == []
    assert signing.loads(lookup.grant([Ticket(pk=7)]), salt=lookup.SALT) == [7]
