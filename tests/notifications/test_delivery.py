"""One try at one mail, against a real mail server that misbehaves."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import SiteSettings
from notifications import delivery
from notifications.delivery import BACK_OFF, LEASE, Outcome
from notifications.models import MailStatus, OutgoingMail
from notifications.outbox import queue
from tests.notifications.conftest import AT, make_message
from tests.notifications.test_outbox import at_once
from tests.servers.smtp import SmtpSink, text_of

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]
MOMENT = timedelta(seconds=1)


def queued(recipient: str = "sam@example.org", *, event_key: str = "ticketevent:1", **changes: str) -> OutgoingMail:
    mail = queue(make_message(recipient, **changes), event_key=event_key, at=AT)
    assert mail
    return mail


def attempt(mail: OutgoingMail, *, at: datetime = AT) -> Outcome:
    outcome = delivery.attempt(mail.pk, clock=lambda: at)
    mail.refresh_from_db()
    return outcome


def test_the_mail_arrives_whole(smtp: SmtpSink) -> None:
    mail = queued(recipient_name="Jörg, Dr.", subject="New reply: KPI-12 Żółć", text="Grüße\n", html="<p>Grüße</p>")
    assert attempt(mail, at=AT + MOMENT) == Outcome.SENT
    assert (mail.status, mail.sent_at, mail.attempts) == (MailStatus.SENT, AT + MOMENT, 1)
    assert (mail.claimed_until, mail.last_error) == (None, "")
    [arrived] = smtp.messages
    assert [(one.display_name, one.addr_spec) for one in arrived["To"].addresses] == [("Jörg, Dr.", "sam@example.org")]
    assert arrived["Subject"] == "New reply: KPI-12 Żółć"
    assert arrived["Message-ID"] == mail.message_id
    assert arrived["In-Reply-To"] == arrived["References"] == mail.thread_id == "<KPI-12.thread@localhost>"
    assert arrived["Date"].datetime == AT
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert text_of(arrived).split() == ["Grüße"]
    assert text_of(arrived, "html").rstrip() == "<p>Grüße</p>"


def test_the_sender_bears_the_name_an_admin_chose(smtp: SmtpSink, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "KPI Web <no-reply@kpi.example>"
    chosen = {"": "KPI Web", "Acme, Helpdesk": "Acme, Helpdesk", "Büro": "Büro"}
    for number, name in enumerate(chosen):
        SiteSettings.objects.update_or_create(pk=1, defaults={"mail_sender_name": name})
        assert attempt(queued(event_key=f"ticketevent:{number}")) == Outcome.SENT
    senders = [message["From"].addresses[0] for message in smtp.messages]
    assert [one.display_name for one in senders] == list(chosen.values())
    assert {one.addr_spec for one in senders} == {"no-reply@kpi.example"}


def test_what_is_sent_is_not_sent_again(smtp: SmtpSink) -> None:
    mail = queued()
    assert [attempt(mail), attempt(mail, at=AT + 2 * LEASE)] == [Outcome.SENT, Outcome.NOT_OURS]
    assert len(smtp.messages) == 1


def test_twenty_workers_send_one_mail(smtp: SmtpSink) -> None:
    mail = queued()
    outcomes = at_once(lambda _number: delivery.attempt(mail.pk, clock=lambda: AT))
    assert sorted(outcome.name for outcome in outcomes) == ["NOT_OURS"] * 19 + ["SENT"]
    assert len(smtp.messages) == 1


def test_a_passing_refusal_is_tried_again_as_the_same_mail(smtp: SmtpSink) -> None:
    mail = queued()
    smtp.refusals["sam@example.org"] = "451 Try later"
    assert attempt(mail) == Outcome.FAILED
    assert (mail.status, mail.next_try_at, mail.last_error) == (MailStatus.PENDING, AT + BACK_OFF[0], "451 Try later")
    assert attempt(mail, at=AT + BACK_OFF[0] - MOMENT) == Outcome.NOT_OURS
    smtp.refusals.clear()
    message_id = mail.message_id
    assert attempt(mail, at=AT + BACK_OFF[0]) == Outcome.SENT
    assert (mail.attempts, mail.last_error) == (2, "")
    assert [arrived["Message-ID"] for arrived in smtp.messages] == [message_id]


def test_a_final_refusal_is_parked_at_once(smtp: SmtpSink) -> None:
    mail = queued()
    smtp.refusals["sam@example.org"] = "550 No such person"
    assert attempt(mail) == Outcome.FAILED
    assert (mail.status, mail.attempts, mail.last_error) == (MailStatus.PARKED, 1, "550 No such person")
    assert attempt(mail, at=AT + timedelta(days=2)) == Outcome.NOT_OURS


async def _refuse(*_session: object) -> str:
    return "554 Not like this"


def test_content_refused_for_good_is_parked(smtp: SmtpSink, monkeypatch: Any) -> None:
    mail = queued()
    monkeypatch.setattr(smtp, "handle_DATA", _refuse)
    assert attempt(mail) == Outcome.FAILED
    assert (mail.status, mail.last_error) == (MailStatus.PARKED, "554 Not like this")


def test_a_refused_sender_is_a_setting_to_mend_so_the_mail_waits(smtp: SmtpSink, monkeypatch: Any) -> None:
    mail = queued()
    monkeypatch.setattr(smtp, "handle_MAIL", _refuse, raising=False)
    assert attempt(mail) == Outcome.FAILED
    assert (mail.status, mail.last_error) == (MailStatus.PENDING, "554 Not like this")


def test_the_tries_end_parked_with_the_reason(smtp: SmtpSink) -> None:
    mail = queued()
    smtp.refusals["sam@example.org"] = "451 Try later"
    now = AT
    for pause in BACK_OFF:
        assert attempt(mail, at=now) == Outcome.FAILED
        assert (mail.status, mail.next_try_at) == (MailStatus.PENDING, now + pause)
        now += pause
    attempt(mail, at=now)
    assert (mail.status, mail.attempts) == (MailStatus.PARKED, 6)
    assert mail.last_error == "Given up after 6 tries. 451 Try later"


def test_a_server_that_is_down_costs_one_try(smtp: SmtpSink) -> None:
    mail = queued()
    smtp.down()
    assert attempt(mail) == Outcome.SERVER_DOWN
    assert (mail.status, mail.next_try_at) == (MailStatus.PENDING, AT + BACK_OFF[0])
    assert "ConnectionRefusedError" in mail.last_error
    smtp.up()
    assert attempt(mail, at=AT + BACK_OFF[0]) == Outcome.SENT


def test_a_server_that_hangs_ends_with_the_timeout(smtp: SmtpSink, settings: Any) -> None:
    mail = queued()
    settings.EMAIL_TIMEOUT = 0.2
    smtp.delay = 2
    assert attempt(mail) == Outcome.FAILED
    assert (mail.status, mail.next_try_at) == (MailStatus.PENDING, AT + BACK_OFF[0])
    assert mail.last_error


def test_a_worker_that_died_leaves_a_lease_that_runs_out(smtp: SmtpSink) -> None:
    mail = queued()
    OutgoingMail.objects.update(status=MailStatus.SENDING, claimed_until=AT + LEASE, attempts=1)
    assert attempt(mail, at=AT + LEASE - MOMENT) == Outcome.NOT_OURS
    assert attempt(mail, at=AT + LEASE) == Outcome.SENT
    assert [arrived["Message-ID"] for arrived in smtp.messages] == [mail.message_id]


def test_a_mail_that_kills_every_worker_is_parked(smtp: SmtpSink) -> None:
    mail = queued()
    OutgoingMail.objects.update(status=MailStatus.SENDING, claimed_until=AT, attempts=6)
    attempt(mail)
    assert (mail.status, mail.last_error) == (MailStatus.PARKED, "The worker stopped during every try.")
    assert smtp.messages == []


def test_a_try_that_overran_its_lease_does_not_write_over_the_next(smtp: SmtpSink, monkeypatch: Any) -> None:
    mail = queued()
    smtp.refusals["sam@example.org"] = "550 No such person"
    build = delivery._build

    def slowly(*arguments: Any) -> Any:
        OutgoingMail.objects.update(claimed_until=AT + 3 * LEASE)  # meanwhile another worker took it over
        return build(*arguments)

    monkeypatch.setattr(delivery, "_build", slowly)
    attempt(mail)
    assert (mail.status, mail.claimed_until) == (MailStatus.SENDING, AT + 3 * LEASE)


def test_never_sends_inside_a_transaction(smtp: SmtpSink) -> None:
    from django.db import transaction

    mail = queued()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        delivery.attempt(mail.pk, clock=lambda: AT)
    assert smtp.messages == []


def test_due_are_the_waiting_and_the_abandoned_oldest_first() -> None:
    mails = [queued(event_key=f"e:{number}") for number in range(7)]
    changes: list[dict[str, Any]] = [
        {"next_try_at": AT},
        {"next_try_at": AT - MOMENT},
        {"next_try_at": AT + MOMENT},
        {"next_try_at": AT - 2 * MOMENT, "status": MailStatus.SENDING, "claimed_until": AT},
        {"next_try_at": AT - 2 * MOMENT, "status": MailStatus.SENDING, "claimed_until": AT + MOMENT},
        {"status": MailStatus.SENT},
        {"status": MailStatus.PARKED},
    ]
    for mail, change in zip(mails, changes, strict=True):
        OutgoingMail.objects.filter(pk=mail.pk).update(**change)
    expected = [mails[3].pk, mails[1].pk, mails[0].pk]
    assert delivery.due(at=AT, limit=10) == expected
    assert delivery.due(at=AT, limit=2) == expected[:2]
