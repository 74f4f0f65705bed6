"""Where work is done: countries with their zone, departments with their policies."""

import zoneinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.zones import meant


def validate_zone(value: str) -> None:
    """Refuse what is not an IANA time zone of this machine's zone data, naming those that may have been meant."""
    if value in zoneinfo.available_timezones():
        return
    if found := meant(value):
        words, names = _("“%(value)s” is not a time zone. Did you mean %(names)s?"), _or(found)
    else:
        words, names = _("“%(value)s” is not a time zone. Use a name such as Africa/Nairobi."), ""
    raise ValidationError(words, params={"value": value, "names": names})


def _or(names: list[str]) -> str:
    *others, last = names
    return _now("%(names)s or %(last)s") % {"names": ", ".join(others), "last": last} if others else last


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
    date_format = models.CharField(
        _("date format"),
        max_length=8,
        blank=True,
        choices=[("", _("As the site")), *DateFormat.choices],
        help_text=_("How the dates of its tickets are written where staff type them."),
    )

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

    accepts_intake = models.BooleanField(
        _("accepts intake tickets"),
        default=True,
        help_text=_("Customers find it on the submit page. When off, tickets come from staff alone."),
    )
    ask_priority = models.BooleanField(
        _("ask for the priority on intake"),
        default=False,
        help_text=_("The submit page asks how urgent it is; otherwise every ticket starts as Normal."),
    )
    agents_take = models.BooleanField(
        _("agents may take unassigned tickets"),
        default=True,
        help_text=_("An agent gives a ticket nobody has to themselves, by the button or by replying to it."),
    )
    agents_assign = models.BooleanField(
        _("agents may assign within the department"),
        default=False,
        help_text=_("Every agent hands tickets to colleagues. Admins always may."),
    )
    leads_assign = models.BooleanField(
        _("leads may assign"), default=True, help_text=_("The leads chosen above hand tickets to their agents.")
    )
    assign_within_minutes = models.PositiveIntegerField(
        _("assign within working minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "While nobody has a ticket, its customer reads when to expect a reply: after this time and the response "
            "target. Empty: no such sentence until somebody is assigned."
        ),
    )
    acknowledge_stops_response = models.BooleanField(
        _("acknowledging stops the response clock"),
        default=False,
        help_text=_("Assignees get the button Acknowledge. Otherwise a public reply or the closing stops it."),
    )
    clients_close = models.BooleanField(
        _("clients may close their tickets"),
        default=False,
        help_text=_("Whoever submitted a ticket ends it, or withdraws it while nobody has it."),
    )
    clients_reopen = models.BooleanField(
        _("clients may re-open their tickets"),
        default=False,
        help_text=_("A button on the closed or rejected ticket, within the days below. Otherwise staff re-open."),
    )
    reply_reopens = models.BooleanField(
        _("a client reply re-opens a closed ticket"),
        default=False,
        help_text=_("Within the same days. Otherwise a later reply only marks the ticket as replied after closing."),
    )
    reopen_days = models.PositiveSmallIntegerField(
        _("days in which clients may re-open"),
        default=14,
        help_text=_("Counted from the closing, for the button and for replies alike."),
    )
    remind_after_days = models.PositiveSmallIntegerField(
        _("remind after days awaiting the client"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("A ticket that waits for its client’s answer this long is brought to mind. Empty: never."),
    )
    close_after_days = models.PositiveSmallIntegerField(
        _("close after days awaiting the client"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Without an answer by then the ticket is closed, always after a reminder. Empty: never."),
    )
    notification_address = models.EmailField(
        _("notification address"),
        blank=True,
        help_text=_("Told, like the leads, about each new ticket nobody was picked for. Empty: the leads alone."),
    )

    class Meta:
        ordering = ["country__name", "name"]
        constraints = [models.UniqueConstraint(fields=["country", "name"], name="department_name_once_per_country")]
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return f"{self.country.name} / {self.name}"

    def clean(self) -> None:
        """Policies that contradict each other are refused beside the field to mend."""
        problems: dict[str, Any] = {}
        if self.close_after_days and not self.remind_after_days:
            problems["remind_after_days"] = _("A ticket is closed only after a reminder. Enter after how many days.")
        elif self.close_after_days and self.remind_after_days and self.remind_after_days >= self.close_after_days:
            problems["remind_after_days"] = _("The reminder must come before the closing: enter fewer days than there.")
        if self.reopen_days == 0 and (self.clients_reopen or self.reply_reopens):
            problems["reopen_days"] = _("Clients may re-open here, so enter at least 1 day.")
        if problems:
            raise ValidationError(problems)
