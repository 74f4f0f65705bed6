"""The only door for changes of the past: of what scores are based on, with an effect on a date up to today.

`propose` keeps the change as a plan and works out which items it touches; `go_on` previews them slice by slice.
Somebody then decides: `decide` to apply it (the rows are saved in one transaction, then `go_on` rescores cell by cell,
each in a transaction of its own), `hold_from` a date only, or `cancel`. Every slice can be killed and taken up again.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from kpi import applying, plans, previewing
from kpi.models import Change
from kpi.past import is_past
from kpi.plans import Write

__all__ = ["AT_WORK", "INLINE", "NotNow", "cancel", "decide", "go_on", "hold_from", "is_past", "propose", "running"]

INLINE = 500  # items that a page may preview or rescore itself
SLICE = 2000
LEASE = timedelta(seconds=90)  # after which the work of somebody who went silent is taken up
State = Change.State
AT_WORK = (State.PREVIEWING, State.APPLYING)
UNDECIDED = (State.PREVIEWING, State.PREVIEWED, State.FAILED)


class NotNow(Exception):
    """What was asked cannot be done as things stand; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def propose(writes: Sequence[Write], *, title: str, by: User, at: datetime) -> Change:
    """Keep the change and find what it touches. Nothing of it is in force; `go_on` makes the preview."""
    change = Change(title=title[:200], wanted=plans.written(writes), by=by, at=at)
    previewing.begin(change)
    return change


def hold_from(change_id: int, since: date | None) -> Change:
    """Let it hold only from a date (None: for all); its preview is made anew."""
    with transaction.atomic():
        change = _undecided(change_id)
        change.from_date = since
        previewing.begin(change)
    return change


def decide(change_id: int, *, reason: str, by: User, at: datetime, confirmed: str = "") -> Change:
    """Have it applied. `confirmed` names the items that changed since the preview, as the summary asked for it."""
    with transaction.atomic():
        change = _undecided(change_id)
        other = Change.objects.filter(state=State.APPLYING).first()
        if other is not None:
            raise NotNow(_("“%(other)s” is being applied. Apply this one when it is done.") % {"other": other})
        if change.state != State.PREVIEWED:
            raise NotNow(_("The preview is not ready yet."))
        if not change.plan:
            raise NotNow(_("From that date on nothing would be different."))
        change.state, change.reason, change.confirmed = State.APPLYING, reason, confirmed
        change.decided_by, change.decided_at = by, at
        change.done, change.failure = 0, ""
        change.save()
    return change


def cancel(change_id: int, *, by: User, at: datetime, reason: str = "") -> Change:
    """Drop it; nothing has changed."""
    with transaction.atomic():
        change = _undecided(change_id)
        change.state, change.decided_by, change.decided_at, change.reason = State.CANCELLED, by, at, reason
        change.save()
        change.cells.all().delete()
    return change


def running() -> Change | None:
    """The change that is being applied just now, if there is one: pages say that they are being recalculated."""
    return Change.objects.filter(state=State.APPLYING).first()


def go_on(change_id: int, *, at: datetime, most: int = SLICE) -> bool:
    """Work on the preview or the application for about `most` items; whether something is left to do.

    Nothing happens while somebody else works on it. A preview that fails says so; an application is tried again.
    """
    free = Q(worked_at=None) | Q(worked_at__lt=at - LEASE)
    at_work = Change.objects.filter(pk=change_id, state__in=AT_WORK)
    if not at_work.filter(free).update(worked_at=at):
        return False
    change = Change.objects.get(pk=change_id)
    work = previewing.preview if change.state == State.PREVIEWING else applying.apply
    try:
        return work(change, at=at, most=most)
    except Exception as error:
        Change.objects.filter(pk=change_id).update(failure=type(error).__name__)
        Change.objects.filter(pk=change_id, state=State.PREVIEWING).update(state=State.FAILED)
        raise
    finally:
        Change.objects.filter(pk=change_id).update(worked_at=None)


def _undecided(change_id: int) -> Change:
    change = Change.objects.select_for_update().get(pk=change_id)
    if change.state not in UNDECIDED:
        raise NotNow(_("This change was decided already: %(state)s.") % {"state": change.get_state_display()})
    return change
