"""Locked months and what moved in them afterwards (domain section 7)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kpi.models.items import KpiItem


class MonthLock(models.Model):
    """One locking of a month, with the copy of its numbers that reports read while it holds.

    Rows are never deleted: an unlocked one keeps who unlocked, when and why, and a month that is locked again gets a
    row of its own. `snapshot` is written once, when the month is locked; `pending` is how many items were open then.
    """

    month = models.DateField(_("month"))
    locked_at = models.DateTimeField(_("locked"))
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("locked by")
    )
    snapshot = models.JSONField(_("numbers as locked"), default=dict)
    pending = models.PositiveIntegerField(_("still open when locked"), default=0)
    unlocked_at = models.DateTimeField(_("unlocked"), null=True)
    unlocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("unlocked by")
    )
    unlock_reason = models.CharField(_("why it was unlocked"), max_length=300, blank=True)

    class Meta:
        ordering = ["-month", "-locked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["month"], condition=models.Q(unlocked_at__isnull=True), name="month_locked_once"
            ),
            models.CheckConstraint(
                condition=models.Q(unlocked_at__isnull=True, unlocked_by__isnull=True)
                | models.Q(unlocked_at__isnull=False, unlocked_by__isnull=False) & ~models.Q(unlock_reason=""),
                name="unlocked_by_somebody_for_a_reason",
            ),
        ]
        verbose_name = _("month lock")
        verbose_name_plural = _("month locks")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Adjustment(models.Model):
    """An item that differs from what a locked month holds of it: live minus snapshot, item by item.

    `before` is what the month's cells took from the item when the month was locked, `after` what they take now (see
    `kpi.locks.told`); None where the month did not have the item, or has it no more. The item may be deleted.
    """

    lock = models.ForeignKey(MonthLock, on_delete=models.CASCADE, related_name="adjustments", verbose_name=_("lock"))
    item = models.ForeignKey(
        KpiItem, on_delete=models.DO_NOTHING, db_constraint=False, related_name="adjustments", verbose_name=_("item")
    )
    before = models.JSONField(_("as locked"), null=True)
    after = models.JSONField(_("now"), null=True)
    at = models.DateTimeField(_("last moved"))
    why = models.CharField(_("why"), max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["lock", "item"], name="adjustment_once_per_item")]
        indexes = [models.Index(fields=["lock", "-at", "-id"], name="adjustment_latest")]
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")

    def __str__(self) -> str:
        return f"{self.lock} {self.item_id}"
