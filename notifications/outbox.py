"""Put a mail into the outbox, inside the caller's transaction; the broker is nudged after the commit."""

import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction

from .messages import Message
from .models import MailStatus, OutgoingMail
from .nudge import nudge
from .wording import ADDRESS_LIMIT, display_name, is_address, one_line

STRANGERS_PER_HOUR = 3
LIMIT_REASON = "suppressed: limit"
NO_ADDRESS_REASON = "The address is not a mail address."


_muted: ContextVar[str] = ContextVar("muted", default="")


@contextmanager
def muted(reason: str) -> Iterator[None]:
    """Inside, mails are kept as SUPPRESSED with `reason` and nobody is nudged: demo data writes to nobody."""
    before = _muted.set(reason)
    try:
        yield
    finally:
        _muted.reset(before)


def queue(message: Message, *, event_key: str, at: datetime, limited: bool = False) -> OutgoingMail | None:
    """Store the mail once per (event_key, kind, recipient); a second call stores nothing and returns None.

    `event_key` names the event, such as "ticketevent:123". `limited` marks what strangers can trigger: at most three
    an hour to one address, above it the row is kept as SUPPRESSED. What is not an address is kept as PARKED, so that
    no verb fails over it; no address at all stores nothing.
    """
    if not message.recipient:
        return None
    with transaction.atomic(savepoint=False):
        mail = _row(message, event_key=event_key, at=at, limited=limited)
        if mail.status == MailStatus.PENDING and limited and _limit_reached(mail.recipient_key, at=at):
            mail.status, mail.last_error = MailStatus.SUPPRESSED, LIMIT_REASON
        if mail.status == MailStatus.PENDING and _muted.get():
            mail.status, mail.last_error = MailStatus.SUPPRESSED, _muted.get()
        # On conflict do nothing: in a race the database decides, and the caller's transaction stays usable.
        OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
        stored = OutgoingMail.objects.filter(message_id=mail.message_id).first()
        if stored is not None and stored.status == MailStatus.PENDING:
            transaction.on_commit(partial(nudge, stored.pk), robust=True)
    return stored


def thread_id(thread: str) -> str:
    """The Message-ID that all mails of one thread point to."""
    return f"<{one_line(thread, limit=60).replace(' ', '-')}.thread@{_host()}>" if thread else ""


def _row(message: Message, *, event_key: str, at: datetime, limited: bool) -> OutgoingMail:
    valid = is_address(message.recipient)
    recipient = message.recipient if valid else one_line(message.recipient, limit=ADDRESS_LIMIT)
    return OutgoingMail(
        kind=message.kind,
        event_key=event_key,
        recipient=recipient,
        recipient_key=recipient.casefold()[:ADDRESS_LIMIT],
        recipient_name=display_name(message.recipient_name),
        subject=one_line(message.subject),
        text=message.text,
        html=message.html,
        message_id=f"<{uuid.uuid4().hex}@{_host()}>",
        thread_id=thread_id(message.thread),
        status=MailStatus.PENDING if valid else MailStatus.PARKED,
        last_error="" if valid else NO_ADDRESS_REASON,
        limited=limited,
        next_try_at=at,
        created_at=at,
    )


def _limit_reached(recipient_key: str, *, at: datetime) -> bool:
    if connection.vendor == "postgresql":
        # Transactions that write to the same address take turns, else each would count before the others commit.
        # SQLite has one writer anyway.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, _lock_number(recipient_key)])
    recent = OutgoingMail.objects.filter(
        recipient_key=recipient_key, limited=True, created_at__gt=at - timedelta(hours=1)
    ).exclude(status=MailStatus.SUPPRESSED)
    return recent.count() >= STRANGERS_PER_HOUR


_LOCK_SPACE = 0x6D61696C


def _lock_number(key: str) -> int:
    return zlib.crc32(key.encode()) - 2**31


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
