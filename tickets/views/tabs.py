"""The tabs of My Profile, with their counts."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.access import own_tickets
from tickets.models import Ticket
from tickets.states import OPEN


@dataclass(frozen=True)
class Tab:
    """A link among tabs; `count` is None where none is shown."""

    name: str
    words: str
    url: str
    count: int | None = None


def profile_tabs(user: User) -> list[Tab]:
    """My Tickets and Monthly Performance for staff, Submitted for everybody."""
    submitted = Tab("submitted", _("Submitted"), reverse("tickets:profile_submitted"), own_tickets(user).count())
    if not user.works_here:
        return [submitted]
    mine = Ticket.objects.filter(assignee=user, status__in=OPEN).count()
    return [
        Tab("mine", _("My Tickets"), reverse("tickets:profile"), mine),
        submitted,
        Tab("performance", _("Monthly Performance"), reverse("tickets:profile_performance")),
    ]
