"""Pre-aggregated months: the only thing performance pages read (domain section 7)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from kpi.models.types import KpiType
from kpi.models.units import UptimeUnit


class Cell(models.Model):
    """(department, type, month, subject) of the ledger. Sums are integers, so equal to a rebuild is exact.

    `subject` is "u<id>" of an owner, "n<id>" of a unit, or "none"; `parts` is {part: [sum of points, n, met]};
    `not_counted` {reason: n}; `amounts` what a month rule adds up over the month, {name: n}: its score follows from
    them and from how much of the month has passed, so it is computed on reading.
    """

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="cells")
    type = models.ForeignKey(KpiType, on_delete=models.PROTECT, related_name="cells")
    month = models.DateField()
    subject = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="cells")
    unit = models.ForeignKey(UptimeUnit, on_delete=models.PROTECT, null=True, related_name="cells")
    counted = models.PositiveIntegerField(_("items that count"), default=0)
    passed = models.PositiveIntegerField(_("of these passed"), default=0)
    scored = models.PositiveIntegerField(_("of these with a score"), default=0)
    total = models.BigIntegerField(default=0)
    parts = models.JSONField(default=dict)
    amounts = models.JSONField(default=dict)
    not_counted = models.JSONField(default=dict)
    pending_breached = models.PositiveIntegerField(_("still open and late already"), default=0)

    class Meta:
        ordering = ["department", "type", "month", "subject"]
        constraints = [models.UniqueConstraint(fields=["department", "type", "month", "subject"], name="cell_once")]
        indexes = [
            models.Index(fields=["owner", "month"], name="cell_by_owner"),
            models.Index(fields=["month", "department"], name="cell_by_month"),
        ]
        verbose_name = _("cell")
        verbose_name_plural = _("cells")

    def __str__(self) -> str:
        subject = self.owner or self.unit
        return f"{self.department}, {self.type}, {self.month:%Y-%m}" + (f", {subject}" if subject else "")
