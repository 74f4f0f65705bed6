"""What waits for an admin, for the top of the admin's index: each with how many, since when, and where to go."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from kpi.models import Change, DriftCheck, ItemImport
from notifications.models import MailStatus, OutgoingMail
from tickets.models import PendingTicket

MOST = 1000  # what is more is not counted, so that the index stays fast whatever has piled up
RECENT = timedelta(days=14)  # what failed and was left alone goes out of sight after this; its list keeps it


@dataclass(frozen=True)
class Waiting:
    """One line: "3 pending tickets", "the oldest for 2 hours", and the list behind it."""

    count: str
    words: str
    detail: str
    url: str


def waiting(person: User, *, as_of: datetime) -> list[Waiting]:
    """What waits, most urgent first; imports only for admins, who alone may open them."""
    return [*_tickets(as_of), *_mails(), *_drift(), *_changes(as_of), *(_imports(as_of) if person.is_admin else ())]


def _tickets(as_of: datetime) -> Iterator[Waiting]:
    pending = PendingTicket.objects.order_by("submitted_at")
    if count := _capped(pending):
        age = timesince(pending.values_list("submitted_at", flat=True)[0], as_of, depth=1)
        yield Waiting(
            _written(count),
            ngettext("pending ticket", "pending tickets", count),
            _("the oldest for %(age)s") % {"age": age},
            reverse("admin:tickets_pendingticket_changelist"),
        )


def _mails() -> Iterator[Waiting]:
    if count := _capped(OutgoingMail.objects.filter(status=MailStatus.PARKED)):
        words = ngettext("parked mail", "parked mails", count)
        url = f"{reverse('admin:notifications_outgoingmail_changelist')}?status__exact={MailStatus.PARKED}"
        yield Waiting(_written(count), words, _("not sent until somebody tries again"), url)


def _drift() -> Iterator[Waiting]:
    if count := DriftCheck.alarm():
        words = ngettext("score differed from its rebuild", "scores differed from their rebuild", count)
        yield Waiting(_written(count), words, _("at the last check"), reverse("admin:kpi_driftcheck_changelist"))


def _changes(as_of: datetime) -> Iterator[Waiting]:
    """Those at work, those to decide, and those that failed of late."""
    told = {
        Change.State.FAILED: _("failed"),
        Change.State.PREVIEWED: _("waiting for a decision"),
        Change.State.PREVIEWING: _("the preview is being made"),
        Change.State.APPLYING: _("being applied"),
    }
    for state, detail in told.items():
        found = Change.objects.filter(state=state)
        recent = found.filter(at__gte=as_of - RECENT) if state == Change.State.FAILED else found
        if count := _capped(recent):
            words = ngettext("change of the past", "changes of the past", count)
            url = f"{reverse('admin:kpi_change_changelist')}?state__exact={state}"
            yield Waiting(_written(count), words, detail, url)


def _imports(as_of: datetime) -> Iterator[Waiting]:
    """Files that failed of late, and checked ones that nobody has stored or discarded; the newest of them opens."""
    told = {ItemImport.State.FAILED: _("failed"), ItemImport.State.CHECKED: _("ready to import")}
    for state, detail in told.items():
        found = ItemImport.objects.filter(state=state, at__gte=as_of - RECENT)
        if count := _capped(found):
            newest = found.values_list("pk", flat=True)[0]
            words = ngettext("Excel import", "Excel imports", count)
            yield Waiting(_written(count), words, detail, reverse("admin:kpi_kpiitem_import_file", args=[newest]))


def _capped(rows: QuerySet[Any]) -> int:
    return rows[: MOST + 1].count()


def _written(count: int) -> str:
    return str(count) if count <= MOST else f"{MOST}+"
