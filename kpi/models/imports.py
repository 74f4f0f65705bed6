"""Excel files of finished work: each upload from its check to its rows in the ledger, and what was wrong with it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemImport(models.Model):
    """One uploaded file. It is checked, then stored whole or not at all; `content` is kept until that is decided.

    The row is what the worker's sweep goes by: waiting and storing files are taken up until they are decided,
    whatever happens to workers and broker.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being checked")
        REFUSED = "refused", _("Refused")
        CHECKED = "checked", _("Ready to import")
        STORING = "storing", _("Being stored")
        STORED = "stored", _("Stored")
        DISCARDED = "discarded", _("Discarded")
        FAILED = "failed", _("Failed")

    name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("fingerprint"), max_length=64, db_index=True)
    content = models.BinaryField(_("content"), null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("uploaded at"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    claimed_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(_("rows looked at"), default=0)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    known = models.PositiveIntegerField(_("rows stored before"), default=0)
    new = models.PositiveIntegerField(_("new rows"), default=0)
    not_counted = models.JSONField(_("new rows that do not count"), default=dict)
    problems = models.PositiveIntegerField(_("errors"), default=0)
    why = models.CharField(_("why it was refused"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["claimed_until"],
                condition=models.Q(state__in=["waiting", "storing"]),
                name="import_to_do",
            )
        ]
        verbose_name = _("Excel import")
        verbose_name_plural = _("Excel imports")

    def __str__(self) -> str:
        return self.name

    @property
    def in_work(self) -> bool:
        """Whether the worker has it, so that the page looks again by itself."""
        return self.state in (self.State.WAITING, self.State.STORING)


class ImportProblem(models.Model):
    """One error of a refused file: row as Excel counts, column letter with its heading, and the sentence."""

    file = models.ForeignKey(ItemImport, on_delete=models.CASCADE, related_name="found", verbose_name=_("file"))
    row = models.PositiveIntegerField(_("row"))
    place = models.PositiveSmallIntegerField(_("number of the column"), default=0)
    column = models.CharField(_("column"), max_length=3, blank=True)
    heading = models.CharField(_("heading"), max_length=80, blank=True)
    message = models.CharField(_("what is wrong"), max_length=300)

    class Meta:
        ordering = ["row", "place", "id"]
        verbose_name = _("error of an import")
        verbose_name_plural = _("errors of imports")

    def __str__(self) -> str:
        return f"{self.column}{self.row}: {self.message}"
