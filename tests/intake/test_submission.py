"""The intake form: what it takes, what it refuses, and that it takes it once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import SiteSettings
from kpi.models import DepartmentType
from notifications.models import OutgoingMail
from tests.cast import Cast, set_policy
from tickets.models import FormKey, Ticket, TicketEvent

pytestmark = pytest.mark.django_db
URL = "/intake"
NEXT_LINE, LINE_SEPARATOR = "\x85", "\u2028"


def sent(client: Client, filled: dict[str, Any], **changes: Any) -> Any:
    return client.post(URL, {**filled, **changes})


def refusals(response: Any) -> dict[str, list[str]]:
    return {name: list(words) for name, words in response.context["form"].errors.items()}


def test_a_visitor_submits_and_lands_on_the_confirmation(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    response = sent(client, filled)
    ticket = Ticket.objects.get()
    assert response.status_code == 302
    assert response.url == f"/intake/submitted/{ticket.reference}"
    assert (ticket.requester_name, ticket.requester_email) == ("Hassan Abdi", "hassan@savanna.example")
    assert (ticket.department, ticket.type, ticket.submitter, ticket.assignee) == (
        cast.department,
        cast.issue,
        None,
        None,
    )
    page = client.get(response.url).content.decode()
    assert f"KPI-{ticket.pk}" in page
    assert str(ticket.reference) in page
    assert f"http://localhost:8000/intake/status/{ticket.reference}" in page


def test_a_signed_in_person_types_no_name(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    client.force_login(cast.submitter)
    page = client.get(URL)
    assert "Submitting as Sam Submitter" in page.content.decode()
    assert set(page.context["form"].fields) == {"department", "type", "user", "description"}
    sent(client, filled, name="Somebody Else", email="else@example.org")
    ticket = Ticket.objects.get()
    assert (ticket.submitter, ticket.requester_name, ticket.requester_email) == (
        cast.submitter,
        cast.submitter.name,
        cast.submitter.email,
    )


def test_a_visitor_is_warned_and_offered_sign_in(client: Client, cast: Cast) -> None:
    page = client.get(URL).content.decode()
    assert "You are not signed in." in page
    assert "Sign in to chat" in page


def test_an_inactive_account_is_signed_out(client: Client, cast: Cast) -> None:
    client.force_login(cast.submitter)
    cast.submitter.is_active = False
    cast.submitter.save()
    assert "You are not signed in." in client.get(URL).content.decode()


def test_a_picked_user_has_the_ticket_at_once(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    sent(client, filled, user=str(cast.mate.pk))
    assert Ticket.objects.get().assignee == cast.mate


EMPTY = ["", "   ", "\u200b\u200c\u2060\ufeff", "\u00a0\u3000", "\u2800", "\u3164\ufe0f", "\u202e"]
CONTROLS = ["a\x00b", "a\x07b", "a\x1bb", "a\x7fb", "a\x9fb"]
ONE_LINE = [*CONTROLS, "a\nb", "a\r\nb", "a\rb", "a\n", "a\tb", f"a{NEXT_LINE}b", f"a{LINE_SEPARATOR}b"]
FORMAT = "Enter an email address in the format name@example.com"
BAD = [
    *[("description", text, "Enter a description of what you need") for text in EMPTY],
    *[("description", text, None) for text in CONTROLS],
    ("description", "x" * 20_001, "Shorten the description to 20,000 characters or fewer"),
    *[("name", text, "Enter your name") for text in EMPTY],
    *[("name", text, "Enter your name on one line, without control characters") for text in ONE_LINE],
    ("name", "x" * 121, "Shorten your name to 120 characters or fewer"),
    *[("email", text, "Enter your email address, so that we can answer you") for text in EMPTY],
    *[
        ("email", f"{text}@example.org", "Enter the email address on one line, without control characters")
        for text in ONE_LINE
    ],
    ("email", "hassan@savanna.example\nBcc: x@example.org", None),
    ("email", f"{'x' * 250}@example.org", "Shorten the email address to 254 characters or fewer"),
    *[("email", text, FORMAT) for text in ["hassan", "hassan@", "@example.org", "a b@example.org", "a@b@example.org"]],
    *[("department", text, "Choose the department that should handle this") for text in [""]],
    *[("department", text, None) for text in ["0", "-1", "9" * 40, "abc", "1 or 1", "\x00", "１"]],
    ("type", "", "Choose the KPI type of your request"),
    *[("type", text, None) for text in ["0", "-1", "9" * 40, "abc", "\x00"]],
    *[("user", text, None) for text in ["0", "-1", "9" * 40, "abc", "\x00"]],
]


@pytest.mark.parametrize(("field", "text", "sentence"), BAD)
def test_bad_input_is_refused_beside_its_field(
    client: Client, cast: Cast, filled: dict[str, Any], field: str, text: str, sentence: str | None
) -> None:
    response = sent(client, filled, **{field: text})
    assert response.status_code == 422
    found = refusals(response)
    assert field in found
    assert not set(found) - {field, "type"}
    assert sentence is None or found[field] == [sentence]
    page = response.content.decode()
    assert "There is a problem" in page
    assert "<title>Error: " in page
    assert f'id="id_{field}-error"' in page
    assert filled["form_key"] in page
    assert [model.objects.count() for model in (Ticket, TicketEvent, OutgoingMail, FormKey)] == [0, 0, 0, 0]


def test_typed_values_are_kept_in_a_refused_form(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    page = sent(client, filled, email="hassan").content.decode()
    assert "The lift stops between floors." in page
    assert 'value="Hassan Abdi"' in page
    assert f'<option value="{cast.issue.pk}" selected>' in page


def test_the_longest_allowed_is_taken(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    email = f"{'x' * 60}@{'y' * 60}.{'y' * 60}.{'y' * 60}.example"
    sent(client, filled, description="x" * 20_000, name="é" * 120, email=email)
    ticket = Ticket.objects.get()
    assert (len(ticket.description), len(ticket.requester_name), ticket.requester_email) == (20_000, 120, email)


def test_a_description_keeps_lines_and_tabs(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    sent(client, filled, description="  one\r\n\ttwo\rthree \r\n")
    assert Ticket.objects.get().description == "one\n\ttwo\nthree"


def test_ids_of_another_department_are_refused(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    cast.issue.department_map.filter(department=cast.department).update(intake=False)
    assert set(refusals(sent(client, filled))) == {"type"}
    for person in (cast.other_agent, cast.gone, cast.manager, cast.submitter):
        response = sent(client, filled, type=str(cast.request.pk), user=str(person.pk))
        assert set(refusals(response)) == {"user"}
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("column", ["accepts_intake", "active"])
def test_departments_that_take_no_intake_are_not_offered(
    client: Client, cast: Cast, filled: dict[str, Any], column: str
) -> None:
    setattr(cast.department, column, False)
    cast.department.save()
    assert f'<option value="{cast.department.pk}"' not in client.get(URL).content.decode()
    assert "department" in refusals(sent(client, filled))


def test_a_department_that_offers_nothing_says_so_where_one_would_choose(
    client: Client, cast: Cast, filled: dict[str, Any]
) -> None:
    DepartmentType.objects.filter(department=cast.other_department).delete()
    there = {"department": str(cast.other_department.pk)}
    lists = client.get(reverse("intake:choices"), there).content.decode()
    assert "Nothing can be asked for here yet" in lists
    refused = refusals(sent(client, filled, **there, type=""))
    assert refused == {"type": ["This department takes no requests yet. Choose another one"]}


def test_a_parameter_given_twice_counts_with_its_last_value(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    sent(client, filled, name=["", "Last Name"], description=["first", "last"])
    ticket = Ticket.objects.get()
    assert (ticket.requester_name, ticket.description) == ("Last Name", "last")
    assert sent(client, filled, form_key=str(uuid.uuid4()), name=["First", ""]).status_code == 422


def test_tampered_dates_and_extra_fields_are_ignored(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    sent(
        client,
        filled,
        when="1999-01-01",
        submitted_at="1999-01-01",
        ticket_date="1999-01-01",
        status="closed",
        assignee=str(cast.mate.pk),
        submitter=str(cast.admin.pk),
        priority="emergency",
        hidden="1",
    )
    ticket = Ticket.objects.get()
    assert ticket.submitted_at.year >= 2025
    assert ticket.ticket_date.year >= 2025
    assert (ticket.status, ticket.assignee, ticket.submitter, ticket.priority, ticket.hidden) == (
        "new",
        None,
        None,
        "normal",
        False,
    )


def test_priority_is_asked_where_the_department_asks(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    set_policy(cast.department, ask_priority=True)
    assert refusals(sent(client, filled, priority="")) == {"priority": ["Choose how urgent this is"]}
    assert refusals(sent(client, filled, priority="now")) == {"priority": ["Choose a priority from the list"]}
    sent(client, filled, priority="high")
    assert Ticket.objects.get().priority == "high"


def test_update_list_keeps_what_was_typed_and_judges_nothing(
    client: Client, cast: Cast, filled: dict[str, Any]
) -> None:
    response = sent(client, filled, update="1", type="", email="", description="half a sen")
    page = response.content.decode()
    assert response.status_code == 200
    assert "There is a problem" not in page
    assert "half a sen" in page
    assert 'value="Hassan Abdi"' in page
    assert cast.mate.name in page
    assert cast.other_agent.name not in page
    assert Ticket.objects.count() == 0


def test_lists_follow_the_department(client: Client, cast: Cast) -> None:
    part = client.get(reverse("intake:choices"), {"department": str(cast.other_department.pk)}).content.decode()
    assert cast.other_agent.name in part
    assert cast.mate.name not in part
    assert cast.gone.name not in part
    assert cast.issue.name in part


@pytest.mark.parametrize("text", ["", "abc", "9" * 30, "\x00"])
def test_lists_of_no_department_are_empty(client: Client, cast: Cast, text: str) -> None:
    response = client.get(reverse("intake:choices"), {"department": text})
    assert response.status_code == 200
    assert "Choose a department first" in response.content.decode()


def test_the_same_form_again_is_the_same_ticket(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    first, second = sent(client, filled), sent(client, filled)
    assert first.url == second.url
    assert Ticket.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="received").count() == 1


def test_other_words_under_a_used_key_are_asked_about(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    sent(client, filled)
    ticket = Ticket.objects.get()
    response = sent(client, filled, description="Something else.")
    page = response.content.decode()
    assert response.status_code == 422
    assert f"You already sent KPI-{ticket.pk}. Send this as another ticket?" in page
    assert "Something else." in page
    assert filled["form_key"] not in page
    sent(client, filled, description="Something else.", form_key=str(response.context["form_key"]))
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize("key", ["", "abc", "\x00", "1" * 500])
def test_a_broken_key_does_not_lose_the_ticket(client: Client, cast: Cast, filled: dict[str, Any], key: str) -> None:
    assert sent(client, filled, form_key=key).status_code == 302
    assert Ticket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_one_ticket(cast: Cast, filled: dict[str, Any]) -> None:
    def press(_number: int) -> tuple[int, str]:
        try:
            response = Client().post(URL, filled)
            return response.status_code, response.headers.get("Location", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(press, range(20)))
    ticket = Ticket.objects.get()
    assert answers == {(302, f"/intake/submitted/{ticket.reference}")}
    assert TicketEvent.objects.filter(kind="submitted").count() == 1
    assert OutgoingMail.objects.filter(kind="received").count() == 1


def test_a_verified_address_gets_the_ticket(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    EmailAddress.objects.create(user=cast.stranger, email=cast.stranger.email, verified=True)
    sent(client, filled, email=cast.stranger.email.upper())
    ticket = Ticket.objects.get()
    assert ticket.submitter == cast.stranger
    assert ticket.claimed_at is not None
    assert list(ticket.events.values_list("kind", flat=True)) == ["submitted", "claimed"]


@pytest.mark.parametrize("why", ["unverified", "inactive"])
def test_an_address_that_proves_nothing_gets_nothing(
    client: Client, cast: Cast, filled: dict[str, Any], why: str
) -> None:
    EmailAddress.objects.create(user=cast.stranger, email=cast.stranger.email, verified=why != "unverified")
    cast.stranger.is_active = why != "inactive"
    cast.stranger.save()
    sent(client, filled, email=cast.stranger.email)
    assert Ticket.objects.get().submitter is None


def test_too_many_submissions_of_one_address_wait(client: Client, cast: Cast, filled: dict[str, Any]) -> None:
    SiteSettings.objects.create(pk=1, submissions_per_hour=1)
    sent(client, filled)
    response = sent(client, filled, form_key=str(uuid.uuid4()))
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "The lift stops between floors." in response.content.decode()
    assert Ticket.objects.count() == 1
    assert client.post(URL, {**filled, "form_key": str(uuid.uuid4())}, REMOTE_ADDR="10.1.1.1").status_code == 302
