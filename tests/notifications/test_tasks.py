"""The sweep finds what nobody was told about; one bad recipient delays nobody."""

import pytest

from notifications.models import MailStatus, OutgoingMail
from notifications.outbox import queue
from notifications.tasks import deliver, mail_server, sweep
from tests.notifications.conftest import AT, make_message
from tests.servers.smtp import SmtpSink

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


def fill(*recipients: str) -> None:
    for number, recipient in enumerate(recipients):
        queue(make_message(recipient), event_key=f"e:{number}", at=AT)


def statuses() -> dict[str, str]:
    return dict(OutgoingMail.objects.values_list("recipient", "status"))


def test_sweep_sends_what_is_due_once(smtp: SmtpSink) -> None:
    fill("a@example.org", "b@example.org", "c@example.org")
    assert [sweep(), sweep()] == [3, 0]
    assert sorted(str(message["To"]) for message in smtp.messages) == [
        "Sam Submitter <a@example.org>",
        "Sam Submitter <b@example.org>",
        "Sam Submitter <c@example.org>",
    ]


def test_bad_recipients_delay_nobody(smtp: SmtpSink) -> None:
    smtp.refusals = {"gone@example.org": "550 No such person", "full@example.org": "452 Mailbox full"}
    fill("gone@example.org", "full@example.org", "fine@example.org")
    assert sweep() == 1
    assert statuses() == {
        "gone@example.org": MailStatus.PARKED,
        "full@example.org": MailStatus.PENDING,
        "fine@example.org": MailStatus.SENT,
    }


def test_a_dead_server_costs_one_mail_a_try_and_the_rest_none(smtp: SmtpSink) -> None:
    fill("a@example.org", "b@example.org", "c@example.org")
    smtp.down()
    assert sweep() == 0
    tries = OutgoingMail.objects.order_by("pk").values_list("attempts", flat=True)
    assert list(tries) == [1, 0, 0]
    deliver(OutgoingMail.objects.get(recipient="b@example.org").pk)  # does not wait for the dead server again
    assert list(tries.all()) == [1, 0, 0]
    smtp.up()
    assert sweep() == 2
    assert mail_server.is_open  # and yet the sweep asked the server


def test_deliver_sends_one(smtp: SmtpSink) -> None:
    fill("a@example.org", "b@example.org")
    mail = OutgoingMail.objects.get(recipient="b@example.org")
    deliver(mail.pk)
    deliver(mail.pk)
    deliver(mail.pk + 1000)  # a row that is gone
    assert [str(message["Message-ID"]) for message in smtp.messages] == [mail.message_id]


def test_suppressed_and_parked_are_not_sent(smtp: SmtpSink) -> None:
    fill("a@example.org", "nobody")
    OutgoingMail.objects.filter(recipient="a@example.org").update(status=MailStatus.SUPPRESSED)
    assert sweep() == 0
    assert smtp.messages == []
