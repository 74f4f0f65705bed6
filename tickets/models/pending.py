"""Pending tickets: New and nobody assigned. What an admin looks at first, as an admin page of its own."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket
from tickets.states import Status


class PendingManager(models.Manager["PendingTicket"]):
    def get_queryset(self) -> models.QuerySet["PendingTicket"]:
        return super().get_queryset().filter(status=Status.NEW, assignee__isnull=True)


class PendingTicket(Ticket):
    """A view on Ticket, not a table."""

    objects: ClassVar[PendingManager] = PendingManager()

    class Meta:
        proxy = True
        ordering = ["submitted_at"]
        verbose_name = _("pending ticket")
        verbose_name_plural = _("pending tickets")
