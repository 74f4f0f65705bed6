"""The outbox in Django admin."""

import inspect
import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from notifications import messages
from notifications.models import MailStatus, OutgoingMail
from notifications.outbox import queue
from tests.notifications.conftest import AT, make_message

pytestmark = pytest.mark.django_db
LIST = "/admin/notifications/outgoingmail/"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_user("ada@example.org", "a long pass phrase", name="Ada", role=Role.ADMIN))
    return client


def stored(status: MailStatus, **fields: Any) -> OutgoingMail:
    mail = queue(make_message(), event_key=f"e:{OutgoingMail.objects.count()}", at=AT)
    assert mail
    OutgoingMail.objects.filter(pk=mail.pk).update(status=status, **fields)
    mail.refresh_from_db()
    return mail


def act(client: Client, action: str, mails: list[OutgoingMail], *, url: str = LIST) -> list[str]:
    """What the page says after an action on some rows."""
    chosen = {"action": action, "_selected_action": [mail.pk for mail in mails], "confirmed": "1"}
    answer = client.post(url, chosen, follow=True)
    return [str(message) for message in answer.context["messages"]]


def one_of_each() -> list[OutgoingMail]:
    return [stored(status, attempts=4, last_error="451 Try later") for status in MailStatus]


def statuses(mails: list[OutgoingMail]) -> list[str]:
    return [OutgoingMail.objects.get(pk=mail.pk).status for mail in mails]


def test_list_shows_what_is_parked_and_why(admin: Client) -> None:
    stored(MailStatus.PARKED, last_error="550 No such person")
    stored(MailStatus.SENT, subject="Long ago")
    page = admin.get(LIST, {"status": "parked"}).content.decode()
    assert "550 No such person" in page
    assert "Long ago" not in page
    assert "sam@example.org" in admin.get(LIST, {"q": "SAM@example"}).content.decode()


def test_try_again_concerns_the_parked_and_the_waiting(admin: Client) -> None:
    mails = one_of_each()
    said = act(admin, "try_again_now", mails)
    assert said == [
        "Try again now: done for 2 mails.",
        f"{mails[1]} was left as is: is being sent.",
        f"{mails[2]} was left as is: is sent already.",
        f"{mails[4]} was left as is: is suppressed.",
    ]
    assert statuses(mails) == ["pending", "sending", "sent", "pending", "suppressed"]
    parked = OutgoingMail.objects.get(pk=mails[3].pk)
    assert (parked.attempts, parked.last_error, parked.next_try_at > AT) == (0, "", True)
    assert parked.message_id == mails[3].message_id


def test_park_concerns_the_waiting(admin: Client) -> None:
    mails = one_of_each()
    said = act(admin, "park", mails)
    assert said == [
        "Park mails: done for 1 mail.",
        f"{mails[1]} was left as is: is being sent.",
        f"{mails[2]} was left as is: is sent already.",
        f"{mails[3]} was left as is: is parked already.",
        f"{mails[4]} was left as is: is suppressed.",
    ]
    assert statuses(mails) == ["parked", "sending", "sent", "parked", "suppressed"]
    assert OutgoingMail.objects.get(pk=mails[0].pk).last_error == "Parked by ada@example.org."
    assert OutgoingMail.objects.get(pk=mails[3].pk).last_error == "451 Try later"


def test_the_message_counts_right_on_a_filtered_list(admin: Client) -> None:
    mails = [stored(MailStatus.PARKED), stored(MailStatus.PARKED)]
    assert act(admin, "try_again_now", mails, url=f"{LIST}?status=parked") == ["Try again now: done for 2 mails."]


def test_the_list_is_filtered_by_every_kind_of_mail_there_is() -> None:
    written = set(re.findall(r'_message\(\s*"(\w+)"', inspect.getsource(messages)))
    assert set(messages.KINDS) == written | {messages.ACCOUNT_KIND}


def test_a_mail_is_read_only(admin: Client) -> None:
    mail = stored(MailStatus.PARKED)
    page = admin.get(f"{LIST}{mail.pk}/change/").content.decode()
    assert "The drum was empty." in page
    assert 'name="_save"' not in page
    assert 'name="subject"' not in page
    admin.post(f"{LIST}{mail.pk}/change/", {"subject": "Changed", "status": "sent", "_save": "Save"})
    mail.refresh_from_db()
    assert (mail.subject, mail.status) == ("New reply: KPI-12 Printer", MailStatus.PARKED)
    assert [admin.get(f"{LIST}add/").status_code, admin.post(f"{LIST}{mail.pk}/delete/").status_code] == [403, 403]


def test_list_costs_the_same_for_many(admin: Client, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            admin.get(LIST)
        return len(captured)

    stored(MailStatus.SENT)
    first = cost()
    for _number in range(40):
        stored(MailStatus.PARKED)
    assert cost() == first
