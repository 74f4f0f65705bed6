"""The outbox: one row per mail, written in the transaction of what it tells about."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    PARKED = "parked", _("Parked")
    SUPPRESSED = "suppressed", _("Suppressed")


class OutgoingMail(models.Model):
    """A rendered mail and where it stands.

    The row is the truth, the broker only a nudge: whatever is PENDING and due, or SENDING with an expired lease,
    is found by the sweep. `message_id` is fixed at creation, so every try is the same mail to the receiver.
    """

    kind = models.CharField(_("mail"), max_length=40)
    event_key = models.CharField(_("event"), max_length=100, help_text=_("What it tells about, unique per event."))
    recipient = models.CharField(_("recipient"), max_length=254)
    recipient_key = models.CharField(max_length=254, editable=False, help_text=_("The address, case folded."))
    recipient_name = models.CharField(_("recipient's name"), max_length=100, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=300, unique=True)
    thread_id = models.CharField(
        _("thread"), max_length=300, blank=True, help_text=_("Named in In-Reply-To and References.")
    )
    status = models.CharField(_("status"), max_length=12, choices=MailStatus.choices, default=MailStatus.PENDING)
    limited = models.BooleanField(_("triggered by a stranger"), default=False)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"))
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event_key", "kind", "recipient_key"], name="mail_once_per_event"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="mail_due", condition=models.Q(status="pending")),
            models.Index(fields=["claimed_until"], name="mail_lease", condition=models.Q(status="sending")),
            models.Index(fields=["recipient_key", "created_at"], name="mail_limit", condition=models.Q(limited=True)),
            models.Index(fields=["status", "-id"], name="mail_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} <{self.recipient}>"
