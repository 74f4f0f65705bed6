"""The ticket: where it stands, who asked, who handles it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Organisation
from kpi.models import KpiItem, KpiType
from tickets.states import Kind, Priority, Status, Waiting


class CloseKind(models.TextChoices):
    """How it was closed; only a staff close can stand for a first response."""

    STAFF = "staff", _("Closed by staff")
    CLIENT = "client", _("Closed by the client")
    AUTO = "auto", _("Closed automatically")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Ticket(models.Model):
    """A request with a conversation. Status, waiting and assignee are written by tickets.verbs alone.

    The number (KPI-<id>) is for saying aloud and grants nothing; the reference is the only secret of a link.
    """

    reference = models.UUIDField(_("reference"), unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.INTAKE)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="tickets", verbose_name=_("department")
    )
    type = models.ForeignKey(KpiType, on_delete=models.PROTECT, related_name="tickets", verbose_name=_("KPI type"))
    item = models.OneToOneField(KpiItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("KPI item"))

    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.NEW)
    waiting = models.CharField(_("waiting"), max_length=6, choices=Waiting, blank=True, default=Waiting.NO)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("assignee"),
    )
    assigned_at = models.DateTimeField(_("assigned"), null=True, blank=True)
    first_assigned_at = models.DateTimeField(_("first assigned"), null=True, blank=True)

    submitter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="submitted_tickets",
        verbose_name=_("submitter"),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("organisation"),
    )
    requester_name = models.CharField(_("name"), max_length=120)
    requester_email = models.EmailField(_("email"))
    name_key = models.CharField(max_length=480, editable=False, db_index=True)
    email_key = models.CharField(max_length=254, editable=False)

    subject = models.CharField(_("subject"), max_length=120)
    description = models.TextField(_("description"))
    priority = models.CharField(_("priority"), max_length=10, choices=Priority, default=Priority.NORMAL)
    ticket_date = models.DateField(_("ticket date"))
    count_off_day = models.BooleanField(_("count as weekend/holiday work"), default=False)
    hidden = models.BooleanField(_("hidden from the client"), default=False)

    submitted_at = models.DateTimeField(_("submitted"))
    started_at = models.DateTimeField(_("on progress since"), null=True, blank=True)
    first_reply_at = models.DateTimeField(_("first public reply"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    close_kind = models.CharField(max_length=10, choices=CloseKind, blank=True)
    reject_reason = models.TextField(_("reason"), blank=True)
    reopen_count = models.PositiveSmallIntegerField(default=0)
    reassign_count = models.PositiveSmallIntegerField(default=0)
    replied_after_close = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    claimed_at = models.DateTimeField(null=True, blank=True)

    version = models.PositiveIntegerField(default=1)
    last_public_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_activity_at", "-id"]
        indexes = [
            models.Index(fields=["department", "status", "-last_activity_at"], name="ticket_queue"),
            models.Index(fields=["assignee", "status", "-last_activity_at"], name="ticket_mine"),
            models.Index(fields=["submitter", "-last_public_at"], name="ticket_submitted"),
            models.Index(fields=["organisation", "-last_public_at"], name="ticket_organisation"),
            models.Index(fields=["submitted_at", "id"], name="ticket_by_submission"),
            models.Index(fields=["email_key"], name="ticket_unclaimed", condition=models.Q(submitter__isnull=True)),
            models.Index(fields=["email_key", "-submitted_at"], name="ticket_by_email"),
            models.Index(
                fields=["submitted_at"], name="ticket_pending", condition=models.Q(status="new", assignee__isnull=True)
            ),
        ]
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")

    def __str__(self) -> str:
        return f"{self.pk} {self.subject}"

    @property
    def self_logged(self) -> bool:
        """Work an agent logged when it was done: no client, no clocks, no mails; its metrics are typed."""
        return self.kind == Kind.SELF_LOGGED

    @property
    def has_clocks(self) -> bool:
        """Whether response and resolution are measured."""
        return self.kind == Kind.INTAKE

    @property
    def pending(self) -> bool:
        """New and nobody assigned: what an admin looks at first."""
        return self.status == Status.NEW and self.assignee_id is None

    @property
    def locked(self) -> bool:
        """Closed and Rejected tickets take no field updates; the discussion stays open."""
        return self.status in (Status.CLOSED, Status.REJECTED)
