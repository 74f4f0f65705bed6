"""What uptime is reported of: a server, a branch line, a machine."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department


class UptimeUnit(models.Model):
    """A unit of a department whose downtime is reported; it counts from its first to its last active day."""

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="units", verbose_name=_("department")
    )
    code = models.SlugField(_("code"), max_length=40, unique=True, help_text=_("Short name for imports and links."))
    name = models.CharField(_("name"), max_length=120)
    active_from = models.DateField(_("active from"))
    active_until = models.DateField(
        _("active until"), null=True, blank=True, help_text=_("Its last day; may be empty.")
    )

    class Meta:
        ordering = ["department", "name"]
        constraints = [
            models.UniqueConstraint(fields=["department", "name"], name="unit_name_once_per_department"),
            models.CheckConstraint(
                condition=models.Q(active_until__isnull=True) | models.Q(active_until__gte=models.F("active_from")),
                name="unit_ends_after_start",
                violation_error_message=_("The last active day must be on or after the first one."),
            ),
        ]
        verbose_name = _("uptime unit")
        verbose_name_plural = _("uptime units")

    def __str__(self) -> str:
        return self.name

    def active_on(self, day: date) -> bool:
        """Whether `day` lies in its active part."""
        return self.active_from <= day and (self.active_until is None or day <= self.active_until)
