"""The outbox keeps each mail once, whatever the callers do at the same time."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from notifications.models import MailStatus, OutgoingMail
from notifications.outbox import LIMIT_REASON, NO_ADDRESS_REASON, queue
from tests.notifications.conftest import AT, make_message

pytestmark = pytest.mark.both
MINUTE = timedelta(minutes=1)


def at_once(call: Callable[[int], Any], *, times: int = 20) -> list[Any]:
    """The answers of `times` threads that start together, each with its own database connection."""
    barrier = Barrier(times)

    def run(number: int) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait()
            return call(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.django_db
def test_stores_the_mail_ready_to_send() -> None:
    mail = queue(make_message(), event_key="ticketevent:1", at=AT)
    assert mail == OutgoingMail.objects.get()
    assert (mail.status, mail.next_try_at, mail.created_at, mail.attempts) == (MailStatus.PENDING, AT, AT, 0)
    assert (mail.recipient, mail.subject) == ("sam@example.org", "New reply: KPI-12 Printer")
    assert mail.text == "The drum was empty.\n"
    assert mail.message_id.endswith("@localhost>")
    assert mail.thread_id == "<KPI-12.thread@localhost>"


@pytest.mark.django_db
def test_message_id_carries_the_host_of_the_site(settings: Any) -> None:
    settings.SITE_URL = "https://help.example.com:8443"
    mail = queue(make_message(), event_key="ticketevent:1", at=AT)
    assert mail
    assert mail.message_id.endswith("@help.example.com>")


@pytest.mark.django_db
def test_second_call_for_the_same_event_stores_nothing() -> None:
    assert queue(make_message(), event_key="ticketevent:1", at=AT)
    assert queue(make_message("SAM@example.org", text="other"), event_key="ticketevent:1", at=AT) is None
    assert OutgoingMail.objects.get().text == "The drum was empty.\n"


@pytest.mark.django_db
def test_other_recipients_events_and_kinds_have_their_own_mail() -> None:
    queue(make_message(), event_key="ticketevent:1", at=AT)
    queue(make_message("cora@example.org"), event_key="ticketevent:1", at=AT)
    queue(make_message(), event_key="ticketevent:2", at=AT)
    queue(make_message(kind="closed"), event_key="ticketevent:1", at=AT)
    assert OutgoingMail.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_takes_its_mail_with_it() -> None:
    with transaction.atomic():
        queue(make_message(), event_key="ticketevent:1", at=AT)
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_store_one_and_all_go_on() -> None:
    def verb(number: int) -> bool:
        with transaction.atomic():
            mail = queue(make_message(), event_key="ticketevent:1", at=AT)
            queue(make_message(), event_key=f"own:{number}", at=AT)  # the transaction is still usable
        return mail is not None

    assert sorted(at_once(verb)) == [False] * 19 + [True]
    assert OutgoingMail.objects.filter(event_key="ticketevent:1").count() == 1
    assert OutgoingMail.objects.filter(event_key__startswith="own:").count() == 20


@pytest.mark.django_db
def test_strangers_reach_an_address_three_times_an_hour() -> None:
    addresses = ["sam@example.org", "Sam@Example.org", "sam@example.org", "SAM@example.org", "sam@example.org"]
    for number, address in enumerate(addresses):
        queue(make_message(address), event_key=f"e:{number}", at=AT + number * MINUTE, limited=True)
    stored = list(OutgoingMail.objects.order_by("pk").values_list("status", "last_error"))
    assert stored == [(MailStatus.PENDING, "")] * 3 + [(MailStatus.SUPPRESSED, LIMIT_REASON)] * 2


@pytest.mark.django_db
def test_the_limit_is_per_address_and_hour_and_concerns_strangers_alone() -> None:
    for number in range(3):
        queue(make_message(), event_key=f"e:{number}", at=AT, limited=True)

    def status(event_key: str, address: str = "sam@example.org", *, later: int = 0, limited: bool = True) -> str:
        mail = queue(make_message(address), event_key=event_key, at=AT + later * MINUTE, limited=limited)
        assert mail
        return mail.status

    assert status("other address", "cora@example.org") == MailStatus.PENDING
    assert status("staff", limited=False) == MailStatus.PENDING
    assert status("within the hour", later=59) == MailStatus.SUPPRESSED
    assert status("after the hour", later=60) == MailStatus.PENDING


@pytest.mark.django_db(transaction=True)
def test_twenty_strangers_at_once_get_three_mails_through() -> None:
    def submission(number: int) -> str:
        with transaction.atomic():
            mail = queue(make_message(), event_key=f"e:{number}", at=AT, limited=True)
            time.sleep(0.03)  # not yet committed, so the others cannot count it
        assert mail
        return mail.status

    assert sorted(at_once(submission)) == [MailStatus.PENDING] * 3 + [MailStatus.SUPPRESSED] * 17


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "sam@example.org\r\nBcc: all@example.org",
        "sam@example.org, all@example.org",
        "Sam <sam@example.org>",
        "nobody",
        "sam@example.org\x00",
        f"{'s' * 300}@example.org",
    ],
)
def test_what_is_no_address_is_parked_and_fails_no_verb(address: str) -> None:
    mail = queue(make_message(address), event_key="ticketevent:1", at=AT)
    assert mail
    assert (mail.status, mail.last_error) == (MailStatus.PARKED, NO_ADDRESS_REASON)
    assert "\n" not in mail.recipient


@pytest.mark.django_db
def test_no_address_is_no_mail() -> None:
    assert queue(make_message(""), event_key="ticketevent:1", at=AT) is None
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_headers_are_one_line_in_the_row() -> None:
    message = make_message(subject="Printer\r\nBcc: all@example.org", recipient_name="Sam\nBcc: all@example.org")
    mail = queue(message, event_key="ticketevent:1", at=AT)
    assert mail
    assert mail.subject == "Printer Bcc: all@example.org"
    assert mail.recipient_name == "Sam Bcc: all@example.org"


@pytest.mark.django_db
def test_costs_few_queries(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        queue(make_message(), event_key="ticketevent:1", at=AT)
    with django_assert_num_queries(4 if connection.vendor == "postgresql" else 3):
        queue(make_message(), event_key="ticketevent:2", at=AT, limited=True)
