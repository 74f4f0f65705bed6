"""Mails as files, one .eml each, for an installation without a mail server."""

import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailFileBackend(BaseEmailBackend):
    """Writes each mail whole into MAIL_DIR; the names sort by time."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(3)}"
            draft = folder / f".{name}.part"
            draft.write_bytes(message.message().as_bytes())
            # Whoever watches the folder never sees half a mail.
            os.replace(draft, folder / f"{name}.eml")
        return len(email_messages)
