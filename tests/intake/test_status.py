"""The status page: what the link shows, to whom the chat is open, and what a note may change: nothing."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import START, Cast, make_ticket, minutes, set_policy
from tickets import claims, conversation
from tickets.access import ANONYMOUS_CHAT, STRANGER_CHAT
from tickets.models import Ticket, TicketEvent
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.end import client_close, close

pytestmark = pytest.mark.django_db


def address(ticket: Ticket) -> str:
    return f"/intake/status/{ticket.reference}"


def page_of(client: Client, ticket: Ticket) -> str:
    response = client.get(address(ticket))
    assert response.status_code == 200
    return response.content.decode()


def masked(page: str) -> str:
    """Without the tokens that differ on every page anyway."""
    return re.sub(r'name="(csrfmiddlewaretoken|form_key)" value="[^"]+"', "", page)


def write(client: Client, ticket: Ticket, body: Any, key: str = "") -> Any:
    return client.post(f"{address(ticket)}/messages", {"body": body, "form_key": key or str(uuid.uuid4())})


def test_the_link_shows_facts_badge_and_discussion(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    conversation.reply(ticket.pk, actor=cast.assignee, at=START + minutes(12), body="We look at it.")
    page = page_of(client, ticket)
    for words in (
        "On Progress",
        f"KPI-{ticket.pk}",
        "5 Oct 2026, 09:00 EAT",
        "5 Oct 2026, 09:01 EAT",
        "Kenya",
        "Operations",
        "Issue",
        "prints blank pages",
        "We look at it.",
        "11 min",
        "The ticket is still open.",
    ):
        assert words in page


def test_the_link_is_kept_to_itself(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, anonymous=True)
    for path in (address(ticket), f"/intake/submitted/{ticket.reference}"):
        response = client.get(path)
        assert response["Cache-Control"] == "no-store, private"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "same-origin"
        assert '<meta name="robots" content="noindex, nofollow">' in response.content.decode()


def test_a_new_ticket_says_who_it_waits_for(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    assert "Waiting for an admin to assign" in page_of(client, ticket)
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=START + minutes(1))
    page = page_of(client, ticket)
    assert "Waiting for an admin to assign" not in page
    assert "Assigned to Asha Assignee" in page


def test_not_recorded_says_why(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, anonymous=True)
    assert "Nobody is assigned to this ticket yet." in page_of(client, ticket)
    assign(ticket.pk, to=cast.assignee, actor=cast.admin, at=START + minutes(1))
    assert "The agent has not sent a message yet." in page_of(client, ticket)
    close(ticket.pk, actor=cast.assignee, at=START + minutes(20))
    page = page_of(client, ticket)
    assert "The ticket was closed without a message, so the time of closing counts." in page
    assert page.count("20 min") == 2


def test_a_client_close_leaves_the_first_response_unrecorded(client: Client, cast: Cast) -> None:
    set_policy(cast.department, clients_close=True)
    ticket = make_ticket(cast, status=Status.PROGRESS)
    client_close(ticket.pk, actor=cast.submitter, at=START + minutes(20))
    page = page_of(client, ticket)
    assert "Not recorded" in page
    assert "The agent never sent a message on this ticket." in page


def test_the_expected_reply_is_promised_and_admitted_late(client: Client, cast: Cast) -> None:
    now = timezone.now()
    ticket = make_ticket(cast, anonymous=True, assignee=cast.assignee, at=now - minutes(2))
    assert "Reply expected by" in page_of(client, ticket)
    assert "Reply expected by" in client.get(f"/intake/submitted/{ticket.reference}").content.decode()
    late = make_ticket(cast, anonymous=True, assignee=cast.assignee, at=now - timedelta(days=20))
    assert "We are late; it was expected by" in page_of(client, late)


def test_how_urgent_a_running_clock_is_stays_with_staff(client: Client, cast: Cast) -> None:
    late = make_ticket(cast, anonymous=True, assignee=cast.assignee, at=timezone.now() - timedelta(days=20))
    page = page_of(client, late)
    assert "Overdue" not in page
    assert "Due soon" not in page


CHAT = [
    ("nobody", "anonymous", Status.PROGRESS, ANONYMOUS_CHAT),
    ("submitter", "anonymous", Status.PROGRESS, ANONYMOUS_CHAT),
    ("nobody", "owned", Status.PROGRESS, STRANGER_CHAT),
    ("stranger", "owned", Status.CLOSED, STRANGER_CHAT),
    ("namesake", "owned", Status.PROGRESS, STRANGER_CHAT),
    ("assignee", "owned", Status.PROGRESS, STRANGER_CHAT),
    ("manager", "owned", Status.PROGRESS, STRANGER_CHAT),
    ("submitter", "owned", Status.NEW, "Chat opens as soon as an agent is handling your ticket."),
    ("submitter", "owned", Status.REJECTED, "This ticket was rejected, so the chat is closed."),
    ("submitter", "owned", Status.PROGRESS, None),
    ("colleague", "owned", Status.PROGRESS, None),
    ("submitter", "owned", Status.CLOSED, None),
]


@pytest.mark.parametrize(("who", "whose", "status", "sentence"), CHAT)
def test_the_chat_is_open_to_its_own_or_says_why_not(
    client: Client, cast: Cast, who: str, whose: str, status: Status, sentence: str | None
) -> None:
    ticket = make_ticket(cast, status=status, anonymous=whose == "anonymous")
    if getattr(cast, who):
        client.force_login(getattr(cast, who))
    page = page_of(client, ticket)
    assert ('id="composer"' in page) == (sentence is None)
    assert sentence is None or sentence in page
    before = TicketEvent.objects.count()
    response = write(client, ticket, "Reader 3 is back.")
    if sentence is None:
        assert response.status_code == 302
        assert "Reader 3 is back." in page_of(client, ticket)
    else:
        assert response.status_code == 403
        assert sentence in response.content.decode()
        assert TicketEvent.objects.count() == before


def test_the_two_sentences_are_those_of_the_guide() -> None:
    assert ANONYMOUS_CHAT == (
        "This ticket was submitted without sign-in, so customer chat is disabled. The agent will follow up via email."
    )
    assert STRANGER_CHAT == "This ticket can only be replied to by the original submitter."


@pytest.mark.parametrize("text", ["", "  ", "\u200b\ufeff", "a\x00b", "a\x07b", "x" * 20_001, ["said", ""]])
def test_a_message_without_words_is_refused(client: Client, cast: Cast, text: Any) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    client.force_login(cast.submitter)
    response = write(client, ticket, text)
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: " in page
    assert 'id="id_body-error"' in page
    assert "There is a problem" in page
    assert not ticket.events.filter(kind="client_replied").exists()


def test_a_message_key_counts_once(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    client.force_login(cast.submitter)
    key = str(uuid.uuid4())
    assert [write(client, ticket, "Hello?", key).status_code for _press in range(2)] == [302, 302]
    response = write(client, ticket, "Something else", key)
    assert response.status_code == 422
    assert "Something else" in response.content.decode()
    assert list(ticket.events.filter(kind="client_replied").values_list("body", flat=True)) == ["Hello?"]
    other = make_ticket(cast, status=Status.PROGRESS)
    assert write(client, other, "Hello?", key).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_one_message_sent_twenty_times_at_once_is_one(cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    client, key = Client(), str(uuid.uuid4())
    client.force_login(cast.submitter)
    session = client.cookies

    def press(_number: int) -> int:
        try:
            own = Client()
            own.cookies = session
            return int(write(own, ticket, "Hello?", key).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(press, range(20))) == {302}
    assert ticket.events.filter(kind="client_replied").count() == 1


def test_nothing_of_a_note_reaches_the_client(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    client.force_login(cast.submitter)
    live = f"{address(ticket)}/live"
    page, part = page_of(client, ticket), client.get(live)
    conversation.note(ticket.pk, actor=cast.assignee, at=timezone.now(), body="The client is confused.")
    assert masked(page_of(client, ticket)) == masked(page)
    unchanged = client.get(live, HTTP_IF_NONE_MATCH=part["ETag"])
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", part["ETag"])
    assert unchanged["Cache-Control"] == "private, no-cache"
    assert masked(client.get(live).content.decode()) == masked(part.content.decode())


def test_another_zone_chosen_on_the_account_page_shows_on_a_page_that_is_open_already(cast: Cast) -> None:
    ticket = make_ticket(cast)
    client = Client()
    client.force_login(cast.submitter)
    live = f"/intake/status/{ticket.reference}/live"
    seen = client.get(live)
    assert client.get(live, HTTP_IF_NONE_MATCH=seen["ETag"]).status_code == 304
    client.post("/accounts/", {"name": "Sam", "zone": "Asia/Jakarta"})
    now = client.get(live, HTTP_IF_NONE_MATCH=seen["ETag"])
    assert (now.status_code, "WIB" in seen.text, "WIB" in now.text) == (200, False, True)


def test_a_reply_in_the_same_second_changes_the_live_part(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    live, at = f"{address(ticket)}/live", START + minutes(5)
    tags = [client.get(live)["ETag"]]
    for body in ("First.", "Second."):
        conversation.reply(ticket.pk, actor=cast.assignee, at=at, body=body)
        response = client.get(live, HTTP_IF_NONE_MATCH=tags[-1])
        assert response.status_code == 200
        assert body in response.content.decode()
        tags.append(response["ETag"])
    assert len(set(tags)) == 3


def test_the_page_carries_the_tag_of_its_live_part(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    tag = client.get(f"{address(ticket)}/live")["ETag"].strip('"')
    assert f'data-etag="&quot;{tag}&quot;"' in page_of(client, ticket)


@pytest.mark.parametrize(
    "spelling",
    [
        lambda reference: reference.upper(),
        lambda reference: reference.replace("-", ""),
        lambda reference: reference[:-1],
        lambda reference: f"{reference}0",
        lambda reference: f"{{{reference}}}",
        lambda reference: f"urn:uuid:{reference}",
        lambda reference: f"{reference}%00",
        lambda reference: f"{reference}/x",
        lambda reference: str(uuid.uuid4()),
        lambda reference: str(uuid.UUID(int=0)),
        lambda reference: "1",
        lambda reference: "%E2%80%8B",
    ],
)
@pytest.mark.parametrize("place", ["status", "submitted"])
def test_any_other_reference_is_not_found(client: Client, cast: Cast, spelling: Any, place: str) -> None:
    ticket = make_ticket(cast)
    reference = spelling(str(ticket.reference))
    assert client.get(f"/intake/{place}/{reference}").status_code == 404


def test_a_hidden_ticket_is_like_none(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast)
    Ticket.objects.filter(pk=ticket.pk).update(hidden=True)
    client.force_login(cast.submitter)
    there, missing = client.get(address(ticket)), client.get(f"/intake/status/{uuid.uuid4()}")
    assert (there.status_code, missing.status_code) == (404, 404)
    pages = [re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", masked(answer.content.decode())) for answer in (there, missing)]
    assert pages[0] == pages[1]
    assert client.get(f"{address(ticket)}/live").status_code == 404
    assert write(client, ticket, "Hello?").status_code == 404


STEPS = [
    ("closure", Status.PROGRESS, "closed", {"clients_close": True}),
    ("reopening", Status.CLOSED, "progress", {"clients_reopen": True, "reopen_days": 3650}),
    ("withdrawal", Status.NEW, "closed", {"clients_close": True}),
]


@pytest.mark.parametrize(("step", "before", "after", "policy"), STEPS)
def test_the_submitter_ends_and_reopens_where_the_policy_lets_them(
    client: Client, cast: Cast, step: str, before: Status, after: str, policy: dict[str, Any]
) -> None:
    ticket = make_ticket(cast, status=before, at=timezone.now() - minutes(30))
    client.force_login(cast.submitter)
    path = f"{address(ticket)}/{step}"
    assert path not in page_of(client, ticket)
    assert client.post(path).status_code == 403
    ticket.refresh_from_db()
    assert ticket.status == before
    set_policy(cast.department, **policy)
    assert path in page_of(client, ticket)
    assert client.get(path).status_code == 200
    ticket.refresh_from_db()
    assert ticket.status == before
    client.force_login(cast.stranger)
    assert client.post(path).status_code == 403
    client.force_login(cast.submitter)
    response = client.post(path)
    assert (response.status_code, response.url) == (302, address(ticket))
    ticket.refresh_from_db()
    assert ticket.status == after
    assert client.post(path).status_code == 422


def test_a_claimed_ticket_offers_its_owner_a_new_link(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, anonymous=True, email=cast.submitter.email)
    claims.claim_address(cast.submitter, cast.submitter.email, at=START + minutes(5))
    assert "Make a new link" not in page_of(client, ticket)
    assert client.post(f"{address(ticket)}/link").status_code == 403
    client.force_login(cast.submitter)
    assert "anyone with the link can read it" in page_of(client, ticket)
    response = client.post(f"{address(ticket)}/link")
    assert client.get(address(ticket)).status_code == 404
    ticket.refresh_from_db()
    assert response.url == address(ticket)
    assert "Make a new link" not in page_of(client, ticket)


def test_who_keeps_the_link_is_not_asked_again(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, anonymous=True, email=cast.submitter.email)
    claims.claim_address(cast.submitter, cast.submitter.email, at=START + minutes(5))
    client.force_login(cast.submitter)
    assert f'action="{address(ticket)}/link/keep"' in page_of(client, ticket)
    answer = client.post(f"{address(ticket)}/link/keep", follow=True)
    assert answer.redirect_chain == [(address(ticket), 302)]
    assert ("The link stays as it is." in answer.text, "Make a new link" in answer.text) == (True, False)
    assert Client().get(address(ticket)).status_code == 200


def test_what_people_write_is_text(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, description="<script>alert(1)</script> {{ 7 }}", status=Status.PROGRESS)
    page = page_of(client, ticket)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_queries_do_not_grow_with_the_discussion(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    client.force_login(cast.submitter)
    counts = []
    for messages in (1, 30):
        for number in range(messages):
            conversation.reply(ticket.pk, actor=cast.assignee, at=START + minutes(3 + number), body="Hello.")
        for path in (address(ticket), f"{address(ticket)}/live", reverse("intake:submit")):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(path)
            counts.append(len(queries))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 14
