"""What an admin decides for the whole site, in one row."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


def one_line_of_text(value: str) -> None:
    """Refuse control characters: a line break would begin another header of the mail."""
    if not value.isprintable():
        raise ValidationError(_("Write the name on one line, without control characters."))


class LookupMode(models.TextChoices):
    LIST = "list", _("List the matching tickets")
    MAIL = "mail", _("Send the links to the address on file")
    OFF = "off", _("Off")


class SiteSettings(models.Model):
    """The one row of settings that an admin edits; what an operator sets comes from the environment instead."""

    number_prefix = models.CharField(
        _("ticket number prefix"),
        max_length=8,
        default="KPI",
        validators=[RegexValidator(r"^[A-Z][A-Z0-9]*$", _("Use capital letters and digits, such as KPI."))],
        help_text=_(
            "Stands before every ticket number, such as KPI-1042. Older mails keep the prefix they were sent with."
        ),
    )
    mail_sender_name = models.CharField(
        _("name of the mail sender"),
        max_length=80,
        blank=True,
        validators=[one_line_of_text],
        help_text=_(
            "Mails come from this name. Empty: the name in MAIL_FROM, which an operator sets with the address."
        ),
    )
    lookup_mode = models.CharField(
        _("ticket look-up"),
        max_length=4,
        choices=LookupMode,
        default=LookupMode.LIST,
        help_text=_("What who looks for tickets by name or email gets. A reference always opens its status page."),
    )
    lookups_per_hour = models.PositiveIntegerField(
        _("look-ups per address and hour"),
        default=30,
        validators=[MinValueValidator(1)],
        help_text=_("From one network address; a whole office may share one."),
    )
    lookups_per_hour_total = models.PositiveIntegerField(
        _("look-ups per hour in total"),
        default=2000,
        validators=[MinValueValidator(1)],
        help_text=_("From all addresses together, against guessing from many places."),
    )
    submissions_per_hour = models.PositiveIntegerField(
        _("submissions per address and hour"),
        default=60,
        validators=[MinValueValidator(1)],
        help_text=_("From one network address, or from one account where somebody is signed in."),
    )
    edit_window = models.PositiveSmallIntegerField(
        _("edit window in days"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text=_("How far back agents may date work they log themselves."),
    )

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="site_settings_one_row")]

    def __str__(self) -> str:
        return str(_("Site settings"))

    @classmethod
    def load(cls) -> "SiteSettings":
        """The row, or the defaults while no admin has saved one. One query."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
