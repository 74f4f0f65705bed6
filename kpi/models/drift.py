"""What the nightly comparison of the cells with a rebuild found."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DriftCheck(models.Model):
    """One comparison of every cell with a rebuild from its items (domain section 7).

    `differing` counts the cells that differed; `found` tells of at most the first hundred: what the cell is, and
    {column: [stored, rebuilt]}.
    """

    started_at = models.DateTimeField(_("when"), db_index=True)
    compared = models.PositiveIntegerField(_("cells compared"))
    differing = models.PositiveIntegerField(_("cells that differed"))
    found = models.JSONField(_("what differed"), default=list)
    mended = models.BooleanField(_("mended"))

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name = _("drift check")
        verbose_name_plural = _("drift checks")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"

    @classmethod
    def alarm(cls) -> int:
        """How many cells differed at the latest check; 0 when all was well or nothing was checked yet."""
        return cls.objects.values_list("differing", flat=True).first() or 0
