"""One try at one mail: claim the row, send outside any transaction, write down how it went.

The claim is a conditional update with a lease. Of two workers one gets the row; a worker that dies leaves an expired
lease, and the next one repeats the same mail under the same Message-ID.
"""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import format_datetime, formataddr, parseaddr
from enum import Enum

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import SiteSettings

from .models import MailStatus, OutgoingMail
from .wording import display_name, one_line

LEASE = timedelta(minutes=2)
SMTP_TIMEOUT = 10  # seconds for each answer of the server
BACK_OFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
LAST_TRY = len(BACK_OFF) + 1
REASON_LIMIT = 500


class Outcome(Enum):
    NOT_OURS = "not due, or another worker has it"
    SENT = "sent"
    FAILED = "failed, will be tried again or is parked"
    SERVER_DOWN = "the mail server cannot be reached"


def attempt(mail_pk: int, *, clock: Callable[[], datetime]) -> Outcome:
    """Try to deliver one mail. Asks `clock` when it claims and again when the server has answered."""
    at = clock()
    lease = at + LEASE
    if not _claim(mail_pk, at=at, lease=lease):
        return Outcome.NOT_OURS
    mail = OutgoingMail.objects.get(pk=mail_pk)
    if mail.attempts > LAST_TRY:
        _park(mail, lease=lease, reason=_("The worker stopped during every try."))
        return Outcome.FAILED
    try:
        connection = get_connection(timeout=getattr(settings, "EMAIL_TIMEOUT", None) or SMTP_TIMEOUT)
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        _put_off(mail, lease=lease, at=clock(), reason=_reason(error))
        return Outcome.SERVER_DOWN
    try:
        _build(mail, connection).send()
    except Exception as error:  # whatever one mail does must not stop the others
        _write_failure(mail, error, lease=lease, at=clock())
        return Outcome.FAILED
    else:
        _write_success(mail, at=clock())
        return Outcome.SENT
    finally:
        _hang_up(connection)


def due(*, at: datetime, limit: int) -> list[int]:
    """Keys of the mails to try now, the longest waiting first: due ones, and those whose worker died."""
    rows = OutgoingMail.objects.filter(_is_due(at)).order_by("next_try_at", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def _is_due(at: datetime) -> Q:
    return Q(status=MailStatus.PENDING, next_try_at__lte=at) | Q(status=MailStatus.SENDING, claimed_until__lte=at)


def _claim(mail_pk: int, *, at: datetime, lease: datetime) -> bool:
    # Durable: refuses to run inside a caller's transaction, which would stay open while the mail server thinks.
    with transaction.atomic(durable=True):
        claimed = OutgoingMail.objects.filter(_is_due(at), pk=mail_pk).update(
            status=MailStatus.SENDING, claimed_until=lease, attempts=F("attempts") + 1
        )
    return claimed == 1


def _build(mail: OutgoingMail, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": mail.message_id,
        "Date": format_datetime(mail.created_at),
        "Auto-Submitted": "auto-generated",  # out-of-office answers must not reply to this
        "X-Auto-Response-Suppress": "All",
    }
    if mail.thread_id:
        headers |= {"In-Reply-To": mail.thread_id, "References": mail.thread_id}
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=sender(),
        to=[formataddr((mail.recipient_name, mail.recipient))],
        headers=headers,
        connection=connection,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def sender() -> str:
    """Who mails come from: an operator's address under an admin's name, where one is set."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((display_name(SiteSettings.load().mail_sender_name) or name, address))


def _write_success(mail: OutgoingMail, *, at: datetime) -> None:
    # Not bound to our lease: the server has taken it, so nobody may send it again.
    OutgoingMail.objects.filter(pk=mail.pk).exclude(status=MailStatus.SENT).update(
        status=MailStatus.SENT, sent_at=at, claimed_until=None, last_error=""
    )


def _write_failure(mail: OutgoingMail, error: Exception, *, lease: datetime, at: datetime) -> None:
    if _is_final(error):
        _park(mail, lease=lease, reason=_reason(error))
    else:
        _put_off(mail, lease=lease, at=at, reason=_reason(error))


def _put_off(mail: OutgoingMail, *, lease: datetime, at: datetime, reason: str) -> None:
    if mail.attempts >= LAST_TRY:
        given_up = _("Given up after %(count)d tries. %(reason)s")
        _park(mail, lease=lease, reason=given_up % {"count": mail.attempts, "reason": reason})
        return
    _ours(mail, lease).update(
        status=MailStatus.PENDING,
        next_try_at=at + BACK_OFF[mail.attempts - 1],
        claimed_until=None,
        last_error=reason,
    )


def _park(mail: OutgoingMail, *, lease: datetime, reason: str) -> None:
    _ours(mail, lease).update(status=MailStatus.PARKED, claimed_until=None, last_error=reason)


def _ours(mail: OutgoingMail, lease: datetime) -> QuerySet[OutgoingMail]:
    """The row while our claim stands: a try that overran its lease must not write over the next one."""
    return OutgoingMail.objects.filter(pk=mail.pk, status=MailStatus.SENDING, claimed_until=lease)


def _is_final(error: Exception) -> bool:
    """Whether trying again is pointless: the server refused this recipient or content for good (5xx).

    A refused sender is not final: that is a setting to mend, and the mails go out afterwards.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused):
        return False
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, (ValueError, TypeError))  # it cannot be put into the form of a mail


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_answer(code, answer) for code, answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return one_line(f"{type(error).__name__}: {error}", limit=REASON_LIMIT)


def _answer(code: int, words: bytes | str) -> str:
    spoken = words.decode(errors="replace") if isinstance(words, bytes) else words
    return one_line(f"{code} {spoken}", limit=REASON_LIMIT)


def _hang_up(connection: BaseEmailBackend) -> None:
    with suppress(OSError, smtplib.SMTPException):  # what was said before counts
        connection.close()
