"""One row per thing that happened: the rows are the thread and the audit trail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class EventKind(models.TextChoices):
    SUBMITTED = "submitted", _("Submitted")
    LOGGED = "logged", _("Self-logged")
    ASSIGNED = "assigned", _("Assigned")
    STARTED = "started", _("Started")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    REPLIED = "replied", _("Replied")
    NOTED = "noted", _("Internal note")
    CLIENT_REPLIED = "client_replied", _("Client replied")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REJECTED = "rejected", _("Rejected")
    REOPENED = "reopened", _("Re-opened")
    EDITED = "edited", _("Edited")
    TRANSFERRED = "transferred", _("Transferred")
    BACKFILLED = "backfilled", _("First response filled in")
    CLAIMED = "claimed", _("Claimed")
    NEW_LINK = "new_link", _("New link made")
    DELETED = "deleted", _("Deleted")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Everybody who sees the ticket")
    STAFF = "staff", _("Staff only")


class Side(models.TextChoices):
    """Which side of the counter the words come from; decided by the page, not by the person."""

    CLIENT = "client", _("Client")
    STAFF = "staff", _("Staff")
    SYSTEM = "system", _("System")


class TicketEvent(models.Model):
    """Append-only. `number` keeps the ticket's number when the ticket itself was deleted."""

    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="events")
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=16, choices=EventKind)
    side = models.CharField(max_length=6, choices=Side)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="ticket_events"
    )
    actor_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    visibility = models.CharField(max_length=6, choices=Visibility)
    body = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["ticket", "at", "id"], name="event_thread"),
            models.Index(fields=["at", "id"], name="event_by_time"),
        ]
        verbose_name = _("ticket event")
        verbose_name_plural = _("ticket events")

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"
