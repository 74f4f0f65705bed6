"""Rows that become engine calendars: hours valid from a date, and days that are different."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Country, Department
from kpi.engine.working_time import Calendar, CalendarError, Hours
from kpi.weeks import week_from_json


def validate_week(value: Any) -> None:
    """Refuse what the engine would refuse: {"0": [["08:00", "17:00"]], ...}, 0 = Monday."""
    try:
        Calendar(zone="UTC", hours=[Hours(valid_from=None, week=week_from_json(value))])
    except (CalendarError, ValueError, TypeError, AttributeError) as error:
        raise ValidationError(_("These hours cannot be used: %(why)s"), params={"why": error}) from error


def validate_windows(value: Any) -> None:
    """Refuse windows of one day that the engine would refuse: [["08:00", "12:00"]]; none means a day off."""
    validate_week({"0": value})


class WorkingHours(models.Model):
    """The week of a country, or of one department that overrides it, from a local date on."""

    country = models.ForeignKey(
        Country, on_delete=models.CASCADE, null=True, blank=True, related_name="hours", verbose_name=_("country")
    )
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, blank=True, related_name="hours", verbose_name=_("department")
    )
    valid_from = models.DateField(_("valid from"))
    week = models.JSONField(
        _("week"),
        validators=[validate_week],
        default=dict,
        blank=True,
        help_text=_('Windows by weekday, 0 is Monday: {"0": [["08:00", "12:00"], ["13:00", "17:00"]]}.'),
    )

    class Meta:
        ordering = ["country", "department", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(country__isnull=False, department__isnull=True)
                | models.Q(country__isnull=True, department__isnull=False),
                name="hours_of_country_or_department",
                violation_error_message=_("Hours belong to a country or to a department, not to both."),
            ),
            models.UniqueConstraint(fields=["country", "valid_from"], name="country_hours_once_a_day"),
            models.UniqueConstraint(fields=["department", "valid_from"], name="department_hours_once_a_day"),
        ]
        verbose_name = _("set of working hours")
        verbose_name_plural = _("sets of working hours")

    def __str__(self) -> str:
        return f"{self.country or self.department} ({self.valid_from})"

    def clean(self) -> None:
        """An empty list passes Django's validators, which skip empty values; the engine needs a table."""
        if not isinstance(self.week, dict):
            raise ValidationError(
                {"week": _('Write the week as windows by weekday, such as {"0": [["08:00", "17:00"]]}.')}
            )


class ReplacedDay(models.Model):
    """A date whose windows are replaced: a holiday has none, a half day fewer, a decreed working day some."""

    class Source(models.TextChoices):
        MANUAL = "manual", _("By hand")
        IMPORTED = "imported", _("Imported")

    country = models.ForeignKey(
        Country, on_delete=models.CASCADE, related_name="replaced_days", verbose_name=_("country")
    )
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=120)
    windows = models.JSONField(
        _("windows"), default=list, blank=True, validators=[validate_windows], help_text=_("Leave empty for a day off.")
    )
    source = models.CharField(_("source"), max_length=8, choices=Source, default=Source.MANUAL)

    class Meta:
        ordering = ["country", "date"]
        constraints = [models.UniqueConstraint(fields=["country", "date"], name="replaced_day_once")]
        verbose_name = _("holiday or special day")
        verbose_name_plural = _("holidays and special days")

    def __str__(self) -> str:
        return f"{self.date} {self.name}"

    def clean(self) -> None:
        """As with hours: an empty table is no list of windows."""
        if not isinstance(self.windows, list):
            raise ValidationError({"windows": _('Write the windows as a list, such as [["08:00", "12:00"]].')})
