"""Where work is done: countries with their zone, departments with their policies."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


def validate_zone(value: str) -> None:
    """Refuse what is not an IANA time zone of this machine's zone data."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(value)s” is not a time zone. Use a name such as Africa/Nairobi."), params={"value": value}
        )


class Country(models.Model):
    """A place that scores: ISO code, zone, date format. Hours and holidays hang on it from the kpi floor."""

    class DateFormat(models.TextChoices):
        DAY_MONTH = "j M Y", _("19 Nov 2026")
        DAY_SLASH = "d/m/Y", _("19/11/2026")
        DAY_DOT = "d.m.Y", _("19.11.2026")
        MONTH_SLASH = "m/d/Y", _("11/19/2026")
        ISO = "Y-m-d", _("2026-11-19")

    code = models.CharField(
        _("ISO code"),
        max_length=2,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Use the two capital letters of ISO 3166, such as KE."))],
    )
    name = models.CharField(_("name"), max_length=80, unique=True)
    zone = models.CharField(
        _("time zone"), max_length=64, validators=[validate_zone], help_text=_("IANA name, such as Africa/Nairobi.")
    )
    date_format = models.CharField(_("date format"), max_length=8, choices=DateFormat, default=DateFormat.DAY_MONTH)

    class Meta:
        ordering = ["name"]
        verbose_name = _("country")
        verbose_name_plural = _("countries")

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """Belongs to one country and handles tickets. Its policy columns are section 10 of the domain, one each."""

    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="departments")
    code = models.SlugField(
        _("code"), max_length=40, unique=True, help_text=_("Short name for imports and links, such as ke-ops.")
    )
    name = models.CharField(_("name"), max_length=80)
    leads = models.ManyToManyField(
        "accounts.User", blank=True, related_name="leads_departments", verbose_name=_("leads")
    )
    active = models.BooleanField(_("active"), default=True)

    accepts_intake = models.BooleanField(_("accepts intake tickets"), default=True)
    agents_take = models.BooleanField(_("agents may take unassigned tickets"), default=True)
    agents_assign = models.BooleanField(_("agents may assign within the department"), default=False)
    leads_assign = models.BooleanField(_("leads may assign"), default=True)
    acknowledge_stops_response = models.BooleanField(_("acknowledging stops the response clock"), default=False)
    clients_close = models.BooleanField(_("clients may close their tickets"), default=False)
    clients_reopen = models.BooleanField(_("clients may re-open their tickets"), default=False)
    reopen_days = models.PositiveSmallIntegerField(_("days in which clients may re-open"), default=14)
    reply_reopens = models.BooleanField(_("a client reply re-opens a closed ticket"), default=False)
    ask_priority = models.BooleanField(_("ask for the priority on intake"), default=False)
    remind_after_days = models.PositiveSmallIntegerField(
        _("remind after days awaiting the client"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    close_after_days = models.PositiveSmallIntegerField(
        _("close after days awaiting the client"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    assign_within_minutes = models.PositiveIntegerField(
        _("assign within working minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Used for the reply customers are told to expect while nobody is assigned."),
    )
    notification_address = models.EmailField(
        _("notification address"), blank=True, help_text=_("Told about each new ticket nobody was picked for.")
    )

    class Meta:
        ordering = ["country__name", "name"]
        constraints = [models.UniqueConstraint(fields=["country", "name"], name="department_name_once_per_country")]
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return f"{self.country.name} / {self.name}"
