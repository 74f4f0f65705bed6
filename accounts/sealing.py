"""Secrets that stand in the database are sealed with the site's key: a copy of the database opens nobody's second step.

The keys are SECRET_KEY, which seals, and SECRET_KEY_FALLBACKS, which still open. What is stored without a seal was
stored before there were seals and is read as it is.
"""

import base64
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

SEAL = "sealed:"
KEPT_IN = ("secret", "seed", "migrated_codes")  # of an authenticator's data


class Unreadable(Exception):
    """It was sealed with a key that this installation does not have."""


class Seal(StrEnum):
    PRESENT = "present"
    EARLIER = "earlier"  # or none yet
    UNREADABLE = "unreadable"


def seal(text: str) -> str:
    """`text` as it may be stored."""
    return SEAL + _opens_with(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(stored: str) -> str:
    """What `seal` was given; raises Unreadable, since an empty secret would be one that everybody knows."""
    if not stored.startswith(SEAL):
        return stored
    keys = MultiFernet([_opens_with(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])
    try:
        return keys.decrypt(stored.removeprefix(SEAL)).decode()
    except InvalidToken:
        raise Unreadable from None


def seal_of(authenticator: Authenticator) -> Seal:
    """By which key the secrets of one authenticator can be read."""
    found = [_seal_on(text) for text in _secrets(authenticator.data)]
    return next((one for one in (Seal.UNREADABLE, Seal.EARLIER) if one in found), Seal.PRESENT)


def reseal(authenticator_id: int) -> bool:
    """Seal the secrets of one authenticator with the present key; False where there was nothing to do."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator_id)
        if seal_of(row) != Seal.EARLIER:
            return False
        data = changed(row.data, lambda stored: seal(unseal(stored)))
        Authenticator.objects.filter(pk=row.pk).update(data=data)  # no change that the audit log would tell
    return True


def changed(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """An authenticator's data with `change` made to each secret in it."""
    return data | {
        name: change(data[name]) if isinstance(data[name], str) else [change(text) for text in data[name]]
        for name in KEPT_IN
        if data.get(name)
    }


def _secrets(data: dict[str, Any]) -> Iterator[str]:
    for name in KEPT_IN:
        kept = data.get(name) or []
        yield from [kept] if isinstance(kept, str) else kept


def _seal_on(stored: str) -> Seal:
    if not stored.startswith(SEAL):
        return Seal.EARLIER
    try:
        _opens_with(settings.SECRET_KEY).decrypt(stored.removeprefix(SEAL))
    except InvalidToken:
        try:
            unseal(stored)
        except Unreadable:
            return Seal.UNREADABLE
        return Seal.EARLIER
    return Seal.PRESENT


def _opens_with(key: str) -> Fernet:
    """A key of its own for this purpose, so that nothing else that is made from SECRET_KEY opens a seal."""
    digest = salted_hmac("accounts.sealing", "second step", secret=key, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
