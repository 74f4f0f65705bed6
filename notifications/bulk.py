"""What an admin does to many mails of the outbox at once: try them again now, or hold them."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.bulk import Deed, Doing, Reasons, why

from .models import MailStatus, OutgoingMail
from .nudge import nudge

NUDGED = 20  # the sweep takes the rest
IS = {
    MailStatus.SENDING: _("is being sent"),
    MailStatus.SENT: _("is sent already"),
    MailStatus.SUPPRESSED: _("is suppressed"),
    MailStatus.PARKED: _("is parked already"),
}


def _not_among(*open_: MailStatus) -> Any:
    def reasons(rows: list[Any], doing: Doing) -> Reasons:
        return why(rows, *((_is(status), words) for status, words in IS.items() if status not in open_))

    return reasons


def _is(status: MailStatus) -> Any:
    return lambda row: row.status == status


def _try_again(mails: QuerySet[OutgoingMail], doing: Doing) -> Reasons:
    keys = list(mails.order_by("pk").values_list("pk", flat=True))
    audit.update(
        mails,
        actor=doing.actor,
        at=doing.at,
        status=MailStatus.PENDING,
        attempts=0,
        next_try_at=doing.at,
        last_error="",
    )
    for key in keys[:NUDGED]:
        transaction.on_commit(partial(nudge, key), robust=True)
    return {}


def _park(mails: QuerySet[OutgoingMail], doing: Doing) -> Reasons:
    reason = _now("Parked by %(name)s.") % {"name": doing.actor.get_username()}
    audit.update(mails, actor=doing.actor, at=doing.at, status=MailStatus.PARKED, last_error=reason)
    return {}


DEEDS = {
    "try_again_now": Deed(
        _("Try again now"),
        _("Parked and waiting mails are sent as soon as the mail server takes them, with all their tries once more."),
        _("Try again now"),
        _not_among(MailStatus.PENDING, MailStatus.PARKED),
        _try_again,
    ),
    "park": Deed(
        _("Park mails"),
        _("Waiting mails are held until somebody chooses Try again now for them. Nobody is told."),
        _("Park"),
        _not_among(MailStatus.PENDING),
        _park,
    ),
}
