"""Changes of the past: what is planned, what it would move, and how far its application is (domain section 7)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from kpi.models.items import KpiItem, NotCounted
from kpi.models.types import KpiType
from kpi.models.units import UptimeUnit


class Change(models.Model):
    """A planned change of what scores are based on, whose effect includes a date up to today.

    `wanted` are the row writes that were asked for, `plan` those that are made (fewer or others when the change holds
    only from a date), `scope` which items they touch; see `kpi.plans` and `kpi.scope`. `total` and `done` count the
    items of the preview while it is made, then of the application. From `written` on the rows are in force and only
    items are still to follow. `worked_at` is when somebody last worked on it: the sweep takes up what was left.
    """

    class State(models.TextChoices):
        PREVIEWING = "previewing", _("Preview is being made")
        PREVIEWED = "previewed", _("Waiting for a decision")
        APPLYING = "applying", _("Being applied")
        APPLIED = "applied", _("Applied")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    title = models.CharField(_("what"), max_length=200)
    wanted = models.JSONField(default=list)
    plan = models.JSONField(default=list)
    scope = models.JSONField(default=dict)
    basis = models.CharField(max_length=32, blank=True)
    from_date = models.DateField(_("only from"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREVIEWING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("asked for"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    confirmed = models.CharField(max_length=32, blank=True)
    written = models.BooleanField(default=False)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)
    worked_at = models.DateTimeField(null=True)
    failure = models.CharField(_("why it failed"), max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(
                fields=["state"], condition=models.Q(state__in=["previewing", "applying"]), name="change_at_work"
            )
        ]
        verbose_name = _("change of the past")
        verbose_name_plural = _("changes of the past")

    def __str__(self) -> str:
        return self.title

    @property
    def is_at_work(self) -> bool:
        """Whether something goes on in the background."""
        return self.state in (self.State.PREVIEWING, self.State.APPLYING)

    @property
    def percent(self) -> int:
        """How far the preview or the application is, 0 ... 100."""
        return 100 * self.done // self.total if self.total else 100


class ChangedCell(models.Model):
    """One cell that a change touches: the unit of work of its preview and of its application.

    `item_ids` are the items of the cell that the change touches; `before` and `after` the columns of the cell where
    the change moves it, else empty.
    """

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="cells")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    type = models.ForeignKey(KpiType, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    subject = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(UptimeUnit, on_delete=models.PROTECT, null=True, related_name="+")
    item_ids = models.JSONField(default=list)
    previewed = models.BooleanField(default=False)
    applied = models.BooleanField(default=False)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["department", "type", "month", "subject"]
        constraints = [
            models.UniqueConstraint(
                fields=["change", "department", "type", "month", "subject"], name="changed_cell_once"
            )
        ]
        indexes = [
            models.Index(fields=["change", "previewed"], name="changed_cell_to_preview"),
            models.Index(fields=["change", "applied"], name="changed_cell_to_apply"),
        ]
        verbose_name = _("cell of a change")
        verbose_name_plural = _("cells of a change")

    def __str__(self) -> str:
        return f"{self.change_id}: {self.department_id} {self.type_id} {self.month}"


class ChangedItem(models.Model):
    """What a change does to one item it touches: its score before and after, in 1/10,000 point.

    `fingerprint` is the item as the preview saw it; `moves` says whether its score or what was measured is different
    afterwards, if only the time.
    """

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="items")
    cell = models.ForeignKey(ChangedCell, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(KpiItem, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=32)
    before_value = models.IntegerField(_("score before"), null=True)
    after_value = models.IntegerField(_("score after"), null=True)
    before_passed = models.BooleanField(null=True)
    after_passed = models.BooleanField(null=True)
    before_reason = models.CharField(max_length=16, choices=NotCounted, blank=True)
    after_reason = models.CharField(max_length=16, choices=NotCounted, blank=True)
    moves = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["change", "item"], name="changed_item_once")]
        indexes = [models.Index(fields=["change", "moves"], name="changed_item_moves")]
        verbose_name = _("item of a change")
        verbose_name_plural = _("items of a change")

    def __str__(self) -> str:
        return f"{self.change_id}: {self.item_id}"
