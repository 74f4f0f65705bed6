"""One-time form keys: a double click, Back and resubmit, or twenty in parallel do the thing once."""

from django.db import models

from tickets.models.ticket import Ticket


class FormKey(models.Model):
    """A used key: what was sent with it, and the ticket it led to."""

    key = models.UUIDField(primary_key=True)
    purpose = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="form_keys")
    used_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["used_at"], name="form_key_age")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"
