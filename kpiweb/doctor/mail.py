"""Whether mails leave: the server is really spoken to, a mail really sent, the outbox looked into."""

import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError

from kpiweb.doctor.finding import Finding, fail, ok, warn
from kpiweb.health import oldest_unsent_mail
from kpiweb.request_log import error_sentence
from notifications.delivery import sender
from notifications.models import MailStatus, OutgoingMail

WAITED_TOO_LONG = timedelta(minutes=15)
MEND = "correct EMAIL_URL (and MAIL_FROM, if the server refuses the sender); docs/settings.md tells how it is written"


def server(mail_to: str) -> Finding:
    """Speaks to the mail server, with a mail for `mail_to` if given."""
    if not settings.EMAIL_URL:
        words = f"mails are written to {settings.MAIL_DIR} as files, nobody gets them"
        return warn("Mail", words, "set EMAIL_URL, such as smtp+tls://user:password@mail.example.com:587")
    try:
        connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
        connection.open()
        if mail_to:
            _letter(mail_to, connection).send()
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        return fail("Mail", f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}: {error_sentence(error)}", MEND)
    if not mail_to:
        words = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} answers; --mail-to ADDRESS sends one as well"
        return ok("Mail", words)
    return ok("Mail", f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} took a mail for {mail_to}; see that it arrives")


def _letter(mail_to: str, connection: object) -> EmailMessage:
    try:
        from_email = sender()
    except DatabaseError:
        from_email = settings.DEFAULT_FROM_EMAIL
    return EmailMessage(
        subject="KPI Web: this mail arrived",
        body=f"Sent by manage.py doctor of {settings.SITE_URL}. Mails leave as they should.\n",
        from_email=from_email,
        to=[mail_to],
        headers={"Auto-Submitted": "auto-generated"},
        connection=connection,  # type: ignore[arg-type]  # the backend, which get_connection types as Any
    )


def outbox(*, at: datetime) -> Iterator[Finding]:
    """What waits longer than it should, and what nobody tries any more."""
    page = f"{settings.SITE_URL}/admin/notifications/outgoingmail/"
    waiting = oldest_unsent_mail(as_of=at)
    if waiting is not None and waiting > WAITED_TOO_LONG.total_seconds():
        yield warn(
            "Outbox", f"the oldest mail has waited {waiting // 60} min", f"see worker and mail above, then {page}"
        )
    else:
        yield ok("Outbox", "no mail waits too long")
    if parked := OutgoingMail.objects.filter(status=MailStatus.PARKED).count():
        yield warn("Parked mails", f"{parked} are not tried any more", f"{page}?status__exact=parked tells why")
