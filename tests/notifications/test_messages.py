"""The words of each mail."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from notifications import messages
from notifications.messages import ForeignLinkError, Message, TicketFacts

MARKUP = 'Tom & <b>Jerry</b> "quoted" {{ 1 }}'
ESCAPED = "Tom &amp; &lt;b&gt;Jerry&lt;/b&gt; &quot;quoted&quot; {{ 1 }}"
TICKET = TicketFacts(
    number="KPI-12",
    link="http://localhost:8000/tickets/12",
    subject=f"Printer {MARKUP}",
    department="Operations",
    country="Kenya",
    type="Issue",
    requester="Sam Submitter",
)
TO = {"ticket": TICKET, "recipient": "sam@example.org"}
ALL: list[Callable[[], Message]] = [
    lambda: messages.received(**TO, expected="Expect an answer by Monday."),
    lambda: messages.new_in_queue(**TO),
    lambda: messages.assigned(**TO, recipient_name="Asha Assignee", assigned_by="Ada Admin"),
    lambda: messages.reply(**TO, author="Asha Assignee", text=MARKUP),
    lambda: messages.customer_replied(**TO, author="Sam Submitter", text=MARKUP),
    lambda: messages.closed(**TO, author="Asha Assignee"),
    lambda: messages.reopened(**TO, author="Asha Assignee"),
    lambda: messages.rejected(**TO, reason=MARKUP),
]
KINDS = ["received", "new_in_queue", "assigned", "reply", "customer_replied", "closed", "reopened", "rejected"]


def test_kinds() -> None:
    assert [build().kind for build in ALL] == KINDS


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("received", "We received your request KPI-12"),
        ("new_in_queue", f"New ticket in your queue: KPI-12 Printer {MARKUP}"),
        ("assigned", f"Ticket assigned: KPI-12 Printer {MARKUP}"),
        ("reply", f"New reply: KPI-12 Printer {MARKUP}"),
        ("customer_replied", f"Customer replied: KPI-12 Printer {MARKUP}"),
        ("closed", f"Ticket closed: KPI-12 Printer {MARKUP}"),
        ("reopened", f"Ticket re-opened: KPI-12 Printer {MARKUP}"),
        ("rejected", f"Ticket rejected: KPI-12 Printer {MARKUP}"),
    ],
)
def test_subjects(kind: str, subject: str) -> None:
    assert ALL[KINDS.index(kind)]().subject == subject


@pytest.mark.parametrize("build", ALL, ids=KINDS)
def test_every_mail_has_the_link_in_text_and_html_and_the_thread_of_its_ticket(build: Callable[[], Message]) -> None:
    message = build()
    assert message.thread == "KPI-12"
    assert f"\n{TICKET.link}\n" in message.text
    assert message.html.count(f'href="{TICKET.link}"') == 2
    assert "<script" not in message.html


@pytest.mark.parametrize("build", ALL[1:], ids=KINDS[1:])
def test_markup_is_shown_never_obeyed(build: Callable[[], Message]) -> None:
    message = build()
    assert f"Printer {MARKUP}" in message.text
    assert f"Printer {ESCAPED}" in message.html
    assert "<b>" not in message.html


@pytest.mark.parametrize("kind", ["reply", "customer_replied", "rejected"])
def test_written_words_are_in_both_parts(kind: str) -> None:
    message = ALL[KINDS.index(kind)]()
    assert f"\n\n{MARKUP}\n\n" in message.text
    assert f">{ESCAPED}</div>" in message.html


def test_lines_of_a_reply_stay_lines() -> None:
    message = messages.reply(**TO, author="Asha", text="one\r\ntwo\n\nthree\x00")
    assert "one\ntwo\n\nthree\n" in message.text
    assert "one<br>two<br><br>three</div>" in message.html


def test_received_says_nothing_that_the_submitter_typed() -> None:
    typed = replace(TICKET, subject="BUY-PILLS", requester="BUY-PILLS")
    message = messages.received(ticket=typed, recipient="sam@example.org", expected="Expect an answer by Monday.")
    assert message.recipient_name == ""
    assert "BUY-PILLS" not in message.subject + message.text + message.html
    assert "Expect an answer by Monday." in message.text
    assert "Expect an answer by Monday." in message.html


def test_staff_facts_are_for_staff() -> None:
    for staff, build in [(True, ALL[2]), (False, ALL[5])]:
        assert ("From: Sam Submitter\n" in build().text, "KPI Type: Issue\n" in build().text) == (staff, staff)


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/tickets/12",
        "http://localhost:8000.evil.example/",
        "http://localhost:80001/",
        "/tickets/12",
        "",
        "javascript:alert(1)",
    ],
)
def test_links_lead_to_the_site_alone(link: str) -> None:
    foreign = replace(TICKET, link=link)
    with pytest.raises(ForeignLinkError):
        messages.closed(ticket=foreign, recipient="sam@example.org")
    with pytest.raises(ForeignLinkError):
        messages.links(tickets=[TICKET, foreign], recipient="sam@example.org")


def test_links_names_every_ticket_and_nothing_that_was_typed() -> None:
    other = replace(TICKET, number="KPI-13", link="http://localhost:8000/tickets/13")
    message = messages.links(tickets=[TICKET, other], recipient="sam@example.org")
    assert (message.kind, message.subject) == ("links", "The links of your tickets")
    for ticket in (TICKET, other):
        assert f"{ticket.number} (Operations, Kenya): {ticket.link}\n" in message.text
        assert f'href="{ticket.link}"' in message.html
    assert "Printer" not in message.text + message.html


def test_subject_is_one_short_line() -> None:
    message = messages.closed(
        ticket=replace(TICKET, subject="Printer\r\nBcc: x@y.z " + "long " * 100), recipient="s@b.c"
    )
    assert message.subject.startswith("Ticket closed: KPI-12 Printer Bcc: x@y.z long")
    assert (len(message.subject) <= 150, message.subject[-1]) == (True, "…")
    assert "\nSubject: Printer Bcc: x@y.z long" in message.text
