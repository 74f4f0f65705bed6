"""A form's one-time key: the same content again, also twenty in parallel, leads to the same ticket."""

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tickets.models import FormKey, Ticket


class AlreadyUsed(Exception):
    """The key was used with other content; `ticket` is what it led to."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(f"the form key led to ticket {ticket.pk}")
        self.ticket = ticket


def sent_key(data: Any) -> uuid.UUID:
    """The one-time key that came with a form; a fresh one where none did or it is not a key."""
    try:
        return uuid.UUID(str(data.get("form_key")))
    except ValueError:
        return uuid.uuid4()


def own_key(key: uuid.UUID, purpose: str) -> uuid.UUID:
    """Keys of different forms never meet, whatever a visitor sends."""
    return uuid.uuid5(key, purpose)


def once(key: uuid.UUID, *, purpose: str, content: object, at: datetime, make: Callable[[], Ticket]) -> Ticket:
    """Run `make` for the first use of `key`, in one transaction with the key; every repeat gets the first ticket.

    `content` is what the person typed, as JSON values. AlreadyUsed when it differs from the first use.
    """
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    try:
        with transaction.atomic():
            used = FormKey.objects.create(key=key, purpose=purpose, digest=digest, used_at=at)
            ticket = make()
            used.ticket = ticket
            used.save(update_fields=["ticket"])
            return ticket
    except IntegrityError:
        first = FormKey.objects.select_related("ticket").filter(key=key, purpose=purpose).first()
        if first is None or first.ticket is None:
            raise
        if first.digest != digest:
            raise AlreadyUsed(first.ticket) from None
        return first.ticket
